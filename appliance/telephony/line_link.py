"""The line's end of one call's link to the agent: a receiving and a sending thread.

Neither the owner thread nor the media clock ever waits for the agent: what they send is queued, audio beyond a bound is dropped.
"""

from __future__ import annotations

import logging
import queue
import select
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

from appliance.faults import TheirFault
from appliance.telephony.link import (
    DEAD_SECONDS,
    Alive,
    Answer,
    Command,
    Event,
    Flush,
    HangUp,
    Link,
    LinkClosed,
    Mark,
    Offered,
    Played,
    SendDigits,
    Transfer,
)
from appliance.telephony.play_queue import PlayQueue

_log = logging.getLogger(__name__)
_WAIT_SECONDS = 0.25
_AUDIO_BOUND = round(DEAD_SECONDS * 50)


class LineLink:
    """One call's connection to the agent.

    `on_command` and `on_gone` are called on the link's own thread and must only queue; `on_gone` comes once, unless we close first.
    """

    def __init__(self, path: Path, on_command: Callable[[Command], None], on_gone: Callable[[], None]) -> None:
        self._path = path
        self._on_command = on_command
        self._on_gone = on_gone
        self._outbox: queue.SimpleQueue[Event | bytes | None] = queue.SimpleQueue()
        self._heard_at = time.monotonic()
        self._closing = threading.Event()
        self.play = PlayQueue(self._played)
        self.dropped = 0

    def start(self, offered: Offered) -> None:
        """Connect and offer the call; a missing agent is reported by `on_gone`."""
        threading.Thread(target=self._receive, args=(offered,), name="link-receive", daemon=True).start()

    def post(self, event: Event) -> None:
        """Queue one event; any thread."""
        self._outbox.put(event)

    def hear(self, frame: bytes) -> None:
        """Queue one frame of the caller; drops it when the agent has not fetched DEAD_SECONDS of audio."""
        if self._outbox.qsize() >= _AUDIO_BOUND:
            self.dropped += 1
        else:
            self._outbox.put(frame)

    def silent_for(self) -> float:
        """Seconds since the agent sent anything."""
        return time.monotonic() - self._heard_at

    def close(self) -> None:
        """Send what is queued as far as the agent takes it, then close; nothing is reported any more."""
        self._closing.set()
        self._outbox.put(None)

    def _played(self, mark: int) -> None:
        self._outbox.put(Played(mark))

    def _receive(self, offered: Offered) -> None:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link = Link(connection)
        try:
            connection.settimeout(_WAIT_SECONDS)
            connection.connect(str(self._path))
            link.send(offered)
            threading.Thread(target=self._send, args=(link,), name="link-send", daemon=True).start()
            while True:
                self._take(link.receive(_WAIT_SECONDS))
        except (OSError, LinkClosed):
            _log.debug("the agent is not there any more")
        except TheirFault as fault:
            _log.error("the agent's end of the link: %s", fault.sentence)
        finally:
            link.close()
            if not self._closing.is_set():
                self._on_gone()
            self._outbox.put(None)

    def _take(self, message: object) -> None:
        if message is None:
            return
        self._heard_at = time.monotonic()
        match message:
            case bytes():
                self.play.put(message)
            case Mark():
                self.play.mark(message.mark)
            case Flush():
                self.play.flush()
            case Alive():
                pass
            case Answer() | Transfer() | HangUp() | SendDigits():
                self._on_command(message)
            case _:
                raise TheirFault("The agent sent an event, which only the line may send.", repair="Use matching versions of both.")

    def _send(self, link: Link) -> None:
        """Send only when the socket takes a whole message, so that a slow agent costs frames and never a torn message."""
        ready = select.poll()
        try:
            ready.register(link.fileno(), select.POLLOUT)
            while (message := self._outbox.get()) is not None:
                while not ready.poll(_WAIT_SECONDS * 1000):
                    if self._closing.is_set():
                        return
                if isinstance(message, bytes):
                    link.send_audio(message)
                else:
                    link.send(message)
        except (OSError, ValueError, LinkClosed):
            _log.debug("the agent went away while being told something")
        finally:
            link.close()
