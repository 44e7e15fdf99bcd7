"""One direction-less RTP stream in PCMU at 8 kHz, 20 ms a packet (RFC 3550, 3551), with keys as events (RFC 4733)."""

from __future__ import annotations

import itertools
import random
import socket
import struct
import threading
import time
from array import array
from dataclasses import dataclass

from tests.support.ports import free_port
from tests.support.tones import from_ulaw, to_ulaw, tone

_TIMESTAMPS_NS = 35  # SO_TIMESTAMPNS
_KEYS = "0123456789*#ABCD"
_SILENCE = b"\xff" * 160


@dataclass(frozen=True)
class Packet:
    """A received packet: kernel's arrival time in seconds, sequence number, payload type, payload."""

    at: float
    sequence: int
    kind: int
    payload: bytes


class RtpStream:
    """Sends silence, a tone or keys from its own thread once `start` knows where to; keeps what arrives."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.port = free_port(31_400, 600) & ~1
        while True:
            try:
                self.socket.bind(("127.0.0.1", self.port))
                break
            except OSError:
                self.port = free_port(31_400, 600) & ~1
        self.socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMPS_NS, 1)
        self.socket.settimeout(0.1)
        self.packets: list[Packet] = []
        self._destination: tuple[str, int] | None = None
        self._audio: itertools.cycle[bytes] = itertools.cycle([_SILENCE])
        self._keys: list[str] = []
        self._closed = threading.Event()
        threading.Thread(target=self._receive, daemon=True).start()

    def start(self, destination: tuple[str, int]) -> None:
        """Send to `destination` from now on."""
        first = self._destination is None
        self._destination = destination
        if first:
            threading.Thread(target=self._send, daemon=True).start()

    def play_tone(self, frequency: float) -> None:
        """Send this tone instead of silence; a multiple of 50 Hz, so that packets join without a click."""
        coded = to_ulaw(tone(frequency, 0.02, rate=8_000))
        self._audio = itertools.cycle([coded])

    def press(self, keys: str) -> None:
        """Send keys as RFC 4733 events, payload type 101."""
        self._keys.extend(keys)

    def heard(self, last_seconds: float | None = None) -> array[int]:
        """The samples received, or only those of the last seconds."""
        voice = [packet for packet in self.packets if packet.kind == 0]
        if last_seconds is not None:
            voice = [packet for packet in voice if packet.at > time.time() - last_seconds]
        return from_ulaw(b"".join(packet.payload for packet in voice))

    def close(self) -> None:
        """Stop both directions."""
        self._closed.set()

    def _receive(self) -> None:
        while not self._closed.is_set():
            try:
                data, extra, _, _ = self.socket.recvmsg(2_048, 128)
            except TimeoutError:
                continue
            except OSError:
                break
            at = time.time()
            for _level, kind, stamp in extra:
                if kind == _TIMESTAMPS_NS:
                    seconds, nanoseconds = struct.unpack("qq", stamp[:16])
                    at = seconds + nanoseconds / 1e9
            _flags, kind, sequence = struct.unpack("!BBH", data[:4])
            self.packets.append(Packet(at, sequence, kind & 0x7F, data[12:]))
        self.socket.close()

    def _send(self) -> None:
        source = random.getrandbits(32)
        due = time.monotonic()
        sequence = timestamp = 0
        while not self._closed.is_set():
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))
            if self._keys:
                sequence = self._send_key(self._keys.pop(0), sequence, timestamp, source)
                timestamp += 160 * 8
                due += 0.14
                continue
            self._transmit(struct.pack("!BBHII", 0x80, 0, sequence & 0xFFFF, timestamp, source) + next(self._audio))
            sequence, timestamp = sequence + 1, timestamp + 160

    def _send_key(self, key: str, sequence: int, timestamp: int, source: int) -> int:
        for number in range(8):
            ended, marker = (0x80 if number >= 5 else 0), (0x80 if number == 0 else 0)
            head = struct.pack("!BBHII", 0x80, marker | 101, sequence & 0xFFFF, timestamp, source)
            self._transmit(head + struct.pack("!BBH", _KEYS.index(key), ended | 10, min(number + 1, 6) * 160))
            sequence += 1
            time.sleep(0.02 if number < 5 else 0.005)
        return sequence

    def _transmit(self, packet: bytes) -> None:
        if self._destination is not None and not self._closed.is_set():
            try:
                self.socket.sendto(packet, self._destination)
            except OSError:  # the far end's port is closed, as it is after a hang-up
                return
