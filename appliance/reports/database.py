"""The appliance's database, opened so that nothing can be written and the agent's writing is never held up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

BUSY_SECONDS = 0.5


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection, closed afterwards. Raises sqlite3.Error when the file is missing, locked or no database."""
    connection = _open(path)
    try:
        yield connection
    finally:
        connection.close()


def _open(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path))}?mode=ro"
    try:
        return _probed(address)
    except sqlite3.OperationalError:
        # A write-ahead-log database needs its side files even for reading; in a folder that is read-only to us they cannot be made.
        # With no log beside it nobody is writing, so reading the bare file is right.
        if not path.exists() or path.with_name(path.name + "-wal").exists():
            raise
    return _probed(f"{address}&immutable=1")


def _probed(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
