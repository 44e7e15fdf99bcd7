"""The caller's own voice, unlike the agent's: flite (slt by default), or espeak-ng as `espeak-ng:VOICE`."""

from __future__ import annotations

import subprocess
import tempfile
import wave
from functools import lru_cache
from pathlib import Path

import numpy as np
import soxr

from appliance.faults import TheirFault
from appliance.telephony.caller.g711 import SAMPLE_RATE, Samples

DEFAULT_VOICE = "slt"
FLITE_VOICES = ("slt", "rms", "awb", "kal16", "kal")
"""flite takes any name without a word and speaks with another voice, so the names it has are kept here."""
_PEAK = 16_000
"""About -6 dB below full scale, the level of a near telephone."""
_AUDIBLE = 150


@lru_cache(maxsize=256)
def synthesize(text: str, voice: str = DEFAULT_VOICE) -> Samples:
    """`text` spoken at 8 kHz, without silence around it. Raises TheirFault when the program or the voice is missing."""
    engine, _, name = voice.rpartition(":")
    with tempfile.TemporaryDirectory() as folder:
        spoken, written = Path(folder, "speech.wav"), Path(folder, "text")
        written.write_text(text, encoding="utf-8")
        if engine == "espeak-ng":
            command = ["espeak-ng", "-v", name, "-s", "165", "-w", str(spoken), "-f", str(written)]
        else:
            command = ["flite", "-voice", name, "-o", str(spoken), "-f", str(written)]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        except FileNotFoundError as error:
            repair = f"Install it: apt-get install {command[0]}."
            raise TheirFault(f"The caller cannot speak: the program {command[0]} is not installed.", repair=repair) from error
        if done.returncode or not spoken.exists() or (not engine and name not in FLITE_VOICES):
            raise TheirFault(f"There is no voice {voice!r}.", repair=f"Use {', '.join(FLITE_VOICES)} or espeak-ng:en-us+f3.")
        return _trimmed(load_wav(spoken))


def load_wav(path: Path) -> Samples:
    """A mono or stereo 16-bit WAV file at 8 kHz mono. Raises TheirFault when it is not one."""
    try:
        with wave.open(str(path)) as file:
            rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            data = file.readframes(file.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        raise TheirFault(
            f"{path} cannot be read as a WAV file ({error}).", repair="Give a WAV file with 16-bit samples."
        ) from error
    if width != 2:
        raise TheirFault(f"{path} has {8 * width}-bit samples.", repair="Convert it to 16-bit WAV.")
    samples = np.frombuffer(data, "<i2").reshape(-1, channels).mean(axis=1)
    at_8k = samples if rate == SAMPLE_RATE else soxr.resample(samples, rate, SAMPLE_RATE)
    clipped: Samples = np.clip(at_8k, -32_768, 32_767).astype(np.int16)
    return clipped


def save_wav(path: Path, samples: Samples) -> None:
    """Write 8 kHz mono 16-bit. Raises TheirFault when the file cannot be written."""
    try:
        with path.open("wb") as raw, wave.open(raw) as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(samples.astype("<i2").tobytes())
    except OSError as error:
        raise TheirFault(f"{path} cannot be written ({error.strerror}).", repair="Give a path in a folder that exists.") from error


def _trimmed(samples: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > _AUDIBLE)
    if not len(loud):
        return samples[:0]
    inside = samples[loud[0] : loud[-1] + 1].astype(np.float64)
    loudest: Samples = (inside * (_PEAK / np.abs(inside).max())).astype(np.int16)
    return loudest
