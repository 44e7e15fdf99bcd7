"""Calls handed over through a real PBX, and the refusal to dial for anybody."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.telephony.link import Answer, Ended, Mark, Played, Transfer, Transferred
from tests.support.agent_end import AgentCall, AgentEnd
from tests.support.kamailio import Kamailio
from tests.support.line_process import LineProcess
from tests.support.telephone import PhoneCall, Telephone
from tests.support.tones import rms, tone
from tests.support.waiting import wait_for


class Office:
    """A PBX, the line registered at it, an agent, a caller and the front desk."""

    def __init__(self, folder: Path) -> None:
        self.pbx = Kamailio(folder / "pbx")
        self.line = LineProcess(folder / "line", registrar=f"127.0.0.1:{self.pbx.port}", registration=True)

    def call(self, caller: Telephone) -> PhoneCall:
        """Dial the line's extension through the PBX."""
        return caller.dial("sip:100@127.0.0.1", self.pbx.address).connected()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """PBX and line, up and registered."""
    place = Office(tmp_path_factory.mktemp("office"))
    with place.pbx, place.line:
        wait_for(lambda: place.line.report()["registration"]["state"] == "registered", "the registration")
        yield place


@pytest.fixture
def agent(office: Office) -> Iterator[AgentEnd]:
    with AgentEnd(office.line.agent_path) as end:
        yield end


@pytest.fixture
def desk(office: Office) -> Iterator[Telephone]:
    """The front desk's telephone, extension 102."""
    with Telephone("102") as telephone:
        telephone.register(office.pbx.address, "secret102")
        yield telephone


@pytest.fixture
def caller(office: Office, agent: AgentEnd) -> Iterator[Telephone]:
    del agent
    with Telephone("201") as telephone:
        yield telephone
    office.line.wait_idle()


def test_a_transfer_through_the_pbx_reaches_the_front_desk(
    office: Office, agent: AgentEnd, desk: Telephone, caller: Telephone
) -> None:
    def hand_over(call: AgentCall) -> None:
        call.send(Answer())
        call.say(tone(1_000, 0.5))
        call.send(Transfer("front_desk"))

    agent.behave = hand_over
    first = office.call(caller)
    first.wait_ended()
    assert agent.call().expect(Transferred) == Transferred("front_desk", ok=True, status=200)
    assert agent.call().expect(Ended).reason == "transferred"
    refer = next(message for message in first.received if message.method == "REFER")
    assert refer.get("Refer-To").strip("<>") == f"sip:102@127.0.0.1:{office.pbx.port}"
    spoken = sum(
        1 for packet in first.rtp.packets if packet.kind == 0 and rms(packet.payload) > 0 and set(packet.payload) != {0xFF}
    )
    assert spoken >= 25, "the sentence before the transfer was cut off"
    (second,) = desk.came_in
    assert not second.ended


def test_a_busy_front_desk_leaves_the_caller_with_the_agent(
    office: Office, agent: AgentEnd, desk: Telephone, caller: Telephone
) -> None:
    desk.on_invite = lambda: 486
    first = office.call(caller)
    agent.call().send(Transfer("front_desk"))
    assert agent.call().expect(Transferred, 12) == Transferred("front_desk", ok=False, status=486)
    agent.call().say(tone(1_000, 0.2))
    agent.call().send(Mark(1))
    assert agent.call().expect(Played).mark == 1
    wait_for(lambda: [call["state"] for call in office.line.report()["calls"]] == ["talking"], "the call to go on")
    first.hang_up()


def test_a_pbx_that_refuses_transfers_leaves_the_caller_with_the_agent(office: Office, agent: AgentEnd, caller: Telephone) -> None:
    caller.on_refer = lambda: 603
    first = office.call(caller)
    agent.call().send(Transfer("front_desk"))
    result = agent.call().expect(Transferred)
    assert (result.ok, result.status // 100 > 2) == (False, True)
    wait_for(lambda: [call["state"] for call in office.line.report()["calls"]] == ["talking"], "the call to go on")
    first.hang_up()


def test_a_target_that_is_not_in_the_settings_is_never_dialled(office: Office, agent: AgentEnd, caller: Telephone) -> None:
    first = office.call(caller)
    agent.call().send(Transfer("sip:900123456@premium.example"))
    assert agent.call().expect(Transferred) == Transferred("sip:900123456@premium.example", ok=False, status=404)
    assert not any(message.method == "REFER" for message in first.received)
    first.hang_up()


def test_a_transfer_asked_for_by_the_caller_is_refused_and_nothing_is_dialled(
    office: Office, agent: AgentEnd, desk: Telephone, caller: Telephone
) -> None:
    """A line that obeyed REFER would telephone at the clinic's cost for anybody."""
    first = office.call(caller)
    first.request("REFER", "", ("Refer-To", f"<{desk.contact}>"))
    assert first.answer_to("REFER").status == 603
    time.sleep(0.5)
    assert desk.came_in == []
    assert not agent.call().over
    first.hang_up()


def test_a_transfer_asked_for_outside_a_call_is_refused_and_nothing_is_dialled(
    office: Office, desk: Telephone, caller: Telephone
) -> None:
    stray = caller.prepare("sip:100@127.0.0.1", ("127.0.0.1", office.line.port))
    stray.request("REFER", "", ("Refer-To", f"<{desk.contact}>"))
    assert stray.answer_to("REFER").status >= 400
    stray.close()
    time.sleep(0.5)
    assert desk.came_in == []
