"""A headset as the other end of the link: microphone and loudspeaker of this machine instead of a telephone, no PBX needed.

    microphone -> record() -> link -> agent        agent -> link -> play queue -> play() -> loudspeaker

The audio device is anything that records and plays frames: a sound card, or a WAV file that speaks after the greeting.
"""

from __future__ import annotations

import logging
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.faults import TheirFault
from appliance.telephony.link import (
    DEAD_SECONDS,
    FRAME_BYTES,
    PLAY_QUEUE_SECONDS,
    Alive,
    Answer,
    Digit,
    Ended,
    Flush,
    HangUp,
    Link,
    LinkClosed,
    Mark,
    Offered,
    Played,
    SendDigits,
    Transfer,
    Transferred,
)  # fmt: skip

_log = logging.getLogger(__name__)
_SILENCE = bytes(FRAME_BYTES)
_QUEUE_FRAMES = int(PLAY_QUEUE_SECONDS * 50)
CALLED = "headset"


class AudioDevice(Protocol):
    """A microphone and a loudspeaker. Each is used by one thread of its own and keeps its own time by blocking."""

    def record(self) -> bytes | None:
        """The next frame of FRAME_BYTES, after about 20 ms; None when the microphone will give no more."""

    def play(self, frame: bytes) -> None:
        """Play one frame; returns when there is room for the next, after about 20 ms."""


class Headset:
    """One call of a person (or a file) at this machine. `told` is called with sentences for that person, from several threads."""

    def __init__(
        self, agent: Path, device: AudioDevice, *, caller_id: str | None = None, told: Callable[[str], None] = lambda _: None
    ) -> None:
        self._agent, self._device, self._caller_id, self._told = agent, device, caller_id, told
        self._queue: deque[bytes | Mark] = deque()
        self._lock = threading.Lock()
        self._dropped = 0
        self._answered, self._over = threading.Event(), threading.Event()
        self._farewell: HangUp | Transfer | None = None
        self._reason = ""
        self._link: Link | None = None

    def run(self) -> str:
        """Call the agent and talk until one side hangs up; why it ended. Raises TheirFault when no agent is there or it dies."""
        link = self._link = self._connect()
        threads = [threading.Thread(target=self._guard(work), args=(link,), daemon=True) for work in (self._speak, self._play)]
        try:
            link.send(Offered(f"headset-{secrets.token_hex(6)}", self._caller_id, CALLED))
            for thread in threads:
                thread.start()
            self._obey(link)
        except KeyboardInterrupt:
            self._end("the caller hung up")
        except LinkClosed as error:
            if self._farewell is None and not self._over.is_set():
                raise _agent_gone() from error
            self._end("the agent hung up")
        finally:
            self._over.set()
            for thread in threads:
                if thread.is_alive():
                    thread.join(1.0)
            link.close()
        if self._dropped:
            _log.warning("the play queue was full: %d frames dropped", self._dropped)
        return self._reason

    def press(self, digit: str) -> None:
        """A key, as if pressed on a telephone: 0-9, * or #."""
        if self._link is not None and self._answered.is_set() and not self._over.is_set():
            self._link.send(Digit(digit))

    # --- the three threads -----------------------------------------------------------------------------------------------

    def _obey(self, link: Link) -> None:
        """The calling thread: what the agent commands."""
        heard_of = time.monotonic()
        while not self._over.is_set():
            message = link.receive(timeout=0.1)
            now = time.monotonic()
            heard_of = now if message is not None else heard_of
            if now - heard_of > DEAD_SECONDS and self._answered.is_set():
                raise _agent_gone()
            if isinstance(message, bytes):
                self._enqueue(message)
            elif message is not None:
                self._command(message)

    def _command(self, message: object) -> None:
        match message:
            case Answer():
                self._answered.set()
                self._told("The agent has answered; speak.")
            case Mark():
                self._enqueue(message)
            case Flush():
                with self._lock:
                    self._queue.clear()
            case HangUp() | Transfer():
                self._farewell = message  # what is queued is still to be heard
            case SendDigits(digits):
                self._told(f"The agent presses {digits}.")
            case Alive():
                return
            case _:
                _log.warning("the agent sent an event where a command belongs: %s", type(message).__name__)

    def _speak(self, link: Link) -> None:
        """The microphone's thread."""
        while not self._answered.wait(0.1):
            if self._over.is_set():
                return
        while not self._over.is_set():
            frame = self._device.record()
            if frame is None:
                self._end("the caller hung up")
                return
            link.send_audio(frame)

    def _play(self, link: Link) -> None:
        """The loudspeaker's thread."""
        while not self._over.is_set():
            with self._lock:
                item = self._queue.popleft() if self._queue else None
            if isinstance(item, Mark):
                link.send(Played(item.mark))
            elif item is None and self._farewell:
                self._part(link, self._farewell)
            else:
                self._device.play(item or _SILENCE)

    def _part(self, link: Link, farewell: HangUp | Transfer) -> None:
        if isinstance(farewell, Transfer):
            self._told(f"On the telephone you would now be put through to {farewell.target}.")
            link.send(Transferred(farewell.target, ok=True, status=200))
        self._end("the agent hung up" if isinstance(farewell, HangUp) else f"put through to {farewell.target}")

    # --- shared ----------------------------------------------------------------------------------------------------------

    def _enqueue(self, item: bytes | Mark) -> None:
        with self._lock:
            if isinstance(item, bytes) and len(self._queue) >= _QUEUE_FRAMES:
                self._dropped += 1
            else:
                self._queue.append(item)

    def _end(self, reason: str) -> None:
        with self._lock:
            if self._over.is_set():
                return
            self._reason = reason
            self._over.set()
        if self._link is not None:
            try:
                self._link.send(Ended(reason))
            except LinkClosed:  # the agent was first, which ends the call as well
                _log.info("the agent closed the link before it heard that the call ended")

    def _guard(self, work: Callable[[Link], None]) -> Callable[[Link], None]:
        """A thread that ends with the link; a device that fails ends the call, with its reason."""

        def guarded(link: Link) -> None:
            try:
                work(link)
            except LinkClosed:  # the thread that obeys the agent notices it too, and tells
                return
            except TheirFault as fault:
                self._told(str(fault))
                self._end("the audio device failed")

        return guarded

    def _connect(self) -> Link:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(self._agent))
        except OSError as error:
            connection.close()
            repair = "Start one: appliance run, or correct --config."
            raise TheirFault(f"No agent listens on {self._agent} ({error.strerror or error}).", repair=repair) from error
        return Link(connection)


def _agent_gone() -> TheirFault:
    return TheirFault("The agent stopped answering in the middle of the call.", repair="Read its log and start it again.")
