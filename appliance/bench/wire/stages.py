"""Where a gap goes, by the appliance's own log: which lines mark the stages of a turn, and the times between them.

A new stage is one more entry of MARKS or NUMBERS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

MARKS: Mapping[str, re.Pattern[str]] = {
    "decided": re.compile(r"^< utterance"),
    "replied": re.compile(r"^> reply"),
}
"""Moments of a turn in their order; each stage lasts from the one before (the first from the caller's last sample)."""
NUMBERS: Mapping[str, re.Pattern[str]] = {
    "silence_waited_ms": re.compile(r"^< utterance, (\d+) ms of silence"),
}
"""Times that the log tells itself."""


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    at: float
    call: str
    message: str


def read(lines: Iterable[str]) -> list[Entry]:
    """The lines of a log that belong to a call; others are left out."""
    entries = []
    for line in lines:
        try:
            fields = json.loads(line)
            if fields.get("call_id"):
                entries.append(Entry(datetime.fromisoformat(fields["time"]).timestamp(), fields["call_id"], fields["message"]))
        except (ValueError, KeyError, AttributeError):
            continue
    return entries


def stage_times(entries: Sequence[Entry], ended: float, first_audio: float) -> dict[str, float]:
    """Milliseconds of each stage of one turn, from the entries of its call: `until_decided_ms`, ..., `until_audible_ms`.

    `ended` and `first_audio` are the turn's own times on the wire. Empty when the log tells nothing of the turn.
    """
    inside = [entry for entry in entries if ended - 1 < entry.at < first_audio + 1]
    times: dict[str, float] = {}
    before = ended
    for name, pattern in MARKS.items():
        at = next((entry.at for entry in inside if entry.at >= before and pattern.search(entry.message)), None)
        if at is None:
            return {}
        times[f"until_{name}_ms"] = 1000 * (at - before)
        before = at
    times["until_audible_ms"] = 1000 * (first_audio - before)
    for name, pattern in NUMBERS.items():
        found = (match for entry in inside if entry.at >= ended and (match := pattern.search(entry.message)))
        if match := next(found, None):
            times[name] = float(match[1])
    return times


def medians(turns: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The median of each stage over the turns that have it."""
    gathered: dict[str, list[float]] = {}
    for turn in turns:
        for name, value in turn.items():
            gathered.setdefault(name, []).append(value)
    return {name: median(values) for name, values in gathered.items()}
