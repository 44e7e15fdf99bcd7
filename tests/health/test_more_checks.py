"""The checks of clock synchronisation, certificates, prompts, the audit and the agent's network."""

from __future__ import annotations

import math
import os
import socket
import sqlite3
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.health import Result, Subject, audit, certificates, clock_sync, no_egress, prompts
from appliance.records.audit import Entry, append
from appliance.status.database import StaffDatabase
from tests.plant import Plant
from tests.support.tls_authority import make_authority

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


@pytest.fixture
def subject(plant: Plant) -> Subject:
    return Subject(plant.settings, plant.machine, plant.clinic, thorough=True, clock=plant.clock)


def assert_found(result: Result, state: str, words: str) -> None:
    assert (result.state, words in result.sentence) == (state, True), result
    assert bool(result.repair) == (state != "ok"), "what is not well carries its repair"


@pytest.mark.parametrize(
    ("kernel", "marked", "state"),
    [(0, False, "ok"), (5, True, "ok"), (None, True, "ok"), (5, False, "warning"), (None, False, "unknown")],
)
def test_a_clock_is_kept_right_when_the_kernel_or_timesyncd_says_so(kernel: int | None, marked: bool, state: str) -> None:
    assert clock_sync.judge(kernel, marked).state == state


def test_the_kernel_of_this_machine_can_be_asked(subject: Subject) -> None:
    assert clock_sync.check(subject).name == "clock_sync"


@pytest.mark.parametrize(("days", "state"), [(-1, "broken"), (0, "broken"), (29, "warning"), (30, "ok")])
def test_the_certificate_that_ends_first_decides(days: int, state: str) -> None:
    ends = [(NOW + timedelta(days=400), "another"), (NOW + timedelta(days=days), "the certificate of x")]
    assert certificates.judge(ends, NOW).state == state
    assert certificates.judge([], NOW).state == "ok"


def test_certificate_files_are_read_and_named_by_their_key(subject: Subject, tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "tls")
    page = subject.machine.status.model_copy(
        update={"tls_certificate_file": authority.server_certificate, "tls_key_file": authority.server_key}
    )
    real = replace(
        subject, machine=subject.machine.model_copy(update={"status": page}), clock=lambda: datetime.now(UTC).timestamp()
    )
    assert_found(certificates.check(real), "warning", "Ends in 1 days: the certificate of status.tls_certificate_file.")
    authority.server_certificate.write_text("no certificate")
    assert_found(certificates.check(real), "broken", "status.tls_certificate_file")
    sip = subject.machine.sip.model_copy(update={"tls_ca_file": tmp_path / "missing.pem"})
    assert_found(
        certificates.check(replace(subject, machine=subject.machine.model_copy(update={"sip": sip}))), "broken", "No such file"
    )


def test_a_pbx_that_shows_no_certificate_is_unknown_not_ok(subject: Subject) -> None:
    sip = subject.machine.sip.model_copy(update={"transport": "tls", "registrar": "127.0.0.1:25099"})
    asked = replace(subject, machine=subject.machine.model_copy(update={"sip": sip}))
    assert_found(certificates.check(asked), "unknown", "showed no certificate")
    assert_found(certificates.check(replace(asked, thorough=False)), "ok", "No certificate is in use.")


def tone(folder: Path, name: str, amplitude: float) -> None:
    folder.mkdir(exist_ok=True)
    samples = (max(-32768, min(32767, int(amplitude * math.sin(n / 8)))) for n in range(16_000))
    (folder / f"{name}.pcm").write_bytes(b"".join(struct.pack("<h", sample) for sample in samples))


@pytest.mark.parametrize(
    ("amplitudes", "state", "words"),
    [
        ((5000, 7000), "ok", "2 prompts are between"),
        ((5000, 200), "broken", "can hardly be heard"),
        ((5000, 0), "broken", "can hardly be heard"),
        ((5000, 90_000), "warning", "clipped"),
        ((1000, 20_000), "warning", "differs by 26 dB"),
        ((), "unknown", "No prompts"),
    ],
)
def test_prompts_are_judged_together(subject: Subject, amplitudes: tuple[float, ...], state: str, words: str) -> None:
    for number, amplitude in enumerate(amplitudes):
        tone(subject.machine.paths.data / "phrases", str(number), amplitude)
    assert_found(prompts.check(subject), state, words)


def test_the_audit_is_walked_and_a_changed_row_is_named(subject: Subject, plant: Plant) -> None:
    assert_found(audit.check(subject), "ok", "Nobody can sign in")
    staff = StaffDatabase(plant.machine.staff_database_path)
    for _ in range(3):
        with staff.change() as connection:
            append(connection, Entry("a", "b", "c", "d"), NOW)
    staff.close()
    assert_found(audit.check(subject), "ok", "3 rows are whole")
    thief = sqlite3.connect(plant.machine.staff_database_path)
    thief.execute("DROP TRIGGER audit_no_update")
    thief.execute("UPDATE audit SET who = 'nobody' WHERE number = 2")
    thief.commit()
    thief.close()
    assert_found(audit.check(subject), "broken", "Audit row 2 was changed.")
    plant.machine.staff_database_path.write_bytes(b"hello" * 1000)
    assert_found(audit.check(subject), "broken", "damaged")


def test_without_an_agent_nobody_knows_whether_anything_leaves(subject: Subject) -> None:
    assert_found(no_egress.check(subject), "unknown", "agent is down")


def test_an_agent_with_this_machines_network_is_a_warning_and_one_that_talks_to_a_stranger_is_broken(
    subject: Subject, plant: Plant
) -> None:
    """This process plays the agent; nothing is sent, a connected UDP socket is enough to be seen."""
    plant.write_agent(pid=os.getpid())
    assert_found(no_egress.check(subject), "warning", "nothing keeps it from the network")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as leak:
        leak.connect((own_address(), 9))
        assert_found(no_egress.check(subject), "broken", f"connected to {own_address()}")
        server = subject.machine.understanding.model_copy(update={"chat_server": f"http://{own_address()}:8080/v1"})
        allowed = replace(subject, machine=subject.machine.model_copy(update={"understanding": server}))
        assert_found(no_egress.check(allowed), "warning", "nothing keeps it")
    assert_found(no_egress.check(subject), "warning", "nothing keeps it")


def own_address() -> str:
    """An address of this machine that is not loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


def test_a_network_of_loopback_alone_is_told_by_its_interfaces() -> None:
    heads = "Inter-|   Receive\n face |bytes\n"
    assert list(no_egress.interfaces_of(heads + "    lo:  0 0\n")) == ["lo"]
    assert list(no_egress.interfaces_of(heads + "    lo:  0 0\n  eth0: 1 2\n")) == ["lo", "eth0"]


def test_addresses_of_the_kernels_tables_are_read_in_both_families() -> None:
    head = "  sl  local_address rem_address   st\n"
    four = " 0: 0100007F:1F90 0A0200C0:01BB 01 0:0 0:0 0 0 0 4711 1\n"
    listening = " 1: 0100007F:1F90 00000000:0000 0A 0:0 0:0 0 0 0 4712 1\n"
    assert list(no_egress.connections_of(head + four + listening)) == [("4711", "192.0.2.10")]
    mapped = " 0: 0:1 0000000000000000FFFF00000A0200C0:01BB 01 0:0 0:0 0 0 0 4713 1\n"
    six = " 0: 0:1 B80D0120000000000000000001000000:01BB 01 0:0 0:0 0 0 0 4714 1\n"
    assert list(no_egress.connections_of(head + mapped + six)) == [("4713", "192.0.2.10"), ("4714", "2001:db8::1")]
