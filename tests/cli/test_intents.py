"""`appliance intents`, as a person or a program calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.understanding import INTENTS

ROWS = [
    {"text": "please cancel my appointment tomorrow", "intent": "cancel_appointment", "slots": {"date": "tomorrow"}},
    {"text": "what are your hours", "intent": "ask_hours"},
    {"text": "he collapsed and he is not breathing", "intent": "emergency"},
    {"text": "what are your hours", "intent": "deny"},
]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS))
    return path


def test_eval_as_json_is_one_object_with_every_figure(rows: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["intents", "eval", str(rows), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["accuracy"]) == (4, 0.75)
    assert told["alarm_recall"]["emergency"] == 1.0
    assert told["confusions"] == [["deny", "ask_hours", 1]]
    assert told["slots"]["recall"] == 1.0
    assert 0 < told["unsure_below"] < 1


def test_eval_for_people_shows_tables_and_a_reliability_line_and_keeps_progress_off_stdout(
    rows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["intents", "eval", str(rows)]) == 0
    shown = capsys.readouterr()
    assert "intent: 75.0 % right of 4" in shown.out
    assert "reliability: 75.0 % right where sure" in shown.out
    assert "emergency recall 100.0 % of 1, 0 false ones" in shown.out
    assert any(line.split() == ["deny", "ask_hours", "1"] for line in shown.out.splitlines())
    assert "understanding" not in shown.out


def test_eval_of_a_wrong_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.jsonl").write_text("{}\n")
    assert main(["intents", "eval", str(tmp_path / "rows.jsonl")]) == 2
    assert "rows.jsonl, line 1: this is no labelled utterance" in capsys.readouterr().err


def test_list_counts_the_phrases_of_every_intent(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["intents", "list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert tuple(told) == INTENTS
    assert all(row["phrases"]["en"] > 10 and row["meaning"].endswith(".") for row in told.values())
    assert main(["intents", "list"]) == 0
    assert "book_appointment" in capsys.readouterr().out
