"""Folders of scripted calls are read with care: a wrong key is named, and nothing is quietly left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.config import Clinic
from appliance.faults import TheirFault
from appliance.rehearsal.scripted_calls import load_calls

CALL: dict[str, Any] = {
    "id": "one", "now": "2026-11-23T09:10", "clinic_open": True, "opening": "hello", "answers": {}, "events": [],
    "expected": {"outcome": "done", "max_caller_turns": 3},
}  # fmt: skip


def write(folder: Path, name: str, *calls: object) -> None:
    (folder / name).write_text(json.dumps(calls))


def test_every_list_of_a_folder_is_read_the_main_one_first(clinic: Clinic, tmp_path: Path) -> None:
    write(tmp_path, "another.json", CALL | {"id": "two", "voice": True})
    write(tmp_path, "conversations.json", CALL)
    assert [(call.id, call.voice) for call in load_calls(tmp_path, clinic)] == [("one", False), ("two", True)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"expected": {"outcome": "done"}}, "expected.max_caller_turns"),
        ({"expected": {"outcome": "done", "max_caller_turns": 3, "must_shout": []}}, "must_shout"),
        ({"now": "yesterday"}, "now"),
        ({"clinic_open": False}, "clinic_open: at 2026-11-23 09:10:00 the clinic is open"),
        ({"events": [{"at": "greeting", "type": "cough"}]}, "events"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(change: dict[str, Any], told: str, clinic: Clinic, tmp_path: Path) -> None:
    write(tmp_path, "conversations.json", CALL | change)
    with pytest.raises(TheirFault) as fault:
        load_calls(tmp_path, clinic)
    assert told in str(fault.value)
    assert "conversations.json" in str(fault.value)


def test_two_calls_of_one_name_an_empty_folder_and_other_files_are_refused(clinic: Clinic, tmp_path: Path) -> None:
    with pytest.raises(TheirFault, match="no scripted calls"):
        load_calls(tmp_path, clinic)
    write(tmp_path, "a.json", CALL)
    write(tmp_path, "b.json", CALL)
    with pytest.raises(TheirFault, match="another call one"):
        load_calls(tmp_path, clinic)
    (tmp_path / "b.json").write_text("{}")
    with pytest.raises(TheirFault, match="no list of calls"):
        load_calls(tmp_path, clinic)
