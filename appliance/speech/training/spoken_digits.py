"""Strings of spoken digits for training: recordings of single digits, disturbed, joined, and turned into Whisper's features.

Everything is done on mel power (80 bands, 10 ms), where sounds add and gains multiply: a recording is analysed once per variant,
and a string costs no Fourier transform. Because the string is made here, it is known which frames belong to which digit.
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from appliance.speech.audio import Samples, mulaw_decode, mulaw_encode, resample

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
RATES = (0.8, 0.87, 0.94, 1.0, 1.08, 1.18)
"""Variants of a recording: played so much faster, which also raises the voice; a caller is another person when played slower."""
BANDS, FRAMES_A_SECOND = 80, 100
NARROW, WIDE = 8_000, 16_000

PEOPLE = 0.65
"""Share of the strings that real people speak."""

Takes = list[list[Samples]]
"""One speaker: for each digit its recordings at 8 kHz."""
Power = npt.NDArray[np.float32]
"""Mel power, (80, frames)."""


@dataclass(frozen=True)
class Spoken:
    """A string of digits: mel power, and for each digit its first frame and the frame after its last."""

    power: Power
    digits: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


def read_recordings(folder: Path) -> dict[str, Takes]:
    """Recordings {digit}_{speaker}_{take}.wav at 8 kHz: for each speaker and digit the takes, loudest sample 1."""
    found: dict[str, Takes] = {}
    for path in sorted(folder.glob("[0-9]_*_*.wav"), key=lambda path: (path.stem.split("_")[1], path.stem)):
        digit, speaker, _ = path.stem.split("_")
        with wave.open(str(path), "rb") as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (NARROW, 1, 2):
                raise ValueError(f"{path}: not 8 kHz, 16 bits, mono")
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)
        found.setdefault(speaker, [[] for _ in DIGITS])[int(digit)].append(samples / max(1.0, float(np.abs(samples).max())))
    return found


def telephone(narrow: Samples, level: float = 0.5) -> Samples:
    """8 kHz samples at a level, through G.711 mu-law, at 16 kHz."""
    return resample(mulaw_decode(mulaw_encode(narrow * np.float32(level))), NARROW, WIDE)


class SpokenDigits:
    """Draws strings of one of the people or, less often, of the voices; `filters` is Whisper's filter bank, (80, 201)."""

    def __init__(self, people: Sequence[Takes], voices: Sequence[Takes], filters: Power, dice: Random) -> None:
        self._dice = dice
        self._filters = filters
        self._noise_dice = np.random.default_rng(dice.randrange(2**32))
        self._speakers = (*people, *voices)
        self._variants: dict[tuple[int, int, int, int], Power] = {}
        self._shares = [PEOPLE / len(people)] * len(people) + [(1 - PEOPLE) / max(1, len(voices))] * len(voices)
        self._noises = [self._noise(slope) for slope in (0.0, 0.3, 0.6, 1.0)]

    def draw(self, shortest: int, longest: int, silence: float = 1.0) -> Spoken:
        """A string of so many digits by one voice, silence (more or less of it), noise, a telephone's tone."""
        dice = self._dice
        speaker, rate = dice.choices(range(len(self._speakers)), self._shares)[0], dice.randrange(len(RATES))
        parts, digits, spans, at = [_silence(dice.uniform(0.02, 0.6) * silence)], [], [], 0
        at = parts[0].shape[1]
        for _ in range(dice.randint(shortest, longest)):
            digit = dice.randrange(10)
            variant = self._variant(speaker, digit, min(len(RATES) - 1, max(0, rate + dice.choice((-1, 0, 0, 1)))))
            gap = _silence(dice.uniform(0, 0.3 * silence) if dice.random() < 0.9 else dice.uniform(0.3, 0.8) * silence)
            parts += [variant * np.float32(dice.uniform(0.3, 1.0) ** 2), gap]
            digits.append(digit)
            spans.append((at, at + variant.shape[1]))
            at += variant.shape[1] + gap.shape[1]
        parts.append(_silence(dice.uniform(0.02, 1.2) * silence))
        power = np.concatenate(parts, axis=1)
        loud = float(np.mean(power)) + 1e-9
        noise = self._some_noise(power.shape[1]) * np.float32(loud * 10 ** (-dice.uniform(12, 45) / 10) * (dice.random() < 0.85))
        return Spoken((power + noise) * self._tone() * self._level(), tuple(digits), tuple(spans))

    def silence(self) -> Spoken:
        """Nobody speaks: noise of any level and length."""
        power = self._some_noise(int(self._dice.uniform(30, 400))) * np.float32(10 ** self._dice.uniform(-7, -1))
        return Spoken(power * self._tone(), (), ())

    def _variant(self, speaker: int, digit: int, rate: int) -> Power:
        """One of the speaker's takes at a rate, analysed when it is first drawn."""
        takes = self._speakers[speaker][digit]
        key = (speaker, digit, self._dice.randrange(len(takes)), rate)
        if key not in self._variants:
            take = takes[key[2]]
            narrow = resample(take, int(NARROW * RATES[rate]), NARROW) if RATES[rate] != 1.0 else take
            self._variants[key] = mel_power(telephone(narrow, self._dice.uniform(0.1, 0.9)), self._filters)
        return self._variants[key]

    def _noise(self, slope: float) -> Power:
        spectrum = np.fft.rfft(self._noise_dice.normal(0, 1, 20 * NARROW))
        spectrum /= (np.arange(len(spectrum)) + 1.0) ** (slope / 2)
        noise = np.fft.irfft(spectrum).astype(np.float32)
        power = mel_power(resample(noise / noise.std() * np.float32(0.1), NARROW, WIDE), self._filters)
        level: Power = power / power.mean()
        return level

    def _some_noise(self, length: int) -> Power:
        noise = self._dice.choice(self._noises)
        start = self._dice.randrange(max(1, noise.shape[1] - length))
        return np.resize(noise[:, start : start + length].T, (length, BANDS)).T

    def _tone(self) -> Power:
        """A gain for each band: the slope and the bumps of a handset and a room."""
        across = np.linspace(-1, 1, BANDS)
        decibels = self._dice.uniform(-4, 4) * across
        for _ in range(3):
            decibels += self._dice.uniform(-2, 2) * np.cos(np.pi * self._dice.uniform(0.5, 4) * across + self._dice.uniform(0, 6.3))
        gain: Power = (10 ** (decibels / 10)).astype(np.float32)[:, None]
        return gain

    def _level(self) -> np.float32:
        return np.float32(10 ** (self._dice.uniform(-24, 0) / 10))


