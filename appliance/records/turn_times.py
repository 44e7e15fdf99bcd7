"""How long callers waited for an answer: one row a turn, written once, when the call is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from appliance.records.database import Records

Turn = tuple[datetime, int]
"""When the caller had finished speaking (the clinic's local time), and the milliseconds until the answer's first audio."""


def keep_turn_times(records: Records, call_id: str, turns: Sequence[Turn]) -> None:
    """Write down the turns of one call."""
    with records.change() as database:
        database.execute("CREATE TABLE IF NOT EXISTS turn_times (call_id TEXT NOT NULL, at TEXT NOT NULL, gap_ms INTEGER NOT NULL)")
        database.execute("CREATE INDEX IF NOT EXISTS turn_times_by_day ON turn_times(at)")
        database.conn.executemany(
            "INSERT INTO turn_times VALUES (?, ?, ?)", [(call_id, at.isoformat(timespec="seconds"), gap_ms) for at, gap_ms in turns]
        )
