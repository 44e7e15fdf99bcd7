"""Digits spoken by the voices of flite and espeak-ng: more kinds of throat than the few people of the recordings.

flite's voice rms is left out, because tests speak with it.
"""

from __future__ import annotations

import io
import subprocess
import wave

import numpy as np

from appliance.speech.audio import Samples, block_levels, resample
from appliance.speech.training.spoken_digits import DIGITS, NARROW, Takes

FLITE = ("slt", "awb", "kal16")
ESPEAK = (
    "en-us+m1", "en-us+m3", "en-us+f2", "en-gb+m7", "en-gb+f1", "en-gb-scotland+m4",
)  # fmt: skip
SPEEDS = (140, 190)
"""Words a minute; espeak-ng's own is 175."""
STRETCHES = (0.9, 1.2)
QUIETER_THAN = 0.03
"""Beginning and end below this share of the loudest block are cut off, as in the recordings of people."""


def synthetic_speakers() -> list[Takes]:
    """For each voice and digit two takes at 8 kHz, loudest sample 1. Raises FileNotFoundError without flite and espeak-ng."""
    flite = [
        [[_taken(["flite", "-voice", voice, "--setf", f"duration_stretch={stretch}", "-t", digit, "-o", "/dev/stdout"])
          for stretch in STRETCHES] for digit in DIGITS] for voice in FLITE
    ]  # fmt: skip
    espeak = [
        [[_taken(["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", digit]) for speed in SPEEDS] for digit in DIGITS]
        for voice in ESPEAK
    ]
    return flite + espeak


def _taken(command: list[str]) -> Samples:
    sound = subprocess.run(command, capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(sound), "rb") as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(2**24), "<i2").astype(np.float32)
    narrow = resample(samples, rate, NARROW) if rate != NARROW else samples
    levels = block_levels(narrow, NARROW // 100)
    loud = np.flatnonzero(levels > levels.max() * QUIETER_THAN)
    narrow = narrow[loud[0] * NARROW // 100 : (loud[-1] + 1) * NARROW // 100]
    return narrow / max(1.0, float(np.abs(narrow).max()))
