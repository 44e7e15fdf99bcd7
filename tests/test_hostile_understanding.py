"""A model is never trusted: whatever a resolver answers, the real reader, reception and desk keep the rules of a call.

A short run by default; `scripts/test tests/test_hostile_understanding.py --sequences 2500` plays so many
calls, about 20,000 turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.config import Clinic
from appliance.conversation.actions import Book, Cancel, LeaveMessage, Move
from appliance.conversation.events import Said
from appliance.records.database import Records
from appliance.understanding import Resolution
from appliance.understanding.attention import AttentiveReader
from appliance.understanding.phrases import NearestExample
from appliance.understanding.providers import ProviderNames
from tests.support.call_rules import BrokenRule
from tests.support.front_desk import FrontDesk
from tests.support.hostile import ALARMS, ANSWERS, NO, REQUESTS, Liar, Line, lies
from tests.support.watched_call import Ledger, Turn, WatchedCall

USUAL = 60
NOW = datetime(2026, 11, 23, 9, 10)


@dataclass(frozen=True)
class Spoken:
    """One turn: which of the lines that fit the question, or what instead of one, and what the resolver makes of it."""

    pick: int
    request: bool
    alarm: str | None
    honest: bool
    lie: Resolution


turns = st.lists(
    st.builds(
        Spoken,
        pick=st.integers(0, 59),
        request=st.sampled_from((False, False, False, True)),
        alarm=st.sampled_from([None] * 60 + sorted(ALARMS)),
        honest=st.sampled_from((True, True, False)),
        lie=lies,
    ),
    min_size=10,
    max_size=24,
)
LINES = {line.text: line for lines in (*ANSWERS.values(), REQUESTS) for line in lines}


@pytest.fixture(scope="module")
def desk(clinic: Clinic) -> Iterator[FrontDesk]:
    records = Records(None)
    yield FrontDesk(clinic, NOW, records)
    records.close()


@pytest.fixture(scope="module")
def liar() -> Liar:
    return Liar(NearestExample("en"))


@pytest.fixture(scope="module")
def reader(desk: FrontDesk, liar: Liar) -> AttentiveReader:
    return AttentiveReader(liar, ProviderNames(desk.clinic), desk.store.names)


def test_whatever_a_resolver_answers_the_rules_are_kept(
    desk: FrontDesk, liar: Liar, reader: AttentiveReader, sequences: int | None
) -> None:
    @settings(
        max_examples=sequences or USUAL,
        derandomize=sequences is None,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(turns)
    def every_call(spoken: list[Spoken]) -> None:
        desk.put_back()
        call = WatchedCall(desk, readers={"en": reader}, evidence=_as_said)
        for one in spoken:
            if call.over:
                return
            text = one.alarm or _line(one, call.asked).text
            liar.lie = None if one.honest else one.lie
            turn = call.speak(text)
            if one.alarm and ALARMS[one.alarm] not in turn.reply.text:
                raise BrokenRule(f"a cry for help was not answered\n{call.story()}")
            _no_means_no(call, turn, text)

    every_call()


@pytest.mark.parametrize("no", sorted(NO))
def test_a_no_is_not_taken_for_the_yes_that_a_resolver_reads_in_it(
    desk: FrontDesk, liar: Liar, reader: AttentiveReader, no: str
) -> None:
    desk.put_back()
    call = WatchedCall(desk, readers={"en": reader}, evidence=_as_said)
    liar.lie = None
    for text in ("i need to cancel my appointment", "Margaret Doyle", "march ninth nineteen forty eight"):
        call.speak(text)
    assert call.asked == "confirm_details"
    liar.lie = Resolution("affirm", 1.0)
    _no_means_no(call, call.speak(no), no)


def _line(one: Spoken, asked: str | None) -> Line:
    lines = REQUESTS if one.request else ANSWERS.get(asked or "", REQUESTS)
    return lines[one.pick % len(lines)]


def _as_said(ledger: Ledger, said: Said) -> None:
    """What the words prove, whatever was read in them."""
    ledger.words += f" {said.text.casefold()}"
    line = LINES.get(said.text, Line(said.text))
    ledger.names.update(line.names)
    if line.born:
        ledger.births.add(line.born)


def _no_means_no(call: WatchedCall, turn: Turn, text: str) -> None:
    if text in NO and any(isinstance(act, Book | Move | Cancel | LeaveMessage) for act in turn.acts):
        raise BrokenRule(f"{text!r} was taken for a yes\n{call.story()}")
