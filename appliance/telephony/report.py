"""line.json: what the status page and the checks may know of the line. Nothing in it names a caller."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from appliance.telephony.account import Registration

_log = logging.getLogger(__name__)


@dataclass
class Counters:
    """Sums since the line started."""

    calls_total: int = 0
    apologies: int = 0
    dropped_to_agent: int = 0
    dropped_to_caller: int = 0


@dataclass(frozen=True)
class CallReport:
    """One call; `since` is Unix seconds, `state` one of ringing, talking, held, transferring, apology."""

    call_id: str
    since: float
    state: str


@dataclass
class LineReport:
    """Writes the file, whole or not at all, so that a reader never sees half of it."""

    path: Path
    capacity: int
    counters: Counters = field(default_factory=Counters)
    started_at: float = field(default_factory=time.time)

    def write(self, registration: Registration, calls: Sequence[CallReport], *, refused_busy: int, refused_source: int) -> None:
        """Replace the file. A full disk is logged and must not end a call."""
        content = {
            "pid": os.getpid(),
            "started_at": self.started_at,
            "written_at": time.time(),
            "registration": asdict(registration),
            "calls": [asdict(call) for call in calls],
            "calls_total": self.counters.calls_total,
            "refused_busy": refused_busy,
            "refused_source": refused_source,
            "apologies": self.counters.apologies,
            "dropped_frames": {"to_agent": self.counters.dropped_to_agent, "to_caller": self.counters.dropped_to_caller},
            "capacity": self.capacity,
        }
        unfinished = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            unfinished.write_text(json.dumps(content))
            unfinished.replace(self.path)
        except OSError as error:
            _log.warning("the line's report cannot be written: %s", error.strerror)

    def remove(self) -> None:
        """The line has ended; a report that nobody renews would only mislead."""
        self.path.unlink(missing_ok=True)
