"""Whole calls over real sockets: the caller against a small SIP answerer that speaks with espeak-ng. Nothing is the appliance."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from appliance.__main__ import main
from appliance.faults import TheirFault
from appliance.telephony.caller import CallerEvent, Login, Script, place_call, sdp
from appliance.telephony.caller.script import Event, HangUp, Press
from appliance.telephony.wav import load_wav
from tests.support.answerer import SIP_PORTS, Answerer, answering, espeak

PROMPTS = {
    "greeting": ["Thank you for calling {clinic}. How can I help you?"],
    "ask_name": ["What is your full name?"],
    "ask_dob": ["What is your date of birth?"],
    "offer_slots": ["I have {slot1}, or {slot2}. Which one would you like?"],
    "confirm_details": ["So that is {provider} on {date} at {time}. Is that right?"],
    "anything_else": ["Your appointment is booked. Is there anything else I can help you with?"],
    "_wait": ["One moment, please."],
}
GREETING = "Thank you for calling Cedar Hill Family Clinic. How can I help you?"


def situations(events: tuple[CallerEvent, ...]) -> list[str | None]:
    return [event.situation for event in events if event.kind == "heard"]


def said(events: tuple[CallerEvent, ...]) -> list[str]:
    return [event.text for event in events if event.kind == "caller_started"]


HELLO = "How can I help you?"
LOGIN = Login("101", "a word")
SCRIPT = Script(
    opening="I would like an appointment.",
    answers={
        "ask_name": ["Daniel Kowalski"],
        "ask_dob": ["July twenty second nineteen eighty five"],
        "offer_slots": ["the first one"],
        "confirm_details": ["yes"],
        "anything_else": ["no thank you"],
        "default": ["pardon?"],
    },
)


def test_a_scripted_call_is_followed_by_ear_alone() -> None:
    """Six prompts, two of them behind an acknowledgement or full of values, and each gets the line meant for it."""
    turns = [
        GREETING,
        "Sure, I can help with that. What is your full name?",
        "Thanks, Daniel. What is your date of birth?",
        "I have Friday, November twenty seventh at nine thirty, or Monday at ten. Which one would you like?",
        "So that is Doctor Okafor on Friday at nine thirty. Is that right?",
        "Your appointment is booked. Is there anything else I can help you with?",
    ]
    seen: list[CallerEvent] = []
    answerer = Answerer(turns)
    with answering(answerer) as address:
        report = place_call(address, SCRIPT, prompts=PROMPTS, on_event=seen.append)
    assert situations(report.events) == ["greeting", "ask_name", "ask_dob", "offer_slots", "confirm_details", "anything_else"]
    assert said(report.events)[1:] == [
        "Daniel Kowalski",
        "July twenty second nineteen eighty five",
        "the first one",
        "yes",
        "no thank you",
    ]
    assert (report.answered, report.status, report.ended_by, report.codec) == (True, 200, "agent", "PCMU")
    assert tuple(seen) == report.events
    assert 15 < report.gaps.p50_ms < 25
    assert report.gaps.lost == 0
    stopped = [event.at for event in report.events if event.kind == "agent_stopped"]
    offset = answerer.talk_ended[0] - stopped[0]
    assert all(abs(end - at - offset) < 0.6 for end, at in zip(answerer.talk_ended, stopped, strict=True))
    assert len(report.response_times) == 5
    assert all(0.3 < wait < 1.5 for wait in report.response_times)


def test_four_callers_at_once_each_follow_their_own_call() -> None:
    turns = [HELLO, "Thank you. What is your full name?", "Thanks, Daniel. What is your date of birth?"]
    reports = []

    def one() -> None:
        with answering(Answerer(turns)) as address:
            reports.append(place_call(address, SCRIPT, prompts=PROMPTS))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [situations(report.events) for report in reports] == [["greeting", "ask_name", "ask_dob"]] * 4


def test_a_remark_that_wants_no_answer_gets_none() -> None:
    """Situations beginning with an underscore are heard and waited out."""

    def go_on(answerer: Answerer) -> None:
        answerer.stream(espeak("One moment, please."))
        answerer.stream(np.zeros(8000, np.int16))
        answerer.stream(espeak("What is your date of birth?"))
        answerer.wait_for_answer()
        answerer.bye()

    with answering(Answerer([HELLO], after=go_on)) as address:
        report = place_call(address, SCRIPT, prompts=PROMPTS)
    assert situations(report.events) == ["greeting", "_wait", "ask_dob"]
    assert said(report.events)[1:] == ["July twenty second nineteen eighty five"]


def test_barge_in_starts_while_the_agent_still_speaks() -> None:
    interruption = Event(at="greeting", type="barge_in", after_ms=900, say="Are you open on Friday?")
    script = Script(opening="Are you open on Friday?", events=[interruption])
    with answering(Answerer([GREETING + " You may want an appointment."])) as address:
        report = place_call(address, script, prompts=PROMPTS, max_seconds=12)
    at = {event.kind: event.at for event in reversed(report.events)}
    assert 0.8 < at["caller_started"] - at["agent_started"] < 1.3
    assert at["agent_stopped"] > at["caller_started"]


def test_keys_arrive_as_telephone_events() -> None:
    answerer = Answerer([HELLO])
    with answering(answerer) as address:
        report = place_call(address, Script.of_lines([Press(dtmf="20#")]))
    assert answerer.digits == "20#"
    assert [event.text for event in report.events if event.kind == "pressed"] == ["20#"]


def test_a_transfer_is_accepted_reported_and_remembered() -> None:
    """REFER gets 202, two NOTIFYs tell 100 and 200, and the target is in the report."""

    def refer(answerer: Answerer) -> None:
        answerer.in_dialog("REFER", ("refer-to", "<sip:200@127.0.0.1>"))
        time.sleep(0.5)
        answerer.bye()

    answerer = Answerer([HELLO], after=refer)
    with answering(answerer) as address:
        report = place_call(address, SCRIPT, prompts=PROMPTS)
    assert report.transferred_to == "sip:200@127.0.0.1"
    assert [response.status for response in answerer.responses if response.cseq[1] == "REFER"] == [202]
    notes = [request for request in answerer.requests if request.method == "NOTIFY"]
    assert [note.body for note in notes] == [b"SIP/2.0 100 Trying\r\n", b"SIP/2.0 200 OK\r\n"]
    assert report.ended_by == "agent"


def test_hold_is_answered_in_mirror_and_told() -> None:
    def hold(answerer: Answerer) -> None:
        for direction in ("sendonly", "sendrecv"):
            body = sdp.offer("127.0.0.1", answerer.rtp_port, ("PCMU",), direction=direction)
            answerer.in_dialog("INVITE", ("content-type", "application/sdp"), body=body)
            answerer.stream(np.zeros(8000, np.int16))
        answerer.bye()

    answerer = Answerer([HELLO], after=hold)
    with answering(answerer) as address:
        report = place_call(address, SCRIPT, prompts=PROMPTS)
    kinds = [event.kind for event in report.events]
    assert kinds.index("held") < kinds.index("resumed")
    answers = [sdp.parse(response.body).direction for response in answerer.responses if response.cseq[1] == "INVITE"]
    assert answers == ["recvonly", "sendrecv"]


def test_the_caller_hangs_up_when_its_script_says_so() -> None:
    answerer = Answerer([HELLO])
    with answering(answerer) as address:
        report = place_call(address, Script.of_lines([HangUp()]))
    assert (report.ended_by, report.why) == ("caller", "the script ends here")
    assert "BYE" in [request.method for request in answerer.requests]


@pytest.mark.parametrize(("status", "reason"), [(486, "Busy Here"), (503, "Service Unavailable")])
def test_a_refused_call_is_a_report_and_is_acknowledged(status: int, reason: str) -> None:
    answerer = Answerer([], refuse=(status, reason))
    with answering(answerer) as address:
        report = place_call(address, SCRIPT)
        time.sleep(0.2)
    assert (report.answered, report.status, report.reason) == (False, status, reason)
    assert [request.method for request in answerer.requests] == ["INVITE", "ACK"]


def test_a_login_is_given_when_the_pbx_asks() -> None:
    answerer = Answerer([HELLO], asks_login=True)
    with answering(answerer) as address:
        report = place_call(address, Script.of_lines([HangUp()]), login=LOGIN)
    assert report.answered
    value = next(request.get("proxy-authorization") for request in answerer.requests if request.get("proxy-authorization"))
    assert 'username="101"' in value
    assert "qop=auth" in value


def test_without_a_login_the_challenge_is_the_refusal() -> None:
    with answering(Answerer([HELLO], asks_login=True)) as address:
        assert place_call(address, SCRIPT).status == 407


def test_nobody_listening_is_known_at_once() -> None:
    started = time.monotonic()
    report = place_call(f"sip:agent@127.0.0.1:{next(SIP_PORTS)}", SCRIPT)
    assert (report.answered, report.status) == (False, 503)
    assert time.monotonic() - started < 5


def test_a_lost_invite_is_sent_again() -> None:
    answerer = Answerer([HELLO], deaf=True)
    threading.Timer(0.3, lambda: setattr(answerer, "deaf", False)).start()
    with answering(answerer) as address:
        report = place_call(address, Script.of_lines([HangUp()]))
    assert report.answered


def test_a_law_is_spoken_and_understood() -> None:
    answerer = Answerer([HELLO, "What is your full name?"], codec="PCMA")
    with answering(answerer) as address:
        report = place_call(address, SCRIPT, prompts=PROMPTS)
    assert report.codec == "PCMA"
    assert situations(report.events) == ["greeting", "ask_name"]


def test_a_text_that_is_no_address_is_their_fault() -> None:
    with pytest.raises(TheirFault, match="not a SIP address"):
        place_call("the front desk", SCRIPT)


# --- the command ----------------------------------------------------------------------------------------------------------


def test_the_command_reports_in_json_and_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, wav = tmp_path / "script.json", tmp_path / "agent.wav"
    script.write_text(json.dumps(["I would like an appointment.", {"hangup": True}]))
    with answering(Answerer([HELLO, "What is your full name?"])) as address:
        code = main(["call", "--to", address, "--script", str(script), "--record", str(wav), "--json"])
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert code == 0
    assert report["answered"]
    assert report["ended_by"] == "caller"
    assert "I would like an appointment." in err
    recorded = load_wav(wav, 8_000)
    assert len(recorded) > 2 * 8000
    assert np.abs(recorded).max() > 5000


def test_the_command_plays_a_wav_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wav = tmp_path / "caller.wav"
    subprocess.run(["espeak-ng", "-w", str(wav), "I need an appointment on Friday."], check=True)
    answerer = Answerer([HELLO])
    with answering(answerer) as address:
        assert main(["call", "--to", address, "--wav", str(wav), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ended_by"] == "agent"
    assert np.abs(np.concatenate(answerer.heard)).max() > 5000


def test_a_busy_line_is_exit_code_1_with_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script.json"
    script.write_text('["hello"]')
    with answering(Answerer([], refuse=(486, "Busy Here"))) as address:
        assert main(["call", "--to", address, "--script", str(script)]) == 1
    assert "486 Busy Here" in capsys.readouterr().err


def test_a_wrong_script_is_exit_code_2_and_names_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script.json"
    script.write_text("not json")
    assert main(["call", "--to", "sip:agent@127.0.0.1", "--script", str(script)]) == 2
    assert "script.json: this is not valid JSON" in capsys.readouterr().err
