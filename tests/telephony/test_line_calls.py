"""Calls through a real line: audio both ways, marks, keys, hold, the end of a call, and the fifth caller."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from appliance.telephony.link import Answer, Digit, Ended, Flush, HangUp, Held, Mark, Offered, Played, SendDigits
from tests.support.agent_end import AgentCall, AgentEnd
from tests.support.line_process import LineProcess
from tests.support.telephone import PhoneCall, Telephone
from tests.support.tones import loudness, rms, samples, tone
from tests.support.waiting import wait_for

LINE = "sip:100@127.0.0.1"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineProcess]:
    """One line for the module; every test leaves it idle."""
    with LineProcess(tmp_path_factory.mktemp("line")) as process:
        yield process


@pytest.fixture
def agent(line: LineProcess) -> Iterator[AgentEnd]:
    """An agent that picks up."""
    with AgentEnd(line.agent_path) as end:
        yield end


@pytest.fixture
def phone(line: LineProcess, agent: AgentEnd) -> Iterator[Telephone]:
    """A telephone; the line is idle again after the test."""
    del agent
    with Telephone("4135550173") as telephone:
        yield telephone
    line.wait_idle()


def dial(phone: Telephone, line: LineProcess) -> PhoneCall:
    """A call that was answered."""
    return phone.dial(LINE, ("127.0.0.1", line.port)).connected()


def test_the_agent_is_offered_the_call_and_both_hear_each_other(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    def speak(call: AgentCall) -> None:
        call.send(Answer())
        call.say(tone(1_000, 2.0))

    agent.behave = speak
    caller = dial(phone, line)
    caller.rtp.play_tone(450)
    offered = agent.call().expect(Offered)
    assert (offered.caller_id, offered.called) == ("4135550173", "100")
    assert caller.call_id not in offered.call_id
    time.sleep(2.0)
    at_caller = caller.rtp.heard()[6_000:14_000]
    at_agent = samples(bytes(agent.call().heard))[-16_000:]
    assert 7_700 < loudness(at_caller, 1_000, rate=8_000) < 8_300
    assert 7_700 < loudness(at_agent, 450, rate=16_000) < 8_300
    assert loudness(at_caller, 450, rate=8_000) < 40
    assert loudness(at_agent, 1_000, rate=16_000) < 40
    assert [call["state"] for call in line.report()["calls"]] == ["talking"]
    caller.hang_up()
    assert agent.call().expect(Ended).reason == "caller_hung_up"


def test_silence_is_sent_as_packets(line: LineProcess, phone: Telephone) -> None:
    """A PBX that hears nothing at all from us would end the call."""
    caller = dial(phone, line)
    wait_for(lambda: caller.rtp.packets, "the first packet")
    before = len(caller.rtp.packets)
    time.sleep(1.0)
    assert 47 <= len(caller.rtp.packets) - before <= 53
    assert rms(caller.rtp.heard()) < 10
    caller.hang_up()


def test_marks_come_back_when_the_audio_before_them_was_played(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    caller = dial(phone, line)
    call = agent.call()
    call.say(tone(1_000, 0.6))
    call.send(Mark(1))
    call.say(tone(1_000, 0.6))
    call.send(Mark(2))
    start = time.monotonic()
    assert call.expect(Played).mark == 1
    assert 0.5 < time.monotonic() - start < 2.0
    assert call.expect(Played).mark == 2
    assert 1.1 < time.monotonic() - start < 3.0
    caller.hang_up()


def test_barge_in_silences_the_line_at_once_and_its_marks_are_gone(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    caller = dial(phone, line)
    call = agent.call()
    call.say(tone(1_000, 5.0))
    call.send(Mark(1))
    wait_for(lambda: rms(caller.rtp.heard(0.2)) > 1_000, "the tone")
    call.send(Flush())
    time.sleep(0.5)
    assert rms(caller.rtp.heard(0.3)) < 10
    call.send(Mark(2))
    assert call.expect(Played).mark == 2
    caller.hang_up()


def test_hang_up_waits_until_everything_was_played(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    caller = dial(phone, line)
    call = agent.call()
    call.say(tone(1_000, 1.0))
    call.send(HangUp())
    caller.wait_ended()
    heard = caller.rtp.heard()
    loud = sum(1 for start in range(0, len(heard) - 160, 160) if rms(heard[start : start + 160]) > 1_000)
    assert 49 <= loud <= 51, f"{loud} frames of 50 reached the caller"
    assert call.expect(Ended).reason == "agent_hung_up"


def test_keys_arrive_by_rfc_4733_and_by_info(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    caller = dial(phone, line)
    call = agent.call()
    caller.rtp.press("5#")
    assert [call.expect(Digit).digit for _ in range(2)] == ["5", "#"]
    caller.request("INFO", "Signal=9\r\nDuration=160\r\n", ("Content-Type", "application/dtmf-relay"))
    assert caller.answer_to("INFO").status == 200
    assert call.expect(Digit).digit == "9"
    caller.hang_up()


def test_keys_are_sent_by_rfc_4733(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    caller = dial(phone, line)
    agent.call().send(SendDigits("7*"))

    def keys() -> list[int]:
        codes = [packet.payload[0] for packet in caller.rtp.packets if packet.kind == 101]
        return list(dict.fromkeys(codes))

    wait_for(lambda: keys() == [7, 10], "the keys 7 and *")
    caller.hang_up()


def test_hold_pauses_what_is_played_and_unhold_goes_on(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    caller = dial(phone, line)
    call = agent.call()
    caller.invite("sendonly")
    caller.connected()
    assert call.expect(Held).on
    wait_for(lambda: [call["state"] for call in line.report()["calls"]] == ["held"], "the report to say so")
    call.say(tone(1_000, 0.5))
    call.send(Mark(1))
    time.sleep(0.8)
    assert not any(isinstance(event, Played) for event in call.events)
    caller.invite("sendrecv")
    caller.connected()
    assert not call.expect(Held).on
    assert call.expect(Played).mark == 1
    time.sleep(0.3)
    assert rms(caller.rtp.heard(0.9)) > 1_000
    caller.rtp.play_tone(450)
    time.sleep(1.0)
    assert loudness(samples(bytes(call.heard))[-8_000:], 450, rate=16_000) > 7_500
    caller.hang_up()


def test_a_caller_who_gives_up_while_it_rings_ends_the_call(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    agent.behave = lambda _: None
    caller = phone.dial(LINE, ("127.0.0.1", line.port))
    call = agent.call()
    caller.cancel()
    assert caller.answer_to("INVITE").status == 487
    assert call.expect(Ended).reason == "cancelled"
    caller.close()


def test_an_agent_may_refuse_a_call(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    agent.behave = lambda call: call.send(HangUp())
    caller = phone.dial(LINE, ("127.0.0.1", line.port))
    assert caller.answer_to("INVITE").status == 486
    assert agent.call().expect(Ended).reason == "agent_hung_up"
    caller.close()


def test_the_fifth_caller_hears_busy_and_the_four_go_on(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    refused = line.report()["refused_busy"]
    callers = [dial(phone, line) for _ in range(4)]
    fifth = phone.dial(LINE, ("127.0.0.1", line.port))
    assert fifth.answer_to("INVITE").status == 486
    fifth.close()
    wait_for(lambda: line.report()["refused_busy"] == refused + 1, "the refusal to be counted")
    assert len(line.report()["calls"]) == 4
    agent.call(3).say(tone(1_000, 0.5))
    wait_for(lambda: rms(callers[3].rtp.heard(0.3)) > 1_000, "audio on the fourth call")
    for caller in callers:
        caller.hang_up()
    line.wait_idle()
    dial(phone, line).hang_up()


def test_audio_beyond_a_minute_is_dropped_and_counted(line: LineProcess, agent: AgentEnd, phone: Telephone) -> None:
    """The line's memory must not grow because an agent talks without end."""
    before = line.report()["dropped_frames"]["to_caller"]
    caller = dial(phone, line)
    agent.call().say(tone(1_000, 61.0))
    agent.call().send(Flush())
    caller.hang_up()
    wait_for(lambda: line.report()["dropped_frames"]["to_caller"] > before, "dropped frames to be counted")


def test_nothing_in_the_log_names_the_caller(line: LineProcess, phone: Telephone) -> None:
    dial(phone, line).hang_up()
    line.wait_idle()
    assert "4135550173" not in line.log
    assert "call offered" in line.log
