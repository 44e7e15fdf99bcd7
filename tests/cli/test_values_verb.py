"""`appliance values`, as another program calls it."""

import io
import json

import pytest

from appliance.__main__ import main


def values(monkeypatch: pytest.MonkeyPatch, lines: str, *options: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    return main(["values", "--jsonl", "--now", "2026-11-23T09:00", *options])


def test_each_line_is_answered_by_its_value(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"text": "friday", "kind": "date"},
        {"text": "half past two", "kind": "time"},
        {"text": "mañana", "kind": "date"},
        {"text": "no idea", "kind": "dob"},
        {"text": "next week", "kind": "date_range"},
    ]
    assert values(monkeypatch, "\n".join(json.dumps(row) for row in rows)) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told == [{"value": v} for v in ("2026-11-27", "14:30", "2026-11-24", None, "2026-11-30/2026-12-04")]


def test_only_the_languages_asked_for_are_tried(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert values(monkeypatch, '{"text": "mañana", "kind": "date"}', "--languages", "en") == 0
    assert json.loads(capsys.readouterr().out) == {"value": None}


@pytest.mark.parametrize(
    "bad", ["friday", "{}", '{"text": "friday"}', '{"text": "friday", "kind": "day"}', '{"text": 3, "kind": "date"}', "[]"]
)
def test_a_bad_line_is_named_and_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bad: str
) -> None:
    assert values(monkeypatch, f'{{"text": "friday", "kind": "date"}}\n{bad}\n') == 2
    assert "line 2" in capsys.readouterr().err
