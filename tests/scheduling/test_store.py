from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from appliance.config import Clinic
from appliance.conversation.facts import NewPatient, Opening
from appliance.records.database import Records
from appliance.scheduling.store import OpeningLost, Store

FRIDAY_AT_EIGHT = Opening("okafor", datetime(2026, 11, 27, 8, 0))


@pytest.fixture
def store(tmp_path: Path, clinic: Clinic) -> Store:
    return Store(Records(tmp_path / "appliance.db"), clinic)


def test_a_booked_appointment_is_on_disk_for_another_connection(tmp_path: Path, clinic: Clinic, now: datetime) -> None:
    path = tmp_path / "appliance.db"
    Store(Records(path), clinic).book("p2", FRIDAY_AT_EIGHT, "back", call_id="c", now=now)
    rows = sqlite3.connect(path).execute("SELECT patient, start, status FROM appointments WHERE reason = 'back'").fetchall()
    assert rows == [("p2", "2026-11-27T08:00", "active")]


def test_the_database_is_durable_over_power_cuts(tmp_path: Path) -> None:
    database = Records(tmp_path / "appliance.db").database
    assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert database.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_the_same_time_is_not_given_twice(store: Store, now: datetime) -> None:
    store.book("p2", FRIDAY_AT_EIGHT, "back", call_id="c", now=now)
    with pytest.raises(OpeningLost):
        store.book("p4", FRIDAY_AT_EIGHT, "knee", call_id="d", now=now)


def test_the_index_alone_refuses_a_second_active_appointment(tmp_path: Path, clinic: Clinic) -> None:
    records = Records(tmp_path / "appliance.db")
    Store(records, clinic)
    row = {"patient": "p1", "provider": "okafor", "start": "2026-11-25T09:30", "status": "active"}
    with pytest.raises(sqlite3.IntegrityError), records.change() as database:
        database.table("appointments").insert({"id": "x", **row})


def test_a_cancelled_time_is_free_again(store: Store, now: datetime) -> None:
    booked = store.book("p2", FRIDAY_AT_EIGHT, "back", call_id="c", now=now)
    store.cancel("p2", booked, call_id="c", now=now)
    store.book("p4", FRIDAY_AT_EIGHT, "knee", call_id="d", now=now)


def test_nobody_cancels_another_patient_s_appointment(store: Store, now: datetime) -> None:
    with pytest.raises(OpeningLost):
        store.cancel("p2", "a1", call_id="c", now=now)
    assert [a.id for a in store.coming("p1", now)] == ["a1"]


def test_a_move_to_a_taken_time_keeps_the_old_appointment(store: Store, now: datetime) -> None:
    with pytest.raises(OpeningLost):
        store.move("p2", "a2", Opening("okafor", datetime(2026, 11, 27, 9, 0)), call_id="c", now=now)
    assert "a2" in [a.id for a in store.coming("p2", now)]


def test_a_move_gives_up_one_time_for_the_other(store: Store, now: datetime) -> None:
    store.move("p2", "a2", FRIDAY_AT_EIGHT, call_id="c", now=now)
    starts = [a.start for a in store.coming("p2", now)]
    assert FRIDAY_AT_EIGHT.start in starts
    assert datetime(2026, 11, 25, 9, 30) not in starts
    assert store.coming("p2", now)[0].reason == "knee follow-up"


def test_a_new_patient_is_enrolled_with_the_booking_or_not_at_all(store: Store, now: datetime) -> None:
    person = NewPatient("Ada Brook", date(1990, 1, 2), "4135550111")
    with pytest.raises(OpeningLost):
        store.book(person, Opening("okafor", datetime(2026, 11, 27, 9, 0)), "rash", call_id="c", now=now)
    assert "Ada Brook" not in store.names()
    store.book(person, FRIDAY_AT_EIGHT, "rash", call_id="c", now=now)
    shown = next(row for row in store.calendar() if row["reason"] == "rash")
    assert shown["patient"] == {"name": "Ada Brook", "date_of_birth": "1990-01-02", "phone": "4135550111"}


def test_a_new_patient_who_books_twice_is_one_patient(store: Store, now: datetime) -> None:
    person = NewPatient("Ada Brook", date(1990, 1, 2), "4135550111")
    store.book(person, FRIDAY_AT_EIGHT, "rash", call_id="c", now=now)
    store.book(replace(person, name="ada  brook"), Opening("okafor", datetime(2026, 12, 1, 10)), "rash", call_id="d", now=now)
    assert len(store.patients_born(person.date_of_birth)) == 1


def test_of_eight_callers_racing_for_one_time_one_wins(store: Store, now: datetime) -> None:
    won: list[str] = []

    def race(number: int) -> None:
        try:
            won.append(store.book("p2", FRIDAY_AT_EIGHT, "race", call_id=str(number), now=now))
        except OpeningLost:
            return

    threads = [threading.Thread(target=race, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_sample_appointments_are_taken_over_once_only(tmp_path: Path, clinic: Clinic, now: datetime) -> None:
    path = tmp_path / "appliance.db"
    first = Store(Records(path), clinic)
    first.cancel("p1", "a1", call_id="c", now=now)
    again = Store(Records(path), clinic)
    assert again.coming("p1", now) == ()
