"""The audit: who did what with patient data, when and why. Rows are only ever added, each chained to the one before it.

`append` is the one way in. It joins the transaction of what it records, so there is never one without the other. A row's hash is
the SHA-256 of its fields, among them the hash of the row before; an edit, a deletion or a swap breaks the chain, and `verify` names
the place. Rows cut off the end can only be seen by who kept `head` elsewhere. No patient's name is written: `whose` holds ids.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from appliance.faults import OurFault

FIRST_PREVIOUS = "0" * 64


@dataclass(frozen=True)
class Entry:
    """What happened. `who` is a person who signed in, a process, or a command; ids in `whose` are the database's own."""

    who: str
    what: str
    """A verb: looked, took, signed in, ..."""
    kind: str
    """What was touched: messages, appointments, account, ..."""
    why: str
    whose: Sequence[str] = ()
    call_id: str = ""


@dataclass(frozen=True)
class Row:
    """An entry as it stands in the chain; `at` is UTC."""

    number: int
    at: str
    who: str
    what: str
    kind: str
    why: str
    whose: str
    call_id: str
    previous: str
    hash: str


def create_table(connection: sqlite3.Connection) -> None:
    """The table, and triggers so that no code of ours changes or removes a row by mistake."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS audit (number INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,"
        " kind TEXT NOT NULL, why TEXT NOT NULL, whose TEXT NOT NULL, call_id TEXT NOT NULL, previous TEXT NOT NULL,"
        " hash TEXT NOT NULL)"
    )
    for verb in ("UPDATE", "DELETE"):
        connection.execute(
            f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.lower()} BEFORE {verb} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END"
        )


def append(connection: sqlite3.Connection, entry: Entry, now: datetime) -> int:
    """Add a row within the open transaction and answer its number, counted from 1. `now` has a time zone."""
    if not connection.in_transaction:
        raise OurFault("An audit row was to be written outside a transaction.", repair="Call audit.append within `change`.")
    number, previous = head(connection)
    at = now.astimezone(UTC).isoformat(timespec="milliseconds")
    whose = json.dumps(list(entry.whose), separators=(",", ":"))
    fields = (number + 1, at, entry.who, entry.what, entry.kind, entry.why, whose, entry.call_id, previous)
    connection.execute("INSERT INTO audit VALUES (?,?,?,?,?,?,?,?,?,?)", (*fields, _hash(fields)))
    return number + 1


def head(connection: sqlite3.Connection) -> tuple[int, str]:
    """Number and hash of the last row: kept elsewhere, they prove later that nothing was cut off."""
    row = connection.execute("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
    return (int(row[0]), str(row[1])) if row else (0, FIRST_PREVIOUS)


def latest(connection: sqlite3.Connection, count: int) -> list[Row]:
    """The newest rows, newest first."""
    return [Row(*row) for row in connection.execute("SELECT * FROM audit ORDER BY number DESC LIMIT ?", (count,))]


def verify(connection: sqlite3.Connection) -> list[str]:
    """A sentence for each place where the chain is broken; none when it is whole."""
    problems: list[str] = []
    expected, previous = 1, FIRST_PREVIOUS
    for row in (Row(*values) for values in connection.execute("SELECT * FROM audit ORDER BY number")):
        if row.number != expected:
            problems.append(f"Audit rows {expected} to {row.number - 1} are missing.")
        elif row.previous != previous:
            problems.append(f"Audit row {row.number} does not follow the row before it.")
        if _hash(astuple(row)[:-1]) != row.hash:
            problems.append(f"Audit row {row.number} was changed.")
        expected, previous = row.number + 1, row.hash
    return problems


def _hash(fields: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(list(fields), ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
