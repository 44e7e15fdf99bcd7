"""What a conversation wants done, in order: sentences by name, questions, acts on the records, and the end of the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from appliance.conversation.facts import NewPatient, Opening, Wish

Params = Mapping[str, object]
Outcome = Literal[
    "done", "transferred", "refused", "emergency", "crisis", "wrong_number", "hung_up_after_silence", "abandoned", "failed"
]


@dataclass(frozen=True)
class Say:
    """Speak a prompt of the language in use, with values the language knows how to say."""

    prompt: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """Speak a question and listen. `situation` is what the next utterance answers; `prompt` defaults to it."""

    situation: str
    prompt: str = ""
    params: Params = field(default_factory=dict)


@dataclass(frozen=True)
class FindPatient:
    """Look for the one patient with one of these names and this birth date."""

    names: tuple[str, ...]
    date_of_birth: date


@dataclass(frozen=True)
class ListAppointments:
    """The coming appointments of a verified patient."""

    patient: str


@dataclass(frozen=True)
class FindOpenings:
    """Openings for a wish."""

    wish: Wish


@dataclass(frozen=True)
class Book:
    """Commit an appointment."""

    patient: str | NewPatient
    opening: Opening
    reason: str


@dataclass(frozen=True)
class Move:
    """Give up an appointment for an opening, both in one commit."""

    patient: str
    appointment: str
    opening: Opening


@dataclass(frozen=True)
class Cancel:
    """Give up an appointment."""

    patient: str
    appointment: str


@dataclass(frozen=True)
class LeaveMessage:
    """Keep a message for a person of the clinic (a name of [clinic.transfer])."""

    to: str
    text: str


@dataclass(frozen=True)
class TransferTo:
    """Hand the call to a person (a name of [clinic.transfer])."""

    target: str


@dataclass(frozen=True)
class HangUp:
    """End the call after everything has been said."""


Act = FindPatient | ListAppointments | FindOpenings | Book | Move | Cancel | LeaveMessage
Action = Say | Ask | Act | TransferTo | HangUp


# --- what an intent's plan answers ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finish:
    """A task's last step: say this; then what waited goes on, or the caller is asked whether there is anything else."""

    prompt: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True)
class HandOver:
    """A task that only a person can do; while nobody can take the call, a message for the same person."""

    target: str = "front_desk"


@dataclass(frozen=True)
class Refuse:
    """Something the caller may not have, and why; the caller is asked in `situation` how to go on."""

    prompt: str
    situation: str = "refused"


@dataclass(frozen=True)
class Mismatch:
    """The caller's details do not fit together: one attempt to verify is used up."""


Step = Ask | Act | Finish | HandOver | Refuse | Mismatch
