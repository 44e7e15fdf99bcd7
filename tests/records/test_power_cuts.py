"""What was booked is there after the power went, at any moment; the same test with a weaker setting does find losses.

A few cuts by default; `scripts/test tests/records/test_power_cuts.py --sequences 2000` makes as many as it says.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from appliance.config import Clinic
from appliance.conversation.facts import Opening, Wish
from appliance.records.copying import problem_of
from appliance.records.database import Records
from appliance.scheduling.calendar import search
from appliance.scheduling.store import Store
from appliance.vault.keys import create_key_file
from tests.support.power import Disk

USUAL = 12
NOW = datetime(2026, 11, 23, 9, 10)
PAGES_OF_LOG = 20
"""The log is taken into the file so often that cuts meet that, too."""


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "records.key"
    create_key_file(path)
    return path


@pytest.fixture(scope="module")
def openings(clinic: Clinic) -> list[Opening]:
    """Times that are free at first."""
    with closing(Records(None)) as records:
        free, _ = search(clinic, Store(records, clinic).taken(), Wish("okafor", None, None, None, 40), NOW)
    return list(free)


def lost_in_a_cut(folder: Path, key_file: Path, clinic: Clinic, openings: list[Opening], seed: int, mode: str) -> int:
    """Book some openings, cut the power, start again: how many of those that were booked are not there."""
    dice, disk, told = random.Random(seed), Disk(), set[str]()
    database = folder / f"{seed}" / "appliance.db"
    with disk.plugged_in(), closing(Records(database, key_file)) as records:
        records.database.conn.execute(f"PRAGMA synchronous = {mode}")
        records.database.conn.execute(f"PRAGMA wal_autocheckpoint = {PAGES_OF_LOG}")
        store = Store(records, clinic)
        for opening in openings[: dice.randint(1, len(openings))]:
            told.add(store.book("p2", opening, "cut", call_id="c", now=NOW))
        if dice.random() < 0.5:  # the power goes within a transaction
            records.database.conn.execute("BEGIN IMMEDIATE")
            records.database.conn.execute("UPDATE appointments SET reason = 'half done'")
        disk.cut(dice, folder / f"{seed}-after")
    with closing(Records(folder / f"{seed}-after" / "appliance.db", key_file)) as records, records.reading() as rows:
        assert problem_of(rows.conn) is None
        kept = {str(row["id"]) for row in rows.table("appointments").rows_where("status = 'active'")}
        assert rows.table("appointments").count_where("reason = 'half done'") == 0
    return len(told - kept)


def test_no_booking_that_was_told_is_lost(
    tmp_path: Path, key_file: Path, clinic: Clinic, openings: list[Opening], sequences: int | None
) -> None:
    for seed in range(sequences or USUAL):
        assert lost_in_a_cut(tmp_path, key_file, clinic, openings, seed, "FULL") == 0, f"cut {seed}"


def test_with_synchronous_normal_some_would_be(
    tmp_path: Path, key_file: Path, clinic: Clinic, openings: list[Opening], sequences: int | None
) -> None:
    lost = 0
    for seed in range(sequences or USUAL):
        try:
            lost += lost_in_a_cut(tmp_path, key_file, clinic, openings, seed, "NORMAL")
        except sqlite3.Error:
            lost += 1
    assert lost > 0
