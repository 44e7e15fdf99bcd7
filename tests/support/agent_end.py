"""A small real agent: listens on the socket, takes calls one thread each, and does what the test's `behave` says."""

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from appliance.telephony.link import (
    ALIVE_SECONDS,
    Alive,
    Answer,
    Command,
    Ended,
    Event,
    Link,
    LinkClosed,
    Offered,
)
from tests.support.waiting import wait_for

_Event = TypeVar("_Event", bound=Event)


class AgentCall:
    """The agent's side of one call: everything that arrived, and the link to send on."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.events: list[Event] = []
        self.heard = bytearray()
        self.over = False
        self.quiet = False
        threading.Thread(target=self._stay_alive, daemon=True).start()

    def send(self, *commands: Command) -> None:
        """Send commands."""
        for command in commands:
            self.link.send(command)

    def say(self, pcm: bytes) -> None:
        """Send PCM in frames, all at once."""
        for start in range(0, len(pcm) - 639, 640):
            self.link.send_audio(pcm[start : start + 640])

    def expect(self, kind: type[_Event], seconds: float = 5.0) -> _Event:
        """Wait for an event of this kind and take it out."""

        def find() -> _Event | None:
            for event in self.events:
                if isinstance(event, kind):
                    self.events.remove(event)
                    return event
            return None

        found = wait_for(find, f"{kind.__name__} on the link; there were {self.events}", seconds)
        assert found is not None
        return found

    def _stay_alive(self) -> None:
        try:
            while not self.over:
                if not self.quiet:
                    self.link.send(Alive())
                time.sleep(ALIVE_SECONDS / 2)
        except LinkClosed:
            self.over = True

    def receive(self, behave: Callable[["AgentCall"], None]) -> None:
        """Collect what arrives until the link closes; `behave` runs beside it once the call is offered."""
        try:
            while True:
                message = self.link.receive(1.0)
                if isinstance(message, bytes):
                    self.heard += message
                elif message is not None:
                    self.events.append(message)  # type: ignore[arg-type]  # a line sends events only
                    if isinstance(message, Offered):
                        threading.Thread(target=self._behave, args=(behave,), daemon=True).start()
                    if isinstance(message, Ended):
                        self.over = True
        except LinkClosed:
            self.over = True
        self.link.close()

    def _behave(self, behave: Callable[["AgentCall"], None]) -> None:
        try:
            behave(self)
        except LinkClosed:
            self.over = True


def answers(call: AgentCall) -> None:
    """The simplest agent: picks up and stays."""
    call.send(Answer())


class AgentEnd:
    """The listening end. `calls` grows with every offered call."""

    def __init__(self, path: Path, behave: Callable[[AgentCall], None] = answers) -> None:
        self._path = path
        self.behave = behave
        self.calls: list[AgentCall] = []
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def __enter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        self._listener.bind(str(self._path))
        self._listener.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            call = AgentCall(Link(connection))
            self.calls.append(call)
            threading.Thread(target=call.receive, args=(self.behave,), daemon=True).start()

    def call(self, number: int = 0) -> AgentCall:
        """The call of that number, once it is offered."""
        wait_for(lambda: len(self.calls) > number, f"call {number} to be offered to the agent")
        return self.calls[number]

    def die(self) -> None:
        """Go away as a killed process does: every socket closes at once."""
        self._path.unlink(missing_ok=True)
        for call in self.calls:
            call.over = True
            call.link.close()
        self._listener.close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.die()
