"""A recorded call goes as it went, or the first difference is found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.app import FIRST_LANGUAGE
from appliance.config import Clinic
from appliance.conversation.actions import Action, Ask, Say
from appliance.conversation.dialogue import Conversation
from appliance.conversation.events import CallStarted, Event, OpeningsFound, Silence
from appliance.intents import plans
from appliance.records.journal import Entry, JournalFile, Recorded, read_journal
from appliance.rehearsal.replaying import replay

OPEN_AT_NINE = datetime(2026, 11, 23, 9, 10)
CALL: tuple[Event, ...] = (CallStarted(OPEN_AT_NINE, clinic_open=True), Silence(), Silence(), Silence())


def record(clinic: Clinic, path: Path, events: Iterable[Event] = CALL) -> Recorded:
    """What a conversation does with these events, through a journal on disk."""
    conversation = Conversation(clinic, plans())
    journal = JournalFile(path, "call-1", clinic, FIRST_LANGUAGE, lambda: OPEN_AT_NINE)
    for event in events:
        journal.event(event)
        journal.actions(conversation.handle(event))
    journal.close()
    return read_journal(path)


def changed(recorded: Recorded, number: int, actions: tuple[Action, ...] | None) -> Recorded:
    """The same journal with other actions at one event."""
    entries = list(recorded.entries)
    entries[number - 1] = Entry(entries[number - 1].at, entries[number - 1].event, actions)
    return Recorded(recorded.call, recorded.language, recorded.clinic, tuple(entries))


def test_a_call_that_goes_as_it_went_has_no_difference(clinic: Clinic, tmp_path: Path) -> None:
    assert replay(record(clinic, tmp_path / "call.jsonl")) is None


def test_the_first_difference_is_found(clinic: Clinic, tmp_path: Path) -> None:
    recorded = record(clinic, tmp_path / "call.jsonl")
    once = changed(recorded, 2, (Say("something_else"),))
    difference = replay(changed(once, 3, (Say("something_else"),)))
    assert difference is not None
    assert (difference.number, difference.event) == (2, Silence())
    assert difference.expected == (Say("something_else"),)
    assert isinstance(difference.got, tuple)
    assert isinstance(difference.got[-1], Ask)


def test_other_values_of_a_prompt_are_a_difference(clinic: Clinic, tmp_path: Path) -> None:
    recorded = record(clinic, tmp_path / "call.jsonl")
    assert replay(changed(recorded, 1, (Ask("greeting", params={"clinic": "Another Clinic"}),))) is not None


def test_a_journal_that_ends_before_its_last_actions_is_gone_through_to_its_end(clinic: Clinic, tmp_path: Path) -> None:
    assert replay(changed(record(clinic, tmp_path / "call.jsonl"), 4, None)) is None


def test_an_event_that_the_conversation_fails_at_is_a_difference(clinic: Clinic, tmp_path: Path) -> None:
    recorded = record(clinic, tmp_path / "call.jsonl")
    broken = Entry(0.0, CallStarted(None, clinic_open=True), None)  # type: ignore[arg-type]  # what a fault of ours looks like
    entries = (recorded.entries[0], broken)
    difference = replay(Recorded("call-1", "en", clinic, entries))
    assert difference is not None
    assert isinstance(difference.got, Exception)


@pytest.mark.parametrize("event", [OpeningsFound((), exact=False)])
def test_results_that_come_unasked_are_recorded_and_replayed_too(event: Event, clinic: Clinic, tmp_path: Path) -> None:
    assert replay(record(clinic, tmp_path / "call.jsonl", [*CALL[:1], event])) is None


def test_the_command_tells_same_and_different_calls_apart(
    clinic: Clinic, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same, other = tmp_path / "same.jsonl", tmp_path / "other.jsonl"
    record(clinic, same)
    other.write_text(same.read_text().replace('"silence_prompt"', '"still_there"'))
    assert main(["replay", str(same)]) == 0
    assert capsys.readouterr().out.startswith("same ")
    assert main(["replay", str(same), str(other)]) == 1
    told = capsys.readouterr().out
    assert f"differs  {other}: event 2" in told
    assert "still_there" in told.split("expected")[1].split("got")[0]
    assert "silence_prompt" in told.split("got")[1]


def test_the_command_refuses_what_is_no_journal_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path / "missing.jsonl")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
