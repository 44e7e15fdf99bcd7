"""What a journal holds is what the conversation saw and did; and writing it never disturbs a call."""

from __future__ import annotations

import json
import logging
import os
import stat
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.config import Clinic, Kept
from appliance.conversation.actions import Action, Ask, FindPatient, Say
from appliance.conversation.events import CallStarted, Event, Said, Silence
from appliance.faults import TheirFault
from appliance.records.journal import JournalFile, read_journal
from appliance.records.journal_values import NotAValue, from_json, members, to_json

ANSWER = Said("the eighth of December", "provide_info", date_of_birth=date(1948, 3, 9), cues=frozenset({"yes", "again"}))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.datetimes() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.sampled_from(["day", "name"]), inner),
    max_leaves=6,
)
OWN_STRATEGIES = {
    "params": st.dictionaries(st.sampled_from(["opens", "who"]), VALUES),
    "confidence": st.floats(allow_nan=False),  # nan is like nothing, not even itself
    "more": st.sampled_from([(), (ANSWER,), (ANSWER, ANSWER)]),
}
"""For the fields whose type says too little."""


@pytest.mark.parametrize("kind", [*members(Event), *members(Action)], ids=lambda kind: kind.__name__)
def test_every_event_and_every_action_comes_back_as_it_was(kind: type) -> None:
    own = {name: strategy for name, strategy in OWN_STRATEGIES.items() if name in _names(kind)}

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.builds(kind, **own))
    def comes_back(value: object) -> None:
        again = from_json(json.loads(json.dumps(to_json(value))))
        assert again == value
        assert type(again) is type(value)

    comes_back()


def test_lists_and_tuples_are_told_apart() -> None:
    value = Say("offer", {"openings": [(datetime(2026, 12, 1, 9), "Dr. Okafor")], "hours": (1, 5, time(8), time(17))})
    assert from_json(json.loads(json.dumps(to_json(value)))) == value


def test_what_could_not_be_read_back_is_not_written() -> None:
    for value in (object(), Say("x", {"is": 1})):
        with pytest.raises(NotAValue):
            to_json(value)


@pytest.fixture
def open_journal(clinic: Clinic, now: datetime) -> Callable[[Path], JournalFile]:
    moments = iter(now + timedelta(seconds=2.5 * turn) for turn in range(100))
    return lambda path: JournalFile(path, "call-1", clinic, "en", lambda: next(moments))


def write(journal: JournalFile, now: datetime) -> None:
    journal.event(CallStarted(now, clinic_open=True, caller_id="4135550142"))
    journal.actions([Ask("greeting", params={"clinic": "Cedar Hill"})])
    journal.event(ANSWER)
    journal.actions([FindPatient(("Margaret Doyle",), date(1948, 3, 9))])
    journal.close()


def test_a_journal_holds_the_call_and_the_clinic_s_rules_but_not_its_patients(
    open_journal: Callable[[Path], JournalFile], clinic: Clinic, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "journals" / "call-1.jsonl"
    write(open_journal(path), now)
    header = json.loads(path.read_text().splitlines()[0])
    about = {key: header[key] for key in ("journal", "call", "language", "now", "caller_id")}
    assert about == {"journal": 1, "call": "call-1", "language": "en", "now": now.isoformat(), "caller_id": "4135550142"}
    recorded = read_journal(path)
    assert recorded.clinic == clinic.model_copy(update={"patients": (), "appointments": (), "busy": {}})
    started = CallStarted(now, clinic_open=True, caller_id="4135550142")
    assert [(entry.at, entry.event) for entry in recorded.entries] == [(0.0, started), (2.5, ANSWER)]
    assert recorded.entries[1].actions == (FindPatient(("Margaret Doyle",), date(1948, 3, 9)),)


def test_only_the_service_may_read_a_journal(open_journal: Callable[[Path], JournalFile], now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "journals" / "call-1.jsonl"
    write(open_journal(path), now)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_sites_keep_no_journals_unless_they_say_so() -> None:
    assert not Kept().journals


def test_every_line_is_on_disk_before_the_conversation_goes_on(
    open_journal: Callable[[Path], JournalFile], now: datetime, tmp_path: Path
) -> None:
    """So the event that a conversation fails at is in its journal, without the actions that never came."""
    journal = open_journal(tmp_path / "call.jsonl")
    journal.event(CallStarted(now, clinic_open=True))
    recorded = read_journal(tmp_path / "call.jsonl")
    assert [(entry.event, entry.actions) for entry in recorded.entries] == [(CallStarted(now, clinic_open=True), None)]


def test_a_half_written_last_line_is_left_out(open_journal: Callable[[Path], JournalFile], now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "call.jsonl"
    write(open_journal(path), now)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    assert [entry.actions is None for entry in read_journal(path).entries] == [False, True]


@pytest.mark.parametrize("where", ["/dev/full", "{folder}/a-file/journals/call.jsonl"])
def test_a_disk_that_takes_nothing_is_told_once_and_stops_nothing(
    where: str, open_journal: Callable[[Path], JournalFile], now: datetime, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a-file").touch()
    with caplog.at_level(logging.ERROR):
        write(open_journal(Path(where.format(folder=tmp_path))), now)
    assert len(caplog.messages) == 1
    assert os.strerror(28 if where == "/dev/full" else 20) in caplog.messages[0]


def test_a_value_no_journal_holds_stops_the_journal_and_not_the_call(
    open_journal: Callable[[Path], JournalFile], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = open_journal(tmp_path / "call.jsonl")
    journal.event(Silence())
    journal.actions([Say("x", {"what": object()})])
    journal.event(Silence())
    assert len(caplog.messages) == 1
    assert len(read_journal(tmp_path / "call.jsonl").entries) == 1


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda lines: lines[:0], "line 1"),
        (lambda lines: ['{"journal": 99}', *lines[1:]], "line 1"),
        (lambda lines: [lines[0], "not JSON", *lines[2:]], "line 2"),
        (lambda lines: [lines[0], '{"at": 0, "event": {"is": "Telepathy"}}'], "'Telepathy'"),
        (lambda lines: [lines[0], '{"at": 0, "event": {"is": "Silence", "loud": true}}'], "Silence has other fields"),
        (lambda lines: [lines[0], '{"at": 0, "event": {"is": "Say", "prompt": "x"}}'], "Say is no event"),
        (lambda lines: [lines[0], lines[2]], "actions without an event"),
        (lambda lines: [lines[0], '{"event": {"is": "Silence"}}'], "'at' is missing"),
    ],
)
def test_what_is_no_journal_is_told_in_one_sentence(
    damage: Callable[[list[str]], list[str]],
    told: str,
    open_journal: Callable[[Path], JournalFile],
    now: datetime,
    tmp_path: Path,
) -> None:
    path = tmp_path / "call.jsonl"
    write(open_journal(path), now)
    path.write_text("".join(f"{line}\n" for line in damage(path.read_text().splitlines())))
    with pytest.raises(TheirFault) as fault:
        read_journal(path)
    assert told in str(fault.value)
    assert str(path) in str(fault.value)


def _names(kind: type) -> set[str]:
    dataclass: Any = kind
    return {field.name for field in fields(dataclass)}
