"""What the database says about calls: how many today, and how the last ones ended. Never who called."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from appliance.reports.database import reading

LAST_CALLS = 8


@dataclass(frozen=True)
class PastCall:
    """One call, without anything that tells who it was. Times are the clinic's local time."""

    started: datetime
    ended: datetime | None
    outcome: str | None
    turns: int


@dataclass(frozen=True)
class Journal:
    """Calls of today by outcome (None: still talking, or cut off), and the latest calls, newest first."""

    today: dict[str | None, int]
    latest: tuple[PastCall, ...]

    @property
    def calls_today(self) -> int:
        """All calls that began today."""
        return sum(self.today.values())


def read_journal(path: Path, today: date) -> Journal | None:
    """The journal, or None when the database is missing, locked or not yet made."""
    try:
        with reading(path) as database:
            counts = database.execute(
                "SELECT outcome, count(*) FROM calls WHERE started >= ? AND started < ? GROUP BY outcome",
                (today.isoformat(), (today + timedelta(days=1)).isoformat()),
            ).fetchall()
            rows = database.execute(
                "SELECT started, ended, outcome, turns FROM calls ORDER BY started DESC LIMIT ?", (LAST_CALLS,)
            ).fetchall()
            return Journal(dict(counts), tuple(_call(*row) for row in rows))
    except (sqlite3.Error, ValueError):  # ValueError: a time that is none, so the table is not ours
        return None


def _call(started: str, ended: str | None, outcome: str | None, turns: int | None) -> PastCall:
    return PastCall(_local(started), _local(ended) if ended else None, outcome, turns or 0)


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)
