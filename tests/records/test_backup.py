"""A backup is made while the agent writes, counts only once it was restored, and comes back under whatever key is in use."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.config import Clinic
from appliance.conversation.facts import Opening
from appliance.faults import TheirFault
from appliance.records.backup import back_up, backups, prune
from appliance.records.database import Records
from appliance.records.encryption import rotate_key
from appliance.records.restoring import restore
from appliance.scheduling.store import Store
from appliance.vault.keys import find_keys

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
FRIDAY_AT_EIGHT = Opening("okafor", datetime(2026, 11, 27, 8, 0))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "appliance.db"


@pytest.fixture(params=["plain", "encrypted"])
def key_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return tmp_path / "records.key" if request.param == "encrypted" else None


def times(database: Path, key_file: Path | None, clinic: Clinic) -> set[str]:
    with closing(Records(database, key_file)) as records:
        return {str(row["start"]) for row in Store(records, clinic).calendar()}


def test_a_backup_made_during_work_comes_back_and_the_old_database_stays_aside(
    database: Path, key_file: Path | None, clinic: Clinic, now: datetime, tmp_path: Path
) -> None:
    with closing(Records(database, key_file)) as records:
        store = Store(records, clinic)
        backup = back_up(database, find_keys(key_file, {}), tmp_path / "usb", NOW)
        store.book("p2", FRIDAY_AT_EIGHT, "back", call_id="c", now=now)
    assert [path.name for path in (tmp_path / "usb").iterdir()] == ["appliance-20261123T233000.000000Z.db"]
    assert (b"Margaret Doyle" in backup.read_bytes()) == (key_file is None)
    done = restore(backup, database, key_file, NOW)
    assert done.counts["appointments"] == len(clinic.appointments)
    assert "2026-11-27T08:00" not in times(database, key_file, clinic)
    assert done.aside is not None
    assert "2026-11-27T08:00" in times(done.aside, key_file, clinic)


def test_a_backup_under_a_former_key_comes_back_under_the_present_one(clinic: Clinic, database: Path, tmp_path: Path) -> None:
    key_file = tmp_path / "records.key"
    before = times(database, key_file, clinic)
    backup = back_up(database, find_keys(key_file, {}), tmp_path, NOW)
    rotate_key(database, key_file)
    restore(backup, database, key_file, NOW)
    keys = find_keys(key_file, {})
    assert keys is not None
    key_file.write_text(keys.present)
    assert times(database, key_file, clinic) == before


def test_restoring_is_refused_while_the_agent_works(database: Path, clinic: Clinic, tmp_path: Path) -> None:
    with closing(Records(database)) as records:
        Store(records, clinic)
        backup = back_up(database, None, tmp_path, NOW)
        with pytest.raises(TheirFault, match="Stop it"):
            restore(backup, database, None, NOW)


def test_a_damaged_database_is_replaced_and_kept_with_its_log(database: Path, clinic: Clinic, tmp_path: Path) -> None:
    before = times(database, None, clinic)
    backup = back_up(database, None, tmp_path, NOW)
    database.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    log = database.with_name("appliance.db-wal")
    log.write_bytes(b"what the log held")
    aside = restore(backup, database, None, NOW).aside
    assert aside is not None
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == b"what the log held"
    assert not log.exists()
    assert times(database, None, clinic) == before


@pytest.mark.parametrize("place", [5000, 9000, -3000])
def test_a_damaged_backup_is_refused_and_nothing_changes(place: int, database: Path, clinic: Clinic, tmp_path: Path) -> None:
    """One changed bit of an encrypted page is found by its HMAC."""
    key_file = tmp_path / "records.key"
    times(database, key_file, clinic)
    backup = back_up(database, find_keys(key_file, {}), tmp_path, NOW)
    content = bytearray(backup.read_bytes())
    content[place] ^= 1
    backup.write_bytes(content)
    before = database.read_bytes()
    with pytest.raises(TheirFault, match=r"appliance-.*(damaged|cannot be restored)"):
        restore(backup, database, key_file, NOW)
    assert database.read_bytes() == before


def test_what_is_no_backup_of_ours_is_refused(database: Path, clinic: Clinic, tmp_path: Path) -> None:
    times(database, None, clinic)
    (tmp_path / "letter.txt").write_text("hello")
    for name, told in (("none.db", "There is no backup"), ("letter.txt", "cannot be restored|encrypted")):
        with pytest.raises(TheirFault, match=told):
            restore(tmp_path / name, database, None, NOW)


def test_a_backup_of_a_newer_version_is_refused(database: Path, clinic: Clinic, tmp_path: Path) -> None:
    times(database, None, clinic)
    with closing(Records(database)) as records:
        records.database.conn.execute("PRAGMA user_version = 99")
        backup = back_up(database, None, tmp_path, NOW)
        records.database.conn.execute("PRAGMA user_version = 1")
    with pytest.raises(TheirFault, match="newer version"):
        restore(backup, database, None, NOW)


def test_a_folder_that_cannot_be_written_to_is_told(database: Path, clinic: Clinic, tmp_path: Path) -> None:
    times(database, None, clinic)
    (tmp_path / "file").touch()
    with pytest.raises(TheirFault, match="No backup could be made in"):
        back_up(database, None, tmp_path / "file", NOW)
    with pytest.raises(TheirFault, match="There is no database"):
        back_up(tmp_path / "none.db", None, tmp_path, NOW)


def test_old_backups_go_but_the_newest_always_stay(tmp_path: Path) -> None:
    for age in (1, 20, 40, 50, 60):
        (tmp_path / f"appliance-{(NOW - timedelta(days=age)).strftime('%Y%m%dT%H%M%S.%fZ')}.db").touch()
    (tmp_path / "appliance-notes.db").touch()
    prune(tmp_path, NOW, days=30, least=3)
    assert [(NOW - made).days for made, _ in backups(tmp_path)] == [1, 20, 40]
    prune(tmp_path, NOW, days=30, least=1)
    assert [(NOW - made).days for made, _ in backups(tmp_path)] == [1, 20]
    assert (tmp_path / "appliance-notes.db").exists()
