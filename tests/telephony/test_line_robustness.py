"""Malformed messages, calls nobody acknowledges, encryption that is required, and many short calls: the line stays up."""

from __future__ import annotations

import base64
import os
import subprocess
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.telephony.link import Ended, HangUp
from tests.support.agent_end import AgentEnd
from tests.support.line_process import LineProcess
from tests.support.ports import free_port
from tests.support.telephone import Telephone
from tests.support.tones import loudness, samples, tone
from tests.support.waiting import wait_for

LINE = "sip:100@127.0.0.1"
TORTURE = sorted((Path(__file__).parent / "torture").glob("*.sip"))


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineProcess]:
    with LineProcess(tmp_path_factory.mktemp("line")) as process:
        yield process


@pytest.fixture
def agent(line: LineProcess) -> Iterator[AgentEnd]:
    with AgentEnd(line.agent_path) as end:
        yield end
    line.wait_idle()


def test_a_call_is_answered_right_after_each_malformed_message_has_lost_its_slot(line: LineProcess, agent: AgentEnd) -> None:
    """RFC 4475's messages and one that ends careless users of the library, from the PBX's own address."""
    assert len(TORTURE) == 50
    with Telephone("200") as sender:
        for path in TORTURE:
            sender.send_raw(path.read_bytes(), ("127.0.0.1", line.port))
            time.sleep(0.02)
        time.sleep(0.5)
        line.wait_idle(7.0)
        assert line.process is not None
        assert line.process.poll() is None
        sender.dial(LINE, ("127.0.0.1", line.port)).connected().hang_up()
    assert agent.calls


@pytest.mark.parametrize("hears_bye", [True, False])
def test_a_call_nobody_acknowledges_gives_its_slot_back_after_five_seconds(
    line: LineProcess, agent: AgentEnd, hears_bye: bool
) -> None:
    with Telephone("200") as phone:
        phone.answers_requests = hears_bye
        start = time.monotonic()
        calls = [phone.prepare(LINE, ("127.0.0.1", line.port)) for _ in range(4)]
        for call in calls:
            call.sends_acknowledgements = False
            call.invite()
        for call in calls:
            call.connected()
        assert [agent.call(number).expect(Ended, 7.0).reason for number in range(4)] == ["never_acknowledged"] * 4
        assert time.monotonic() - start < 8.0
        again = [phone.dial(LINE, ("127.0.0.1", line.port)) for _ in range(4)]
        for call in again:
            call.connected().hang_up()


def test_many_short_calls_by_sipp_all_succeed(line: LineProcess, agent: AgentEnd, tmp_path: Path) -> None:
    """Another maker's stack, 40 calls at 10 a second: every port is lent ten times and more."""
    before = line.report()["calls_total"]
    done = subprocess.run(
        ["sipp", "-sn", "uac", f"127.0.0.1:{line.port}", "-i", "127.0.0.1", "-p", str(free_port()),
         "-mp", str(free_port(31_400, 600) & ~1),
         "-m", "40", "-r", "10", "-l", "4", "-d", "150", "-nostdin"],
        cwd=tmp_path, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode()[-2000:]
    wait_for(lambda: line.report()["calls_total"] == before + 40, "40 calls to be counted")
    assert len(agent.calls) == 40


def test_baresip_calls_and_is_hung_up_on(line: LineProcess, agent: AgentEnd, tmp_path: Path) -> None:
    """A third stack, with G.722: the tone arrives at 16 kHz as loud as it was sent."""
    with wave.open(str(tmp_path / "tone.wav"), "wb") as recording:
        recording.setparams((1, 2, 16_000, 0, "NONE", ""))
        recording.writeframes(tone(440, 6.0))
    (tmp_path / "config").write_text(
        f"sip_listen 127.0.0.1:{free_port()}\nmodule_path /usr/lib/baresip/modules\nmodule g722.so\nmodule aufile.so\n"
        "module_app account.so\nmodule_app menu.so\nmodule uuid.so\nmodule stdio.so\n"
        f"audio_source aufile,{tmp_path}/tone.wav\n"
    )
    (tmp_path / "accounts").write_text("<sip:300@127.0.0.1>;regint=0\n")
    process = subprocess.Popen(
        ["baresip", "-f", str(tmp_path), "-e", f"/dial {LINE}:{line.port}", "-t", "8"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        call = agent.call()
        wait_for(lambda: len(call.heard) > 96_000, "three seconds of audio")
        heard = samples(bytes(call.heard))
        # a busy machine may lose a frame of baresip's here and there: the best half second tells the level
        loudest = max(loudness(heard[at : at + 8_000], 440, rate=16_000) for at in range(16_000, len(heard) - 8_000, 8_000))
        assert 7_700 < loudest < 8_300
        call.send(HangUp())
        assert call.expect(Ended, 10).reason == "agent_hung_up"
    finally:
        process.kill()
        print(process.communicate()[0].decode(errors="replace"))


def test_mandatory_srtp_refuses_a_plain_call_and_takes_an_encrypted_one(tmp_path: Path) -> None:
    secure = LineProcess(tmp_path, srtp="mandatory")
    key = base64.b64encode(os.urandom(30)).decode()
    with secure, AgentEnd(secure.agent_path), Telephone("200") as phone:
        plain = phone.dial(LINE, ("127.0.0.1", secure.port))
        assert plain.answer_to("INVITE").status in (406, 488)
        plain.close()
        secret = phone.dial(LINE, ("127.0.0.1", secure.port), crypto=key).connected()
        answer = secret.answer_to("INVITE").body
        assert "RTP/SAVP" in answer
        assert "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" in answer
        secret.hang_up()
        secure.wait_idle()


def test_a_line_ended_in_mid_call_says_goodbye_to_both_sides(tmp_path: Path) -> None:
    """SIGTERM: the caller gets BYE, the agent gets `ended`, the process ends with 0 (checked when `with` ends)."""
    line = LineProcess(tmp_path)
    with line, AgentEnd(line.agent_path) as agent, Telephone("200") as phone:
        call = phone.dial(LINE, ("127.0.0.1", line.port)).connected()
        agent.call()
        assert line.stop() == 0
        call.wait_ended(1.0)
        assert agent.call().expect(Ended)
        assert line.report() == {}
