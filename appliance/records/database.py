"""The one SQLite file, encrypted where a key is configured. The agent is its only writer; everybody else opens it read-only.

WAL with synchronous=FULL: a commit that was acknowledged survives a power cut (WAL with NORMAL loses the last ones).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from appliance.faults import TheirFault
from appliance.records import migrations
from appliance.records.backup import BACKUPS, back_up
from appliance.records.copying import beside
from appliance.records.encryption import encrypt_plain, keys_to_open
from appliance.records.lock import Lock
from appliance.vault.connection import open_file
from appliance.vault.opening import connect

BUSY_SECONDS = 5.0


class Records:
    """The open database, shared by the agent's threads; one transaction at a time."""

    def __init__(self, path: Path | None, key_file: Path | None = None) -> None:
        """Open or create the file; None keeps everything in memory (for `appliance chat`). Raises TheirFault when it cannot.

        The key is systemd's credential, or else in `key_file`; without either the file is plain. A plain file found where there is
        a key becomes an encrypted one.
        """
        self._lock = threading.RLock()
        self._in_use: Lock | None = None
        try:
            self.database = Database(self._open(path, key_file))
        except BaseException as error:
            self._let_go()
            if isinstance(error, TheirFault) or not isinstance(error, OSError | sqlite3.Error):
                raise
            raise TheirFault(
                f"The database {path} cannot be opened ({error}).",
                repair="Make paths.data in appliance.toml a folder the service may write to, on a disk with free space.",
            ) from error

    def _open(self, path: Path | None, key_file: Path | None) -> sqlite3.Connection:
        if path is None:
            return _ready(open_file(None, None, seconds=BUSY_SECONDS), None)
        path.parent.mkdir(parents=True, exist_ok=True)
        keys = keys_to_open(path, key_file)
        if keys is not None:
            encrypt_plain(path, keys)
        self._in_use = Lock(path, alone=False)
        beside(path).unlink(missing_ok=True)  # left by a replacement that was cut off; with the lock held none is going on
        connection = connect(path, keys, seconds=BUSY_SECONDS)
        try:
            if migrations.due(connection, path) and not migrations.is_fresh(connection):
                back_up(path, keys, path.parent / BACKUPS, datetime.now(UTC))
            return _ready(connection, path)
        except BaseException:
            connection.close()
            raise

    def _let_go(self) -> None:
        if self._in_use is not None:
            self._in_use.release()

    @contextmanager
    def change(self) -> Iterator[Database]:
        """One transaction: BEGIN IMMEDIATE, then COMMIT, or ROLLBACK when the block raises."""
        with self._lock:
            self.database.conn.execute("BEGIN IMMEDIATE")
            try:
                yield self.database
            except BaseException:
                self.database.conn.execute("ROLLBACK")
                raise
            try:
                self.database.conn.execute("COMMIT")
            except sqlite3.Error:  # a full disk: nothing was changed, and the next transaction must be able to begin
                if self.database.conn.in_transaction:
                    self.database.conn.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Read what is committed."""
        with self._lock:
            yield self.database

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self.database.conn.close()
            self._let_go()


def _ready(connection: sqlite3.Connection, path: Path | None) -> sqlite3.Connection:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    migrations.migrate(connection, path)
    return connection
