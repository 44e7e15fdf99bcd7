"""Which line of the appliance's transcript belongs to which measured call.

The transcript names its calls, the telephone does not; so calls are placed one after the other, each waiting until the
appliance has greeted the one before.
"""

from __future__ import annotations

import threading
import time

from appliance.bench.wire.record import CallRecord, Line

_GREETING_SECONDS = 20.0


class Transcript:
    """Takes the lines in from one thread and appends each to its call's record, with the time at which it came."""

    def __init__(self) -> None:
        self._records: dict[str, CallRecord] = {}
        self._next: CallRecord | None = None
        self._claimed = threading.Event()
        self._placing = threading.Lock()

    def take(self, call: str, who: str, words: str) -> None:
        """One line, as TrialAppliance tells it."""
        record = self._records.get(call)
        if record is None and self._next is not None:
            record, self._next = self._next, None
            self._records[call] = record
            self._claimed.set()
        if record is not None:
            record.lines.append(Line(time.time(), who, words))

    def call_of(self, record: CallRecord) -> str | None:
        """By what the appliance names this call."""
        return next((call for call, known in self._records.items() if known is record), None)

    def expect(self, record: CallRecord) -> None:
        """The next call that the appliance speaks of is this one. Waits until no other is expected."""
        self._placing.acquire()
        self._claimed.clear()
        self._next = record
        threading.Thread(target=self._release, name="greeting", daemon=True).start()

    def _release(self) -> None:
        self._claimed.wait(_GREETING_SECONDS)
        self._placing.release()
