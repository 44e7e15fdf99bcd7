"""The one SQLite file. The agent is its only writer; everybody else opens it read-only.

WAL with synchronous=FULL: a commit that was acknowledged survives a power cut (WAL with NORMAL loses the last ones).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from appliance.faults import TheirFault

BUSY_SECONDS = 5.0


class Records:
    """The open database, shared by the agent's threads; one transaction at a time."""

    def __init__(self, path: Path | None) -> None:
        """Open or create the file; None keeps everything in memory (for `appliance chat`). Raises TheirFault when it cannot."""
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            # isolation_level None: transactions begin where `change` says, not where Python guesses
            connection = sqlite3.connect(path or ":memory:", timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            self.database = Database(connection)
            self._lock = threading.RLock()
            with self.change():
                _create_tables(self.database)
        except (OSError, sqlite3.Error) as error:
            raise TheirFault(
                f"The database {path} cannot be opened ({error}).",
                repair="Make paths.data in appliance.toml a folder the service may write to, on a disk with free space.",
            ) from error

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


def _create_tables(database: Database) -> None:
    database.table("patients").create(
        {"id": str, "name": str, "date_of_birth": str, "phone": str, "guardian": str, "language": str},
        pk="id", not_null={"name", "date_of_birth"}, if_not_exists=True,
    )  # fmt: skip
    database.table("appointments").create(
        {"id": str, "patient": str, "provider": str, "start": str, "reason": str, "status": str, "call_id": str, "changed": str},
        pk="id", not_null={"patient", "provider", "start", "status"}, foreign_keys=[("patient", "patients", "id")],
        if_not_exists=True,
    )  # fmt: skip
    database.execute(
        "CREATE UNIQUE INDEX IF NOT EXISTS one_patient_a_time ON appointments(provider, start) WHERE status = 'active'"
    )
    database.table("messages").create(
        {"id": str, "recipient": str, "text": str, "call_id": str, "taken": str, "delivered": str},
        pk="id", not_null={"recipient", "text", "taken"}, if_not_exists=True,
    )  # fmt: skip
    database.table("calls").create(
        {"call_id": str, "started": str, "ended": str, "outcome": str, "turns": int, "verified": int},
        pk="call_id", not_null={"started"}, if_not_exists=True,
    )  # fmt: skip
