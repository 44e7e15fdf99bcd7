"""Live updates: server-sent events that say only that something changed (WHATWG HTML, section 9.2). The page fetches itself again.

No event carries what changed, so a stream needs no audit of its own; the fetch that follows is a look like any other. Every stream
holds a thread of the server, so there are at most MOST; a browser that gets none asks every few seconds instead.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator

MOST = 12
SIGNED_OUT = "event: signed-out\ndata: \n\n"
TICK_SECONDS = 1.0
AGES_SECONDS = 5.0
"""So often the page is told to show ages afresh ("12 seconds ago")."""
LONGEST_SECONDS = 300.0
"""Then the browser opens the stream again by itself: a reader who vanished without a word is not served for ever."""


class Pulse:
    """A short word that changes whenever what a page shows does; however many streams ask, `look` runs once a second."""

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._until = 0.0
        self._word = ""

    def word(self) -> str:
        """The word of now."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._word = hashlib.sha256(repr(self._look()).encode()).hexdigest()[:16]
                self._until = time.monotonic() + TICK_SECONDS / 2
            return self._word


class Streams:
    """The places for streams."""

    def __init__(self, most: int = MOST) -> None:
        self._places = threading.BoundedSemaphore(most)

    def open(self, pulse: Pulse, seen: str, still_there: Callable[[], bool]) -> Iterator[str] | None:
        """The events of one stream, from the word that its page was made with; None when all places are taken."""
        return _Stream(self._places, pulse, seen, still_there) if self._places.acquire(blocking=False) else None


class _Stream:
    """Gives its place back when the server closes it, also when nobody ever read from it."""

    def __init__(self, places: threading.BoundedSemaphore, pulse: Pulse, seen: str, still_there: Callable[[], bool]) -> None:
        self._events = _events(pulse, seen, still_there)
        self._places: threading.BoundedSemaphore | None = places

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._events)

    def close(self) -> None:
        places, self._places = self._places, None
        if places is not None:
            places.release()


def _events(pulse: Pulse, seen: str, still_there: Callable[[], bool]) -> Iterator[str]:
    yield "retry: 2000\n\n"
    ends = time.monotonic() + LONGEST_SECONDS
    ages = time.monotonic() + AGES_SECONDS
    while time.monotonic() < ends:
        if not still_there():
            yield SIGNED_OUT
            return
        word = pulse.word()
        if word != seen:
            seen = word
            yield f"event: changed\ndata: {word}\n\n"
        elif time.monotonic() >= ages:
            ages = time.monotonic() + AGES_SECONDS
            yield "event: ages\ndata: \n\n"  # also what finds out that the reader is gone
        time.sleep(TICK_SECONDS)
