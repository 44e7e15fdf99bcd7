"""What a process tells systemd about itself: the datagrams of sd_notify(3) to the socket that $NOTIFY_SOCKET names.

Started by hand there is no such socket, and every method does nothing. A process that says `alive` from the very loop that does
its work is started again when that loop hangs (WatchdogSec= of its unit); a thread of its own would only prove that threads run.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping

_log = logging.getLogger(__name__)
_SHARE_OF_THE_TIME = 3
"""`alive` says so three times within the time that systemd allows, so that one late round ends nothing."""


class ServiceManager:
    """One per process; cheap enough for every round of a loop. Never raises: an absent or deaf systemd stops no call."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # systemd.exec(5): an address that begins with @ lies in the abstract namespace, whose names begin with a zero byte
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._socket: socket.socket | None = None
        if self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.settimeout(0)  # a full queue at systemd must not hold up the loop that is to be watched
        self._alive_every = _watchdog_seconds(environment) / _SHARE_OF_THE_TIME
        self._alive_next = 0.0

    def ready(self, sentence: str = "") -> None:
        """The process serves from now on: READY=1, and what `systemctl status` shows beside it."""
        self._send("READY=1", f"STATUS={sentence}" if sentence else "")

    def alive(self) -> None:
        """The loop went round: WATCHDOG=1, as often as the unit's WatchdogSec asks for; nothing where it asks for none."""
        if self._alive_every and time.monotonic() >= self._alive_next:
            self._alive_next = time.monotonic() + self._alive_every
            self._send("WATCHDOG=1")

    def tell(self, sentence: str) -> None:
        """What `systemctl status` shows; never a name, a number or a spoken word."""
        self._send(f"STATUS={sentence}")

    def stopping(self) -> None:
        """The process has begun to end: STOPPING=1."""
        self._send("STOPPING=1")

    def _send(self, *assignments: str) -> None:
        if self._socket is None:
            return
        lines = (assignment.replace("\n", " ") for assignment in assignments if assignment)
        try:
            self._socket.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:
            _log.warning("systemd could not be told (%s)", error.strerror)


def _watchdog_seconds(environment: Mapping[str, str]) -> float:
    """The unit's WatchdogSec; 0 when there is none or it is meant for another process (sd_watchdog_enabled(3))."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    try:
        return int(environment.get("WATCHDOG_USEC", "0")) / 1_000_000
    except ValueError:
        return 0.0
