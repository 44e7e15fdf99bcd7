"""Fixtures for the tests of ears and voices: one loaded ear, and callers who phone it."""

from __future__ import annotations

import io
import subprocess
import wave
from collections.abc import Callable

import pytest

from appliance.speech.audio import over_the_telephone
from appliance.speech.engines import Vocabulary

PHRASES = """i'd like to make an appointment|i need to cancel my appointment|i want to see doctor okafor on friday morning
my chest hurts|i have chest pain|i can't breathe|call an ambulance|i want to talk to a person|can i speak to a human please
what time do you open|are you open on friday|i need a refill|where are you|goodbye|thank you"""


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """A small clinic."""
    return Vocabulary(
        phrases=PHRASES.replace("\n", "|").split("|"),
        patient_names=["Margaret Doyle", "Daniel Kowalski", "Priya Nair"],
        provider_names=["Amara Okafor", "James Whitfield"],
    )


@pytest.fixture(scope="session")
def caller() -> Callable[[str], bytes]:
    """What a caller says, as PCM over a narrow-band call; flite, as espeak-ng is the agent's voice."""

    def say(text: str) -> bytes:
        command = ["flite", "-voice", "rms", "-t", text, "-o", "/dev/stdout"]
        with wave.open(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)) as file:
            assert file.getframerate() == 16_000
            pcm = file.readframes(file.getnframes())
        return over_the_telephone(bytes(9_600) + pcm + bytes(16_000))

    return say
