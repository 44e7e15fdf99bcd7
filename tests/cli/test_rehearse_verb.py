"""`appliance rehearse` over text and over the telephone, as a site uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from appliance.__main__ import main
from appliance.records.journal import read_journal

CLINIC = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
PERSON: dict[str, Any] = {
    "id": "a-person", "now": "2026-11-23T09:10", "clinic_open": True, "opening": "", "events": [],
    "answers": {"greeting": [{"dtmf": "0"}], "default": [{"silence": 6}]},
    "expected": {"outcome": "transferred", "transfer": "front_desk", "must_say": ["clinic"], "max_caller_turns": 1},
}  # fmt: skip
WRONG = PERSON | {"id": "wrong", "expected": PERSON["expected"] | {"transfer": "billing"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "clinic.toml").symlink_to(CLINIC)
    (tmp_path / "conversations.json").write_text(json.dumps([PERSON, WRONG]))
    return tmp_path


def test_what_passes_and_why_the_rest_does_not_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", str(folder)]) == 1
    told = capsys.readouterr().out
    assert "passes  a-person" in told
    assert "transferred to front_desk instead of billing" in told.split("fails")[1]
    assert told.strip().endswith("1 of 2 calls pass.")


def test_one_call_can_be_picked_and_told_as_json_with_its_journal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", str(folder), "--only", "a-person", "--json", "--journals", str(folder / "kept")]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["passed"], [call["id"] for call in report["calls"]]) == (1, ["a-person"])
    assert report["calls"][0]["end"]["transfer"] == "front_desk"
    assert [len(read_journal(path).entries) for path in (folder / "kept").iterdir()] == [2]


def test_a_call_that_is_not_there_is_told_in_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", str(folder), "--only", "nobody"]) == 2
    assert "a-person" in capsys.readouterr().err


def test_over_the_telephone_the_same_call_passes_and_its_journal_is_kept(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", str(folder), "--only", "a-person", "--voice", "--journals", str(folder / "kept")]) == 0
    told = capsys.readouterr().out
    assert "agent  Cedar Hill Family Clinic" in told
    assert len(read_journal(folder / "kept" / "a-person.jsonl").entries) >= 2
