"""A real line process with settings of its own, and what it reports."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.ports import free_port
from tests.support.waiting import wait_for

_CLINIC = """
[clinic]
name = "Test Clinic"
timezone = "America/New_York"
[clinic.hours]
mon = ["09:00", "17:00"]
[clinic.transfer]
{transfer}
[[providers]]
id = "p1"
name = "Pat Example"
"""


class LineProcess:
    """Starts in `with`, ends with SIGTERM; `log` is everything it wrote to stderr. Keywords go into [sip]."""

    def __init__(self, folder: Path, *, transfer: dict[str, str] | None = None, **sip: object) -> None:
        self.folder = folder
        self.port = free_port()
        self.run_folder = folder / "run"
        settings: dict[str, object] = {
            "registrar": "127.0.0.1",
            "extension": "100",
            "password": "secret100",
            "registration": False,
            "local_address": "127.0.0.1",
            "local_port": self.port,
            "rtp_ports": [31_000, 31_399],
        } | sip
        folder.mkdir(parents=True, exist_ok=True)
        self.run_folder.mkdir(exist_ok=True)
        lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
        paths = f'[paths]\ndata = "{folder}"\nrun = "{self.run_folder}"\n'
        self.config = folder / "appliance.toml"
        self.config.write_text(f'clinic = "clinic.toml"\n{paths}[sip]\n{lines}\n')
        targets = {"front_desk": "102", "billing": "103"} if transfer is None else transfer
        (folder / "clinic.toml").write_text(
            _CLINIC.format(transfer="\n".join(f'{name} = "{target}"' for name, target in targets.items()))
        )
        self.process: subprocess.Popen[bytes] | None = None
        self._log_path = folder / "line.log"

    @property
    def agent_path(self) -> Path:
        """Where the line looks for the agent."""
        return self.run_folder / "agent.sock"

    @property
    def log(self) -> str:
        """What the line wrote so far."""
        return self._log_path.read_text()

    def report(self) -> dict[str, Any]:
        """line.json as it is now; empty before it is first written."""
        try:
            content: dict[str, Any] = json.loads((self.run_folder / "line.json").read_text())
        except FileNotFoundError:
            return {}
        return content

    def rss_bytes(self) -> int:
        """Resident memory."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

    def start(self) -> None:
        """Start and wait until it is up."""
        with self._log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "appliance.telephony.line", "--config", str(self.config)], stderr=log, stdout=log
            )
        wait_for(lambda: self.process.poll() is not None or self.report(), "the line to start", 15)  # type: ignore[union-attr]
        assert self.process.poll() is None, self.log

    def stop(self) -> int:
        """End it with SIGTERM; its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def wait_idle(self, seconds: float = 8.0) -> None:
        """Wait until no call is left."""
        wait_for(lambda: not self.report()["calls"], "the line to be idle", seconds)
        time.sleep(0.05)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        status = self.stop()
        if kind is None:
            assert status == 0, f"the line ended with {status}:\n{self.log}"
        else:
            print(self.log)
