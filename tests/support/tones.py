"""Tones of known pitch and loudness, and how much of a pitch is in what was heard. Samples are signed 16-bit integers."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence


def tone(frequency: float, seconds: float, *, rate: int = 16_000, amplitude: int = 8_000) -> bytes:
    """PCM of a sine."""
    step = 2 * math.pi * frequency / rate
    return array("h", (round(amplitude * math.sin(step * n)) for n in range(round(seconds * rate)))).tobytes()


def samples(pcm: bytes) -> array[int]:
    """PCM as integers."""
    values = array("h")
    values.frombytes(pcm[: len(pcm) // 2 * 2])
    return values


def loudness(values: Sequence[int], frequency: float, *, rate: int) -> float:
    """Amplitude of one pitch in `values` (Goertzel's algorithm); whole periods give exact results."""
    factor = 2 * math.cos(2 * math.pi * frequency / rate)
    before, last = 0.0, 0.0
    for value in values:
        before, last = last, value + factor * last - before
    power = before * before + last * last - factor * before * last
    return 2 * math.sqrt(max(power, 0.0)) / max(len(values), 1)


def rms(values: Sequence[int]) -> float:
    """Effective amplitude of everything together."""
    return math.sqrt(sum(value * value for value in values) / max(len(values), 1))


def _compress(sample: int) -> int:
    """One sample in μ-law (ITU-T G.711)."""
    sign, magnitude = (0x80, -sample) if sample < 0 else (0, sample)
    magnitude = min(magnitude, 32_635) + 132
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | (magnitude >> (exponent + 3)) & 0x0F) & 0xFF


def _expand(code: int) -> int:
    code = ~code & 0xFF
    value = (((code & 0x0F) << 3) + 132 << (code >> 4 & 7)) - 132
    return -value if code & 0x80 else value


_EXPANDED = [_expand(code) for code in range(256)]


def to_ulaw(pcm: bytes) -> bytes:
    """8 kHz PCM as μ-law."""
    return bytes(_compress(value) for value in samples(pcm))


def from_ulaw(coded: bytes) -> array[int]:
    """μ-law as samples."""
    return array("h", (_EXPANDED[code] for code in coded))
