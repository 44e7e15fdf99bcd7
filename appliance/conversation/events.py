"""What happens to a conversation: the caller's doings, and the results of its own acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from appliance.conversation.facts import Appointment, Days, Hours, Opening, Patient

# --- the caller -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CallStarted:
    """The call was answered. `caller_id` is a hint, never proof."""

    now: datetime
    clinic_open: bool
    caller_id: str | None = None


@dataclass(frozen=True)
class Said:
    """An utterance, understood and read: values are None where the grammar was not sure."""

    text: str
    intent: str
    confidence: float = 1.0
    name: str | None = None
    own_name: str | None = None
    """The caller's own name, where the words say that it is: the same as `name`, or beside the patient's."""
    date_of_birth: date | None = None
    phone: str | None = None
    provider: str | None = None
    days: tuple[Days, ...] = ()
    times: tuple[time, ...] = ()
    hours: Hours | None = None
    choice: int | None = None
    """Which of the things offered, counted from 0; -1 is the last."""
    reason: str | None = None
    medication: str | None = None
    pharmacy: str | None = None
    new_patient: bool | None = None
    emergency: bool = False
    crisis: bool = False
    cues: frozenset[str] = frozenset()
    """What the plain words show beside the model: names of languages/<code>/cues.toml."""
    more: tuple[Said, ...] = ()
    """Further requests of the same sentence."""


@dataclass(frozen=True)
class Silence:
    """The caller said nothing for longer than anybody thinks."""


@dataclass(frozen=True)
class Pressed:
    """A key: 0-9, * or #."""

    digit: str


@dataclass(frozen=True)
class HungUp:
    """The caller is gone."""


# --- results of acts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PatientFound:
    """Name and birth date belong to one patient."""

    patient: Patient


@dataclass(frozen=True)
class PatientUnknown:
    """Name and birth date do not belong to one patient; which of them is wrong is nobody's business."""


@dataclass(frozen=True)
class AppointmentsListed:
    """The verified patient's coming appointments, the next one first."""

    appointments: tuple[Appointment, ...]


@dataclass(frozen=True)
class OpeningsFound:
    """Openings nearest to the wish, best first; `exact` when they fit it."""

    openings: tuple[Opening, ...]
    exact: bool


@dataclass(frozen=True)
class Committed:
    """The database has it: booked, moved, cancelled, or a message kept."""


@dataclass(frozen=True)
class OpeningTaken:
    """Somebody was faster, or the rules of the calendar refuse it; nothing was changed."""


@dataclass(frozen=True)
class ActFailed:
    """The act could not be done through a fault of ours (a full disk, say); nothing was changed."""


@dataclass(frozen=True)
class TransferFailed:
    """Nobody took the call; the caller is still here."""

    target: str


Result = PatientFound | PatientUnknown | AppointmentsListed | OpeningsFound | Committed | OpeningTaken | ActFailed | TransferFailed
Event = CallStarted | Said | Silence | Pressed | HungUp | Result
