"""What waits to be played to one caller: frames in order, marks between them, a bound, and a count of what was dropped.

The link's thread fills it while the media clock empties it; every operation is one step of a `deque`, which is atomic.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from appliance.telephony.link import FRAME_BYTES, PLAY_QUEUE_SECONDS

_BOUND = round(PLAY_QUEUE_SECONDS * 50)


class PlayQueue:
    """Frames of FRAME_BYTES and marks; `on_mark` is told when everything before a mark was taken out."""

    def __init__(self, on_mark: Callable[[int], None]) -> None:
        self._items: deque[bytes | int] = deque()
        self._on_mark = on_mark
        self.dropped = 0

    def put(self, frame: bytes) -> None:
        """Queue one frame, or count it as dropped when PLAY_QUEUE_SECONDS wait already."""
        if len(self._items) >= _BOUND:
            self.dropped += 1
        else:
            self._items.append(frame)

    def mark(self, mark: int) -> None:
        """Queue a mark; beyond twice the bound it is dropped, because nobody sends so many in good faith."""
        if len(self._items) < 2 * _BOUND:
            self._items.append(mark)

    def flush(self) -> None:
        """Throw away everything that waits, marks included."""
        self._items.clear()

    def take(self) -> bytes | None:
        """The next frame, or None; reports the marks in front of it."""
        while True:
            try:
                item = self._items.popleft()
            except IndexError:
                return None
            if isinstance(item, bytes):
                return item
            self._on_mark(item)

    @property
    def empty(self) -> bool:
        """Whether everything was taken out."""
        return not self._items


def frames_of(pcm: bytes) -> Iterator[bytes]:
    """Cut PCM into frames of FRAME_BYTES, the last one filled up with silence."""
    for start in range(0, len(pcm), FRAME_BYTES):
        yield pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")
