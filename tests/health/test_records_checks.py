"""What `appliance check` says of the records' key and of their backups."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.health import Subject, backup, database, encryption
from appliance.records.backup import BACKUPS, back_up
from appliance.records.database import Records
from appliance.vault.keys import create_key_file
from tests.plant import Plant


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


def subject(plant: Plant, key_file: Path | None = None) -> Subject:
    machine = plant.machine.model_copy(update={"records": plant.machine.records.model_copy(update={"key_file": key_file})})
    return Subject(plant.settings, machine, plant.clinic, clock=plant.clock)


def test_without_a_key_it_warns(plant: Plant) -> None:
    found = encryption.check(subject(plant))
    assert (found.state, "not encrypted" in found.sentence) == ("warning", True)
    assert "appliance records key new" in found.repair


def test_with_a_key_it_looks_whether_the_database_is_encrypted(plant: Plant, tmp_path: Path) -> None:
    key_file = tmp_path / "etc.key"
    create_key_file(key_file)
    assert encryption.check(subject(plant, key_file)).state == "ok"
    plant.write_calls((5, "done", 3))
    assert "is not encrypted yet" in encryption.check(subject(plant, key_file)).sentence
    Records(plant.machine.database_path, key_file).close()
    found = encryption.check(subject(plant, key_file))
    assert (found.state, found.sentence) == ("ok", "The records are encrypted.")
    assert database.check(subject(plant, key_file)).state == "ok"


def test_a_key_beside_its_database_is_a_warning(plant: Plant) -> None:
    key_file = plant.machine.paths.data / "records.key"
    Records(plant.machine.database_path, key_file).close()
    assert "their key lies in the same folder" in encryption.check(subject(plant, key_file)).sentence


def test_a_wrong_or_missing_key_is_told_by_both_checks(plant: Plant, tmp_path: Path) -> None:
    Records(plant.machine.database_path, tmp_path / "right.key").close()
    create_key_file(tmp_path / "wrong.key")
    for name, told in (("wrong.key", "does not open with the key of"), ("none.key", "there is no file")):
        for check in (encryption.check, database.check):
            with pytest.raises(TheirFault, match=told):
                check(subject(plant, tmp_path / name))


@pytest.mark.parametrize(("hours", "state"), [(1, "ok"), (35, "ok"), (37, "warning")])
def test_backups_are_judged_by_the_age_of_the_newest(plant: Plant, hours: int, state: str) -> None:
    assert "There is no backup in" in backup.check(subject(plant)).sentence
    plant.write_calls((5, "done", 3))
    made = datetime.fromtimestamp(plant.now, UTC) - timedelta(hours=hours)
    back_up(plant.machine.database_path, None, plant.machine.paths.data / BACKUPS, made)
    found = backup.check(subject(plant))
    assert (found.state, found.sentence) == (state, f"The last backup was made {hours} hours ago." if hours > 1 else found.sentence)


def test_backups_elsewhere_are_looked_for_there(plant: Plant, tmp_path: Path) -> None:
    machine = plant.machine
    elsewhere = machine.model_copy(update={"records": machine.records.model_copy(update={"backup_folder": tmp_path / "usb"})})
    found = backup.check(replace(subject(plant), machine=elsewhere))
    assert found.sentence == f"There is no backup in {tmp_path / 'usb'}."
    with closing(Records(machine.database_path)):
        back_up(machine.database_path, None, tmp_path / "usb", datetime.fromtimestamp(plant.now, UTC))
    assert backup.check(replace(subject(plant), machine=elsewhere)).state == "ok"
