"""Patients and appointments on disk. Every change is one transaction; the unique index is the last word on clashes."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from appliance.config import Clinic
from appliance.conversation.facts import Appointment, NewPatient, Opening
from appliance.records.database import Records
from appliance.scheduling.calendar import age_on, may_book


@dataclass(frozen=True)
class PatientRecord:
    """A patient on file."""

    id: str
    name: str
    date_of_birth: date
    phone: str
    guardian: str | None


class OpeningLost(Exception):
    """The opening is no longer free, or the rules refuse it; nothing was changed."""


class Store:
    """The calendar of one clinic in the records."""

    def __init__(self, records: Records, clinic: Clinic) -> None:
        """Patients of clinic.toml are brought up to date; its appointments are taken over by the first start only."""
        self._records = records
        self._clinic = clinic
        with records.change() as database:
            fresh = database.table("patients").count == 0
            for patient in clinic.patients:
                row = patient.model_dump(mode="json")
                database.table("patients").upsert(row, pk="id")
            if fresh:
                for appointment in clinic.appointments:
                    row = appointment.model_dump()
                    database.table("appointments").insert({**row, "start": _minute(appointment.start), "status": "active"})

    def patients_born(self, born: date) -> list[PatientRecord]:
        """Everybody on file with this birth date."""
        with self._records.reading() as database:
            rows = list(database.table("patients").rows_where("date_of_birth = ?", [born.isoformat()]))
        return [PatientRecord(r["id"], r["name"], date.fromisoformat(r["date_of_birth"]), r["phone"], r["guardian"]) for r in rows]

    def names(self) -> list[str]:
        """Full names on file, patients and guardians: what a recogniser must be able to hear."""
        with self._records.reading() as database:
            rows = list(database.table("patients").rows)
        return sorted({r["name"] for r in rows} | {r["guardian"] for r in rows if r["guardian"]})

    def taken(self) -> set[tuple[str, datetime]]:
        """(provider, start) of every active appointment."""
        with self._records.reading() as database:
            return _taken(database)

    def coming(self, patient: str, now: datetime) -> tuple[Appointment, ...]:
        """A patient's active appointments from now on, the next one first."""
        with self._records.reading() as database:
            rows = list(
                database.table("appointments").rows_where(
                    "patient = ? AND status = 'active' AND start >= ?", [patient, _minute(now)], order_by="start"
                )
            )
        return tuple(Appointment(r["id"], r["provider"], datetime.fromisoformat(r["start"]), r["reason"] or "") for r in rows)

    def calendar(self) -> list[Mapping[str, Any]]:
        """Every active appointment: id, patient (id, or an object for one not in clinic.toml), provider, start, reason."""
        known = {patient.id for patient in self._clinic.patients}
        with self._records.reading() as database:
            people = {r["id"]: r for r in database.table("patients").rows}
            rows = list(database.table("appointments").rows_where("status = 'active'", order_by="start"))
        return [
            {**{k: r[k] for k in ("id", "provider", "start", "reason")}, "patient": _shown(people[r["patient"]], known)}
            for r in rows
        ]

    def book(self, patient: str | NewPatient, opening: Opening, reason: str, *, call_id: str, now: datetime) -> str:
        """Commit an appointment and answer its id. Raises OpeningLost."""
        with self._records.change() as database:
            patient_id = patient if isinstance(patient, str) else _enrol(database, patient)
            return self._insert(database, patient_id, opening, reason, call_id, now)

    def cancel(self, patient: str, appointment: str, *, call_id: str, now: datetime) -> None:
        """Give up the patient's own active appointment. Raises OpeningLost when there is no such appointment."""
        with self._records.change() as database:
            _give_up(database, patient, appointment, call_id, now)

    def move(self, patient: str, appointment: str, opening: Opening, *, call_id: str, now: datetime) -> str:
        """Give up one appointment for an opening, both or neither; answers the new id. Raises OpeningLost."""
        with self._records.change() as database:
            old = _give_up(database, patient, appointment, call_id, now)
            return self._insert(database, patient, opening, old["reason"] or "", call_id, now)

    def _insert(self, database: Database, patient: str, opening: Opening, reason: str, call_id: str, now: datetime) -> str:
        born = date.fromisoformat(database.table("patients").get(patient)["date_of_birth"])
        if not may_book(self._clinic, _taken(database), opening, age_on(born, opening.start.date()), now):
            raise OpeningLost
        row = {"id": uuid.uuid4().hex, "patient": patient, "provider": opening.provider, "start": _minute(opening.start)}
        try:
            database.table("appointments").insert(
                {**row, "reason": reason, "status": "active", "call_id": call_id, "changed": now.isoformat(timespec="seconds")}
            )
        except sqlite3.IntegrityError as error:
            raise OpeningLost from error
        return row["id"]


def _taken(database: Database) -> set[tuple[str, datetime]]:
    rows = database.table("appointments").rows_where("status = 'active'", select="provider, start")
    return {(row["provider"], datetime.fromisoformat(row["start"])) for row in rows}


def _give_up(database: Database, patient: str, appointment: str, call_id: str, now: datetime) -> Mapping[str, Any]:
    rows = list(
        database.table("appointments").rows_where("id = ? AND patient = ? AND status = 'active'", [appointment, patient], limit=1)
    )
    if not rows:
        raise OpeningLost
    changed = {"status": "cancelled", "call_id": call_id, "changed": now.isoformat(timespec="seconds")}
    database.table("appointments").update(appointment, changed)
    return rows[0]


def _enrol(database: Database, patient: NewPatient) -> str:
    """The new patient's id; who is on file already stays one person: two could never be told apart."""
    born = patient.date_of_birth.isoformat()
    for known in database.table("patients").rows_where("date_of_birth = ?", [born]):
        if plain_name(known["name"]) == plain_name(patient.name):
            return str(known["id"])
    row = {"id": uuid.uuid4().hex, "name": patient.name, "date_of_birth": born, "phone": patient.phone}
    database.table("patients").insert(row)
    return row["id"]


def _shown(person: Mapping[str, Any], known: set[str]) -> object:
    return person["id"] if person["id"] in known else {key: person[key] for key in ("name", "date_of_birth", "phone")}


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def plain_name(name: str) -> str:
    """A name as names are compared: case and spaces do not count."""
    return " ".join(name.casefold().split())
