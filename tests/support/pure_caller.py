"""A caller who speaks in events: the pure conversation with the real desk on records in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from appliance import intents
from appliance.config import Clinic
from appliance.conversation.actions import Act, Action, Ask, Say
from appliance.conversation.dialogue import Conversation
from appliance.conversation.events import CallStarted, Event, Said
from appliance.conversation.facts import Days
from appliance.records.database import Records
from appliance.scheduling.desk import Desk
from appliance.scheduling.store import Store

YES, NO = Said("yes", "affirm"), Said("no", "deny")


def on(month: int, day: int) -> tuple[Days, ...]:
    """One day of 2026."""
    return (Days(date(2026, month, day), date(2026, month, day)),)


class Caller:
    """Plays events into a conversation, lets the real desk do its acts, and keeps what was done."""

    def __init__(self, clinic: Clinic, now: datetime, *, clinic_open: bool = True) -> None:
        records = Records(None)
        self.store = Store(records, clinic)
        self.desk = Desk(records, self.store, clinic, "call", lambda: now)
        self.conversation = Conversation(clinic, intents.plans())
        self.done: list[Action] = []
        self.play(CallStarted(now, clinic_open))

    def play(self, *events: Event) -> list[Action]:
        """The actions of the last event, acts included."""
        turn: list[Action] = []
        for event in events:
            turn, waiting = [], [event]
            while waiting:
                for action in self.conversation.handle(waiting.pop(0)):
                    turn.append(action)
                    if isinstance(action, Act):
                        waiting.append(self.desk.perform(action))
            self.done += turn
        return turn

    def say(self, intent: str, **values: object) -> list[Action]:
        return self.play(replace(Said("words", intent), **values))  # type: ignore[arg-type]  # values are Said's own fields

    @property
    def asked(self) -> str | None:
        return self.conversation.asked


def prompts(actions: list[Action]) -> list[str]:
    return [action.prompt for action in actions if isinstance(action, Say | Ask)]


def booked(caller: Caller) -> list[str]:
    """Every appointment as "patient provider start"."""
    return [f"{a['patient']} {a['provider']} {a['start']}" for a in caller.store.calendar()]
