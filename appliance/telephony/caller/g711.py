"""G.711 mu-law and A-law (ITU-T G.711) as lookup tables, made from the decoding rule so that encoder and decoder agree."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
"""Linear PCM, one channel."""
SAMPLE_RATE = 8_000
FRAME_SAMPLES = 160
"""20 ms."""
Codec = Literal["PCMU", "PCMA"]


def _mu_law_values() -> Samples:
    """The linear value of each of the 256 mu-law bytes (G.711 table 2a, 14 bits scaled to 16)."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _a_law_values() -> Samples:
    """The linear value of each of the 256 A-law bytes (G.711 table 1a, 13 bits scaled to 16)."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment, mantissa = (code & 0x70) >> 4, (code & 0x0F) << 4
    magnitude = np.where(segment == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _nearest_codes(values: Samples) -> NDArray[np.uint8]:
    """For each of the 65,536 sample values (index = value + 32768) the byte whose value is nearest."""
    order = np.argsort(values, kind="stable")
    ascending = values[order].astype(np.int32)
    borders = (ascending[:-1] + ascending[1:]) // 2
    return order[np.searchsorted(borders, np.arange(-32_768, 32_768), side="left")].astype(np.uint8)


_DECODE: dict[Codec, Samples] = {"PCMU": _mu_law_values(), "PCMA": _a_law_values()}
_ENCODE = {codec: _nearest_codes(values) for codec, values in _DECODE.items()}


def encode(samples: Samples, codec: Codec) -> bytes:
    """One byte for each sample."""
    return _ENCODE[codec][samples.astype(np.int32) + 32_768].tobytes()


def decode(payload: bytes, codec: Codec) -> Samples:
    """One sample for each byte."""
    return _DECODE[codec][np.frombuffer(payload, np.uint8)]
