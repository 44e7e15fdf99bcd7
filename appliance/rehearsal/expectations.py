"""Whether a call ended as it should have: every key of `expected`, and a sentence for each that does not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from appliance.config import Clinic
from appliance.rehearsal.scripted_calls import Booked, Expected, Message, NewPatient

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGIT_WORDS = {word: str(digit) for digit, word in enumerate(_DIGITS)} | {"oh": "0"}
_Wanted = TypeVar("_Wanted")


@dataclass(frozen=True)
class End:
    """What came of a call. None where it was not found out, which nothing is checked against."""

    outcome: str | None
    """None: the call did not end."""
    said: Sequence[str] = ()
    """The agent's turns."""
    caller_turns: int = 0
    verified: bool = False
    transfer: str | None = None
    """A name of [clinic.transfer]."""
    message: tuple[str, str] | None = None
    """For whom, and its text."""
    appointments: Sequence[Mapping[str, Any]] = ()
    """Every active appointment: patient (id, or name, date_of_birth and phone of a new one), provider, start, reason, id."""
    language: str | None = None
    turns_to_answer_an_alarm: int | None = None
    stopped_talking_ms: int | None = None


def shortcomings(expected: Expected, end: End, clinic: Clinic) -> list[str]:
    """Why the call does not pass, one sentence each; empty when it does."""
    if end.outcome is None:
        return ["the call did not come to an end"]
    return [*_calendar(expected, end, clinic), *_ending(expected, end), *_speech(expected, end), *_pace(expected, end)]


def _calendar(expected: Expected, end: End, clinic: Clinic) -> Iterator[str]:
    before = [Booked(**taken.model_dump()) for taken in clinic.appointments if taken.id not in expected.removed]
    after = expected.appointments_after if expected.appointments_after is not None else (*before, *expected.added)
    for booked in (*expected.added, *(booked for booked in after if booked not in expected.added)):
        if not any(_same_appointment(booked, found) for found in end.appointments):
            yield f"not in the calendar: {_told(booked)}"
    for found in end.appointments:
        if not any(_same_appointment(booked, found) for booked in (*after, *expected.added)):
            yield f"in the calendar, but should not be: {found['patient']} with {found['provider']} at {found['start']}"
    if len(end.appointments) != len(after):
        yield f"{len(end.appointments)} appointments in the calendar instead of {len(after)}"
    ids = {found.get("id") for found in end.appointments}
    yield from (f"{kept} is gone, but was to be kept" for kept in expected.keeps if kept not in ids)
    yield from (f"{gone} is still there" for gone in expected.removed if gone in ids)


def _ending(expected: Expected, end: End) -> Iterator[str]:
    others = expected.also_accept

    def fits(key: str, wanted: _Wanted, holds: Callable[[_Wanted], bool]) -> bool:
        return holds(wanted) or (key in others.model_fields_set and holds(getattr(others, key)))

    if not fits("outcome", expected.outcome, lambda wanted: end.outcome in (wanted or "").split("|")):
        yield f"the outcome is {end.outcome} instead of {expected.outcome}"
    if not fits("transfer", expected.transfer, lambda wanted: (wanted or None) == end.transfer):
        yield f"transferred to {end.transfer or 'nobody'} instead of {expected.transfer or 'nobody'}"
    if not fits("message", expected.message, lambda wanted: _same_message(wanted, end.message)):
        wanted = expected.message
        yield f"the message is {end.message} instead of {f'one to {wanted.to} with {wanted.must_contain}' if wanted else 'none'}"
    if expected.verified is not None and end.verified != expected.verified:
        yield f"the caller was {'' if end.verified else 'not '}verified"
    if expected.language and end.language and end.language != expected.language:
        yield f"the call ended in {end.language} instead of {expected.language}"


def _speech(expected: Expected, end: End) -> Iterator[str]:
    spoken = " ".join(end.said)
    for pattern in expected.must_say:
        if not _said(pattern, spoken):
            yield f"never said: {pattern}"
    for pattern in expected.must_not_say:
        if _said(pattern, spoken):
            yield f"said, but must not be: {pattern}"


def _pace(expected: Expected, end: End) -> Iterator[str]:
    if end.caller_turns > expected.max_caller_turns:
        yield f"the caller needed {end.caller_turns} turns, at most {expected.max_caller_turns} are fine"
    for name, limit, taken in (
        ("turns until the alarm was answered", expected.emergency_within_agent_turns, end.turns_to_answer_an_alarm),
        ("ms until the agent stopped talking", expected.agent_stops_talking_within_ms, end.stopped_talking_ms),
    ):
        if limit is not None and taken is not None and taken > limit:
            yield f"{taken} {name}, at most {limit} are fine"


# --- comparing ------------------------------------------------------------------------------------------------------------


def _same_appointment(wanted: Booked, found: Mapping[str, Any]) -> bool:
    return (
        _same_patient(wanted.patient, found["patient"])
        and wanted.provider == found["provider"]
        and wanted.start.isoformat(timespec="minutes") == str(found["start"])[:16]
        and _plain(wanted.reason) in _plain(found.get("reason") or "")
    )


def _same_patient(wanted: str | NewPatient, found: object) -> bool:
    if isinstance(wanted, str) or not isinstance(found, Mapping):
        return wanted == found
    keys = wanted.model_dump(exclude_none=True)
    return all(_digits_joined(value) == _digits_joined(str(found.get(key, ""))) for key, value in keys.items())


def _same_message(wanted: Message | None, found: tuple[str, str] | None) -> bool:
    if wanted is None or found is None:
        return wanted is None and found is None
    to, text = found
    both = f"{_plain(text)} {_digits_joined(text)}"
    return to in wanted.to.split("|") and all(_plain(part) in both for part in wanted.must_contain)


def _said(pattern: str, spoken: str) -> bool:
    """Whether whole words of what was spoken fit, as they stand or with their digits joined."""
    return any(re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE) for text in (spoken, _digits_joined(spoken)))


def _plain(text: str) -> str:
    """Lower case, words only."""
    return re.sub(r"\W+", " ", text).strip().lower()


def _digits_joined(text: str) -> str:
    """Words of digits as digits, and digits that follow one another as one number: "five five oh one" is "5501"."""
    words = [_DIGIT_WORDS.get(word, word) for word in _plain(text).split()]
    return re.sub(r"(?<=\d) (?=\d)", "", " ".join(words))


def _told(booked: Booked) -> str:
    patient = booked.patient if isinstance(booked.patient, str) else booked.patient.model_dump(exclude_none=True)
    reason = f" for {booked.reason}" if booked.reason else ""
    return f"{patient} with {booked.provider} at {booked.start.isoformat(timespec='minutes')}{reason}"
