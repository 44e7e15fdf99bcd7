"""Small pieces of audio that ears and voices share.

PCM is 16 kHz signed 16-bit little-endian mono; samples are float32 in -1..1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import soxr

SAMPLE_RATE = 16_000
FRAME_BYTES = 640
"""20 ms of PCM."""

Samples = npt.NDArray[np.float32]


def samples_of(pcm: bytes) -> Samples:
    """PCM as samples."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32_768)


def pcm_of(samples: Samples) -> bytes:
    """Samples as PCM; what lies outside -1..1 is clipped."""
    return np.clip(np.rint(samples * 32_768), -32_768, 32_767).astype("<i2").tobytes()


def resample(samples: Samples, rate: int, to_rate: int = SAMPLE_RATE) -> Samples:
    """The same sound at another rate (Hz)."""
    resampled: Samples = soxr.resample(samples, rate, to_rate)
    return resampled.astype(np.float32)


def frames(pcm: bytes) -> Iterator[bytes]:
    """PCM in frames of FRAME_BYTES, the last one filled up with silence."""
    for start in range(0, len(pcm), FRAME_BYTES):
        yield pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")


def block_levels(samples: Samples, block: int = SAMPLE_RATE // 50) -> Samples:
    """Root mean square of each whole block of `block` samples (20 ms by default)."""
    whole = samples[: len(samples) // block * block].reshape(-1, block)
    levels: Samples = np.sqrt(np.mean(np.square(whole), axis=1)).astype(np.float32)
    return levels


def active_level(samples: Samples) -> float:
    """Root mean square over the 20 ms blocks that are within 25 dB of the loudest one; 0.0 for silence.

    A plain mean would make a sentence with pauses seem quieter than it is (the idea of ITU-T P.56, in its simplest form).
    """
    levels = block_levels(samples)
    if levels.size == 0 or levels.max() == 0:
        return 0.0
    active = levels[levels >= levels.max() * 10 ** (-25 / 20)]
    return float(np.sqrt(np.mean(np.square(active))))


def dbfs(level: float) -> float:
    """A level between 0 and 1 in decibels below full scale."""
    return 20 * float(np.log10(max(level, 1e-9)))


# --- G.711 mu-law (ITU-T G.711, table 2a) -----------------------------------------------------------------------------------

_BIAS, _CLIP = 33, 8158  # in the 14-bit scale that the standard uses


def mulaw_encode(samples: Samples) -> bytes:
    """Samples as G.711 mu-law, one byte each; the rate is the caller's business (8 kHz on the wire)."""
    linear = np.rint(samples * 8_192).astype(np.int32)
    magnitude = np.minimum(np.abs(linear), _CLIP) + _BIAS
    segment = np.floor(np.log2(magnitude)).astype(np.int32) - 5
    code = (segment << 4) | ((magnitude >> (segment + 1)) & 0x0F)
    signed: npt.NDArray[np.int32] = np.where(linear < 0, code | 0x80, code)
    return (~signed & 0xFF).astype(np.uint8).tobytes()


def mulaw_decode(data: bytes) -> Samples:
    """G.711 mu-law bytes as samples."""
    code = ~np.frombuffer(data, dtype=np.uint8).astype(np.int32) & 0xFF
    magnitude = ((((code & 0x0F) << 1) + _BIAS) << ((code >> 4) & 0x07)) - _BIAS
    return (np.where(code & 0x80, -magnitude, magnitude) / 8_192).astype(np.float32)


def over_the_telephone(pcm: bytes) -> bytes:
    """PCM as it arrives after a narrow-band call: 8 kHz, G.711 mu-law, back at 16 kHz."""
    narrow = resample(samples_of(pcm), SAMPLE_RATE, 8_000)
    return pcm_of(resample(mulaw_decode(mulaw_encode(narrow)), 8_000))
