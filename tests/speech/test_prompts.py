"""The sentences that every caller hears, as the embedded voice says them; all of them are measured by tests/bench/prompts.py."""

from __future__ import annotations

import numpy as np
import pytest

from appliance import speech
from appliance.languages.speakable import speakable
from appliance.speech.audio import Samples, samples_of
from appliance.understanding.which_language import installed, voice
from tests.bench.prompts import measure, sentences


def of_level(seconds: float, level: float) -> Samples:
    return (level * np.sin(2 * np.pi * 200 * np.arange(int(16_000 * seconds)) / 16_000)).astype(np.float32)


@pytest.mark.parametrize("language", installed())
def test_prompts_are_neither_loud_nor_faint_nor_hurried_and_do_not_click(language: str) -> None:
    """Every fifth one, and all that have the values of a call."""
    espeak = speech.synthesizer("espeak")(voice(language, "espeak"))
    said = sentences(language)
    for text in [*said[::5], *said[-5:]]:
        sound = measure(samples_of(b"".join(espeak.speak(text))), speakable(text, language))
        assert sound.faults() == [], text


@pytest.mark.parametrize(
    ("sound", "fault"),
    [
        (of_level(1, 0.02), "level"),
        (of_level(1, 1.0), "clipped"),
        (np.concatenate([np.zeros(8_000, np.float32), of_level(1, 0.14)]), "lead"),
        (np.concatenate([of_level(1, 0.14), np.zeros(16_000, np.float32), of_level(1, 0.14)]), "pause"),
        (np.concatenate([np.zeros(480, np.float32), of_level(1, 0.14) + np.float32(0.2)]), "click"),
    ],
    ids=["faint", "clipped", "late", "long pause", "click"],
)
def test_what_sounds_wrong_is_measured(sound: Samples, fault: str) -> None:
    assert fault in measure(sound, "twelve letters").faults()
