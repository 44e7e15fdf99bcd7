"""A synthetic caller who says digits one by one, as people read out a number, over a narrow-band call."""

from __future__ import annotations

import io
import subprocess
import wave
from functools import cache

import numpy as np

from appliance.speech.audio import Samples, block_levels, over_the_telephone, pcm_of, samples_of

VOICE = "rms"
"""No model of the project learnt from it."""
BEFORE, BETWEEN, AFTER = 0.4, 0.12, 0.5
"""Seconds of quiet."""


def says_digits(words: str, *, after: float = AFTER) -> bytes:
    """16 kHz PCM of some digits, each a word: "five two seven"."""
    spoken = [part for word in words.split() for part in (_digit(word), _quiet(BETWEEN))]
    return over_the_telephone(pcm_of(np.concatenate([_quiet(BEFORE), *spoken, _quiet(after)])))


@cache
def _digit(word: str) -> Samples:
    command = ["flite", "-voice", VOICE, "-t", word, "-o", "/dev/stdout"]
    with wave.open(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)) as file:
        samples = samples_of(file.readframes(file.getnframes()))
    levels = block_levels(samples, 160)
    loud = np.flatnonzero(levels > levels.max() * 0.03)
    return samples[loud[0] * 160 : (loud[-1] + 1) * 160]


def _quiet(seconds: float) -> Samples:
    return np.zeros(int(seconds * 16_000), np.float32)
