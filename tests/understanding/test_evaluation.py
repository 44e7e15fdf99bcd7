"""Figures of understanding, counted over readings that are known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.understanding import Understanding
from appliance.understanding.evaluation import evaluate, read_rows

ROWS = [
    {"text": "a", "intent": "billing", "slots": {"date": "Friday"}},
    {"text": "b", "intent": "billing", "slots": {"date": ["the 3rd", "monday"], "new_patient": True}},
    {"text": "c", "intent": "deny", "accept": ["goodbye_thanks"]},
    {"text": "d", "intent": "emergency"},
    {"text": "e", "intent": "emergency", "accept": ["crisis"]},
    {"text": "f", "intent": "affirm", "asked": "ask_dob"},
]
READ = {
    "a": Understanding("a", "billing", 0.9, {"date": "on friday"}),
    "b": Understanding("b", "deny", 0.2, {"date": "third", "new_patient": "first time", "reason": "it"}),
    "c": Understanding("c", "goodbye_thanks", 0.8),
    "d": Understanding("d", "out_of_scope", 0.3),
    "e": Understanding("e", "crisis", 0.9, crisis=True),
    "f": Understanding("f", "affirm", 0.7, emergency=True),
}


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n\n")
    return path


def test_every_figure(rows: Path) -> None:
    asked = []

    def understand(text: str, situation: str | None) -> Understanding:
        asked.append(situation)
        return READ[text]

    figures = evaluate(read_rows(rows), understand, 0.35)
    assert asked == [None] * 5 + ["ask_dob"]
    assert (figures.rows, figures.accuracy) == (6, 4 / 6)
    assert figures.macro == pytest.approx((0.5 + 1 + 0.5 + 1) / 4)
    assert (figures.intents["billing"].recall, figures.intents["billing"].precision) == (0.5, 1.0)
    assert (figures.intents["deny"].recall, figures.intents["deny"].precision) == (1.0, 0.0)
    assert figures.intents["emergency"].precision is None
    assert figures.alarm_recall == {"crisis": None, "emergency": 0.5}
    assert (figures.alarm_rows["emergency"], figures.false_alarms) == (2, 1)
    assert (round(figures.sure_share, 9), figures.sure_accuracy) == (round(4 / 6, 9), 1.0)
    assert (round(figures.unsure_share, 9), figures.unsure_accuracy) == (round(2 / 6, 9), 0.0)
    assert list(figures.confusions) == [("billing", "deny", 1), ("emergency", "out_of_scope", 1)]
    slots = figures.slots
    assert (slots.labelled, slots.recall, slots.precision, slots.touched) == (3, 2 / 3, 2 / 3, 2 / 3)
    assert json.loads(json.dumps(figures.as_json()))["slots"]["f1"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 2: this is no labelled utterance"),
        ('{"text": "a"}', "line 2: .*'intent'"),
        ('{"text": "a", "intent": "biling"}', "line 2: .*there is no intent 'biling'"),
        ('{"text": "a", "intent": "deny", "accept": ["no"]}', "line 2: .*there is no intent 'no'"),
        ('{"text": "a", "intent": "deny", "slots": {"day": "x"}}', "line 2: .*there is no slot 'day'"),
        ('{"text": 3, "intent": "deny"}', "line 2: .*text and asked are words"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{{"text": "a", "intent": "deny"}}\n{line}\n')
    with pytest.raises(TheirFault, match=complaint) as fault:
        read_rows(path)
    assert str(path) in str(fault.value)


def test_a_file_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    with pytest.raises(TheirFault, match=r"none\.jsonl cannot be read"):
        read_rows(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(TheirFault, match=r"empty\.jsonl holds no utterances"):
        read_rows(tmp_path / "empty.jsonl")
