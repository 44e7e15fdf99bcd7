"""Who may use the database file: any number of those who write into it, or one who replaces it (flock(2) on a file beside it)."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.faults import TheirFault
from appliance.records.ownership import owned_like_folder


class Lock:
    """Held from its making until `release`, or until the process ends."""

    def __init__(self, database: Path, *, alone: bool) -> None:
        """Raises TheirFault when the database is in use in a way that does not go together with ours, OSError when it cannot."""
        path = database.with_name(f"{database.name}.lock")
        new = not path.exists()
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if new:
            owned_like_folder(path)
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.release()
            raise _in_use(database, alone) from error

    def release(self) -> None:
        """Let go; a second time does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Nobody writes into the database in the meantime. Raises TheirFault when somebody has it open."""
    lock = Lock(database, alone=True)
    try:
        yield
    finally:
        lock.release()


def _in_use(database: Path, alone: bool) -> TheirFault:
    if alone:
        return TheirFault(
            f"The agent has {database} open.", repair="Stop it (systemctl stop appliance-agent), and start it again afterwards."
        )
    return TheirFault(f"{database} is being replaced by another command.", repair="Wait until that command has ended.")
