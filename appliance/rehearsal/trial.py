"""The whole appliance on this machine for a trial: its three processes, on loopback and free ports, with records of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from appliance.config import Machine, load_machine
from appliance.faults import OurFault

READY_SECONDS = 180.0
_LAST_RTP_PORT = 65_000


class TrialAppliance:
    """`appliance run` in `with`: ready to be called when entered, ended when left; what it wrote stays in `folder`."""

    def __init__(
        self,
        folder: Path,
        clinic: Path,
        *,
        now: datetime,
        show: Callable[[str, str], None],
        journals: bool = False,
        sip_port: int = 0,
        page_port: int = 0,
    ) -> None:
        """`show` is told who speaks (agent or caller) and the words, as the appliance says and hears them, from a thread.

        The ports are taken if they are free, else others are.
        """
        self._now, self._show = now, show
        self.log = folder / "log.jsonl"
        self._process: subprocess.Popen[str] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "appliance.toml"
        config.write_text(_settings(clinic.resolve(), journals, sip_port, page_port), encoding="utf-8")
        self._config = config
        self.machine: Machine = load_machine(config)

    @property
    def address(self) -> str:
        """What a caller dials."""
        sip = self.machine.sip
        return f"sip:{sip.extension}@{sip.local_address}:{sip.local_port}"

    def __enter__(self) -> Self:
        appliance = [sys.executable, "-m", "appliance"]
        command = [*appliance, "run", "--config", str(self._config), "--show", "--now", self._now.isoformat()]
        with self.log.open("w") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        if self._process.stdout is not None:
            threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        try:
            self._wait_until_ready(self._process)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def wait(self) -> None:
        """Until the appliance ends."""
        if self._process is not None:
            self._process.wait()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            _, _, rest = line.partition(" ")  # the call's id
            who, _, words = rest.strip().partition(": ")
            self._show(who, words.strip())

    def _wait_until_ready(self, process: subprocess.Popen[str]) -> None:
        page = f"http://{self.machine.status.host}:{self.machine.status.port}/ready"
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with urllib.request.urlopen(page, timeout=2):  # our own page on loopback
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        last = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise OurFault(f"The appliance did not get ready: {last[0]}", repair="Put right what it says, and try again.")


def _settings(clinic: Path, journals: bool, sip_port: int, page_port: int) -> str:
    rtp = min(_free_port(socket.SOCK_DGRAM), _LAST_RTP_PORT)
    return f"""\
clinic = {json.dumps(str(clinic))}
profile = "embedded"
[sip]
registrar = "127.0.0.1"
extension = "300"
registration = false
local_address = "127.0.0.1"
local_port = {_free_port(socket.SOCK_DGRAM, sip_port)}
pbx_addresses = ["127.0.0.1"]
rtp_ports = [{rtp}, {rtp + 99}]
[paths]
data = "data"
run = "run"
[status]
port = {_free_port(socket.SOCK_STREAM, page_port)}
[records]
journals = {str(journals).lower()}
"""


def _free_port(kind: socket.SocketKind, wanted: int = 0) -> int:
    """The wanted port, or one that is free."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind is socket.SOCK_STREAM))  # as the page itself does
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OurFault("No port is free on this machine.", repair="Stop something that listens.")
