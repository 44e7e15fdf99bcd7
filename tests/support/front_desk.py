"""A clinic in which calls are played by the hundred: real parts, and the records put back as they were between two calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from appliance import intents
from appliance.config import Clinic
from appliance.conversation.talk import Intent
from appliance.interpreter import Interpreter
from appliance.languages import Wording, load_prompts
from appliance.reception import Reception
from appliance.records.database import Records
from appliance.records.journal import Journal
from appliance.scheduling.desk import Desk
from appliance.scheduling.store import Store
from appliance.understanding.reader import Reader

TABLES = ("appointments", "patients", "messages")  # children before the rows they point to
LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Row:
    """An appointment as it stands in the records."""

    patient: str
    provider: str
    start: datetime
    status: str
    reason: str


@dataclass(frozen=True)
class Kept:
    """What the records hold at one moment."""

    appointments: Mapping[str, Row]
    messages: int
    twice: int
    """Records of somebody who has another."""

    def active(self) -> dict[str, Row]:
        return {key: row for key, row in self.appointments.items() if row.status == "active"}


class FrontDesk:
    """The clinic's records and everything calls share. `plans` may be other intents than the appliance's, to try the rules out."""

    def __init__(self, clinic: Clinic, now: datetime, records: Records, plans: Mapping[str, Intent] | None = None) -> None:
        self.clinic = clinic
        self.now = now
        self.records = records
        self.store = Store(records, clinic)
        self._plans = plans or intents.plans()
        self._prompts = {language: load_prompts(language) for language in LANGUAGES}
        self._at_first = {table: list(records.database.table(table).rows) for table in TABLES}
        self._changes = self.changes

    @property
    def clock(self) -> Callable[[], datetime]:
        """Time stands still."""
        return lambda: self.now

    @property
    def changes(self) -> int:
        """Rows written since the records were opened, by anybody."""
        return int(self.records.database.conn.total_changes)

    def reception(self, call_id: str, readers: Mapping[str, Reader], journal: Journal) -> Reception:
        """One call's conversation. Without readers what is heard must come understood."""
        wordings = {language: Wording(language, prompts, self.now.date()) for language, prompts in self._prompts.items()}
        interpreter = Interpreter(readers, wordings, LANGUAGES[0], self.store.names)
        desk = Desk(self.records, self.store, self.clinic, call_id, self.clock)
        return Reception(self.clinic, self._plans, interpreter, desk, self.clock, journal)

    def kept(self) -> Kept:
        """What the records hold now."""
        rows = self.records.database.execute("SELECT id, patient, provider, start, status, reason FROM appointments").fetchall()
        messages = self.records.database.execute("SELECT count(*) FROM messages").fetchone()[0]
        same = "SELECT count(*) - count(DISTINCT lower(name) || date_of_birth) FROM patients"
        twice = self.records.database.execute(same).fetchone()[0]
        return Kept({r[0]: Row(r[1], r[2], datetime.fromisoformat(r[3]), r[4], r[5] or "") for r in rows}, messages, twice)

    @contextmanager
    def outage(self) -> Iterator[None]:
        """Every write fails meanwhile, as on a disk that is gone."""
        self.records.database.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            self.records.database.execute("PRAGMA query_only = OFF")

    def put_back(self) -> None:
        """The records as they were at first."""
        if self.changes == self._changes:
            return
        with self.records.change() as database:
            for table in TABLES:
                database.execute(f"DELETE FROM {table}")  # noqa: S608  # a name of this file
            for table in reversed(TABLES):
                if self._at_first[table]:
                    database.table(table).insert_all(self._at_first[table])
        self._changes = self.changes
