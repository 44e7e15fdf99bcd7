"""Scripted calls, as a folder holds them: a clinic.toml and lists of calls in *.json, each with what must have come of it.

A call is a JSON object: `id`, `situation` (what it is about, for people), `now`, `clinic_open`, `caller_id` (null = withheld), what
the caller says and does (`opening`, `answers`, `events`: see telephony/caller/script.py), and `expected`. `voice` marks the calls
that a rehearsal over the telephone places, where any is marked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from appliance.config import Clinic
from appliance.faults import TheirFault
from appliance.scheduling.calendar import is_open
from appliance.telephony.caller.script import Script


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewPatient(_Strict):
    """A patient whom the call put on file; what is None may be anything."""

    name: str | None = None
    full_name: str | None = None
    date_of_birth: str | None = None
    phone: str | None = None


class Booked(_Strict):
    """An appointment that must be in the calendar; `reason` must be contained in the one written down."""

    id: str | None = None
    patient: str | NewPatient
    provider: str
    start: datetime
    reason: str = ""


class Message(_Strict):
    """A message that must have been kept: for whom (several joined by "|"), and what it must contain."""

    to: str
    must_contain: tuple[str, ...] = ()


class Alternatives(_Strict):
    """Values that are as good as the expected ones; a key that is not there has none."""

    transfer: str | None = None
    message: Message | None = None
    outcome: str | None = None


class Expected(_Strict):
    """What must have come of a call. A key that may be left out asks for nothing, but for `appointments_after`: see there."""

    added: tuple[Booked, ...] = ()
    removed: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    appointments_after: tuple[Booked, ...] | None = None
    """The whole calendar; when left out, the clinic's appointments without those removed, and with those added."""
    transfer: str | None = None
    message: Message | None = None
    outcome: str
    """Several that are right are joined by "|"."""
    verified: bool | None = None
    max_caller_turns: int
    must_say: tuple[str, ...] = ()
    must_not_say: tuple[str, ...] = ()
    language: str | None = None
    """In which language the last words are spoken."""
    emergency_within_agent_turns: int | None = None
    """The turns the agent may take from the words that alarm to the end of the call; heard over text only."""
    agent_stops_talking_within_ms: int | None = None
    """Measured over the telephone only."""
    also_accept: Alternatives = Alternatives()


class _Call(BaseModel):
    """The keys that are not the caller's business; those that are, the caller's own reader reads."""

    id: str
    situation: str = ""
    now: datetime
    clinic_open: bool
    caller_id: str | None = None
    voice: bool = False
    expected: Expected


@dataclass(frozen=True)
class ScriptedCall:
    """One call, ready to be placed."""

    id: str
    situation: str
    now: datetime
    caller_id: str | None
    voice: bool
    expected: Expected
    script: Script


def load_calls(folder: Path, clinic: Clinic) -> Sequence[ScriptedCall]:
    """Every call of the folder's *.json files, conversations.json first. Raises TheirFault naming file and key."""
    files = sorted(folder.glob("*.json"), key=lambda path: (path.name != "conversations.json", path.name))
    calls: dict[str, ScriptedCall] = {}
    for path in files:
        for call in _load_file(path, clinic):
            if call.id in calls:
                raise TheirFault(f"{path}: there is another call {call.id}.", repair="Give each call an id of its own.")
            calls[call.id] = call
    if not calls:
        raise TheirFault(f"{folder} holds no scripted calls.", repair="Give a folder with lists of calls in *.json files.")
    return list(calls.values())


def _load_file(path: Path, clinic: Clinic) -> list[ScriptedCall]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TheirFault(f"{path}: this cannot be read as JSON: {error}.", repair="Correct that line.") from error
    if not isinstance(data, list):
        raise TheirFault(f"{path}: this is no list of calls.", repair="Write a JSON list, or move the file out of the folder.")
    return [_load_call(path, entry, clinic) for entry in data]


def _load_call(path: Path, entry: object, clinic: Clinic) -> ScriptedCall:
    name = entry.get("id", "a call without an id") if isinstance(entry, Mapping) else "an entry that is no call"
    try:
        call = _Call.model_validate(entry)
    except ValidationError as error:
        problem = error.errors()[0]
        key = ".".join(str(part) for part in problem["loc"])
        raise TheirFault(f"{path}: {name}: {key}: {problem['msg']}.", repair="Correct that key.") from error
    if call.clinic_open != is_open(clinic, call.now):
        state = "open" if is_open(clinic, call.now) else "closed"
        raise TheirFault(f"{path}: {name}: clinic_open: at {call.now} the clinic is {state}.", repair="Correct now or clinic_open.")
    script = Script.load(path, call.id)
    return ScriptedCall(call.id, call.situation, call.now, call.caller_id, call.voice, call.expected, script)
