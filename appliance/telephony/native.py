"""The telephone library's own C interface, for the few things that its Python face lacks.

Only exported functions of the public pjsip interface and one structure of it (`pjsip_module`) are used, so nothing depends on the
layout of what the library keeps for itself. Every call belongs to the owner thread.
"""

from __future__ import annotations

import ctypes

from pjsua2 import _pjsua2

TRANSACTION_TIMEOUT_MS = 4_000
"""How long a request waits for its answer. RFC 3261's 32 s suit the open Internet; a PBX in the house answers at once, and
a caller who never acknowledges our 200 would hold one of four slots for those 32 s."""

LIBRARY = ctypes.CDLL(_pjsua2.__file__)
LIBRARY.pjsua_get_pjsip_endpt.restype = ctypes.c_void_p
LIBRARY.pjsip_tsx_get_dlg.argtypes = [ctypes.c_void_p]
LIBRARY.pjsip_tsx_get_dlg.restype = ctypes.c_void_p
LIBRARY.pjsip_dlg_get_inv_session.argtypes = [ctypes.c_void_p]
LIBRARY.pjsip_dlg_get_inv_session.restype = ctypes.c_void_p
LIBRARY.pjsip_inv_terminate.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]


def silence_start_up() -> None:
    """Stop the library from printing to stdout before its logging is configured."""
    LIBRARY.pj_log_set_level(0)


def shorten_transactions() -> None:
    """Give up on unanswered requests and unacknowledged answers after TRANSACTION_TIMEOUT_MS; zeros keep the other timers."""
    LIBRARY.pjsip_tsx_set_timers(0, 0, 0, TRANSACTION_TIMEOUT_MS)


def level_g722() -> None:
    """Give G.722 the loudness that other makers' stacks have (measured against ffmpeg's and spandsp's codecs).

    The library shifts samples by two bits each way where others shift by one: we would be 6 dB too quiet for callers, and they
    be heard 6 dB too loud and clipped.
    """
    LIBRARY.pjmedia_codec_g722_set_pcm_shift(1)


def calls_in_library() -> int:
    """How many of the library's call slots are taken."""
    return int(LIBRARY.pjsua_call_get_count())


def call_capacity() -> int:
    """How many calls the library was compiled for."""
    return int(LIBRARY.pjsua_call_get_max_count())


def invite_session(transaction: object) -> int | None:
    """The address of the session that an INVITE's transaction belongs to; `transaction` is the `pjTransaction` of an event."""
    dialog = LIBRARY.pjsip_tsx_get_dlg(int(transaction))  # type: ignore[call-overload]  # a wrapped C pointer has __int__
    return LIBRARY.pjsip_dlg_get_inv_session(dialog) if dialog else None


def terminate_session(session: int, status: int) -> None:
    """End a session at once, without waiting for the other side; it must not have been disconnected before."""
    LIBRARY.pjsip_inv_terminate(session, status, 1)
