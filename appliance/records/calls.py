"""A line for every call: when, how long, how it ended; no name, no number, no word."""

from __future__ import annotations

from datetime import datetime

from appliance.records.database import Records


def call_started(records: Records, call_id: str, now: datetime) -> None:
    """Write down that a call began."""
    with records.change() as database:
        database.table("calls").insert(
            {"call_id": call_id, "started": now.isoformat(timespec="seconds"), "turns": 0, "verified": 0}
        )


def call_ended(records: Records, call_id: str, now: datetime, *, outcome: str, turns: int, verified: bool) -> None:
    """Write down how it ended."""
    with records.change() as database:
        database.table("calls").update(
            call_id,
            {"ended": now.isoformat(timespec="seconds"), "outcome": outcome, "turns": turns, "verified": int(verified)},
        )


def end_orphans(records: Records, now: datetime) -> int:
    """Calls that an earlier agent did not live to end get the outcome "failed"; returns how many."""
    with records.change() as database:
        return database.execute(
            "UPDATE calls SET ended = ?, outcome = 'failed' WHERE ended IS NULL", [now.isoformat(timespec="seconds")]
        ).rowcount
