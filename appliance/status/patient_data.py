"""The only place of the status page that reads patient data: every look is written into the audit before anything is shown.

A look that cannot be written down is not had. The page's other modules get at appointments and messages through this file alone,
which tests/status/test_looks.py proves by walking every address and every source file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from appliance.records import audit
from appliance.records.audit import Entry
from appliance.reports.database import reading
from appliance.status.database import StaffDatabase

OPEN_MESSAGES = 200
DONE_MESSAGES = 50


@dataclass(frozen=True)
class Look:
    """Who looks, and why."""

    who: str
    why: str


@dataclass(frozen=True)
class Appointment:
    """One of the day's appointments. `start` is local time."""

    start: datetime
    provider: str
    """The id of clinic.toml."""
    patient: str
    born: date
    phone: str
    reason: str


@dataclass(frozen=True)
class Message:
    """A message for staff, and what was done with it. `taken` is when the caller left it, in local time."""

    id: str
    recipient: str
    parts: tuple[str, ...]
    left: datetime
    taken_by: str
    done_by: str
    done_at: datetime | None


class PatientData:
    """Appointments and messages of the clinic's database, read-only, with the marks of the page's own database."""

    def __init__(self, clinic_database: Path, key_file: Path | None, staff: StaffDatabase, clock: Callable[[], float]) -> None:
        self._path = clinic_database
        self._key_file = key_file
        self._staff = staff
        self._clock = clock

    def appointments(self, day: date, look: Look) -> list[Appointment] | None:
        """The active appointments of a day in order; None when the database cannot be read. Audited."""
        query = (
            "SELECT a.start, a.provider, p.name, p.date_of_birth, p.phone, a.reason, p.id FROM appointments a"
            " JOIN patients p ON p.id = a.patient WHERE a.status = 'active' AND a.start >= ? AND a.start < ?"
            " ORDER BY a.start, a.provider"
        )
        try:
            with reading(self._path, self._key_file) as database:
                rows = database.execute(query, (day.isoformat(), (day + timedelta(days=1)).isoformat())).fetchall()
        except sqlite3.Error:
            return None
        self._looked(look, f"appointments of {day.isoformat()}", sorted({str(row[6]) for row in rows}))
        return [
            Appointment(datetime.fromisoformat(start), provider, name, date.fromisoformat(born), phone or "", reason or "")
            for start, provider, name, born, phone, reason, _ in rows
        ]

    def messages(self, look: Look) -> list[Message] | None:
        """Messages not done yet, the oldest first, then those done last; None when the database cannot be read. Audited."""
        try:
            with reading(self._path, self._key_file) as database:
                rows = database.execute("SELECT id, recipient, text, taken FROM messages ORDER BY taken").fetchall()
        except sqlite3.Error:
            return None
        with self._staff.reading() as connection:
            marks = {row["message"]: row for row in connection.execute("SELECT * FROM message_marks")}
        messages = [_message(row, marks.get(row[0])) for row in rows]
        waiting = [message for message in messages if message.done_at is None][:OPEN_MESSAGES]
        done = sorted((m for m in messages if m.done_at), key=lambda m: str(m.done_at), reverse=True)[:DONE_MESSAGES]
        self._looked(look, "messages", [message.id for message in (*waiting, *done)])
        return waiting + done

    def mark(self, message: str, act: str, who: str) -> bool:
        """Take a message, give it back, have it done, or open it again; False when that cannot be. Audited."""
        if not self._is_there(message):
            return False
        now = datetime.fromtimestamp(self._clock(), UTC)
        moment = now.isoformat(timespec="seconds")
        changes: dict[str, tuple[str, tuple[str, ...]]] = {
            "take": ("UPDATE message_marks SET taken_by = ?, taken_at = ? WHERE message = ? AND taken_by IS NULL", (who, moment)),
            "give-back": ("UPDATE message_marks SET taken_by = NULL, taken_at = NULL WHERE message = ? AND taken_by = ?", ()),
            "done": ("UPDATE message_marks SET done_by = ?, done_at = ? WHERE message = ? AND done_by IS NULL", (who, moment)),
            "reopen": ("UPDATE message_marks SET done_by = NULL, done_at = NULL WHERE message = ? AND done_by IS NOT NULL", ()),
        }
        if act not in changes:
            return False
        statement, values = changes[act]
        with self._staff.change() as connection:
            connection.execute("INSERT OR IGNORE INTO message_marks (message) VALUES (?)", (message,))
            rest = (message, who) if act == "give-back" else (message,)
            if connection.execute(statement, (*values, *rest)).rowcount == 0:
                return False
            audit.append(connection, Entry(who, f"marked: {act}", "messages", "working on messages", [message]), now)
        return True

    def pulse(self, today: date) -> tuple[object, ...] | None:
        """Values that change whenever what the desk's pages show does, and that say nothing about anybody."""
        try:
            with reading(self._path, self._key_file) as database:
                messages = database.execute("SELECT count(*), max(taken) FROM messages").fetchone()
                taken = database.execute("SELECT count(*), max(changed) FROM appointments").fetchone()
        except sqlite3.Error:
            return None
        with self._staff.reading() as connection:
            marks = connection.execute(
                "SELECT count(*), count(taken_by), count(done_by), max(taken_at), max(done_at) FROM message_marks"
            ).fetchone()
        return (*messages, *taken, *marks, today)

    def _is_there(self, message: str) -> bool:
        try:
            with reading(self._path, self._key_file) as database:
                return database.execute("SELECT 1 FROM messages WHERE id = ?", (message,)).fetchone() is not None
        except sqlite3.Error:
            return False

    def _looked(self, look: Look, kind: str, whose: list[str]) -> None:
        with self._staff.change() as connection:
            now = datetime.fromtimestamp(self._clock(), UTC)
            audit.append(connection, Entry(look.who, "looked", kind, look.why, whose), now)


def _message(row: tuple[str, str, str, str], mark: sqlite3.Row | None) -> Message:
    message, recipient, text, left = row
    # the agent joins who, when born, what number and what for with this sign
    parts = tuple(part for part in text.split(" · ") if part)
    taken_by, done_by, done_at = (mark["taken_by"], mark["done_by"], mark["done_at"]) if mark else (None, None, None)
    done = datetime.fromisoformat(done_at) if done_at else None
    return Message(
        message, recipient, parts, datetime.fromisoformat(left).replace(tzinfo=None), taken_by or "", done_by or "", done
    )
