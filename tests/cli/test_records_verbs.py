"""The verbs `records key`, `backup` and `restore`, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.config import load_machine
from appliance.records.database import Records
from appliance.vault.keys import find_keys
from tests.plant import Plant


def test_a_key_is_made_changed_and_never_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant = Plant(tmp_path)
    config = ["--config", str(plant.settings)]
    assert main(["records", "key", "new", *config]) == 2
    plant.settings.write_text(plant.settings.read_text() + '[records]\nkey_file = "records.key"\n')
    key_file = load_machine(plant.settings).records.key_file
    assert key_file == tmp_path / "records.key"
    assert main(["records", "key", "new", *config]) == 0
    assert main(["records", "key", "new", *config]) == 2
    Records(plant.machine.database_path, key_file).close()
    assert main(["records", "key", "rotate", *config]) == 0
    keys = find_keys(key_file, {})
    assert keys is not None
    assert len(keys.values) == 2
    shown = capsys.readouterr()
    assert "Copy it to a safe place" in shown.out
    assert not any(key in shown.out + shown.err for key in keys.values)


def test_a_backup_is_made_and_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant = Plant(tmp_path)
    plant.write_calls((5, "done", 3), (9, "done", 4))
    config = ["--config", str(plant.settings)]
    assert main(["backup", *config, "--to", str(tmp_path / "usb")]) == 0
    (made,) = (tmp_path / "usb").iterdir()
    assert f"{made}: " in capsys.readouterr().out
    plant.machine.database_path.unlink()
    assert main(["restore", *config, str(made)]) == 0
    assert "0 patients, 0 appointments, 0 messages, 2 calls" in capsys.readouterr().out
    assert main(["restore", *config, str(tmp_path / "none.db")]) == 2
    assert main(["backup", *config]) == 0
    assert len(list((plant.machine.paths.data / "backups").iterdir())) == 1
