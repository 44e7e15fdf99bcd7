"""16-bit WAV files in and out, at the rate that is wanted."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from appliance.faults import TheirFault


def load_wav(path: Path, rate: int) -> NDArray[np.int16]:
    """A 16-bit WAV file of any rate as one channel at `rate` samples a second. Raises TheirFault when it is not one."""
    try:
        with wave.open(str(path)) as file:
            its_rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            data = file.readframes(file.getnframes())
    except (OSError, wave.Error, EOFError) as error:
        raise TheirFault(
            f"{path} cannot be read as a WAV file ({error}).", repair="Give a WAV file with 16-bit samples."
        ) from error
    if width != 2:
        raise TheirFault(f"{path} has {8 * width}-bit samples.", repair="Convert it to 16-bit WAV.")
    one_channel = np.frombuffer(data, "<i2").reshape(-1, channels).mean(axis=1)
    resampled = one_channel if its_rate == rate else soxr.resample(one_channel, its_rate, rate)
    samples: NDArray[np.int16] = np.clip(resampled, -32_768, 32_767).astype(np.int16)
    return samples


def save_wav(path: Path, samples: NDArray[np.int16], rate: int) -> None:
    """Write one channel of 16-bit samples. Raises TheirFault when the file cannot be written."""
    try:
        with path.open("wb") as raw, wave.open(raw) as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(samples.astype("<i2").tobytes())
    except OSError as error:
        raise TheirFault(f"{path} cannot be written ({error.strerror}).", repair="Give a path in a folder that exists.") from error
