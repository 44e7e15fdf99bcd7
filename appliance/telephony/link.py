"""The link: how a line (or a headset, a WAV file, a test) and the agent talk about ONE call.

The agent listens on a Unix stream socket; the other end opens one connection for each call and closes it when the call is
over. Each message is one type byte, a four-byte big-endian payload length, and the payload:

    b"J"  a JSON object in UTF-8 with a "type" key: an event (line -> agent) or a command (agent -> line)
    b"A"  audio, both ways: exactly 640 bytes = 20 ms of 16 kHz signed 16-bit little-endian mono

    line  -> agent   offered  digit  held  played  transferred  ended                      and the caller's audio
    agent -> line    answer  mark  flush  transfer  hang_up  send_digits  alive            and the agent's audio

`offered` comes first; the line answers the call when `answer` arrives. The agent may send audio faster than real time: the
line queues it (bounded, PLAY_QUEUE_SECONDS) and plays it out. `mark` is queued behind the audio sent before it and comes back
as `played` when its place in the queue is reached; `flush` empties the queue at once (barge-in) and marks in it never come back.
The agent sends something at least every ALIVE_SECONDS; after DEAD_SECONDS of nothing, or when the connection closes before
`hang_up`, the line speaks its own apology and hands the call to a person.
"""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from appliance.faults import TheirFault

FRAME_BYTES = 640
"""20 ms of 16 kHz signed 16-bit mono."""
SAMPLE_RATE = 16_000
ALIVE_SECONDS = 0.5
DEAD_SECONDS = 3.0
PLAY_QUEUE_SECONDS = 60.0
MAX_JSON_BYTES = 65_536


@dataclass(frozen=True)
class Offered:
    """A call is ringing. `caller_id` is None when withheld; it is a hint, never proof."""

    call_id: str
    caller_id: str | None
    called: str
    type: Literal["offered"] = "offered"


@dataclass(frozen=True)
class Digit:
    """A key the caller pressed: 0-9, *, #, A-D."""

    digit: str
    type: Literal["digit"] = "digit"


@dataclass(frozen=True)
class Held:
    """The caller's side put the call on hold, or took it back."""

    on: bool
    type: Literal["held"] = "held"


@dataclass(frozen=True)
class Played:
    """Everything queued before this mark has been played out."""

    mark: int
    type: Literal["played"] = "played"


@dataclass(frozen=True)
class Transferred:
    """How a transfer ended: `status` is the last SIP status code heard (200 accepted and answered)."""

    target: str
    ok: bool
    status: int
    type: Literal["transferred"] = "transferred"


@dataclass(frozen=True)
class Ended:
    """The call is over on the telephone side."""

    reason: str
    type: Literal["ended"] = "ended"


@dataclass(frozen=True)
class Answer:
    """Pick up."""

    type: Literal["answer"] = "answer"


@dataclass(frozen=True)
class Mark:
    """A place in the play queue that reports back."""

    mark: int
    type: Literal["mark"] = "mark"


@dataclass(frozen=True)
class Flush:
    """Throw away everything not yet played."""

    type: Literal["flush"] = "flush"


@dataclass(frozen=True)
class Transfer:
    """Blind transfer to a target by its name in clinic.toml, once everything queued has been played.

    The line alone turns names into addresses; a name it does not have comes back as `transferred` with status 404.
    """

    target: str
    type: Literal["transfer"] = "transfer"


@dataclass(frozen=True)
class HangUp:
    """End the call once everything queued has been played."""

    type: Literal["hang_up"] = "hang_up"


@dataclass(frozen=True)
class SendDigits:
    """Send DTMF (RFC 4733) to the caller's side."""

    digits: str
    type: Literal["send_digits"] = "send_digits"


@dataclass(frozen=True)
class Alive:
    """Nothing to say, still here."""

    type: Literal["alive"] = "alive"


Event = Offered | Digit | Held | Played | Transferred | Ended
Command = Answer | Mark | Flush | Transfer | HangUp | SendDigits | Alive
Message = Event | Command

_MESSAGES: TypeAdapter[Message] = TypeAdapter(Annotated[Message, Field(discriminator="type")])


class LinkClosed(Exception):
    """The other end is gone; a normal way for a call to end, so it is neither family of fault."""


class Link:
    """One end of one call's connection. Sending is safe from several threads; receiving belongs to one."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._send_lock = threading.Lock()
        self._received = bytearray()

    def fileno(self) -> int:
        """The descriptor, so that a selector can wait on several links."""
        return self._socket.fileno()

    def send(self, message: Message) -> None:
        """Send one event or command; raises LinkClosed when nobody is there."""
        self._send(b"J", json.dumps(asdict(message)).encode())

    def send_audio(self, frame: bytes) -> None:
        """Send one frame of FRAME_BYTES."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"an audio frame is {FRAME_BYTES} bytes, not {len(frame)}")
        self._send(b"A", frame)

    def receive(self, timeout: float | None = None) -> Message | bytes | None:
        """The next message, an audio frame as bytes, or None when `timeout` seconds pass without one.

        Raises LinkClosed when the other end is gone and TheirFault when it does not speak this protocol.
        """
        while (message := self._next()) is None:
            # 0 would switch the socket to non-blocking, and a send by another thread would then be torn
            self._socket.settimeout(None if timeout is None else max(timeout, 0.001))
            try:
                chunk = self._socket.recv(65_536)
            except TimeoutError:
                return None
            except OSError as error:
                raise LinkClosed from error
            if not chunk:
                raise LinkClosed
            self._received += chunk
        return message

    def close(self) -> None:
        """Close this end; the other end's next receive raises LinkClosed."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # the other end was first, which is just as good
            self._socket.close()
            return
        self._socket.close()

    def _send(self, kind: bytes, payload: bytes) -> None:
        with self._send_lock:
            try:
                self._socket.sendall(kind + len(payload).to_bytes(4, "big") + payload)
            except OSError as error:
                raise LinkClosed from error

    def _next(self) -> Message | bytes | None:
        if len(self._received) < 5:
            return None
        kind, size = bytes(self._received[:1]), int.from_bytes(self._received[1:5], "big")
        if (kind, size) != (b"A", FRAME_BYTES) and (kind != b"J" or size > MAX_JSON_BYTES):
            raise TheirFault(
                f"The link carried a message of type {kind!r} and {size} bytes, which the protocol does not have.",
                repair="Run the line and the agent from the same version of the appliance.",
            )
        if len(self._received) < 5 + size:
            return None
        payload = bytes(self._received[5 : 5 + size])
        del self._received[: 5 + size]
        if kind == b"A":
            return payload
        try:
            return _MESSAGES.validate_json(payload)
        except ValidationError as error:
            raise TheirFault(
                "The link carried a JSON message that is neither an event nor a command.",
                repair="Run the line and the agent from the same version of the appliance.",
            ) from error
