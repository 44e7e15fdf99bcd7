"""Profiles: which engines and models hear and speak each language, from the best that a machine may have to what always works.

    gpu        vosk for partials + Whisper large-v3-turbo on the graphics card, Piper there too
    cpu        vosk + Whisper base where a second pass pays, Piper
    embedded   pocketsphinx (English only), espeak-ng: no model at all

Every rung stands above those of the smaller profiles, and a rung that cannot be had is stepped over, for each language and for ears
and voices by themselves. Where several models can take one place, whoever fetched one beyond those of the profile wants it used: of
those that are here the first named is tried first. The last named comes with `appliance models fetch --profile`, and is what is
missing where none is here. Data and pure functions; who loads is equipment.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from appliance.provision.manifest import Profile
from appliance.speech.engines import Device

Kind = Literal["recognizer", "synthesizer"]
KINDS: tuple[Kind, ...] = ("recognizer", "synthesizer")
PROFILES: tuple[Profile, ...] = ("gpu", "cpu", "embedded")
"""The best first."""
Place = tuple[str, ...]
"""Names of the manifest, any of which can take one place among an engine's models."""

_VOSK: Mapping[str, Place] = {
    "en": ("vosk-large-en", "vosk-medium-en", "vosk-small-en"),
    "es": ("vosk-large-es", "vosk-small-es"),
}
_TURBO: Mapping[str, Place] = {"en": ("whisper-large-v3-turbo",), "es": ("whisper-large-v3-turbo",)}
_SECOND: Mapping[str, Place] = {
    "en": ("whisper-small-en", "whisper-small", "whisper-base-en", "whisper-base"),
    "es": ("whisper-small", "whisper-base"),
}
"""Those that a processor has time for, if it is quick."""
_VOICE: Mapping[str, Place] = {
    "en": ("piper-en_US-kristin-medium", "piper-en_US-john-medium", "piper-en_US-ljspeech-medium"),
    "es": ("piper-es_ES-carlfm-x_low",),
}
_FINE_VOICE: Mapping[str, Place] = {
    "en": ("piper-en_US-libritts-high", "piper-en_US-ljspeech-high"),
    "es": ("piper-es_ES-carlfm-x_low",),
}


@dataclass(frozen=True)
class Engine:
    """An engine of a profile, and by language what can take each place among its models."""

    profile: Profile
    kind: Kind
    name: str
    places: tuple[Mapping[str, Place], ...] = ()
    device: Device = "cpu"
    languages: frozenset[str] | None = None
    """Those it knows without a model; None is any."""


ENGINES = (
    Engine("gpu", "recognizer", "two_pass", (_VOSK, _TURBO), "cuda"),
    Engine("gpu", "recognizer", "whisper", (_TURBO,), "cuda"),
    Engine("cpu", "recognizer", "two_pass", (_VOSK, _SECOND)),
    Engine("cpu", "recognizer", "vosk", (_VOSK,)),
    Engine("embedded", "recognizer", "sphinx", languages=frozenset({"en"})),
    Engine("gpu", "synthesizer", "piper", (_FINE_VOICE,), "cuda"),
    Engine("gpu", "synthesizer", "piper", (_VOICE,), "cuda"),
    Engine("cpu", "synthesizer", "piper", (_VOICE,)),
    Engine("embedded", "synthesizer", "espeak"),
)
"""Of each kind the best first."""


@dataclass(frozen=True)
class Rung:
    """One engine with its models, to be tried."""

    profile: Profile
    kind: Kind
    engine: str
    models: tuple[str, ...] = ()
    """Names of the manifest, in the engine's order."""
    device: Device = "cpu"

    def __str__(self) -> str:
        where = " on CUDA" if self.device == "cuda" else ""
        return f"{self.engine}{where} ({', '.join(self.models)})" if self.models else self.engine + where


def rungs(kind: Kind, profile: Profile, language: str, here: Collection[str]) -> list[Rung]:
    """What may hear or speak `language` in a profile, from best to least; `here` are the models of this machine.

    A rung whose models are not here is among them, so that they can be named as missing.
    """
    wanted = PROFILES[PROFILES.index(profile) :]
    found = [rung for engine in ENGINES if engine.kind == kind and engine.profile in wanted for rung in _of(engine, language, here)]
    return list(dict.fromkeys(found))


def at_hand(kind: Kind, language: str, here: Collection[str], *, cuda: bool) -> list[Rung]:
    """The rungs of profile "auto": those whose models are here, and with `cuda` those of the graphics card too."""
    best: Profile = "gpu" if cuda else "cpu"
    return [rung for rung in rungs(kind, best, language, here) if all(name in here for name in rung.models)]


def best_of(tried: Collection[Rung]) -> Profile:
    """The profile of the best of some rungs; embedded when there are none."""
    return min((rung.profile for rung in tried), key=PROFILES.index, default="embedded")


def _of(engine: Engine, language: str, here: Collection[str]) -> Sequence[Rung]:
    if engine.languages is not None and language not in engine.languages:
        return []
    if any(language not in place for place in engine.places):
        return []
    choices = [[name for name in place[language] if name in here] or [place[language][-1]] for place in engine.places]
    return [Rung(engine.profile, engine.kind, engine.name, models, engine.device) for models in product(*choices)]
