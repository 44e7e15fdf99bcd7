"""Is the clock kept right by the network or the PBX's time server? One that only drifts books the wrong hour some day."""

from __future__ import annotations

import ctypes
import errno
from pathlib import Path

from appliance.health import Result, Subject

SLOW = False
TIME_ERROR = 5
"""adjtimex(2): the kernel's word for a clock that nobody disciplines."""
_TIMEX_BYTES = 512
"""More than struct timex has on any Linux; all zeros asks and changes nothing."""
TIMESYNCD = Path("/run/systemd/timesync/synchronized")


def check(subject: Subject) -> Result:
    """Ask the kernel; where a sandbox forbids that, systemd-timesyncd's mark."""
    del subject
    return judge(_ask_kernel(), TIMESYNCD.exists())


def judge(kernel: int | None, marked: bool) -> Result:
    """What the kernel's answer (None: not allowed to ask) and timesyncd's mark mean."""
    if kernel is None and not marked:
        return Result(
            "clock_sync",
            "unknown",
            "This process may not ask whether the clock is kept right.",
            "Run `appliance check` outside the unit's sandbox.",
        )
    if kernel == TIME_ERROR and not marked:
        return Result(
            "clock_sync",
            "warning",
            "Nothing keeps this machine's clock right.",
            "Give systemd-timesyncd or chrony the clinic's time server, such as the router, and run timedatectl set-ntp true.",
        )
    return Result("clock_sync", "ok", "The clock is kept right by a time server.")


def _ask_kernel() -> int | None:
    library = ctypes.CDLL(None, use_errno=True)
    answer: int = library.adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    if answer == -1 and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS):
        return None
    return TIME_ERROR if answer == -1 else answer
