"""A machine in a temporary folder, its reports and its database, as the line and the agent would leave them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from appliance.config import Clinic, Machine, load_clinic, load_machine
from appliance.records.calls import call_ended, call_started
from appliance.records.database import Records

SAMPLE = Path(__file__).parents[2] / "scripts" / "sample"
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("America/New_York"))

Write = Callable[..., None]


@pytest.fixture
def clinic() -> Clinic:
    return load_clinic(SAMPLE / "clinic.toml")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    settings = tmp_path / "appliance.toml"
    settings.write_text(
        f'clinic = "{SAMPLE / "clinic.toml"}"\n[sip]\nregistrar = "192.0.2.10"\nextension = "300"\nregistration_seconds = 60\n'
        '[paths]\ndata = "data"\nrun = "run"\n[status]\nport = 23010\n'
    )
    (tmp_path / "run").mkdir()
    return load_machine(settings)


@pytest.fixture
def write_line(machine: Machine) -> Write:
    """Write run/line.json, fresh at `now`; keywords replace its keys, `registration` only the keys it names."""

    def write(now: float = NOW.timestamp(), registration: dict[str, Any] | None = None, **changes: Any) -> None:
        report: dict[str, Any] = {
            "pid": 10, "started_at": now - 7200, "written_at": now - 0.4, "capacity": 4, "calls_total": 214,
            "registration": {"state": "registered", "last_ok_at": now - 12, "last_code": 200, "reason": "OK", **(registration or {})},
            "calls": [{"call_id": "c-secret-7", "since": now - 34, "state": "talking"}],
            "refused_busy": 2, "refused_source": 5, "apologies": 1, "dropped_frames": {"to_agent": 0, "to_caller": 3},
        }  # fmt: skip
        machine.line_report_path.write_text(json.dumps(report | changes))

    return write


@pytest.fixture
def write_agent(machine: Machine) -> Write:
    """Write run/agent.json, fresh at `now`."""

    def write(now: float = NOW.timestamp(), **changes: Any) -> None:
        report: dict[str, Any] = {
            "pid": 11, "started_at": now - 7200, "written_at": now - 0.4, "profile": "embedded", "calls": 1,
            "recognizer": "sphinx", "synthesizer": "espeak", "rung": "encoder",
            "models": [{"name": "encoder", "file": "models/encoder.gguf", "sha256": "0123456789abcdef" * 4}],
        }  # fmt: skip
        (machine.paths.run / "agent.json").write_text(json.dumps(report | changes))

    return write


@pytest.fixture
def write_calls(machine: Machine) -> Callable[..., None]:
    """Write calls into the database: (minutes before NOW, outcome, turns) each."""

    def write(*calls: tuple[float, str | None, int], now: datetime = NOW) -> None:
        records = Records(machine.database_path)
        for number, (minutes, outcome, turns) in enumerate(calls):
            began = (now - timedelta(minutes=minutes)).replace(tzinfo=None)
            call_started(records, f"c-secret-{number}", began)
            if outcome:
                call_ended(
                    records, f"c-secret-{number}", began + timedelta(seconds=95), outcome=outcome, turns=turns, verified=True
                )
        records.close()

    return write
