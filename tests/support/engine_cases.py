"""How the contract of ears and voices is walked: one case for each engine in appliance/speech. A new engine adds its own here."""

from __future__ import annotations

import io
import subprocess
import tempfile
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from appliance import speech
from appliance.speech.audio import over_the_telephone
from appliance.speech.engines import Recognizer, Synthesizer, Vocabulary
from tests.support.digit_caller import says_digits
from tests.support.tone_voice import write_tone_voice

_Case = TypeVar("_Case")
MODELS = Path(__file__).parents[2] / "models"
_TONES = tempfile.TemporaryDirectory(prefix="tone-voice-")
PHRASES = """i'd like to make an appointment|i need to cancel my appointment|i want to see doctor okafor on friday morning
my chest hurts|i have chest pain|i can't breathe|call an ambulance|i want to talk to a person|can i speak to a human please
what time do you open|are you open on friday|i need a refill|where are you|goodbye|thank you"""
VOCABULARY = Vocabulary(
    phrases=PHRASES.replace("\n", "|").split("|"),
    patient_names=["Margaret Doyle", "Daniel Kowalski", "Priya Nair"],
    provider_names=["Amara Okafor", "James Whitfield"],
)
"""A small clinic."""


@dataclass(frozen=True)
class Said:
    """What a caller says, and the sound of it as it comes from a narrow-band call (16 kHz PCM)."""

    text: str
    sound: Callable[[], bytes]


@dataclass(frozen=True)
class EarCase:
    """A recogniser and what it must hear word for word when it was just asked `situation`."""

    situation: str
    one: Said
    """Of several words."""
    other: Said
    """By another caller."""
    sentences: bool
    """Whether it hears whatever a caller may say, and not only, say, digits."""
    models: tuple[Path, ...] = ()
    unheard_language: str | None = None
    """A language that its models do not know."""


@dataclass(frozen=True)
class VoiceCase:
    """A synthesizer; a model that is no speech but tones keeps the contract too."""

    voice: str = ""
    models: tuple[Path, ...] = ()


@cache
def caller_says(text: str, voice: str = "rms") -> bytes:
    """A synthetic caller over a narrow-band call, 0.3 s of quiet before, 0.5 s after; flite, as espeak-ng is the agent's voice."""
    command = ["flite", "-voice", voice, "-t", text, "-o", "/dev/stdout"]
    with wave.open(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)) as file:
        assert file.getframerate() == 16_000
        pcm = file.readframes(file.getnframes())
    return over_the_telephone(bytes(9_600) + pcm + bytes(16_000))


def synthetic(text: str) -> Said:
    """Said by flite."""
    return Said(text, lambda: caller_says(text))


def digits(words: str) -> Said:
    """Said one by one."""
    return Said(words, lambda: says_digits(words))


EARS: Mapping[str, EarCase] = {
    "sphinx": EarCase("ask_name", synthetic("daniel kowalski"), synthetic("margaret doyle"), sentences=True, unheard_language="es"),
    "vosk": EarCase(
        "ask_phone",
        digits("nine one six seven"),
        digits("two three zero eight"),
        sentences=False,
        models=(MODELS / "vosk-digits",),
        unheard_language="es",
    ),
    "whisper": EarCase(
        "ask_phone",
        digits("two nine"),
        digits("eight three"),
        sentences=False,
        models=(MODELS / "whisper-digits",),
        unheard_language="es",
    ),
    "two_pass": EarCase(
        "ask_phone",
        digits("two nine"),
        digits("eight three"),
        sentences=False,
        models=(MODELS / "vosk-digits", MODELS / "whisper-digits"),
        unheard_language="es",
    ),
}
VOICES: Mapping[str, VoiceCase] = {
    "espeak": VoiceCase(),
    "piper": VoiceCase(models=(write_tone_voice(Path(_TONES.name)),)),
}


@cache
def ear(name: str) -> Recognizer:
    """The recogniser, loaded once for all tests."""
    return speech.recognizer(name)(VOCABULARY, models=_case(EARS, name).models)


@cache
def voice(name: str) -> Synthesizer:
    """The synthesizer, loaded once for all tests."""
    case = _case(VOICES, name)
    return speech.synthesizer(name)(case.voice, models=case.models)


def _case(cases: Mapping[str, _Case], name: str) -> _Case:
    assert name in cases, f"the engine {name} has no case in tests/support/engine_cases.py"
    return cases[name]
