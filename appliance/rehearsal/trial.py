"""The whole appliance on this machine for a trial: its three processes, on loopback and free ports, with records of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from appliance.config import Machine, load_machine
from appliance.faults import OurFault

READY_SECONDS = 180.0
LINE_SECONDS = 20.0
_LAST_RTP_PORT = 65_000


class TrialAppliance:
    """`appliance run` in `with`: ready to be called when entered, ended when left; what it wrote stays in `folder`."""

    def __init__(
        self,
        folder: Path,
        clinic: Path,
        *,
        now: datetime,
        show: Callable[[str, str], None] | None = None,
        transcript: Callable[[str, str, str], None] | None = None,
        journals: bool = False,
        sip_port: int = 0,
        page_port: int = 0,
        profile: str = "embedded",
        lines: int = 1,
    ) -> None:
        """`show` is told who speaks (agent or caller) and the words, as the appliance says and hears them, from a thread;
        `transcript` is told the same after a name of the call.

        The ports are taken if they are free, else others are. With several `lines` each further one is a process and an address of
        its own on the same agent.
        """
        self._now, self._show, self._transcript = now, show, transcript
        self.log = folder / "log.jsonl"
        self._process: subprocess.Popen[str] | None = None
        self._further: list[subprocess.Popen[bytes]] = []
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "appliance.toml"
        config.write_text(_settings(clinic.resolve(), profile, journals, sip_port, page_port), encoding="utf-8")
        self._config = config
        self.machine: Machine = load_machine(config)
        self._line_configs = [_further_line(folder, number, self.machine, profile) for number in range(2, lines + 1)]
        self.addresses = tuple(_address(machine) for machine in (self.machine, *map(load_machine, self._line_configs)))
        """What callers dial, one for each line."""

    @property
    def address(self) -> str:
        """What a caller dials."""
        return self.addresses[0]

    @property
    def process_id(self) -> int | None:
        """The process that started all the others; None before the start."""
        return self._process.pid if self._process else None

    def __enter__(self) -> Self:
        appliance = [sys.executable, "-m", "appliance"]
        command = [*appliance, "run", "--config", str(self._config), "--show", "--now", self._now.isoformat()]
        with self.log.open("w") as log:
            environment = os.environ | {"PYTHONFAULTHANDLER": "1"}  # an engine that crashes leaves its place in the log
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        if self._process.stdout is not None:
            threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        try:
            self._wait_until_ready(self._process)
            self._start_further_lines()
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
        for line in self._further:
            line.terminate()
            line.wait()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            call, _, rest = line.partition(" ")
            who, _, words = rest.strip().partition(": ")
            if self._show:
                self._show(who, words.strip())
            if self._transcript:
                self._transcript(call, who, words.strip())

    def _start_further_lines(self) -> None:
        for config in self._line_configs:
            with self.log.open("a") as log:
                command = [sys.executable, "-m", "appliance.telephony.line", "--config", str(config)]
                process = subprocess.Popen(command, stderr=log)
            self._further.append(process)
            report = load_machine(config).line_report_path
            deadline = time.monotonic() + LINE_SECONDS
            while not report.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise OurFault("A further line process did not start.", repair=f"Read {self.log}.")
                time.sleep(0.1)

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


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """Inside, SIGTERM ends this process as an exception does, so that a trial appliance ends with it. For the main thread."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _address(machine: Machine) -> str:
    sip = machine.sip
    return f"sip:{sip.extension}@{sip.local_address}:{sip.local_port}"


def _further_line(folder: Path, number: int, first: Machine, profile: str) -> Path:
    """The configuration of another line on the same agent: ports and a report of its own, the agent's socket by a link."""
    place = folder / f"line{number}"
    run = place / "run"
    run.mkdir(parents=True, exist_ok=True)
    for stale in run.iterdir():
        stale.unlink()
    (run / first.link_path.name).symlink_to(first.link_path)
    config = place / "appliance.toml"
    config.write_text(_settings(first.clinic, profile, journals=False, sip_port=0, page_port=0), encoding="utf-8")
    return config


def _settings(clinic: Path, profile: str, journals: bool, sip_port: int, page_port: int) -> str:
    rtp = min(_free_port(socket.SOCK_DGRAM), _LAST_RTP_PORT)
    return f"""\
clinic = {json.dumps(str(clinic))}
profile = {json.dumps(profile)}
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
