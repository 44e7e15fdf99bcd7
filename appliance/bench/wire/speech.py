"""The caller's voice, in one breath or in several with silence between them, and the noises callers make."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np

from appliance.bench.wire.levels import speech_bounds
from appliance.telephony.caller.g711 import SAMPLE_RATE, Samples
from appliance.telephony.caller.voice import synthesize
from appliance.telephony.wav import load_wav

VOICES = ("slt", "rms", "awb")
"""flite's; the agent of the embedded profile speaks with espeak-ng."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.3, 0.9
Noise = Literal["mm-hm", "cough", "bang"]
NOISES: tuple[Noise, ...] = ("mm-hm", "cough", "bang")
_PEAK = 16_000


@dataclass(frozen=True)
class Speech:
    """Audio at 8 kHz whose first and last audible samples are known (`end` is the sample after the last one)."""

    samples: Samples
    onset: int
    end: int
    pauses: int = 0


def speak(breaths: tuple[str, ...], voice: str, chance: Random) -> Speech:
    """Each breath as one piece of audio, with a silence of random length between one and the next."""
    laid = [synthesize(breaths[0], voice)]
    for breath in breaths[1:]:
        laid += [_silence(chance.uniform(SHORTEST_PAUSE, LONGEST_PAUSE)), synthesize(breath, voice)]
    samples = np.concatenate(laid)
    return Speech(samples, *speech_bounds(samples), len(breaths) - 1)


@lru_cache(maxsize=64)
def noise(kind: Noise, seed: int) -> Speech:
    """A sound that is no speech to be answered: a murmur of assent, a cough, or something that falls down."""
    samples = _MAKERS[kind](seed)
    return Speech(samples, *speech_bounds(samples))


def _murmur(seed: int) -> Samples:
    """ "Mm-hm" as phonemes, by voices that no caller and no agent has."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "murmur.wav")
        voice = ("en-us+f2", "en-us+m3", "en-us+f4")[seed % 3]
        subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(path), "[[m'hm]]"], check=True, capture_output=True)
        return _levelled(load_wav(path, SAMPLE_RATE).astype(np.float64))


def _cough(seed: int) -> Samples:
    """Two bursts of noise with a sharp beginning, about 150 ms each, in the band of a throat."""
    chance = np.random.default_rng(seed)
    bursts = [_burst(chance, seconds, low=400, high=3_000) for seconds in (0.16, 0.14)]
    return _levelled(np.concatenate([bursts[0], np.zeros(int(0.09 * SAMPLE_RATE)), bursts[1]]))


def _bang(seed: int) -> Samples:
    """One burst of noise over the whole band."""
    return _levelled(_burst(np.random.default_rng(seed), 0.12, low=100, high=3_800))


_MAKERS = {"mm-hm": _murmur, "cough": _cough, "bang": _bang}


def _burst(chance: np.random.Generator, seconds: float, *, low: float, high: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    count = int(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(chance.normal(size=count))
    frequencies = np.fft.rfftfreq(count, 1 / SAMPLE_RATE)
    spectrum[(frequencies < low) | (frequencies > high)] = 0
    fading = np.exp(-4 * np.arange(count) / count)
    sound: np.ndarray[tuple[int], np.dtype[np.float64]] = np.fft.irfft(spectrum, count) * fading
    return sound


def _levelled(sound: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Samples:
    levelled: Samples = (sound * (_PEAK / max(1.0, float(np.abs(sound).max())))).astype(np.int16)
    return levelled


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.int16)
