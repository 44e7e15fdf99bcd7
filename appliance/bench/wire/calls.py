"""A bench's calls: the appliance of its own that is phoned, callers one after the other on each of several telephones."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from appliance.bench.wire.caller import MOST_ANSWERS, Caller
from appliance.bench.wire.clinic import MadeUpClinic, make_up
from appliance.bench.wire.phone import Phone
from appliance.bench.wire.prompts import Prompts
from appliance.bench.wire.record import CallRecord
from appliance.bench.wire.speech import VOICES
from appliance.bench.wire.transcript import Transcript
from appliance.bench.wire.wishes import make_wish
from appliance.faults import OurFault
from appliance.rehearsal.trial import TrialAppliance, ended_by_sigterm

CALLS_PER_LINE = 4
_WARM_UP_ANSWERS = 3
_MOST_FAILURES = 3
"""Calls in a row that were not answered."""


@dataclass
class Stage:
    """An appliance that stands ready, and what is needed to phone it."""

    appliance: TrialAppliance
    clinic: MadeUpClinic
    transcript: Transcript
    prompts: Prompts
    seed: int
    records: list[CallRecord] = field(default_factory=list)
    hold_seconds: float = 0.0
    pauses: bool = True
    talks_over: bool = True
    most_answers: int = MOST_ANSWERS
    tell: Callable[[CallRecord], object] = lambda _: None
    """Told of each call that is over, from a thread."""
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1_000_000)))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answers(self) -> int:
        """How many answers the callers have given until now."""
        return sum(said.manner == "answer" for record in self.records for said in record.said)

    def warm_up(self) -> list[CallRecord]:
        """One short call, since the first after the start is slower than any other; its record."""
        left, self.most_answers = [True], _WARM_UP_ANSWERS
        try:
            return self.hold_calls(1, lambda: bool(left) and left.pop())
        finally:
            self.most_answers = MOST_ANSWERS

    def hold_calls(self, telephones: int, go_on: Callable[[], bool]) -> list[CallRecord]:
        """Phone from so many telephones at once, each placing call after call while `go_on`; the calls' records."""
        before = len(self.records)
        failures: list[BaseException] = []
        threads = [threading.Thread(target=self._use, args=(slot, go_on, failures), daemon=True) for slot in range(telephones)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return self.records[before:]

    def _use(self, slot: int, go_on: Callable[[], bool], failures: list[BaseException]) -> None:
        unanswered = 0
        try:
            while go_on() and not failures:
                record = self._one_call(slot)
                unanswered = unanswered + 1 if record.acknowledged_at is None else 0
                if unanswered >= _MOST_FAILURES:
                    raise OurFault(
                        f"The appliance does not take calls ({record.status} {record.why}).", repair=f"Read {self.appliance.log}."
                    )
        except BaseException as error:  # noqa: BLE001  # told by the thread that started this one
            failures.append(error)

    def _one_call(self, slot: int) -> CallRecord:
        with self._lock:
            number = next(self._numbers)
        chance = Random(f"{self.seed} {number}")  # noqa: S311  # no secrets
        voice = VOICES[number % len(VOICES)]
        wish = make_wish(self.clinic, chance)
        caller = Caller(
            wish, voice, self.prompts, chance, pauses=self.pauses, talks_over=self.talks_over, most_answers=self.most_answers
        )
        record = CallRecord(f"1{number:03}", voice)
        addresses = self.appliance.addresses
        self.transcript.expect(record)
        with self._lock:
            self.records.append(record)
        try:
            Phone(addresses[min(slot // CALLS_PER_LINE, len(addresses) - 1)], record, hold_seconds=self.hold_seconds).call(caller)
        finally:
            caller.close()
        self.tell(record)
        return record


@contextmanager
def stage(*, seed: int, lines: int = 1, profile: str = "embedded", folder: Path | None = None) -> Iterator[Stage]:
    """An appliance with a clinic made up from `seed`; its folder is removed in the end unless one is given."""
    clinic, transcript = make_up(Random(seed)), Transcript()  # noqa: S311
    with ended_by_sigterm(), tempfile.TemporaryDirectory(prefix="appliance-bench-") as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        clinic_path = place / "clinic.toml"
        clinic_path.write_text(clinic.toml(), encoding="utf-8")
        trial = TrialAppliance(place, clinic_path, now=clinic.now, transcript=transcript.take, lines=lines, profile=profile)
        with trial as appliance:
            yield Stage(appliance, clinic, transcript, Prompts.of("en"), seed)
