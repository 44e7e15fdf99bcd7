"""Copying audio between Python bytes and the library's frames, which are C++ vectors behind a slow wrapper.

The wrapper's own copy costs 400 µs for 20 ms of audio and hands the interpreter lock back for every byte; a copy through the
vector's address costs 3 µs. That address is only trusted after a self-test at start; otherwise the wrapper's copy is used.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable
from typing import Any

import pjsua2 as pj

_log = logging.getLogger(__name__)


class _Vector(ctypes.Structure):
    """std::vector<unsigned char> as libstdc++ lays it out: begin, end, end of storage."""

    _fields_ = (("begin", ctypes.c_void_p), ("end", ctypes.c_void_p), ("storage_end", ctypes.c_void_p))


def _read_fast(vector: Any) -> bytes:
    at = _Vector.from_address(int(vector.this))
    return ctypes.string_at(at.begin, at.end - at.begin) if at.begin else b""


def _write_fast(frame: Any, audio: bytes) -> None:
    buffer = frame.buf
    buffer.assign(len(audio), 0)
    ctypes.memmove(_Vector.from_address(int(buffer.this)).begin, audio, len(audio))


def _read_slow(vector: Any) -> bytes:
    return bytes(vector)


def _write_slow(frame: Any, audio: bytes) -> None:
    frame.buf = pj.ByteVector(audio)


def fast_copy_works() -> bool:
    """Whether this build's vectors lie where the fast copy expects them, tried on one vector both ways."""
    sample = bytes(range(1, 251))
    vector = pj.ByteVector(sample)
    at = _Vector.from_address(int(vector.this))
    if not at.begin or at.end - at.begin != len(sample) or not at.end <= at.storage_end < at.end + 4 * len(sample):
        return False
    frame = pj.MediaFrame()
    _write_fast(frame, sample)
    return _read_fast(vector) == sample and bytes(frame.buf) == sample


def choose_copy() -> tuple[Callable[[Any], bytes], Callable[[Any, bytes], None]]:
    """`read(vector) -> bytes` and `write(frame, bytes)`, the fast pair when its self-test passes."""
    if fast_copy_works():
        return _read_fast, _write_fast
    _log.warning("fast frame copy failed its self-test; the slow copy costs audio quality above two calls")
    return _read_slow, _write_slow
