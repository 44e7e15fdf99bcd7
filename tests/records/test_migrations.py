"""Tables change by numbered steps: each whole or not at all, never without a backup, and never backwards."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from appliance.config import Clinic
from appliance.faults import OurFault, TheirFault
from appliance.records import migrations
from appliance.records.backup import BACKUPS, backups
from appliance.records.database import Records
from appliance.records.migrations import FOLDER, find_steps, is_fresh, migrate, version_of
from appliance.scheduling.store import Store
from appliance.vault.connection import open_file

NEWEST = len(find_steps())


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    """The appliance's steps and one more, that the test writes."""
    folder = tmp_path / "steps"
    shutil.copytree(FOLDER, folder)
    return folder


def further(steps: Path, text: str) -> int:
    (steps / f"{NEWEST + 1:04}_further.sql").write_text(text)
    return NEWEST + 1


def test_a_new_database_has_every_step_behind_it_and_needs_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "appliance.db"
    with closing(Records(path)) as records:
        assert version_of(records.database.conn) == NEWEST
    assert not (tmp_path / BACKUPS).exists()


def test_a_database_from_before_the_steps_is_taken_over_after_a_backup(tmp_path: Path, clinic: Clinic) -> None:
    path = tmp_path / "appliance.db"
    with closing(Records(path)) as records:
        names = Store(records, clinic).names()
        records.database.conn.execute("PRAGMA user_version = 0")
        records.database.conn.execute("DROP TABLE turn_times")
    with closing(Records(path)) as records:
        assert version_of(records.database.conn) == NEWEST
        assert Store(records, clinic).names() == names
        assert records.database.table("turn_times").exists()
    ((_, backup),) = backups(tmp_path / BACKUPS)
    with closing(sqlite3.connect(backup)) as kept:
        assert kept.execute("SELECT count(*) FROM patients").fetchone() == (len(clinic.patients),)
        assert kept.execute("SELECT count(*) FROM sqlite_master WHERE name = 'turn_times'").fetchone() == (0,)


def test_without_a_backup_there_is_no_step(tmp_path: Path, clinic: Clinic) -> None:
    path = tmp_path / "appliance.db"
    with closing(Records(path)) as records:
        Store(records, clinic)
        records.database.conn.execute("PRAGMA user_version = 0")
    (tmp_path / BACKUPS).write_text("a file where the folder would be")
    with pytest.raises(TheirFault, match="No backup could be made"):
        Records(path)
    with closing(sqlite3.connect(path)) as unchanged:
        assert unchanged.execute("PRAGMA user_version").fetchone() == (0,)


def test_a_step_that_fails_is_undone_whole_and_told(tmp_path: Path, steps: Path) -> None:
    further(steps, "CREATE TABLE extra (a TEXT);\nINSERT INTO extra VALUES ('x;y');\nINSERT INTO nowhere VALUES (1);\n")
    with closing(open_file(tmp_path / "a.db", None, seconds=1)) as connection:
        with pytest.raises(TheirFault, match=r"_further\.sql failed \(no such table: nowhere\) and was undone"):
            migrate(connection, tmp_path / "a.db", steps)
        assert version_of(connection) == NEWEST
        assert connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'extra'").fetchone() is None
        further(steps, "CREATE TABLE extra (a TEXT);\nINSERT INTO extra VALUES ('x;y');\n")
        migrate(connection, tmp_path / "a.db", steps)
        assert version_of(connection) == NEWEST + 1
        assert connection.execute("SELECT a FROM extra").fetchall() == [("x;y",)]
        migrate(connection, tmp_path / "a.db", steps)
        assert connection.execute("SELECT count(*) FROM extra").fetchone() == (1,)


def test_a_database_of_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "appliance.db"
    with closing(Records(path)) as records:
        records.database.conn.execute(f"PRAGMA user_version = {NEWEST + 4}")
    before = path.read_bytes()
    with pytest.raises(TheirFault, match=f"made by a newer version of the appliance: step {NEWEST + 4}"):
        Records(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("names", [[], ["0002_a.sql"], ["0001_a.sql", "0001_b.sql"], ["0001_a.sql", "0003_b.sql"], ["first.sql"]])
def test_steps_out_of_order_are_our_fault(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1;")
    with pytest.raises(OurFault, match="not numbered"):
        find_steps(tmp_path)


def test_a_database_in_memory_takes_the_same_steps() -> None:
    with closing(Records(None)) as records:
        assert not migrations.due(records.database.conn, None)
        assert not is_fresh(records.database.conn)
