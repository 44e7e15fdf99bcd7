"""Callers who want the same opening at the same moment, each with a connection and a conversation of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from appliance.config import load_clinic
from appliance.conversation.actions import Action, Ask, Say
from appliance.conversation.events import Event, Said
from appliance.conversation.facts import Days, Opening
from appliance.interpreter import Heard
from appliance.reception import Reception, Reply
from appliance.records.database import Records
from tests.support.front_desk import FrontDesk

CLINIC = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
NOW = datetime(2026, 11, 23, 9, 10)
BIRTHS = {"Daniel Kowalski": date(1985, 7, 22), "Sofia Ramirez": date(1992, 12, 5)}


class Start(Protocol):
    """A barrier, of threads or of processes."""

    def wait(self) -> int:
        """Return when everybody has come."""


@dataclass(frozen=True)
class Entry:
    """Who wants which opening, and how."""

    name: str
    opening: Opening
    intent: str
    call_id: str


@dataclass(frozen=True)
class Told:
    """What a caller was told at the finish."""

    call_id: str
    done: tuple[datetime, ...]
    """Starts of which "booked" or "moved" was said."""
    just_taken: bool
    offered: tuple[datetime, ...]


class _Ear:
    """Keeps what the conversation did in the last turn."""

    def __init__(self) -> None:
        self.actions_done: list[Action] = []

    def event(self, event: Event) -> None:
        """A caller's doing or a result: nothing to keep."""

    def actions(self, actions: Sequence[Action]) -> None:
        self.actions_done.extend(actions)


class Racer:
    """One caller at a time on one connection of its own."""

    def __init__(self, database: Path) -> None:
        self._desk = FrontDesk(load_clinic(CLINIC), NOW, Records(database))

    def run(self, entry: Entry, start: Start) -> Told:
        """Come as far as the read-back of the opening, wait for the others, say yes, and listen."""
        ear = _Ear()
        reception = self._desk.reception(entry.call_id, {}, ear)
        reception.start(None)
        self._to_the_read_back(reception, entry)
        ear.actions_done.clear()
        start.wait()
        _say(reception, Said("yes", "affirm"))
        return _told(entry, ear.actions_done)

    def close(self) -> None:
        """Close the connection."""
        self._desk.records.close()

    def _to_the_read_back(self, reception: Reception, entry: Entry) -> None:
        day = entry.opening.start.date()
        wish = Said(
            "words", entry.intent, name=entry.name, date_of_birth=BIRTHS[entry.name], provider=entry.opening.provider,
            days=(Days(day, day),), times=(entry.opening.start.time(),), reason="a race",
        )  # fmt: skip
        _say(reception, wish)
        if reception.asked == "ask_which_appointment":
            _say(reception, Said("the last one", "provide_info", choice=-1))
        assert reception.asked == "confirm_details", reception.asked


def run_all(database: Path, entries: Sequence[Entry], start: Start, tell: Callable[[Told], None]) -> None:
    """One racer's races, one after the other: the body of a thread or of a process."""
    racer = Racer(database)
    for entry in entries:
        tell(racer.run(entry, start))
        start.wait()  # nobody begins the next race while this one is being run
    racer.close()


def _say(reception: Reception, said: Said) -> Reply:
    return reception.hear(Heard(said, "en"))


def _told(entry: Entry, actions: Sequence[Action]) -> Told:
    spoken = [action for action in actions if isinstance(action, Say | Ask)]
    done = [start for one in spoken if one.prompt in ("booked", "moved") and isinstance(start := one.params["start"], datetime)]
    offers = [one.params.get("openings") for one in spoken]
    offered = [pair[0] for openings in offers if isinstance(openings, list) for pair in openings]
    return Told(entry.call_id, tuple(done), any(one.prompt == "just_taken" for one in spoken), tuple(offered))
