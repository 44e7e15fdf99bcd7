"""The ears and voices of this machine: of each profile's rungs (profiles.py) the best that really loads, language by language.

A rung whose model is missing, is not the file that the manifest names, or fails the engine's self-test is stepped over. The log
says so as an error, and the agent's report keeps what was wanted, what is used, why, and the repair. Calls are answered either way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from appliance import speech
from appliance.faults import Fault, TheirFault
from appliance.profiles import KINDS, Kind, Rung, at_hand, best_of, rungs
from appliance.provision.manifest import Profile, model_folder, read_catalogue, read_manifest, verify
from appliance.speech.engines import Recognizer, Synthesizer, Vocabulary
from appliance.understanding import which_language

log = logging.getLogger(__name__)

Asked = Literal["auto", "embedded", "cpu", "gpu"]
_Engine = TypeVar("_Engine")


@dataclass(frozen=True)
class SteppedDown:
    """A rung that could not be had."""

    kind: Kind
    language: str
    wanted: str
    used: str
    """What took its place; "" when nothing did, and the language goes to a person."""
    why: str
    repair: str


@dataclass(frozen=True)
class Equipment:
    """What was loaded, by language. Every language has a voice; those without an ear are not heard."""

    asked: Asked
    ears: Mapping[str, Recognizer]
    voices: Mapping[str, Synthesizer]
    in_use: Mapping[Kind, Mapping[str, Rung]]
    stepped_down: tuple[SteppedDown, ...]

    @property
    def models(self) -> frozenset[str]:
        """Names of the models in use."""
        return frozenset(name for by_language in self.in_use.values() for rung in by_language.values() for name in rung.models)

    @property
    def profile(self) -> Profile:
        """The profile of the best engine in use."""
        return best_of([rung for by_language in self.in_use.values() for rung in by_language.values()])

    def about(self) -> dict[str, object]:
        """For agent.json: the profile asked for and the one that came of it, each engine in use, and what was stepped over."""
        engines = [
            {"kind": kind, "language": language, "engine": rung.engine, "models": list(rung.models), "device": rung.device}
            for kind, by_language in self.in_use.items()
            for language, rung in by_language.items()
        ]
        return {
            "asked": self.asked,
            "profile": self.profile,
            **{kind: _in_words(by_language) for kind, by_language in self.in_use.items()},
            "engines": engines,
            "stepped_down": [vars(step) for step in self.stepped_down],
        }


class _Stock:
    """The models of a folder; each is verified byte for byte once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._verified: dict[str, Path | TheirFault] = {}
        try:
            self.names = frozenset(read_manifest(folder))
        except TheirFault:  # whoever asks for a model hears of it
            self.names = frozenset()

    def place(self, name: str) -> Path:
        """The folder of a model. Raises TheirFault when it is not here or not right."""
        if name not in self._verified:
            try:
                verify(self._folder, name)
                self._verified[name] = model_folder(self._folder, name, read_catalogue(self._folder)[name])
            except TheirFault as fault:
                self._verified[name] = fault
        found = self._verified[name]
        if isinstance(found, TheirFault):
            raise found
        return found


