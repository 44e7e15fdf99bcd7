"""Two callers agree to one opening at the same moment: one has it, the other is told so and offered the next nearest.

A few races by default; `scripts/test tests/scheduling/test_races.py --sequences 1000` runs as many as it says.
"""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from appliance.config import Clinic
from appliance.conversation.facts import Days, Wish
from appliance.records.database import Records
from appliance.scheduling.calendar import search
from appliance.scheduling.store import Store
from tests.support.racers import NOW, Entry, Told, run_all

USUAL = 15
"""Races on one database; every one takes an opening away."""
A_MINUTE = 60


@pytest.fixture(params=["book_appointment", "reschedule_appointment"])
def second(request: pytest.FixtureRequest) -> str:
    """What the second caller wants to do with the opening; the first always books."""
    wish: str = request.param
    return wish


def _entries(clinic: Clinic, database: Path, count: int, second: str) -> Sequence[tuple[Entry, Entry]]:
    records = Records(database)
    free, _ = search(clinic, Store(records, clinic).taken(), Wish("okafor", None, None, None, 40), NOW)
    records.close()
    openings = free[2 : 2 + count]
    return [
        (
            Entry("Daniel Kowalski", opening, "book_appointment", f"first-{number}"),
            Entry("Sofia Ramirez", opening, second, f"second-{number}"),
        )
        for number, opening in enumerate(openings)
    ]


def _batches(count: int | None) -> Iterator[int]:
    """Races for each database: a clinic has only so many openings."""
    left = count or USUAL
    while left > 0:
        yield min(left, USUAL)
        left -= USUAL


def test_of_two_threads_one_has_the_opening(tmp_path: Path, clinic: Clinic, second: str, sequences: int | None) -> None:
    for number, count in enumerate(_batches(sequences)):
        database = tmp_path / f"{number}.db"
        entries = _entries(clinic, database, count, second)
        barrier, told = threading.Barrier(2, timeout=A_MINUTE), list[Told]()
        threads = [
            threading.Thread(target=run_all, args=(database, own, barrier, told.append)) for own in zip(*entries, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        _everybody_was_told_the_truth(clinic, database, entries, told)


def test_of_two_processes_one_has_the_opening(tmp_path: Path, clinic: Clinic, second: str, sequences: int | None) -> None:
    spawning = multiprocessing.get_context("spawn")
    for number, count in enumerate(_batches(sequences)):
        database = tmp_path / f"{number}.db"
        entries = _entries(clinic, database, count, second)
        barrier, queue = spawning.Barrier(2, timeout=A_MINUTE), spawning.Queue()
        racers = [spawning.Process(target=run_all, args=(database, own, barrier, queue.put)) for own in zip(*entries, strict=True)]
        for racer in racers:
            racer.start()
        told = [queue.get(timeout=A_MINUTE) for _ in range(2 * len(entries))]
        for racer in racers:
            racer.join()
        _everybody_was_told_the_truth(clinic, database, entries, told)


def _everybody_was_told_the_truth(
    clinic: Clinic, database: Path, entries: Sequence[tuple[Entry, Entry]], told: Sequence[Told]
) -> None:
    """`told` against the rows on disk, read by a connection of its own; a moved appointment may have been moved on since."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT provider, start, call_id FROM appointments WHERE status = 'active'").fetchall()
    assert len({row[:2] for row in rows}) == len(rows), "one opening was given twice"
    by_call = {one.call_id: one for one in told}
    assert len(by_call) == 2 * len(entries), "not every caller came to the finish"
    wins = {row[2]: datetime.fromisoformat(row[1]) for row in rows if row[2]}
    taken, movable = _at_first(clinic)
    for first, second in entries:
        opening = first.opening
        winner, loser = (second, first) if by_call[second.call_id].done else (first, second)
        taken.add((opening.provider, opening.start))
        if winner.intent == "reschedule_appointment":  # what the winner had before is free again
            taken.discard((opening.provider, movable))
            movable = opening.start
        else:
            assert wins.get(winner.call_id) == opening.start, "who was told to have it has not"
        assert loser.call_id not in wins, "who was told to have nothing has something"
        _was_told(by_call[winner.call_id], done=(opening.start,))
        day = opening.start.date()
        wish = Wish(opening.provider, Days(day, day), opening.start.time(), None, 40)
        nearest, fits = search(clinic, taken, wish, NOW)
        assert not fits
        _was_told(by_call[loser.call_id], done=(), offered=tuple(one.start for one in nearest))


def _was_told(told: Told, *, done: tuple[datetime, ...], offered: tuple[datetime, ...] = ()) -> None:
    assert (told.done, told.just_taken, told.offered) == (done, not done, offered)


def _at_first(clinic: Clinic) -> tuple[set[tuple[str, datetime]], datetime]:
    """What is taken in the sample clinic, and the one appointment that the second caller may move."""
    taken = {(one.provider, one.start) for one in clinic.appointments}
    return taken, next(one.start for one in clinic.appointments if one.patient == "p3")
