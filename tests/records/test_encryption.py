"""The records are encrypted where there is a key; no key is ever lost, and the database opens at every moment."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from appliance.config import Clinic
from appliance.faults import TheirFault
from appliance.records import copying, encryption
from appliance.records.database import Records
from appliance.records.encryption import rotate_key
from appliance.reports.database import reading
from appliance.scheduling.store import Store
from appliance.vault.keys import KeyMissing, create_key_file, find_keys
from appliance.vault.opening import CannotOpen, connect

SECRET = b"Margaret Doyle"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "data" / "appliance.db"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "etc" / "records.key"


def fill(database: Path, key_file: Path | None, clinic: Clinic) -> list[str]:
    """The sample clinic's patients, written and closed."""
    with closing(Records(database, key_file)) as records:
        return Store(records, clinic).names()


def on_disk(database: Path) -> bytes:
    return b"".join(path.read_bytes() for path in database.parent.rglob("*") if path.is_file())


def test_the_first_start_makes_the_key_and_an_encrypted_database(database: Path, key_file: Path, clinic: Clinic) -> None:
    names = fill(database, key_file, clinic)
    assert key_file.stat().st_mode & 0o077 == 0
    assert SECRET.decode() in names
    assert SECRET not in on_disk(database)
    assert fill(database, key_file, clinic) == names


def test_while_it_is_open_its_log_is_encrypted_too(database: Path, key_file: Path, clinic: Clinic) -> None:
    with closing(Records(database, key_file)) as records:
        Store(records, clinic)
        assert database.with_name("appliance.db-wal").stat().st_size > 0
        assert SECRET not in on_disk(database)


def test_a_key_that_is_gone_is_never_made_anew_beside_a_database(database: Path, key_file: Path, clinic: Clinic) -> None:
    fill(database, key_file, clinic)
    kept = key_file.rename(key_file.with_name("copy"))
    with pytest.raises(KeyMissing, match="Put the key back"):
        Records(database, key_file)
    assert not key_file.exists()
    kept.rename(key_file)
    fill(database, key_file, clinic)


def test_a_wrong_key_changes_nothing(database: Path, key_file: Path, clinic: Clinic) -> None:
    fill(database, key_file, clinic)
    before = database.read_bytes()
    create_key_file(key_file.with_name("other.key"))
    with pytest.raises(CannotOpen, match="does not open with the key of"):
        Records(database, key_file.with_name("other.key"))
    assert database.read_bytes() == before
    fill(database, key_file, clinic)


def test_a_plain_database_is_encrypted_at_the_start_and_nothing_plain_stays(database: Path, key_file: Path, clinic: Clinic) -> None:
    names = fill(database, None, clinic)
    assert SECRET in on_disk(database)
    key_file.parent.mkdir()
    create_key_file(key_file)
    assert fill(database, key_file, clinic) == names
    assert SECRET not in on_disk(database)


def test_a_plain_database_that_another_process_has_open_is_left_alone(database: Path, key_file: Path, clinic: Clinic) -> None:
    key_file.parent.mkdir()
    create_key_file(key_file)
    with closing(Records(database)) as records:
        Store(records, clinic)
        with pytest.raises(TheirFault, match=r"The agent has .* open"):
            Records(database, key_file)
    fill(database, key_file, clinic)


def test_rotation_keeps_every_row_under_a_new_key_and_the_old_key_for_backups(
    database: Path, key_file: Path, clinic: Clinic
) -> None:
    names = fill(database, key_file, clinic)
    before = find_keys(key_file, {})
    rotate_key(database, key_file)
    after = find_keys(key_file, {})
    assert before is not None
    assert after is not None
    assert after.values == (after.present, before.present)
    assert after.present != before.present
    assert fill(database, key_file, clinic) == names
    key_file.write_text(before.present)
    with pytest.raises(CannotOpen):
        Records(database, key_file)


def test_rotation_is_refused_while_the_agent_works(database: Path, key_file: Path, clinic: Clinic) -> None:
    with closing(Records(database, key_file)) as records:
        Store(records, clinic)
        before = key_file.read_bytes()
        with pytest.raises(TheirFault, match="Stop it"):
            rotate_key(database, key_file)
    assert key_file.read_bytes() == before


def _die(*_: object) -> None:
    os._exit(9)


def _dies_at(step: str, act: Callable[[], None]) -> bool:
    """Do something in a process of its own that ends without a word where it would take this step; whether it came that far."""
    child = os.fork()
    if child == 0:
        module, name = step.split(".")
        setattr({"encryption": encryption, "copying": copying}[module], name, _die)
        act()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


STEPS = [
    "encryption.settle",
    "encryption.copy_database",
    "copying.owned_like_folder",
    "encryption.verified",
    "encryption.put_in_place",
]


@pytest.mark.parametrize("step", [*STEPS, "encryption.write_keys", "copying.sync_folder"])
def test_a_rotation_cut_off_at_any_step_leaves_a_database_that_opens_and_can_be_rotated(
    step: str, database: Path, key_file: Path, clinic: Clinic
) -> None:
    names = fill(database, key_file, clinic)
    assert _dies_at(step, lambda: rotate_key(database, key_file))
    assert fill(database, key_file, clinic) == names
    rotate_key(database, key_file)
    assert fill(database, key_file, clinic) == names
    assert not database.with_name("appliance.db.new").exists()


@pytest.mark.parametrize("step", [*STEPS, "copying.sync_folder"])
def test_encrypting_a_plain_database_can_be_cut_off_at_any_step(step: str, database: Path, key_file: Path, clinic: Clinic) -> None:
    names = fill(database, None, clinic)
    key_file.parent.mkdir()
    create_key_file(key_file)
    assert _dies_at(step, lambda: Records(database, key_file).close())
    assert fill(database, key_file, clinic) == names
    assert SECRET not in on_disk(database)


def test_two_connections_still_write_in_turn(database: Path, key_file: Path, clinic: Clinic) -> None:
    with closing(Records(database, key_file)) as one, closing(Records(database, key_file)) as other:
        Store(one, clinic)
        row = {"id": "x", "patient": "p1", "provider": "okafor", "start": "2026-11-25T09:30", "status": "active"}
        with pytest.raises(sqlite3.IntegrityError), other.change() as rows:
            rows.table("appointments").insert(row)


def test_looking_at_a_database_leaves_the_locks_of_this_process_on_it(database: Path, key_file: Path, clinic: Clinic) -> None:
    """Closing the file by itself would drop them, and another process would take the log away that the agent writes into."""
    with closing(Records(database, key_file)) as records:
        Store(records, clinic)
        with reading(database, key_file):
            pass
        Records(database, key_file).close()
        child = os.fork()
        if child == 0:
            try:
                with closing(connect(database, find_keys(key_file, {}), seconds=0)) as other:
                    other.execute("PRAGMA journal_mode = DELETE")
                os._exit(0)
            except sqlite3.OperationalError:
                os._exit(5)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5
