"""The main job over real SIP, RTP and speech: the whole appliance in its processes, callers in theirs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest

from appliance.cli.processes import python_module
from appliance.telephony.caller import CallReport, Script, place_call
from tests.support.appliance_process import PROMPTS, ApplianceProcess
from tests.support.waiting import wait_for

ANSWERS = {
    "ask_reason": ["a sore throat"],
    "ask_provider": ["doctor okafor"],
    "slot_taken": ["the first one"],
    "offer_slots": ["the first one"],
    "confirm_details": ["yes that's right"],
    "anything_else": ["no thank you"],
    "not_understood": ["i'd like to book an appointment"],
    "default": ["yes"],
}
CALLERS = {
    "p1": ("margaret doyle", "march ninth nineteen forty eight", "tuesday december first"),
    "p2": ("daniel kowalski", "july twenty second nineteen eighty five", "wednesday december second"),
    "p3": ("sofia ramirez", "december fifth nineteen ninety two", "thursday december third"),
    "p4": ("priya nair", "february fourteenth nineteen seventy nine", "monday december seventh"),
}


def booking(patient: str) -> Mapping[str, object]:
    """A caller who books for one of the sample patients."""
    name, born, day = CALLERS[patient]
    answers = {**ANSWERS, "ask_name": [name], "ask_dob": [born], "ask_date": [day], "ask_time": ["the first one"]}
    return {"opening": "hello i'd like to book an appointment with doctor okafor please", "answers": answers}


def script(folder: Path, call: Mapping[str, object]) -> Script:
    path = folder / "script.json"
    path.write_text(json.dumps(call))
    return Script.load(path)


def heard(report: CallReport) -> list[str]:
    return [event.situation or "" for event in report.events if event.kind == "heard"]


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApplianceProcess]:
    with ApplianceProcess(tmp_path_factory.mktemp("appliance")) as running:
        yield running


def test_a_spoken_call_ends_in_an_appointment_on_disk(appliance: ApplianceProcess, tmp_path: Path) -> None:
    report = place_call(appliance.address, script(tmp_path, booking("p2")), prompts=PROMPTS, voice="rms")
    assert report.answered, report.reason
    assert ("p2", "okafor", "2026-12-02") in {(p, who, start[:10]) for p, who, start in appliance.new_appointments()}, (
        appliance.shown
    )
    assert appliance.rows("SELECT outcome, verified FROM calls ORDER BY started DESC LIMIT 1") == [("done", 1)]
    audio = report.agent_audio.astype(np.float64)
    loud = audio[np.abs(audio) > 300]
    assert len(loud) / len(audio) > 0.2, "the agent is nearly silent"
    assert np.mean(np.abs(audio) >= 32_000) < 0.0001, "the agent's audio is clipped"


def test_no_log_line_holds_a_name_or_a_spoken_word(appliance: ApplianceProcess) -> None:
    log = appliance.log_path.read_text().lower()
    for word in ("daniel", "kowalski", "throat", "okafor", "eighty five"):
        assert word not in log


def test_the_caller_is_listened_to_as_soon_as_they_talk_over_the_agent(appliance: ApplianceProcess, tmp_path: Path) -> None:
    event = {"at": "greeting", "type": "barge_in", "after_ms": 1200, "say": "when are you open on friday"}
    call = {"opening": "", "answers": {"default": ["no thank you"]}, "events": [event]}
    shown_before = len(appliance.shown)
    report = place_call(appliance.address, script(tmp_path, call), prompts=PROMPTS, voice="rms")
    began = next(e.at for e in report.events if e.kind == "agent_started")
    stopped = next(e.at for e in report.events if e.kind == "agent_stopped")
    assert stopped - began < 3.0, "the greeting was spoken to its end"
    first_heard = appliance.shown[shown_before:].split("caller: ")[1].split("agent: ")[0]
    assert "open" in first_heard, "the interruption was not what was heard first"


def test_an_emergency_is_answered_at_once_and_given_to_the_nurse(appliance: ApplianceProcess, tmp_path: Path) -> None:
    call = {"opening": "i have chest pain and i can't breathe", "answers": {"default": ["yes"]}}
    report = place_call(appliance.address, script(tmp_path, call), prompts=PROMPTS, voice="rms")
    assert report.transferred_to is not None, appliance.shown
    assert "201@" in report.transferred_to
    assert "dial 9 1 1" in appliance.shown


def test_after_the_agent_s_death_the_line_apologises_and_the_next_call_books(appliance: ApplianceProcess, tmp_path: Path) -> None:
    first = script(tmp_path, booking("p1"))
    killed = False

    def kill_once(event: object) -> None:
        nonlocal killed
        if getattr(event, "kind", "") == "caller_started" and not killed:
            killed = True
            appliance.kill_agent()

    report = place_call(appliance.address, first, prompts=PROMPTS, voice="rms", on_event=kill_once)
    spoke = [e.at for e in report.events if e.kind == "agent_started"]
    hurt = next(e.at for e in report.events if e.kind == "caller_started")
    assert spoke[1] - hurt < 4.0, "dead air"
    assert report.transferred_to is not None
    assert "200@" in report.transferred_to
    wait_for(appliance.ready, "the agent to be back", 120)
    again = place_call(appliance.address, script(tmp_path, booking("p1")), prompts=PROMPTS, voice="rms")
    assert again.answered
    assert ("p1", "okafor", "2026-12-01") in {(p, who, start[:10]) for p, who, start in appliance.new_appointments()}, (
        appliance.shown
    )


def test_four_callers_at_once_get_four_appointments_and_the_fifth_is_busy(tmp_path: Path) -> None:
    with ApplianceProcess(tmp_path) as running:
        callers = []
        for patient in CALLERS:
            path = tmp_path / f"{patient}.json"
            path.write_text(json.dumps(booking(patient)))
            command = python_module("appliance", "call", "--to", running.address, "--script", str(path), "--json", "--voice", "rms")
            callers.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))
        wait_for(lambda: running.rows("SELECT count(*) FROM calls") == [(4,)], "four calls", 60)
        fifth = place_call(running.address, Script.of_lines(["hello"]))
        for caller in callers:
            caller.communicate(timeout=240)
        assert (fifth.answered, fifth.status) == (False, 486)
        expected = {("p1", "2026-12-01"), ("p2", "2026-12-02"), ("p3", "2026-12-03"), ("p4", "2026-12-07")}
        assert {(p, start[:10]) for p, _, start in running.new_appointments()} == expected, running.shown
