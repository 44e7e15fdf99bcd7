"""The line registers, says so truthfully, and finds the PBX again."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from appliance.telephony.account import Registration
from tests.support.agent_end import AgentEnd
from tests.support.kamailio import Kamailio
from tests.support.line_process import LineProcess
from tests.support.telephone import Telephone
from tests.support.tls_authority import make_authority
from tests.support.waiting import wait_for


def registration(line: LineProcess) -> Registration:
    """What line.json says of it."""
    return Registration(**line.report()["registration"])


def test_the_line_registers_by_digest_and_is_called_through_the_pbx(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "pbx") as pbx:
        line = LineProcess(tmp_path / "line", registrar=f"127.0.0.1:{pbx.port}", registration=True)
        with line, AgentEnd(line.agent_path), Telephone("201") as caller:
            wait_for(lambda: registration(line).state == "registered", "the registration")
            assert registration(line).last_code == 200
            assert abs(time.time() - (registration(line).last_ok_at or 0.0)) < 5
            caller.dial("sip:100@127.0.0.1", pbx.address).connected().hang_up()
            line.wait_idle()
        stranger = Telephone("202").dial("sip:100@127.0.0.1", pbx.address)
        assert stranger.answer_to("INVITE").status == 404, "a line that ended took its registration back"


def test_a_wrong_password_is_reported_as_such(tmp_path: Path) -> None:
    with Kamailio(tmp_path / "pbx") as pbx:
        line = LineProcess(tmp_path, registrar=f"127.0.0.1:{pbx.port}", registration=True, password="wrong")  # noqa: S106
        with line:
            wait_for(lambda: registration(line).state == "failed", "the refusal")
            assert registration(line).last_code == 401
            assert registration(line).last_ok_at is None


def test_an_outage_of_the_pbx_is_told_and_ends_by_itself(tmp_path: Path) -> None:
    pbx = Kamailio(tmp_path / "pbx")
    with pbx:
        line = LineProcess(tmp_path / "line", registrar=f"127.0.0.1:{pbx.port}", registration=True, registration_seconds=10)
        with line:
            wait_for(lambda: registration(line).state == "registered", "the registration")
            pbx.stop()
            wait_for(lambda: registration(line).state == "trying", "the loss to be told", 15)
            lost = registration(line).last_ok_at
            assert lost is not None
            assert time.time() - lost > 4
            pbx.start()
            wait_for(lambda: registration(line).state == "registered", "the registration to come back", 15)
            assert (registration(line).last_ok_at or 0.0) > lost


def test_a_line_that_does_not_register_says_off(tmp_path: Path) -> None:
    with LineProcess(tmp_path) as line:
        assert registration(line).state == "off"


def test_over_tls_the_line_registers_and_takes_calls(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "ca")
    with Kamailio(tmp_path / "pbx", authority) as pbx:
        line = LineProcess(
            tmp_path / "line",
            registrar=f"127.0.0.1:{pbx.tls_port}",
            registration=True,
            transport="tls",
            tls_ca_file=str(authority.ca_certificate),
        )
        with line, AgentEnd(line.agent_path), Telephone("201") as caller:
            wait_for(lambda: registration(line).state == "registered", "the registration")
            caller.dial("sip:100@127.0.0.1", pbx.address).connected().hang_up()
            line.wait_idle()


def test_a_pbx_with_a_certificate_of_another_authority_is_not_spoken_to(tmp_path: Path) -> None:
    authority, other = make_authority(tmp_path / "ca"), make_authority(tmp_path / "other")
    with Kamailio(tmp_path / "pbx", authority) as pbx:
        line = LineProcess(
            tmp_path / "line",
            registrar=f"127.0.0.1:{pbx.tls_port}",
            registration=True,
            transport="tls",
            tls_ca_file=str(other.ca_certificate),
        )
        with line:
            wait_for(lambda: registration(line).last_code is not None, "the refusal", 10)
            assert registration(line).state != "registered"
            assert registration(line).last_ok_at is None


@pytest.mark.parametrize(("version", "accepted"), [("-tls1", False), ("-tls1_1", False), ("-tls1_2", True)])
def test_only_tls_1_2_is_spoken(tmp_path: Path, version: str, accepted: bool) -> None:
    """The library's own default would go down to TLS 1.0."""
    authority = make_authority(tmp_path / "ca")
    line = LineProcess(tmp_path / "line", transport="tls", registration=True, tls_ca_file=str(authority.ca_certificate))
    port = line.port + 1
    text = line.config.read_text().replace('"127.0.0.1"\n', f'"127.0.0.1:{port}"\n', 1)
    line.config.write_text(text)
    certificate = ["-cert", str(authority.server_certificate), "-key", str(authority.server_key)]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", version, "-cipher", "ALL:@SECLEVEL=0", *certificate],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    try:
        with line:
            reached = (tmp_path / "server.log").read_text
            wait_for(lambda: "REGISTER sip:" in reached() or "error" in reached(), "an attempt at the server", 10)
            assert ("REGISTER sip:" in reached()) is accepted
    finally:
        server.kill()
        server.wait()


def test_a_wrong_setting_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        line = LineProcess(tmp_path)
        taken.bind(("127.0.0.1", line.port))
        done = subprocess.run(
            [sys.executable, "-m", "appliance.telephony.line", "--config", str(line.config)],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"sip.local_port: 127.0.0.1:{line.port} cannot be opened" in done.stderr
