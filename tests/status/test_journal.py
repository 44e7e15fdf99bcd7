from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from appliance.status.journal import LAST_CALLS, read_journal
from appliance.vault.connection import open_file
from tests.plant import Plant

TODAY = date(2026, 11, 23)


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


def test_a_missing_database_is_no_journal(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "appliance.db", TODAY) is None
    assert not (tmp_path / "appliance.db").exists(), "reading must not make the file"


def test_a_file_that_is_no_database_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "appliance.db").write_text("not a database at all, but long enough to be looked at" * 100)
    assert read_journal(tmp_path / "appliance.db", TODAY) is None


def test_a_locked_database_is_no_journal_and_never_a_hang(plant: Plant) -> None:
    plant.write_calls((5, "done", 3))
    writer = open_file(plant.machine.database_path, None, seconds=5)
    writer.execute("PRAGMA locking_mode=EXCLUSIVE")
    writer.execute("BEGIN EXCLUSIVE")
    assert read_journal(plant.machine.database_path, TODAY) is None
    writer.close()


def test_an_agent_in_the_middle_of_a_transaction_does_not_stop_readers(plant: Plant) -> None:
    plant.write_calls((5, "done", 3))
    writer = open_file(plant.machine.database_path, None, seconds=5)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM calls")
    journal = read_journal(plant.machine.database_path, TODAY)
    writer.close()
    assert journal is not None
    assert journal.calls_today == 1


def test_only_the_latest_calls_are_read_newest_first(plant: Plant) -> None:
    plant.write_calls(*((minutes, "done", minutes) for minutes in range(1, 21)))
    journal = read_journal(plant.machine.database_path, TODAY)
    assert journal is not None
    assert [call.turns for call in journal.latest] == list(range(1, LAST_CALLS + 1))
    assert journal.calls_today == 20
