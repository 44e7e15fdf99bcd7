"""RTP (RFC 3550) with G.711 and telephone events (RFC 4733), one packet of 20 ms at a time, with the kernel's arrival times."""

from __future__ import annotations

import secrets
import socket
import struct
import time
from collections import deque
from dataclasses import dataclass

import numpy as np

from appliance.telephony.caller.g711 import FRAME_SAMPLES, Samples, decode, encode
from appliance.telephony.caller.sdp import PAYLOAD_TYPES, Media

_SO_TIMESTAMPNS = 35
_HEADER = struct.Struct("!BBHII")
_DIGITS = "0123456789*#ABCD"
_TONE_PACKETS, _END_PACKETS, _PAUSE_PACKETS = 8, 3, 5
_VOLUME = 10
_SILENCE = np.zeros(FRAME_SAMPLES, np.int16)


@dataclass(frozen=True)
class Heard:
    """The audio of one packet."""

    arrived: float
    """Seconds of the Unix clock, as stamped by the kernel."""
    samples: Samples
    timestamp: int
    """RTP time in samples, from wherever the sender began."""


@dataclass(frozen=True)
class GapStatistics:
    """How evenly packets arrived: milliseconds between one and the next (20 is perfect), and how many never came."""

    packets: int
    lost: int
    p50_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True)
class _Event:
    code: int
    duration: int
    first: bool
    last: bool


class RtpStream:
    """Our end of one call's audio. `tick` every 20 ms sends; `receive` hands out what came in."""

    def __init__(self, host: str) -> None:
        self._socket = _even_port(host)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.settimeout(0)
        self._theirs: Media | None = None
        self._queue: deque[Samples | _Event] = deque()
        self._sequence, self._timestamp, self._source = secrets.randbits(16), secrets.randbits(32), secrets.randbits(32)
        self._event_timestamp = 0
        self._arrivals: list[tuple[float, int, bool]] = []
        self._sent_at: list[float] = []

    @property
    def sent_at(self) -> list[float]:
        """When each 20 ms of ours left, silence too, in seconds of the Unix clock; `say` tells where in it something begins."""
        return self._sent_at

    @property
    def port(self) -> int:
        """Our own UDP port, an even one."""
        return int(self._socket.getsockname()[1])

    @property
    def playing(self) -> bool:
        """Something of ours is still to be sent."""
        return bool(self._queue)

    def fileno(self) -> int:
        """The socket's descriptor."""
        return self._socket.fileno()

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    def connect(self, theirs: Media) -> None:
        """Send there from now on; to be called again whenever the far side changes its media."""
        self._theirs = theirs

    def say(self, samples: Samples) -> int:
        """Queue 8 kHz audio behind what is already queued; the number of its first 20 ms, as `sent_at` counts them."""
        first = len(self._sent_at) + len(self._queue)
        whole = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
        self._queue.extend(whole.reshape(-1, FRAME_SAMPLES))
        return first

    def press(self, digits: str) -> None:
        """Queue keys as telephone events of 160 ms with pauses of 100 ms."""
        for digit in digits.upper():
            code, steps = _DIGITS.index(digit), range(1, _TONE_PACKETS + _END_PACKETS + 1)
            durations = ((step, min(step, _TONE_PACKETS) * FRAME_SAMPLES) for step in steps)
            self._queue.extend(_Event(code, duration, step == 1, step > _TONE_PACKETS) for step, duration in durations)
            self._queue.extend([_SILENCE] * _PAUSE_PACKETS)

    def hush(self) -> None:
        """Drop what is queued."""
        self._queue.clear()

    def tick(self) -> None:
        """Send the next 20 ms: what is queued, else silence. Nothing goes out before `connect` and while held."""
        if self._theirs is None:
            return
        slot = self._queue.popleft() if self._queue else _SILENCE
        self._sent_at.append(time.time())
        if not self._theirs.on_hold:
            self._send(slot, self._theirs)
        self._timestamp += FRAME_SAMPLES

    def _send(self, slot: Samples | _Event, theirs: Media) -> None:
        if isinstance(slot, _Event):
            if slot.first:
                self._event_timestamp = self._timestamp
            kind, marker, timestamp = theirs.dtmf_type or 101, slot.first, self._event_timestamp
            payload = struct.pack("!BBH", slot.code, (0x80 if slot.last else 0) | _VOLUME, slot.duration)
        else:
            kind = next(number for number, codec in PAYLOAD_TYPES.items() if codec == theirs.codec)
            marker, timestamp, payload = False, self._timestamp, encode(slot, theirs.codec)
        header = _HEADER.pack(0x80, kind | (0x80 if marker else 0), self._sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self._source)
        self._sequence += 1
        try:
            self._socket.sendto(header + payload, (theirs.host, theirs.port))
        except (
            BlockingIOError,
            ConnectionRefusedError,
        ):  # the far side's port is not open yet or closed already: lost like any packet
            return

    def receive(self) -> list[Heard]:
        """The audio that has arrived; anything else is left out."""
        heard: list[Heard] = []
        while True:
            try:
                packet, ancillary, _, _ = self._socket.recvmsg(2048, 128)
            except BlockingIOError:
                return heard
            except ConnectionRefusedError:
                continue
            if len(packet) < _HEADER.size or packet[0] >> 6 != 2:
                continue
            flags, kind, sequence, timestamp, _ = _HEADER.unpack_from(packet)
            start = _HEADER.size + 4 * (flags & 0x0F)
            codec = PAYLOAD_TYPES.get(kind & 0x7F)
            if codec is None or len(packet) <= start:
                continue
            arrived = _kernel_time(ancillary)
            self._arrivals.append((arrived, sequence, bool(kind & 0x80)))
            heard.append(Heard(arrived, decode(packet[start:], codec), timestamp))

    def statistics(self) -> GapStatistics:
        """Gaps over the whole call; a packet with the marker bit follows a wanted pause and is left out (RFC 3551 section 4.1)."""
        pairs = list(zip(self._arrivals, self._arrivals[1:], strict=False))
        gaps = [(later[0] - earlier[0]) * 1000 for earlier, later in pairs if not later[2]]
        steps = [(later[1] - earlier[1]) & 0xFFFF for earlier, later in pairs]
        lost = sum(step - 1 for step in steps if 1 < step < 1000)
        p50, p99, worst = np.percentile(gaps, [50, 99, 100]) if gaps else (0.0, 0.0, 0.0)
        return GapStatistics(len(self._arrivals), lost, round(float(p50), 2), round(float(p99), 2), round(float(worst), 2))


def _even_port(host: str) -> socket.socket:
    """RTP wants an even port (RFC 3550 section 11)."""
    rejected = []
    try:
        while True:
            candidate = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            candidate.bind((host, 0))
            if candidate.getsockname()[1] % 2 == 0:
                return candidate
            rejected.append(candidate)
    finally:
        for other in rejected:
            other.close()


def _kernel_time(ancillary: list[tuple[int, int, bytes]]) -> float:
    data = next(data for level, kind, data in ancillary if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS))
    seconds, nanoseconds = struct.unpack("qq", data[:16])
    return float(seconds + nanoseconds * 1e-9)
