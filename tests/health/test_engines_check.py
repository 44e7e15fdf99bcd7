"""What the check of the engines makes of the agent's report."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.health import Subject, engines
from tests.plant import Plant

STEP = {
    "kind": "synthesizer", "language": "en", "wanted": "piper (ljspeech)", "used": "espeak", "why": "The voice is cut off.",
    "repair": "Run `appliance models fetch ljspeech`.",
}  # fmt: skip


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


@pytest.fixture
def subject(plant: Plant) -> Subject:
    return Subject(plant.settings, plant.machine, plant.clinic, clock=plant.clock)


def test_engines_of_the_profile_are_well(subject: Subject, plant: Plant) -> None:
    plant.write_agent(profile="cpu", recognizer="vosk", synthesizer="piper")
    found = engines.check(subject)
    assert (found.state, found.repair) == ("ok", "")
    assert "cpu: recogniser vosk, voice piper" in found.sentence


def test_a_step_down_is_a_warning_with_its_reason_and_its_repair(subject: Subject, plant: Plant) -> None:
    plant.write_agent(stepped_down=[STEP])
    found = engines.check(subject)
    assert found.state == "warning"
    assert "For en the voice piper (ljspeech) is not in use, espeak takes its place: The voice is cut off." in found.sentence
    assert found.repair == "Run `appliance models fetch ljspeech`. Then restart the agent."


def test_a_language_that_is_not_heard_any_more_goes_to_a_person(subject: Subject, plant: Plant) -> None:
    gone = STEP | {"kind": "recognizer", "language": "es", "wanted": "vosk (vosk-small-es)", "used": ""}
    plant.write_agent(stepped_down=[STEP, gone])
    found = engines.check(subject)
    assert "For es the recogniser vosk (vosk-small-es) is not in use, callers in it are given to a person" in found.sentence
    assert found.repair.count("Run") == 1


def test_without_a_report_nobody_knows(subject: Subject, plant: Plant) -> None:
    plant.write_agent(age=60)
    assert engines.check(subject).state == "unknown"
