"""Whoever is not the PBX gets not one packet from the line, and takes nothing from it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.agent_end import AgentEnd
from tests.support.line_process import LineProcess
from tests.support.telephone import Telephone
from tests.support.waiting import wait_for

LINE = "sip:100@127.0.0.1"
STRANGER = "127.0.0.2"
TORTURE = Path(__file__).parent / "torture"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineProcess]:
    with LineProcess(tmp_path_factory.mktemp("line")) as process:
        yield process


def assert_still_serves(line: LineProcess) -> None:
    """Four calls from the PBX are answered: no slot was taken."""
    line.wait_idle()
    with AgentEnd(line.agent_path), Telephone("200") as phone:
        calls = [phone.dial(LINE, ("127.0.0.1", line.port)) for _ in range(4)]
        for call in calls:
            call.connected().hang_up()
    line.wait_idle()


@pytest.mark.parametrize("method", ["INVITE", "REFER", "OPTIONS", "MESSAGE", "SUBSCRIBE", "REGISTER", "BYE"])
def test_a_strangers_request_gets_no_answer_at_all(line: LineProcess, method: str) -> None:
    refused = line.report()["refused_source"]
    with Telephone("900", source=STRANGER) as stranger:
        call = stranger.prepare(LINE, ("127.0.0.1", line.port))
        content = ("Content-Type", "application/sdp")
        call.request(method, call.offer(), content, ("Refer-To", "<sip:900123456@premium.example>"), ("Event", "presence"))
        wait_for(lambda: line.report()["refused_source"] == refused + 1, "the request to be counted")
        time.sleep(0.7)  # long enough for a first retransmission
        assert stranger.datagrams == []
        call.close()
    assert line.report()["calls"] == []


def test_a_flood_of_strangers_calls_takes_no_slot(line: LineProcess) -> None:
    with Telephone("900", source=STRANGER) as stranger:
        for _ in range(40):
            stranger.dial(LINE, ("127.0.0.1", line.port)).close()
        assert_still_serves(line)
        assert stranger.datagrams == []


def test_a_stranger_sending_malformed_messages_gets_no_answer(line: LineProcess) -> None:
    with Telephone("900", source=STRANGER) as stranger:
        for path in sorted(TORTURE.glob("*.sip")):
            stranger.send_raw(path.read_bytes(), ("127.0.0.1", line.port))
        for junk in (b"\r\n\r\n", b"\0" * 100, b"SIP/2.0 200 OK\r\n\r\n", b"INVITE"):
            stranger.send_raw(junk, ("127.0.0.1", line.port))
        time.sleep(1.0)
        assert stranger.datagrams == []
    assert_still_serves(line)


def test_a_strangers_connection_is_closed_without_a_word(line: LineProcess) -> None:
    with socket.create_connection(("127.0.0.1", line.port), source_address=(STRANGER, 0), timeout=3) as connection:
        connection.sendall((TORTURE / "wsinv.sip").read_bytes())
        try:
            assert connection.recv(100) == b""
        except ConnectionResetError:
            return


def test_strangers_idle_connections_keep_nobody_out(line: LineProcess) -> None:
    """The library has room for 64 descriptors; connections that say nothing must not fill it."""
    connections = [socket.create_connection(("127.0.0.1", line.port), source_address=(STRANGER, 0), timeout=3) for _ in range(40)]
    for connection in connections:
        assert connection.recv(100) == b""
        connection.close()
    assert_still_serves(line)


def test_the_pbx_itself_may_connect_by_tcp(line: LineProcess) -> None:
    with socket.create_connection(("127.0.0.1", line.port), timeout=3) as connection:
        connection.sendall(
            b"OPTIONS sip:100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5;rport;branch=z9hG4bKtcp\r\nMax-Forwards: 70\r\n"
            b"From: <sip:pbx@127.0.0.1>;tag=1\r\nTo: <sip:100@127.0.0.1>\r\nCall-ID: tcp\r\nCSeq: 1 OPTIONS\r\n"
            b"Content-Length: 0\r\n\r\n"
        )
        time.sleep(0.6)
        assert connection.recv(100).startswith(b"SIP/2.0 200")


@pytest.mark.parametrize("method", ["MESSAGE", "SUBSCRIBE", "REGISTER", "PUBLISH"])
def test_what_the_line_does_not_do_is_refused_even_for_the_pbx(line: LineProcess, method: str) -> None:
    with Telephone("200") as phone:
        call = phone.prepare(LINE, ("127.0.0.1", line.port))
        call.request(method, "", ("Event", "presence"))
        assert call.answer_to(method).status == 501
        call.close()
