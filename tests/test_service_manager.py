"""What a process tells systemd arrives on a real datagram socket, and an absent systemd stops nothing."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.service_manager import ServiceManager


class Systemd:
    """The socket that systemd would listen on, and the environment it would give."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self._socket.settimeout(0)
        self.environment = {"NOTIFY_SOCKET": address}

    def heard(self) -> list[str]:
        """Every datagram that arrived since the last time."""
        messages = []
        while True:
            try:
                messages.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return messages

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()


@pytest.fixture(params=["a file", "an abstract address"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    made = Systemd(str(tmp_path / "notify") if request.param == "a file" else f"@appliance-test-{os.getpid()}")
    yield made
    made.close()


def test_ready_and_its_sentence_come_in_one_datagram(systemd: Systemd) -> None:
    ServiceManager(systemd.environment).ready("listening")
    assert systemd.heard() == ["READY=1\nSTATUS=listening"]


def test_without_a_sentence_only_ready_is_said(systemd: Systemd) -> None:
    ServiceManager(systemd.environment).ready()
    assert systemd.heard() == ["READY=1"]


def test_a_sentence_of_two_lines_cannot_smuggle_in_an_assignment(systemd: Systemd) -> None:
    ServiceManager(systemd.environment).tell("one\nREADY=1")
    assert systemd.heard() == ["STATUS=one READY=1"]


def test_stopping_is_said(systemd: Systemd) -> None:
    ServiceManager(systemd.environment).stopping()
    assert systemd.heard() == ["STOPPING=1"]


def test_a_busy_loop_says_alive_about_three_times_within_the_time_allowed(systemd: Systemd) -> None:
    manager = ServiceManager({**systemd.environment, "WATCHDOG_USEC": "600000", "WATCHDOG_PID": str(os.getpid())})
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        manager.alive()
    assert systemd.heard() in (["WATCHDOG=1"] * 2, ["WATCHDOG=1"] * 3)


def test_a_loop_that_hangs_says_nothing(systemd: Systemd) -> None:
    """There is no thread that would go on feeding the watchdog."""
    manager = ServiceManager({**systemd.environment, "WATCHDOG_USEC": "90000"})
    manager.alive()
    time.sleep(0.2)
    assert systemd.heard() == ["WATCHDOG=1"]


@pytest.mark.parametrize("extra", [{}, {"WATCHDOG_USEC": "many"}, {"WATCHDOG_USEC": "90000", "WATCHDOG_PID": "1"}])
def test_without_a_watchdog_of_its_own_alive_says_nothing(systemd: Systemd, extra: dict[str, str]) -> None:
    ServiceManager({**systemd.environment, **extra}).alive()
    assert systemd.heard() == []


def test_a_full_queue_at_systemd_does_not_hold_up_the_loop(systemd: Systemd) -> None:
    manager = ServiceManager(systemd.environment)
    started = time.monotonic()
    for _ in range(2_000):
        manager.tell("still here")
    assert time.monotonic() - started < 5


def test_started_by_hand_or_with_systemd_gone_nothing_happens(tmp_path: Path) -> None:
    for environment in ({}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": str(tmp_path / "nobody")}):
        manager = ServiceManager(environment)
        manager.ready("listening")
        manager.alive()
        manager.stopping()
