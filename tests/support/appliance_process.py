"""The whole appliance as its three processes, with the sample clinic, and what it left in its database."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from appliance.cli.processes import python_module
from appliance.conversation.situations import by_situation
from appliance.languages import load_prompts
from tests.support.ports import free_port
from tests.support.waiting import wait_for

SAMPLE_CLINIC = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
PRETENDED_NOW = "2026-11-23T09:10"
PROMPTS = by_situation(load_prompts("en"))
"""What a caller who has called before knows of the appliance's questions."""


class ApplianceProcess:
    """`appliance run` in `with`: ready when entered, ended with SIGTERM. With `registrar` it registers there as extension 300."""

    def __init__(self, folder: Path, *, registrar: str = "") -> None:
        self.folder = folder
        self.sip_port, self.page_port = free_port(), free_port()
        self.config = folder / "appliance.toml"
        self.config.write_text(f"""\
clinic = "{SAMPLE_CLINIC}"
profile = "embedded"
[sip]
registrar = "{registrar or "127.0.0.1"}"
extension = "300"
password = "secret300"
registration = {str(bool(registrar)).lower()}
registration_seconds = 10
local_address = "127.0.0.1"
local_port = {self.sip_port}
rtp_ports = [31400, 31799]
pbx_addresses = ["127.0.0.1"]
[paths]
data = "data"
run = "run"
[status]
port = {self.page_port}
""")
        self._process: subprocess.Popen[str] | None = None
        self.shown_path = folder / "shown.txt"
        self.log_path = folder / "log.jsonl"

    @property
    def address(self) -> str:
        """What a caller dials."""
        return f"sip:300@127.0.0.1:{self.sip_port}"

    @property
    def shown(self) -> str:
        """The conversation as the appliance heard and said it."""
        return self.shown_path.read_text()

    def ready(self) -> bool:
        """Whether the status page says so."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.page_port}/ready", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database on disk says."""
        with closing(sqlite3.connect(f"file:{self.folder / 'data' / 'appliance.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def new_appointments(self) -> set[tuple[str, str, str]]:
        """(patient, provider, start) of what was booked by callers and is active."""
        return set(self.rows("SELECT patient, provider, start FROM appointments WHERE call_id IS NOT NULL AND status = 'active'"))

    def agent_pid(self) -> int:
        """The agent's process, found among the children of `appliance run`."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return next(int(pid) for pid in children if b"agent" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))

    def kill_agent(self) -> None:
        """As the kernel does when memory runs out."""
        os.kill(self.agent_pid(), signal.SIGKILL)

    def __enter__(self) -> Self:
        command = python_module("appliance", "run", "--config", str(self.config), "--show", "--now", PRETENDED_NOW)
        with self.shown_path.open("w") as shown, self.log_path.open("w") as log:
            self._process = subprocess.Popen(
                command, stdout=shown, stderr=log, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
            )
        wait_for(self._ended_or_ready, "the appliance to be ready", 180)
        assert self._process.poll() is None, self.log_path.read_text()
        return self

    def _ended_or_ready(self) -> bool:
        return self._process is not None and (self._process.poll() is not None or self.ready())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(30)
        if kind is not None:
            sys.stderr.write(self.shown + self.log_path.read_text())
