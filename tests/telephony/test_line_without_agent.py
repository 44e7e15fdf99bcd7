"""Never dead air: what the caller hears when the agent is missing, dies, or falls silent."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from appliance.config import Machine, Sip
from appliance.faults import TheirFault
from appliance.telephony.line import run_line
from appliance.telephony.link import DEAD_SECONDS, Ended
from tests.support.agent_end import AgentEnd
from tests.support.kamailio import Kamailio
from tests.support.line_process import LineProcess
from tests.support.telephone import PhoneCall, Telephone
from tests.support.tones import rms
from tests.support.waiting import wait_for

LINE = "sip:100@127.0.0.1"
DEAD_AIR_SECONDS = 4.0
"""Longer than this nobody may hear nothing; how much sooner the apology comes is a figure, not a test's verdict."""


def hears_speech_within(call: PhoneCall, seconds: float) -> float:
    """Wait until speech is heard; how long it took."""
    start = time.monotonic()
    wait_for(lambda: rms(call.rtp.heard(0.3)) > 300, "the apology to be heard", seconds)
    return time.monotonic() - start


def refer_targets(call: PhoneCall) -> list[str]:
    """Where the line wanted the caller to go."""
    return [message.get("Refer-To") for message in call.received if message.method == "REFER"]


def test_without_an_agent_the_line_answers_apologises_and_hands_over_to_the_fallback(tmp_path: Path) -> None:
    """The whole way through a PBX: the front desk's telephone is answered in the end."""
    with Kamailio(tmp_path / "pbx") as pbx:
        line = LineProcess(tmp_path / "line", registrar=f"127.0.0.1:{pbx.port}", registration=True)
        with line, Telephone("102") as desk, Telephone("201") as caller:
            desk.register(pbx.address, "secret102")
            wait_for(lambda: line.report()["registration"]["state"] == "registered", "the registration")
            call = caller.dial(LINE, pbx.address)
            call.connected(2.0)
            hears_speech_within(call, DEAD_AIR_SECONDS)
            assert line.report()["calls"][0]["state"] == "apology"
            call.wait_ended(20)
            assert refer_targets(call) == [f"<sip:102@127.0.0.1:{pbx.port}>"]
            assert len(desk.came_in) == 1
            assert line.report()["apologies"] == 1
            line.wait_idle()


def test_an_agent_killed_in_mid_call_is_replaced_by_the_apology_and_the_fallback(tmp_path: Path) -> None:
    line = LineProcess(tmp_path)
    with line, AgentEnd(line.agent_path) as agent, Telephone("201") as caller:
        call = caller.dial(LINE, ("127.0.0.1", line.port)).connected()
        agent.call()
        agent.die()
        hears_speech_within(call, DEAD_AIR_SECONDS)
        wait_for(lambda: refer_targets(call), "the REFER", 15)
        assert refer_targets(call) == ["<sip:102@127.0.0.1>"]


def test_an_agent_that_falls_silent_counts_as_dead(tmp_path: Path) -> None:
    """A frozen agent keeps its connection, so silence must be enough."""
    line = LineProcess(tmp_path)
    with line, AgentEnd(line.agent_path) as agent, Telephone("201") as caller:
        call = caller.dial(LINE, ("127.0.0.1", line.port)).connected()
        agent.call().quiet = True
        assert hears_speech_within(call, DEAD_SECONDS + DEAD_AIR_SECONDS) > DEAD_SECONDS / 2
        wait_for(lambda: agent.call().over, "the link to close")
        call.hang_up()


def test_an_agent_that_does_not_pick_up_within_a_second_is_replaced(tmp_path: Path) -> None:
    line = LineProcess(tmp_path)
    with line, AgentEnd(line.agent_path, lambda _: None), Telephone("201") as caller:
        call = caller.dial(LINE, ("127.0.0.1", line.port))
        start = time.monotonic()
        call.connected(2.0)
        assert time.monotonic() - start > 0.9
        hears_speech_within(call, DEAD_AIR_SECONDS)
        call.hang_up()


def test_without_a_fallback_the_caller_is_sent_away_politely(tmp_path: Path) -> None:
    line = LineProcess(tmp_path, transfer={})
    with line, Telephone("201") as caller:
        call = caller.dial(LINE, ("127.0.0.1", line.port)).connected(2.0)
        call.wait_ended(20)
        assert refer_targets(call) == []
        assert rms(call.rtp.heard()) > 300


def test_when_nobody_takes_the_fallback_the_caller_hears_a_goodbye(tmp_path: Path) -> None:
    line = LineProcess(tmp_path)
    with line, Telephone("201") as caller:
        caller.on_refer = lambda: 603
        call = caller.dial(LINE, ("127.0.0.1", line.port)).connected(2.0)
        wait_for(lambda: refer_targets(call), "the REFER", 15)
        time.sleep(0.5)
        hears_speech_within(call, DEAD_AIR_SECONDS)
        call.wait_ended(20)


def test_an_agent_that_comes_back_serves_the_next_call(tmp_path: Path) -> None:
    line = LineProcess(tmp_path)
    with line, Telephone("201") as caller:
        call = caller.dial(LINE, ("127.0.0.1", line.port)).connected(2.0)
        with AgentEnd(line.agent_path) as agent:
            second = caller.dial(LINE, ("127.0.0.1", line.port)).connected(1.0)
            agent.call()
            second.hang_up()
            assert agent.call().expect(Ended).reason == "caller_hung_up"
        call.hang_up()
        line.wait_idle()


def test_a_fallback_that_does_not_exist_is_refused_at_the_start() -> None:
    machine = Machine(clinic=Path("clinic.toml"), sip=Sip(registrar="127.0.0.1", extension="100"))
    with pytest.raises(TheirFault, match="front_desk"):
        run_line(machine, {}, "front_desk")
