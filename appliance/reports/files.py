"""The reports that the line and the agent write once a second, as JSON files in the run folder.

A report whose `written_at` is older than FRESH_SECONDS comes from a process that is gone or stuck, so it counts as absent:
nobody may show an old "registered" as if it were true now.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

FRESH_SECONDS = 5.0

_AnyReport = TypeVar("_AnyReport", bound="Report")


class _Part(BaseModel):
    # a newer line may say more than this version reads, which is no reason to call it dead
    model_config = ConfigDict(extra="ignore", frozen=True)


class Report(_Part):
    """What every report starts with; times are seconds since 1970."""

    pid: int
    started_at: float
    written_at: float

    def fresh(self, now: float) -> bool:
        """Whether the writer was alive a moment ago; a report from the future (a clock set back) proves nothing."""
        return abs(now - self.written_at) <= FRESH_SECONDS


class Registration(_Part):
    """How the extension stands with the PBX."""

    state: Literal["registered", "trying", "failed", "off"]
    last_ok_at: float | None = None
    """When the PBX last answered REGISTER with 200."""
    last_code: int | None = None
    reason: str = ""


class CallNow(_Part):
    """A call in progress."""

    call_id: str
    since: float
    state: str


class DroppedFrames(_Part):
    """20 ms frames lost because a queue was full, since the line started."""

    to_agent: int = 0
    to_caller: int = 0


class LineReport(Report):
    """run/line.json."""

    registration: Registration
    calls: tuple[CallNow, ...] = ()
    calls_total: int = 0
    refused_busy: int = 0
    refused_source: int = 0
    apologies: int = 0
    dropped_frames: DroppedFrames = DroppedFrames()
    capacity: int = 0


class ModelInUse(_Part):
    """A model that the agent has loaded."""

    name: str
    file: str
    sha256: str


class EngineInUse(_Part):
    """A recogniser or synthesizer that the agent has loaded for one language."""

    kind: Literal["recognizer", "synthesizer"]
    language: str
    engine: str
    models: tuple[str, ...] = ()
    """Names of the manifest."""
    device: str = "cpu"


class SteppedDown(_Part):
    """An engine that the profile wants and that could not be had."""

    kind: Literal["recognizer", "synthesizer"]
    language: str
    wanted: str
    used: str
    """What took its place; "" when nothing did, and callers in that language are given to a person."""
    why: str
    repair: str


class AgentReport(Report):
    """run/agent.json."""

    asked: str = ""
    """The profile of appliance.toml."""
    profile: str = ""
    """The profile of the best engine in use."""
    calls: int = 0
    recognizer: str = ""
    synthesizer: str = ""
    """The engines in use, in words; `engines` has them one by one."""
    engines: tuple[EngineInUse, ...] = ()
    stepped_down: tuple[SteppedDown, ...] = ()
    rung: str = ""
    chat: str = ""
    """An instruct model: "" none, "model" or "server" in use, "failed"."""
    models: tuple[ModelInUse, ...] = ()


def read_report(path: Path, kind: type[_AnyReport], now: float) -> _AnyReport | None:
    """The report in `path`, or None when it is missing, half written, malformed or older than FRESH_SECONDS."""
    try:
        report = kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return report if report.fresh(now) else None


def agent_report_path(run: Path) -> Path:
    """Where the agent writes its report."""
    return run / "agent.json"
