"""The status page's own database: users, sessions, what was done with messages, and the audit of looks at patient data.

The appointments have one writing process, the agent, so what people do on the page cannot be written there: a page that stalls on a
slow disk must never hold up a booking, and a page that is broken into must find the calendar read-only. This file is the page's
alone, with one exception: `appliance users` writes into it too, for a moment, because the first user must exist before anybody
can sign in. Two writers are safe here as the journal is a rollback journal (SQLite's write-ahead log had a corruption bug with two
until 3.51.3) and each change takes the lock before it reads. synchronous=EXTRA: what was acknowledged survives a power cut.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.faults import TheirFault
from appliance.records import audit
from appliance.records.ownership import owned_like_folder

BUSY_SECONDS = 5.0
_TABLES = (
    """CREATE TABLE IF NOT EXISTS users (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT, setup_code TEXT,
    setup_until REAL, totp TEXT, totp_step INTEGER NOT NULL DEFAULT 0, added TEXT NOT NULL)""",
    "CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, user TEXT NOT NULL, began REAL NOT NULL, seen REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS failures (who TEXT PRIMARY KEY, count INTEGER NOT NULL, until REAL NOT NULL, last REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS message_marks (message TEXT PRIMARY KEY, taken_by TEXT, taken_at TEXT, done_by TEXT, done_at TEXT)",
)


class StaffDatabase:
    """The open file; its methods may be called from several threads. Raises TheirFault when it cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def exists(self) -> bool:
        """Whether anybody was ever added; asking never makes the file."""
        return self._path.exists()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: it takes the lock first, commits at the end, and is undone when the block raises."""
        with self._lock, self._explained():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read what is committed."""
        with self._lock, self._explained():
            yield self._open()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None:
            return self._connection
        self._make()
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA synchronous=EXTRA")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            connection.execute(table)
        audit.create_table(connection)
        connection.execute("COMMIT")
        self._connection = connection
        return connection

    def _make(self) -> None:
        """An empty file that only the page's user can read, also where root runs `appliance users` before the page ever ran."""
        folder = self._path.parent
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
            if os.geteuid() == 0:
                os.chown(folder, folder.parent.stat().st_uid, folder.parent.stat().st_gid)
        if not self._path.exists():
            os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600))
            owned_like_folder(self._path)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.DatabaseError) as error:
            raise TheirFault(
                f"The status page's database {self._path} cannot be used ({error}).",
                repair="See that its folder belongs to the status page's user and that its disk has free space.",
            ) from error
