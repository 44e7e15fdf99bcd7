"""An appliance in a temporary folder, with the reports and the database that a line and an agent would leave there."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from appliance.config import load_clinic, load_machine
from appliance.records.calls import call_ended, call_started
from appliance.records.database import Records

SAMPLE = Path(__file__).parents[1] / "scripts" / "sample"
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("America/New_York"))
LAST_OK_SECONDS = 12


class Plant:
    """Its settings, and pens to write what the processes would write. `now` is the plant's time, in seconds since 1970."""

    def __init__(self, folder: Path, *, port: int = 23010, now: float = NOW.timestamp()) -> None:
        self.settings = folder / "appliance.toml"
        self.settings.write_text(
            f'clinic = "{SAMPLE / "clinic.toml"}"\n'
            '[sip]\nregistrar = "192.0.2.10"\nextension = "300"\npassword = "x"\nregistration_seconds = 60\n'
            f'[paths]\ndata = "data"\nrun = "run"\nmodels = "models"\n[status]\nport = {port}\n'
        )
        self.machine = load_machine(self.settings)
        self.clinic = load_clinic(self.machine.clinic)
        self.now = now
        for name in ("run", "data", "models"):
            (folder / name).mkdir()

    def clock(self) -> float:
        return self.now

    def write_line(self, *, age: float = 0.4, registration: dict[str, Any] | None = None, **changes: Any) -> None:
        """Write run/line.json; keywords replace its keys, `registration` only the keys it names."""
        registered = {"state": "registered", "last_ok_at": self.now - LAST_OK_SECONDS, "last_code": 200, "reason": "OK"}
        report: dict[str, Any] = {
            "pid": 10, "started_at": self.now - 7200, "written_at": self.now - age, "capacity": 4, "calls_total": 214,
            "registration": registered | (registration or {}),
            "calls": [{"call_id": "secret-now", "since": self.now - 34, "state": "talking"}],
            "refused_busy": 2, "refused_source": 5, "apologies": 1, "dropped_frames": {"to_agent": 0, "to_caller": 3},
        }  # fmt: skip
        self.machine.line_report_path.write_text(json.dumps(report | changes))

    def write_agent(self, *, age: float = 0.4, **changes: Any) -> None:
        """Write run/agent.json."""
        report: dict[str, Any] = {
            "pid": 11, "started_at": self.now - 7200, "written_at": self.now - age, "profile": "embedded", "calls": 1,
            "recognizer": "sphinx", "synthesizer": "espeak", "rung": "encoder",
            "models": [{"name": "encoder", "file": "models/encoder/encoder.gguf", "sha256": "0123456789abcdef" * 4}],
        }  # fmt: skip
        (self.machine.paths.run / "agent.json").write_text(json.dumps(report | changes))

    def write_calls(self, *calls: tuple[float, str | None, int]) -> None:
        """Write calls through the agent's own records: minutes ago, outcome, turns."""
        zone = ZoneInfo(self.clinic.clinic.timezone)
        records = Records(self.machine.database_path)
        for minutes, outcome, turns in calls:
            began = datetime.fromtimestamp(self.now, zone).replace(tzinfo=None) - timedelta(minutes=minutes)
            call_id = f"secret-{minutes}"
            call_started(records, call_id, began)
            if outcome:
                call_ended(records, call_id, began + timedelta(seconds=95), outcome=outcome, turns=turns, verified=True)
        records.close()

    def run_well(self) -> None:
        """Everything is as it should be, three calls were taken today and one yesterday."""
        self.write_line()
        self.write_agent()
        self.write_calls((5, None, 0), (9, "done", 9), (31, "transferred", 4), (1500, "done", 7))
