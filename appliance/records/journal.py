"""The journal of one call: every event that reached its conversation and every action that came out, one JSON object a line.

    {"journal": 1, "call": "...", "language": "en", "now": "2026-11-23T09:10:00", "caller_id": null, "clinic": {...}}
    {"at": 0.0, "event": {"is": "CallStarted", ...}}
    {"actions": [{"is": "Ask", "situation": "greeting", ...}]}
    {"at": 4.2, "event": {"is": "Said", ...}}
    ...

The conversation is pure, so its events alone bring it to the same state again: `appliance replay` does that. `at` counts seconds
from the first event. An event is written before the conversation sees it, so that the one it fails at is there. The header holds
the clinic's rules, not its patients; the events hold what callers said, so a journal is as confidential as the database.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any, Protocol

from appliance.config import Clinic
from appliance.conversation.actions import Action
from appliance.conversation.events import CallStarted, Event
from appliance.faults import TheirFault
from appliance.records.journal_values import NotAValue, from_json, to_json

log = logging.getLogger(__name__)

FORMAT = 1
SUFFIX = ".jsonl"
_ONLY_THE_SERVICE = 0o600
_NOT_OF_THE_DIALOGUE = {"patients", "appointments", "busy"}


class Journal(Protocol):
    """Whoever wants to know what a conversation goes through."""

    def event(self, event: Event) -> None:
        """The conversation is about to see this."""

    def actions(self, actions: Sequence[Action]) -> None:
        """This came out."""


class NoJournal:
    """Keeps nothing."""

    def event(self, event: Event) -> None:
        """Forget it."""

    def actions(self, actions: Sequence[Action]) -> None:
        """Forget them."""


class JournalFile:
    """A journal on disk, readable by the service alone. A disk that is full is told once and never stops the call."""

    def __init__(self, path: Path, call_id: str, clinic: Clinic, language: str, clock: Callable[[], datetime]) -> None:
        """`clock` is local time without a zone; `language` the one the call begins in. The file appears with the first event."""
        self._path = path
        self._about = {"journal": FORMAT, "call": call_id, "language": language}
        self._clinic = clinic
        self._clock = clock
        self._began: datetime | None = None
        self._file: FileIO | None = None
        self._given_up = False

    def event(self, event: Event) -> None:
        """Write one event, and the header before the first."""
        now = self._clock()
        if self._began is None:
            self._began = now
            caller_id = event.caller_id if isinstance(event, CallStarted) else None
            clinic = self._clinic.model_dump(mode="json", exclude=_NOT_OF_THE_DIALOGUE, exclude_defaults=True)
            self._write({**self._about, "now": now.isoformat(), "caller_id": caller_id, "clinic": clinic})
        self._write({"at": round((now - self._began).total_seconds(), 3), "event": event})

    def actions(self, actions: Sequence[Action]) -> None:
        """Write what came of the last event."""
        self._write({"actions": list(actions)})

    def close(self) -> None:
        """The call is over."""
        if self._file is not None:
            self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        if self._given_up:
            return
        try:
            written = json.dumps(line, ensure_ascii=False, default=to_json).encode() + b"\n"
            self._file = self._file or self._open()
            if self._file.write(written) != len(written):  # half a line: what is left of a disk that is nearly full
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except (OSError, NotAValue) as error:
            self._given_up = True
            log.error("the journal of this call ends here, the call goes on: %s", getattr(error, "strerror", None) or error)

    def _open(self) -> FileIO:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # unbuffered, so that a line is on its way to the disk before the conversation goes on
        return FileIO(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_THE_SERVICE), "w")


# --- reading --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One event and what came of it; `actions` is None where the journal ends before they were written."""

    at: float
    event: Event
    actions: tuple[Action, ...] | None


@dataclass(frozen=True)
class Recorded:
    """A journal, read."""

    call: str
    language: str
    clinic: Clinic
    entries: tuple[Entry, ...]


def read_journal(path: Path) -> Recorded:
    """Read a journal; a half-written last line is left out. Raises TheirFault naming file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is no text"
        raise TheirFault(f"{path}: the journal cannot be read ({what}).", repair="Correct the path that was given.") from error
    if lines and not lines[-1].endswith("\n"):  # the power went while it was written
        lines.pop()
    number = 1
    try:
        header = json.loads(lines[0]) if lines else {}
        if not isinstance(header, dict) or header.get("journal") != FORMAT:
            raise NotAValue(f'it does not begin with {{"journal": {FORMAT}, ...}}')
        clinic = Clinic.model_validate(header["clinic"])
        entries: list[Entry] = []
        for number, line in enumerate(lines[1:], 2):  # noqa: B007  # told when the line is wrong
            _add(entries, json.loads(line))
        return Recorded(str(header["call"]), str(header["language"]), clinic, tuple(entries))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error).splitlines()[0]
        repair = "Give a journal that this version wrote, such as one of appliance rehearse --journals."
        raise TheirFault(f"{path}: line {number} is no line of a journal: {reason}.", repair=repair) from error


def _add(entries: list[Entry], line: dict[str, Any]) -> None:
    if "event" in line:
        event = from_json(line["event"])
        if not isinstance(event, Event):
            raise NotAValue(f"{type(event).__name__} is no event")
        entries.append(Entry(float(line["at"]), event, None))
        return
    if not entries or entries[-1].actions is not None:
        raise NotAValue("actions without an event before them")
    actions = from_json(line["actions"])
    if not isinstance(actions, tuple) or not all(isinstance(action, Action) for action in actions):
        raise NotAValue("something in it is no action")
    entries[-1] = Entry(entries[-1].at, entries[-1].event, actions)
