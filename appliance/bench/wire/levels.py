"""What counts as speech, by its level alone; the same rule for both sides of a call. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from appliance.telephony.caller.g711 import SAMPLE_RATE, Samples

AUDIBLE_DBFS = -45.0
"""Comfort noise lies below it, the quietest vowel of a synthesizer above."""
DIGITAL_SILENCE_DBFS = -120.0
BLOCK = SAMPLE_RATE // 100
"""10 ms: as exactly as the end of speech is known."""
WINDOW, ENOUGH = 5, 3
"""Speech begins with an audible frame when so many of so many frames from it on are audible: a click is none."""


def dbfs(samples: Samples) -> float:
    """Root mean square in decibels below full scale; DIGITAL_SILENCE_DBFS for nothing at all."""
    power = float(np.mean(samples.astype(np.float64) ** 2)) if len(samples) else 0.0
    return max(DIGITAL_SILENCE_DBFS, 10 * float(np.log10(power)) - 90.309) if power else DIGITAL_SILENCE_DBFS


def speech_bounds(samples: Samples) -> tuple[int, int]:
    """The first sample of the first audible block of 10 ms, and the sample after the last one. Raises ValueError for silence."""
    blocks = np.pad(samples, (0, -len(samples) % BLOCK)).reshape(-1, BLOCK)
    audible = [number for number, block in enumerate(blocks) if dbfs(block) > AUDIBLE_DBFS]
    if not audible:
        raise ValueError("nothing audible was given")
    return audible[0] * BLOCK, min((audible[-1] + 1) * BLOCK, len(samples))


def onsets(levels: Sequence[float]) -> list[bool]:
    """For each frame whether speech may begin with it."""
    loud = [level > AUDIBLE_DBFS for level in levels]
    return [here and sum(loud[at : at + WINDOW]) >= ENOUGH for at, here in enumerate(loud)]
