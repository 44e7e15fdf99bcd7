"""What a conversation talks about: openings, appointments, patients, wishes; and what one conversation has learned so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

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
    words: list[str] = field(default_factory=list)
    """What the caller said about it, for a message to a person."""
    agreed: bool = False
    """The caller wants the message that was offered."""
    at: datetime | None = None
    """The start of the appointment it is about, where the conversation knows it before the appointments are listed."""
    people: int = 1
    """For how many people the same is wanted."""
    vague: bool = False
    """The caller said yes to several offers at once."""
    nth: int = 1
    """2 for the next of several people."""
    symptoms: bool | None = None
    """Whether the caller spoke of an alarming symptom that must be asked about; False once it was."""
    noted: frozenset[str] = frozenset()
    """Cues of the request, such as "insurance"."""


@dataclass
class Memory:
    """Everything one conversation knows. Facts about a patient are in it only after name and birth date matched."""

    clinic_open: bool = True
    today: date = date.min
    caller_id: str | None = None

    # --- who calls, and about whom
    caller: str | None = None
    """The caller's own full name, where it is not the patient's."""
    on_behalf: Literal["", "child", "adult"] = ""
    """The caller said that somebody else is the patient."""
    subject: str | None = None
    """The full name of the patient, as the caller gave it."""
    date_of_birth: date | None = None
    phone: str | None = None
    looked_up: tuple[str, date] | None = None
    """The name and the birth date last looked up in vain."""
    patient: Patient | None = None
    new_patient: bool | None = None
    """What the caller answered; None while not asked."""
    failures: int = 0
    """Failed attempts to verify who the patient is."""
    name_again: bool = False
    """Whether the name given for a child was taken for the caller's own once, and the child's name was asked for again."""
    unknown: int = 0
    """Names and birth dates looked up in vain since the last thing that was done."""
    verified: bool = False
    """Whether any patient of this call was verified."""

    # --- what is wanted
    task: Task | None = None
    suspended: list[Task] = field(default_factory=list)
    """Tasks that a question of the caller interrupted, the last one last."""
    waiting: list[Task] = field(default_factory=list)
    """Further requests, the next one first."""
    finished: list[str] = field(default_factory=list)
    """Intents of the tasks already done."""
    last_start: datetime | None = None
    """When the appointment begins that this call booked or moved last."""
    last_booking: Task | None = None
    """What was booked last, for "the same for my daughter"."""
    last_question: Task | None = None
    """What was asked and answered last, for "and what about Friday?"."""
    day_spoken_of: date | None = None
    """The day of the last answer about a day, for "then that day"."""
    message_to: str = "front_desk"
    """For whom a message is that stands in for a transfer."""

    @property
    def authorised(self) -> bool:
        """Whether the caller may hear about and change the present patient's appointments."""
        patient = self.patient
        if patient is None:
            return False
        return patient.guardian is None or (
            bool(patient.guardian) and patient.guardian.casefold() == (self.caller or "").casefold()
        )

    @property
    def speaker(self) -> str | None:
        """The full name of whoever is speaking, as far as it is known."""
        return self.caller or (None if self.on_behalf else self.subject)

    def forget_subject(self) -> None:
        """The next request is about somebody else; the caller stays who they are."""
        if self.caller is None and not self.on_behalf:
            self.caller = self.subject
        self.subject, self.date_of_birth, self.patient, self.new_patient, self.looked_up = None, None, None, None, None
