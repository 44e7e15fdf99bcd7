from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import appliance.health
from appliance.faults import TheirFault
from appliance.health import Result, Subject, find_checks, name_of, run_checks, unexamined
from tests.plant import Plant


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    plant = Plant(tmp_path)
    return Subject(plant.settings, plant.machine, plant.clinic, clock=plant.clock)


class Crashing:
    """A check with a fault of its own."""

    SLOW = False

    def __init__(self, error: Exception) -> None:
        self.__name__ = "appliance.health.crashing"
        self.error = error

    def check(self, subject: Subject) -> Result:
        assert subject
        raise self.error


def test_every_file_of_the_folder_is_a_check_with_a_docstring_that_asks_a_question() -> None:
    folder = Path(str(appliance.health.__file__)).parent
    assert [name_of(check) for check in find_checks()] == sorted(path.stem for path in folder.glob("[a-z]*.py"))
    for check in find_checks():
        assert isinstance(check.SLOW, bool)
        assert "?" in str(check.__doc__), check


def test_every_check_reports_under_its_files_name_and_carries_a_repair_when_not_ok(subject: Subject) -> None:
    for check, result in zip(find_checks(), run_checks(replace(subject, thorough=True)), strict=True):
        assert result.name == name_of(check)
        assert result.sentence.endswith(".")
        assert result.repair or result.state == "ok"


def test_slow_checks_run_only_when_thorough(subject: Subject) -> None:
    cheap = {result.name for result in run_checks(subject)}
    everything = {result.name for result in run_checks(replace(subject, thorough=True))}
    assert everything - cheap == {"audit", "prompts", "voice", "test_call", "understanding"}


def test_a_crash_in_one_check_is_unknown_and_the_others_still_run(subject: Subject, caplog: pytest.LogCaptureFixture) -> None:
    results = run_checks(subject, [Crashing(ZeroDivisionError()), *find_checks()])
    assert results[0] == Result(
        "crashing", "unknown", "The check itself failed (ZeroDivisionError).", "Report this with the log of `appliance check`."
    )
    assert len(results) > 5
    assert "The check crashing crashed." in caplog.text


def test_a_fault_in_a_check_keeps_its_sentence_and_its_repair(subject: Subject) -> None:
    fault = TheirFault("The PBX is on fire.", repair="Call the fire brigade.")
    assert run_checks(subject, [Crashing(fault)]) == [Result("crashing", "broken", "The PBX is on fire.", "Call the fire brigade.")]


def test_with_unreadable_settings_the_configuration_is_broken_and_the_rest_unknown() -> None:
    results = unexamined(TheirFault("x.toml: y: wrong.", repair="Right it."))
    assert results[0] == Result("configuration", "broken", "x.toml: y: wrong.", "Right it.")
    assert {result.state for result in results[1:]} == {"unknown"}
    assert len(results) == len(find_checks())
