"""SIP over UDP loses messages: requests are repeated until answered, repeated ones get the same answer (RFC 3261 section 17)."""

from __future__ import annotations

import errno
import socket
from collections import OrderedDict
from dataclasses import dataclass

from appliance.telephony.caller.sip_message import Request, Response, parse

Address = tuple[str, int]
T1 = 0.5
"""Seconds until the first repetition; the gap doubles, for all but INVITE up to T2."""
T2 = 4.0
_TIMEOUT = 64 * T1
_REMEMBERED = 64
_IP_RECVERR = 11


@dataclass
class _Pending:
    request: Request
    to: Address
    gap: float
    again_at: float
    until: float
    proceeding: bool = False


@dataclass(frozen=True)
class TimedOut:
    """Nobody answered this request."""

    request: Request
    refused: bool
    """The other machine said that nothing listens there (ICMP), so there was no need to wait."""


Arrival = tuple[Request, Address] | tuple[Response, Request] | TimedOut
"""A new request and where it came from, a response and the request it answers, or the end of all hope for a request."""


class Transactions:
    """One UDP socket. Everything the call must know comes out of `poll`; repetitions stay in here."""

    def __init__(self, host: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)  # an unreachable port becomes an error of the next receive
        self._socket.bind((host, 0))
        self._socket.settimeout(0)
        self._pending: dict[tuple[str, str], _Pending] = {}
        self._answered: OrderedDict[tuple[str, str], bytes | None] = OrderedDict()

    @property
    def port(self) -> int:
        """Our own UDP port."""
        return int(self._socket.getsockname()[1])

    def fileno(self) -> int:
        """The socket's descriptor, so that a selector can wait for it."""
        return self._socket.fileno()

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    @property
    def idle(self) -> bool:
        """No request is waiting for its final answer."""
        return not self._pending

    def request(self, request: Request, to: Address, now: float) -> None:
        """Send a request and repeat it until something final comes back."""
        if request.method != "ACK":
            self._pending[request.branch, request.method] = _Pending(request, to, T1, now + T1, now + _TIMEOUT)
        self._send(bytes(request), to)

    def respond(self, request: Request, response: Response, to: Address) -> None:
        """Answer a request; the same answer goes out whenever the request is repeated."""
        self._answered[request.branch, request.method] = bytes(response)
        self._send(bytes(response), to)

    def poll(self, now: float) -> list[Arrival]:
        """Everything new since the last time; to be called often, since it also keeps the clocks."""
        arrivals: list[Arrival] = []
        while True:
            try:
                datagram, sender = self._socket.recvfrom(65_535)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno not in (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH):
                    raise
                arrivals += [TimedOut(pending.request, refused=True) for pending in self._pending.values()]
                self._pending.clear()
                continue
            arrival = self._sort(datagram, sender)
            if arrival:
                arrivals.append(arrival)
        return arrivals + self._repeat(now)

    def _sort(self, datagram: bytes, sender: Address) -> Arrival | None:
        try:
            message = parse(datagram)
        except ValueError:  # keep-alives and noise arrive on every SIP port
            return None
        if isinstance(message, Response):
            return self._match(message)
        key = (message.branch, message.method)
        if key in self._answered:
            stored = self._answered[key]
            if stored:
                self._send(stored, sender)
            return None
        self._answered[key] = None
        while len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        return message, sender

    def _match(self, response: Response) -> Arrival | None:
        key = (response.branch, response.cseq[1])
        pending = self._pending.get(key)
        if pending is None:
            return None
        if response.status >= 200:
            # a repeated final answer to INVITE means that our ACK got lost, so INVITE alone stays known
            if pending.request.method != "INVITE":
                del self._pending[key]
            pending.until = float("inf")
        pending.proceeding = True
        return response, pending.request

    def forget(self, request: Request) -> None:
        """Stop waiting for anything about this request."""
        self._pending.pop((request.branch, request.method), None)

    def _repeat(self, now: float) -> list[Arrival]:
        given_up: list[Arrival] = []
        for key, pending in list(self._pending.items()):
            if now >= pending.until:
                del self._pending[key]
                given_up.append(TimedOut(pending.request, refused=False))
            elif now >= pending.again_at and not pending.proceeding:
                self._send(bytes(pending.request), pending.to)
                pending.gap = pending.gap * 2 if pending.request.method == "INVITE" else min(pending.gap * 2, T2)
                pending.again_at = now + pending.gap
        return given_up

    def _send(self, datagram: bytes, to: Address) -> None:
        try:
            self._socket.sendto(datagram, to)
        except ConnectionRefusedError:  # the report on an earlier datagram; what it means is decided on receiving
            self._socket.sendto(datagram, to)
