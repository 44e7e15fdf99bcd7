"""Strings of spoken digits as a telephone carries them, with the sound that each moment belongs to: what an ear learns from.

People's recordings of single digits are joined, played faster or slower, and disturbed by pauses, noise, the tone of a handset and
mu-law. Among them are sounds that are no digits, from a synthetic voice and from digits played backwards, so that an ear for digits
need not take everything for one.
"""

from __future__ import annotations

import io
import random
import subprocess
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from appliance.speech.audio import Samples, block_levels, mulaw_decode, mulaw_encode, resample, samples_of
from appliance.speech.training.spoken_digits import DIGITS, NARROW

NO_DIGIT = len(DIGITS)
"""The sound of what is no digit."""
SPEEDS = (0.8, 0.86, 0.92, 0.96, 1.0, 1.0, 1.04, 1.09, 1.16, 1.25)
VOICES = ("slt", "awb", "kal16")
"""flite's voices to learn from; rms is the caller of the tests."""
OTHER_WORDS = """i would like to make an appointment please|my chest hurts and i can't breathe|could i speak to somebody
good morning|no that is wrong|yes that is right|my name is margaret doyle|what time do you open on friday|call an ambulance
thank you very much|the third of march|in the afternoon
i don't have a phone|it's about my prescription|hello can you hear me|where do i park
she was born in january|let me think|just a moment|i need to cancel"""


@dataclass(frozen=True)
class Span:
    """Samples first..last (exclusive) of a string belong to one sound."""

    sound: int
    first: int
    last: int


@dataclass(frozen=True)
class Heard:
    """8 kHz samples of a string, and what is said in it from when to when; between the spans is silence."""

    samples: Samples
    spans: tuple[Span, ...]


class TelephoneDigits:
    """Draws strings. `speakers`: per speaker and digit the takes, loudest sample 1 (8 kHz)."""

    def __init__(self, speakers: Mapping[str, list[list[Samples]]], dice: random.Random) -> None:
        self._dice = dice
        self._noise = np.random.default_rng(dice.randrange(2**32))
        self._people = [_trimmed(digits) for digits in speakers.values()]
        self._synthetic = [[[_edges_off(take)] for take in (synthetic(voice, digit) for digit in DIGITS)] for voice in VOICES]
        self._others = [
            _edges_off(synthetic(voice, line)) for voice in VOICES for line in OTHER_WORDS.replace("\n", "|").split("|")
        ]

    def draw(self, longest: int = 6) -> Heard:
        """One string by one voice at one speed."""
        dice = self._dice
        speaker = dice.choice(self._people if dice.random() < 0.88 else self._synthetic)
        speed, strange = dice.choice(SPEEDS), dice.random() < 0.15
        parts, spans = [_pause(dice.uniform(0.05, 0.6))], []
        at = len(parts[0])
        for _ in range(dice.randint(1, longest)):
            sound = NO_DIGIT if strange and dice.random() < 0.5 else dice.randrange(len(DIGITS))
            samples = self._no_digit(speaker) if sound == NO_DIGIT else dice.choice(speaker[sound])
            speed_now = speed * dice.uniform(0.97, 1.03)
            samples = resample(samples, round(NARROW * speed_now), NARROW) * np.float32(dice.uniform(0.4, 1.0))
            pause = _pause(dice.choice([0.0, dice.uniform(0, 0.1), dice.uniform(0, 0.4)]))
            parts += [samples, pause]
            spans.append(Span(sound, at, at + len(samples)))
            at += len(samples) + len(pause)
        parts.append(_pause(dice.uniform(0.1, 0.6)))
        if dice.random() < 0.4:
            parts.append(self._breath())
        if dice.random() < 0.3:
            breath = self._breath()
            parts.insert(0, breath)
            spans = [Span(span.sound, span.first + len(breath), span.last + len(breath)) for span in spans]
        return Heard(self._over_the_line(np.concatenate(parts)), tuple(spans))

    def _no_digit(self, speaker: Sequence[Sequence[Samples]]) -> Samples:
        if self._dice.random() < 0.4:
            backwards: Samples = self._dice.choice(speaker[self._dice.choice((0, 2, 3, 4, 5, 6, 7))])[::-1]
            return backwards
        line = self._dice.choice(self._others)
        length = int(self._dice.uniform(0.25, 0.9) * NARROW)
        first = self._dice.randrange(max(1, len(line) - length))
        return line[first : first + length]

    def _breath(self) -> Samples:
        """A short faint hiss and a pause: a breath, a click, a hand on the receiver; it counts as silence."""
        length = int(self._dice.uniform(0.02, 0.2) * NARROW)
        hiss = self._noise.normal(0, self._dice.uniform(0.003, 0.1), length) * np.hanning(length)
        return np.concatenate([hiss.astype(np.float32), _pause(self._dice.uniform(0.02, 0.3))])

    def _over_the_line(self, samples: Samples) -> Samples:
        dice = self._dice
        loud = float(np.sqrt(np.mean(np.square(samples)))) + 1e-6
        colour = np.array([1.0, dice.uniform(-0.95, 0.5)], np.float32)
        noise = np.convolve(self._noise.normal(0, 1, len(samples)).astype(np.float32), colour)[: len(samples)]
        quiet = dice.random() < 0.25  # some lines send digital silence where nobody speaks
        noisy = samples + noise / np.std(noise) * loud * (0.0 if quiet else 10 ** (-dice.uniform(8, 55) / 20))
        toned = np.convolve(noisy, [1.0, dice.uniform(-0.5, 0.5), dice.uniform(-0.2, 0.2)])[: len(samples)]
        level = 10 ** (dice.uniform(-40, -1) / 20)
        levelled = (toned / np.abs(toned).max() * level).astype(np.float32)
        return mulaw_decode(mulaw_encode(levelled)) if dice.random() < 0.8 else levelled


@cache
def synthetic(voice: str, text: str) -> Samples:
    """flite says it; 8 kHz samples, loudest 1."""
    spoken = subprocess.run(["flite", "-voice", voice, "-t", text, "-o", "/dev/stdout"], capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        samples = resample(samples_of(file.readframes(file.getnframes())), file.getframerate(), NARROW)
    return samples / max(1e-6, float(np.abs(samples).max()))


def _trimmed(digits: Sequence[Sequence[Samples]]) -> list[list[Samples]]:
    return [[_edges_off(take) for take in takes] for takes in digits]


def _edges_off(samples: Samples) -> Samples:
    """Without what is 35 dB below the loudest part at either end."""
    block = NARROW // 100
    levels = block_levels(samples, block)
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-35 / 20))
    return samples[loud[0] * block : (loud[-1] + 1) * block]


def _pause(seconds: float) -> Samples:
    return np.zeros(int(NARROW * seconds), np.float32)
