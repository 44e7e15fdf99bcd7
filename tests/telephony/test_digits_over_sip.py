"""Spoken digits through the whole path: a caller's SIP and RTP, a real line, the link, the call's ear, the real vosk."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from appliance.speech.audio import resample, samples_of
from tests.support.digit_caller import says_digits
from tests.support.digits_by_phone import Samples, heard_over_sip
from tests.support.engine_cases import ear

SPOKEN = ("seven", "six two", "nine one six", "three zero", "eight one seven", "six")


def narrow(pcm: bytes) -> Samples:
    return np.rint(resample(samples_of(pcm), 16_000, 8_000) * 32_767).astype(np.int16)


def test_digits_said_on_the_telephone_are_heard_by_the_agent(tmp_path: Path) -> None:
    """Two callers at once, three utterances each, word for word but for one: a busy machine loses sound on the way."""
    heard = heard_over_sip(tmp_path, [narrow(says_digits(digits)) for digits in SPOKEN], ear("vosk"), calls=2)
    assert sum(text == digits for text, digits in zip(heard, SPOKEN, strict=True)) >= len(SPOKEN) - 1, heard


def test_a_recording_without_a_voice_is_not_an_utterance(tmp_path: Path) -> None:
    """Silence between two digits is heard as nothing, and what follows is heard."""
    spoken = [narrow(says_digits("seven")), np.zeros(8_000, np.int16), narrow(says_digits("two"))]
    before, nothing, after = heard_over_sip(tmp_path, spoken, ear("vosk"), calls=1)
    assert (before.split()[-1:], nothing, after.split()[-1:]) == (["seven"], "", ["two"])
