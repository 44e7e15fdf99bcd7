"""One command at a time in a folder that it changes."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.faults import TheirFault


@contextmanager
def alone(lock: Path, owner: str, *, busy: str, repair: str) -> Iterator[None]:
    """Hold the file `lock`, made with its folder, until the block ends; the kernel lets go when a process dies.

    Raises TheirFault when the folder `owner` cannot be written (then with `repair`), and with `busy` when another command holds it.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        stream = lock.open("w")
    except OSError as error:
        raise TheirFault(f"{owner} cannot be written ({error.strerror}).", repair=repair) from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TheirFault(busy, repair="Wait until it has finished.") from error
        yield
