"""A journal's events go through a fresh conversation; what comes out must be what came out then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance import intents
from appliance.conversation.actions import Action
from appliance.conversation.dialogue import Conversation
from appliance.conversation.events import Event
from appliance.records.journal import Recorded
from appliance.records.journal_values import to_json


@dataclass(frozen=True)
class Difference:
    """Where a conversation first went another way. `number` counts the journal's events from 1."""

    number: int
    event: Event
    expected: Sequence[Action]
    got: Sequence[Action] | Exception
    """What came out, or what it failed with."""


def replay(recorded: Recorded) -> Difference | None:
    """Go through the call again; None when every action is the same. An event without recorded actions only has to be survived."""
    conversation = Conversation(recorded.clinic, intents.plans())
    for number, entry in enumerate(recorded.entries, 1):
        expected = entry.actions or ()
        try:
            got = tuple(conversation.handle(entry.event))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what the person who replays the call looks for
            return Difference(number, entry.event, expected, error)
        if entry.actions is not None and to_json(got) != to_json(expected):
            return Difference(number, entry.event, expected, got)
    return None
