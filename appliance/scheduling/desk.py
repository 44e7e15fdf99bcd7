"""The desk: does a conversation's acts on the records and answers with what happened. One desk for one call."""

from __future__ import annotations

import logging
import sqlite3
import uuid
from collections.abc import Callable
from datetime import datetime

from appliance.config import Clinic
from appliance.conversation.actions import Act, Book, Cancel, FindOpenings, FindPatient, LeaveMessage, ListAppointments, Move
from appliance.conversation.events import (
    ActFailed,
    AppointmentsListed,
    Committed,
    OpeningsFound,
    OpeningTaken,
    PatientFound,
    PatientUnknown,
    Result,
)
from appliance.conversation.facts import Patient
from appliance.records.database import Records
from appliance.scheduling.calendar import age_on, search
from appliance.scheduling.store import OpeningLost, Store, plain_name

log = logging.getLogger(__name__)


LOOKS = (FindPatient, ListAppointments, FindOpenings)
"""Acts that change nothing."""


class Desk:
    """Does acts for one call; `clock` gives the clinic's local time without a zone."""

    def __init__(self, records: Records, store: Store, clinic: Clinic, call_id: str, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._store = store
        self._clinic = clinic
        self._call_id = call_id
        self._clock = clock

    def perform(self, act: Act) -> Result:
        """Do one act. A disk or database that fails leaves everything as it was and answers ActFailed."""
        try:
            return self._perform(act)
        except OpeningLost:
            return OpeningTaken()
        except sqlite3.Error:
            log.exception("the act %s failed and changed nothing", type(act).__name__)
            return ActFailed()

    def foresee(self, act: Act) -> Result:
        """What doing the act would answer if nothing came between; nothing changes."""
        return self._perform(act) if isinstance(act, LOOKS) else Committed()

    def _perform(self, act: Act) -> Result:
        now = self._clock()
        match act:
            case FindPatient():
                return self._find_patient(act, now)
            case ListAppointments():
                return AppointmentsListed(self._store.coming(act.patient, now))
            case FindOpenings():
                openings, exact = search(self._clinic, self._store.taken(), act.wish, now)
                return OpeningsFound(tuple(openings), exact)
            case Book():
                self._store.book(act.patient, act.opening, act.reason, call_id=self._call_id, now=now)
            case Move():
                self._store.move(act.patient, act.appointment, act.opening, call_id=self._call_id, now=now)
            case Cancel():
                self._store.cancel(act.patient, act.appointment, call_id=self._call_id, now=now)
            case LeaveMessage():
                self._keep(act, now)
        return Committed()

    def _find_patient(self, act: FindPatient, now: datetime) -> Result:
        spoken = {plain_name(name) for name in act.names}
        matches = [p for p in self._store.patients_born(act.date_of_birth) if plain_name(p.name) in spoken]
        if len(matches) != 1:
            return PatientUnknown()
        found = matches[0]
        age = age_on(found.date_of_birth, now.date())
        guardian = (found.guardian or "") if age < 18 else None
        return PatientFound(Patient(found.id, found.name, age, guardian))

    def _keep(self, act: LeaveMessage, now: datetime) -> None:
        row = {"id": uuid.uuid4().hex, "recipient": act.to, "text": act.text, "call_id": self._call_id}
        with self._records.change() as database:
            database.table("messages").insert({**row, "taken": now.isoformat(timespec="seconds")})
