"""What the database says about calls: how many today, how they ended, how long callers waited for an answer. Never who called."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    by_hour: Mapping[int, int] = field(default_factory=dict)
    """Calls of today by the hour they began in."""
    gaps: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """Milliseconds that callers waited today for the answer's first sound, sorted, by the hour."""

    @property
    def calls_today(self) -> int:
        """All calls that began today."""
        return sum(self.today.values())

    @property
    def all_gaps(self) -> list[int]:
        """Every wait of today, sorted."""
        return sorted(gap for gaps in self.gaps.values() for gap in gaps)


def percentile(ordered: Sequence[int], share: float) -> int:
    """The value that `share` of the sorted values do not exceed (nearest rank). There must be one."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def read_journal(path: Path, today: date, key_file: Path | None = None) -> Journal | None:
    """The journal, or None when the database is missing, locked, not yet made, or encrypted with another key."""
    day = (today.isoformat(), (today + timedelta(days=1)).isoformat())
    try:
        with reading(path, key_file) as database:
            counts = database.execute(
                "SELECT outcome, count(*) FROM calls WHERE started >= ? AND started < ? GROUP BY outcome", day
            ).fetchall()
            hours = database.execute(
                "SELECT CAST(substr(started, 12, 2) AS INTEGER), count(*) FROM calls WHERE started >= ? AND started < ? GROUP BY 1",
                day,
            ).fetchall()
            rows = database.execute(
                "SELECT started, ended, outcome, turns FROM calls ORDER BY started DESC LIMIT ?", (LAST_CALLS,)
            ).fetchall()
            return Journal(dict(counts), tuple(_call(*row) for row in rows), dict(hours), _gaps(database, day))
    except (sqlite3.Error, ValueError):  # ValueError: a time that is none, so the table is not ours
        return None


def _gaps(database: sqlite3.Connection, day: tuple[str, str]) -> dict[int, list[int]]:
    if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'turn_times'").fetchone() is None:
        return {}  # nobody has answered a caller yet
    gaps: dict[int, list[int]] = {}
    for hour, gap in database.execute(
        "SELECT CAST(substr(at, 12, 2) AS INTEGER), gap_ms FROM turn_times WHERE at >= ? AND at < ? ORDER BY gap_ms", day
    ):
        gaps.setdefault(hour, []).append(gap)
    return gaps


def _call(started: str, ended: str | None, outcome: str | None, turns: int | None) -> PastCall:
    return PastCall(_local(started), _local(ended) if ended else None, outcome, turns or 0)


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)
