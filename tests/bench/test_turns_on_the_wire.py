"""Both benches of the wire, small: an appliance of their own is started, phoned and measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.bench import find_benches


def test_turns_are_measured_over_sip_and_rtp(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bounds are wide, for the machine may be busy: what is looked for is that every figure is there and none impossible."""
    assert main(["bench", "turns", "--turns", "4", "--seed", "11", "--keep", str(tmp_path), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) == set(find_benches()["turns"].KEYS)
    assert figures["turns"] >= 4
    assert figures["right"] > 0.2
    assert 50 < figures["first_audio_p50_ms"] <= figures["first_audio_p95_ms"] < 8_000
    assert 50 < figures["p50_ms"] <= figures["p95_ms"]
    assert 0 < figures["greeting_p50_ms"] < 3_000
    assert figures["words_misheard"] < 1
    assert sum(kind["turns"] for kind in figures["kinds"].values()) == figures["turns"]
    assert figures["stages"]["until_decided_ms"] > 0
    assert figures["agent_restarts"] == 0
    assert len(json.loads((tmp_path / "calls.json").read_text())) >= 2


def test_five_calls_at_once_go_through_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """A fifth call would be refused by one line."""
    assert main(["bench", "capacity", "--calls", "5", "--turns", "5", "--seed", "12", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["lines"] == 2
    level = figures["calls"]["5"]
    assert level["calls_refused"] == 0
    assert level["turns"] >= 5
    assert 19 < level["rtp_p99_ms"] <= level["rtp_longest_ms"]


def test_too_many_calls_are_refused_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "capacity", "--calls", "9"]) == 2
    assert "1 to 8" in capsys.readouterr().err