def mel_power(samples: Samples, filters: Power) -> Power:
    """Mel power of 16 kHz samples, one column each 10 ms, as Whisper's own analysis makes it (window of 25 ms)."""
    padded = np.pad(samples, 200, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 400)[: len(samples) // 160 * 160 : 160]
    spectrum = np.fft.rfft(windows * np.hanning(401)[:-1].astype(np.float32), axis=1)
    power: Power = (filters @ (np.abs(spectrum) ** 2).T).astype(np.float32)
    return power


def features(power: Power, frames: int, fill: str) -> Power:
    """Whisper's input of so many frames: log power, at most 8 decades deep. The rest of the window is filled with digital
    silence ("silence", as Whisper was trained) or with zeros ("zeros", as faster-whisper does)."""
    length = min(frames, power.shape[1])
    inside = np.log10(np.maximum(power[:, :length], 1e-10))
    floor = np.float32(inside.max() - 8.0)
    window = np.full((BANDS, frames), 0.0 if fill == "zeros" else (floor + 4.0) / 4.0, np.float32)
    window[:, :length] = (np.maximum(inside, floor) + 4.0) / 4.0
    return window


def _silence(seconds: float) -> Power:
    return np.zeros((BANDS, int(seconds * FRAMES_A_SECOND)), np.float32)
