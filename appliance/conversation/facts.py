"""What a conversation talks about: openings, appointments, patients, wishes; and what one conversation has learned so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

ANY_PROVIDER = "any"
"""The provider of a caller who does not mind."""


@dataclass(frozen=True)
class Opening:
    """A free time with a provider (by id)."""

    provider: str
    start: datetime


@dataclass(frozen=True)
class Appointment:
    """A taken time."""

    id: str
    provider: str
    start: datetime
    reason: str


@dataclass(frozen=True)
class Patient:
    """A patient whose name and birth date both matched; `guardian` is set for one under 18."""

    id: str
    name: str
    age: int
    guardian: str | None = None


@dataclass(frozen=True)
class NewPatient:
    """Somebody not on file who wants to come."""

    name: str
    date_of_birth: date
    phone: str


@dataclass(frozen=True)
class Days:
    """The first and the last day a caller would accept."""

    first: date
    last: date


@dataclass(frozen=True)
class Hours:
    """The part of a day a caller would accept; either end may be open."""

    earliest: time | None = None
    latest: time | None = None


@dataclass(frozen=True)
class Wish:
    """When and with whom a caller wants to come. `age` guards the providers' age limits."""

    provider: str
    days: Days | None
    time: time | None
    hours: Hours | None
    age: int


@dataclass
class Task:
    """One request of the caller and what is known about it."""

    intent: str
    provider: str | None = None
    days: list[Days] = field(default_factory=list)
    """Days the caller named, the last one last. When an appointment is to be moved, one of them may be the old one."""
    times: list[time] = field(default_factory=list)
    hours: Hours | None = None
    reason: str | None = None
    medication: str | None = None
    pharmacy: str | None = None
    message: str | None = None
    message_to: str = "front_desk"
    appointments: tuple[Appointment, ...] | None = None
    """The patient's appointments, once listed."""
    appointment: Appointment | None = None
    """The one this task is about."""
    openings: tuple[Opening, ...] | None = None
    """What was found for the wish; None means look again."""
    exact: bool = False
    """Whether the openings fit the wish."""
    offered: tuple[Opening, ...] = ()
    chosen: Opening | None = None
    confirmed: bool = False
    done: bool = False
    """The act is committed; only telling is left."""


@dataclass
class Memory:
    """Everything one conversation knows. Facts about a patient are in it only after verification."""

    clinic_open: bool = True
    today: date = date.min
    caller_id: str | None = None
    names: list[str] = field(default_factory=list)
    """Full names the caller gave, the last one last: the patient's, and for a child the guardian's."""
    date_of_birth: date | None = None
    phone: str | None = None
    looked_up: tuple[tuple[str, ...], date] | None = None
    """The names and the birth date last looked up."""
    patient: Patient | None = None
    new_patient: bool | None = None
    """What the caller answered; None while not asked."""
    failures: int = 0
    """Failed attempts to verify who the patient is."""
    task: Task | None = None
    finished: list[str] = field(default_factory=list)
    """Intents of the tasks already done."""

    @property
    def verified(self) -> bool:
        """Whether the caller may hear about and change the patient's appointments."""
        return self.patient is not None and (self.patient.guardian is None or self.patient.guardian in self.names)