class Plan:
    """The rungs to try for each language of the clinic, before anything is loaded."""

    def __init__(self, asked: Asked, languages: Sequence[str], models: Path) -> None:
        self._asked = asked
        self._stock = _Stock(models)
        self._rungs = {kind: {language: self._rungs_of(kind, language) for language in languages} for kind in KINDS}

    @property
    def hearable(self) -> frozenset[str]:
        """Languages that a recogniser may hear, if it loads."""
        return frozenset(language for language, wanted in self._rungs["recognizer"].items() if wanted)

    def load(self, vocabulary: Callable[[str], Vocabulary]) -> Equipment:
        """Load ears, each with its language's vocabulary, and voices; takes seconds for each model.

        Raises TheirFault only when the last rung of the first language, or of a voice, cannot be had either.
        """
        ears: dict[str, Recognizer] = {}
        voices: dict[str, Synthesizer] = {}
        in_use: dict[Kind, dict[str, Rung]] = {kind: {} for kind in KINDS}
        steps: list[SteppedDown] = []
        first = next(iter(self._rungs["recognizer"]))
        for language, wanted in self._rungs["recognizer"].items():
            words = vocabulary(language) if wanted else None
            loaded = climb(wanted, lambda rung: self._ear(rung, language, words), language, steps)  # noqa: B023  # called at once
            if loaded:
                in_use["recognizer"][language], ears[language] = loaded
            elif language == first:
                raise TheirFault(steps[-1].why, repair=steps[-1].repair)
        for language in self._rungs["synthesizer"]:
            in_use["synthesizer"][language], voices[language] = self._voice_of(language, steps)
        return Equipment(self._asked, ears, voices, in_use, tuple(steps))

    def voice(self, language: str) -> Synthesizer:
        """The voice that callers hear in a language, and no ears."""
        return self._voice_of(language, [])[1]

    def _rungs_of(self, kind: Kind, language: str) -> list[Rung]:
        if self._asked != "auto":
            return rungs(kind, self._asked, language, self._stock.names)
        found = at_hand(kind, language, self._stock.names, cuda=True)
        if any(rung.device == "cuda" for rung in found) and not _uses_card(kind):
            return at_hand(kind, language, self._stock.names, cuda=False)
        return found

    def _voice_of(self, language: str, steps: list[SteppedDown]) -> tuple[Rung, Synthesizer]:
        loaded = climb(self._rungs["synthesizer"][language], lambda rung: self._voice(rung, language), language, steps)
        if loaded is None:
            raise TheirFault(steps[-1].why, repair=steps[-1].repair)
        return loaded

    def _ear(self, rung: Rung, language: str, vocabulary: Vocabulary | None) -> Recognizer:
        assert vocabulary is not None  # noqa: S101  # there is one for every language with rungs
        load = speech.recognizer(rung.engine)
        return load(vocabulary, language=language, models=self._places(rung), device=rung.device)

    def _voice(self, rung: Rung, language: str) -> Synthesizer:
        # an engine without models has voices by name
        name = "" if rung.models else which_language.voice(language, rung.engine)
        return speech.synthesizer(rung.engine)(name, models=self._places(rung), device=rung.device)

    def _places(self, rung: Rung) -> list[Path]:
        if rung.device == "cuda" and not _cards():
            raise TheirFault(
                f"The profile {rung.profile} needs a graphics card, and none with CUDA is found on this machine.",
                repair='Install NVIDIA\'s driver with CUDA 12, or set profile = "cpu".',
            )
        return [self._stock.place(name) for name in rung.models]


def climb(
    wanted: Sequence[Rung], load: Callable[[Rung], _Engine], language: str, steps: list[SteppedDown]
) -> tuple[Rung, _Engine] | None:
    """The best rung that loads; a step is noted when it is not the first."""
    faults: list[Fault] = []
    for rung in wanted:
        try:
            engine = load(rung)
        except Fault as fault:
            faults.append(fault)
        except Exception as error:  # a library may fail in any way, and the telephone is answered all the same
            log.exception("%s fails to load", rung)
            faults.append(TheirFault(f"{rung} fails to load ({type(error).__name__}).", repair="Report this with the agent's log."))
        else:
            _note(faults, wanted[0], rung, language, steps)
            return rung, engine
    if wanted:
        _note(faults, wanted[0], None, language, steps)
    return None


def _note(faults: Sequence[Fault], wanted: Rung, used: Rung | None, language: str, steps: list[SteppedDown]) -> None:
    if not faults:
        return
    why = " ".join(dict.fromkeys(fault.sentence for fault in faults))
    repair = " ".join(dict.fromkeys(fault.repair for fault in faults))
    steps.append(SteppedDown(wanted.kind, language, str(wanted), str(used) if used else "", why, repair))
    log.error("%s for %s: %s cannot be used, %s takes its place: %s", wanted.kind, language, wanted, used or "nothing", why)


def _in_words(by_language: Mapping[str, Rung]) -> str:
    """The engines in use, with their languages where they differ: "vosk (en), sphinx (es)"."""
    speakers: dict[str, list[str]] = {}
    for language, rung in by_language.items():
        speakers.setdefault(rung.engine, []).append(language)
    if len(speakers) == 1:
        return next(iter(speakers))
    return ", ".join(f"{engine} ({', '.join(languages)})" for engine, languages in speakers.items())


def _cards() -> int:
    """Graphics cards that CTranslate2 finds."""
    import ctranslate2  # takes half a second, which only machines with models for a card need to spend

    return int(ctranslate2.get_cuda_device_count())


def _uses_card(kind: Kind) -> bool:
    """Whether engines of a kind can compute on a graphics card here."""
    if not _cards():
        return False
    if kind == "recognizer":
        return True
    import onnxruntime

    return "CUDAExecutionProvider" in onnxruntime.get_available_providers()
