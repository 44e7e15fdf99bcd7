"""The agent is killed with SIGKILL while two callers book: what was told is there, nothing is there twice.

A few kills by default; `scripts/test tests/records/test_kills.py --sequences 2000` makes as many as it says.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

from appliance.config import Clinic
from appliance.conversation.facts import Opening, Wish
from appliance.records.copying import problem_of
from appliance.records.database import Records
from appliance.scheduling.calendar import search
from appliance.scheduling.store import OpeningLost, Store

USUAL = 10
NOW = datetime(2026, 11, 23, 9, 10)
WRITERS = ("p1", "p2")


def _book_all(database: Path, key_file: Path, clinic: Clinic, patient: str, openings: list[Opening], told: int) -> None:
    """Book what is free, and after each commit tell so; then wait for the end."""
    store = Store(Records(database, key_file), clinic)
    while True:
        for opening in openings:
            try:
                booked = store.book(patient, opening, "kill", call_id="c", now=NOW)
            except OpeningLost:
                continue
            os.write(told, f"{booked}\n".encode())
        time.sleep(0.001)


def _start(database: Path, key_file: Path, clinic: Clinic, patient: str, openings: list[Opening]) -> tuple[int, int]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            _book_all(database, key_file, clinic, patient, openings, writer)
        finally:
            os._exit(1)
    os.close(writer)
    return child, reader


def test_a_killed_agent_loses_nothing_and_doubles_nothing(tmp_path: Path, clinic: Clinic, sequences: int | None) -> None:
    key_file, at_first = tmp_path / "records.key", tmp_path / "first" / "appliance.db"
    with closing(Records(at_first, key_file)) as records:
        openings, _ = search(clinic, Store(records, clinic).taken(), Wish("okafor", None, None, None, 40), NOW)
    in_the_middle = 0
    for seed in range(sequences or USUAL):
        dice = random.Random(seed)
        database = tmp_path / f"{seed}" / "appliance.db"
        database.parent.mkdir()
        shutil.copyfile(at_first, database)
        started = [_start(database, key_file, clinic, patient, dice.sample(openings, len(openings))) for patient in WRITERS]
        select.select([reader for _, reader in started], [], [])  # the first booking is done, by whichever of them
        told = b""
        time.sleep(dice.random() * 0.05)
        for child, reader in started:
            os.kill(child, signal.SIGKILL)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
            while part := os.read(reader, 4096):
                told += part
            os.close(reader)
        with closing(Records(database, key_file)) as records, records.reading() as rows:
            assert problem_of(rows.conn) is None
            stored = [str(row["id"]) for row in rows.query("SELECT id FROM appointments WHERE reason = 'kill'")]
            times = [
                row["start"] for row in rows.query("SELECT start FROM appointments WHERE provider = 'okafor' AND status = 'active'")
            ]
        assert set(told.decode().split()) <= set(stored), f"kill {seed}: a booking that was told is gone"
        assert len(times) == len(set(times)), f"kill {seed}: a time is given twice"
        in_the_middle += len(stored) < len(openings)
        shutil.rmtree(database.parent)
    assert in_the_middle, "every kill came too late"
