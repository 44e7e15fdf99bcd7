"""What a run costs the machine: how long something waited for a processor, and processor time of a process and all it started."""

from __future__ import annotations

import os
import time
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


class Load:
    """Measures from when it is made; `root` is a process that started all the others of interest."""

    def __init__(self, root: int | None) -> None:
        self._root = root
        self._at, self._stalled, self._used = time.monotonic(), _stalled(), _processor_seconds(root)

    def pressure(self) -> float:
        """Share of the time in which something on this machine waited for a processor, 0 to 1 (/proc/pressure/cpu)."""
        return (_stalled() - self._stalled) / max(0.001, time.monotonic() - self._at)

    def processors(self) -> float:
        """How many processors the processes kept busy: 1 is one of them, all the time."""
        return (_processor_seconds(self._root) - self._used) / max(0.001, time.monotonic() - self._at)


def _stalled() -> float:
    """Seconds since the start of the machine."""
    try:
        some = Path("/proc/pressure/cpu").read_text(encoding="ascii").splitlines()[0]
    except OSError:  # a kernel without it
        return 0.0
    return int(some.rpartition("total=")[2]) / 1e6


def _processor_seconds(root: int | None) -> float:
    """User and system time of a process, its descendants that live, and those that have been waited for (proc(5), stat)."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        process = int(stat.parent.name)
        parents[process] = int(fields[1])
        used[process] = sum(map(int, fields[11:15])) / _TICKS
    return sum(seconds for process, seconds in used.items() if _descends(process, root, parents))


def _descends(process: int, root: int | None, parents: dict[int, int]) -> bool:
    while process:
        if process == root:
            return True
        process = parents.get(process, 0)
    return False
