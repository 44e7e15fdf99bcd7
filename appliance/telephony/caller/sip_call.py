"""One outgoing SIP call (RFC 3261): INVITE to BYE, hold, CANCEL, digest, and a transfer by the far side (REFER, RFC 3515)."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from typing import Literal

from appliance.telephony.caller import sdp
from appliance.telephony.caller.digest import authorization
from appliance.telephony.caller.g711 import Codec
from appliance.telephony.caller.sip_message import Request, Response, Uri, parameter, parse_uri, reply
from appliance.telephony.caller.sip_transaction import Address, TimedOut, Transactions

_ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, NOTIFY, INFO"


@dataclass(frozen=True)
class Ringing:
    """A provisional answer such as 180; with `media` when the far side already sends audio."""

    status: int
    media: sdp.Media | None


@dataclass(frozen=True)
class Answered:
    """The far side picked up, or changed its media while the call lasts."""

    media: sdp.Media


@dataclass(frozen=True)
class Refused:
    """There will be no call: `status` is the final SIP status, 408 for no answer at all, 503 when nothing listens there."""

    status: int
    reason: str


@dataclass(frozen=True)
class Transfer:
    """The far side asked us to call somebody else; it was accepted and reported as done."""

    target: str


@dataclass(frozen=True)
class Over:
    """The call has ended."""

    by: Literal["agent", "caller"]


SipEvent = Ringing | Answered | Refused | Transfer | Over


@dataclass(frozen=True)
class Login:
    """What a PBX may ask for before it lets a call through."""

    user: str
    password: str


class SipCall:
    """The caller's side of one dialog. `poll` hands out what happened; nothing here blocks or knows audio."""

    def __init__(
        self, target: Uri, *, local: str, rtp_port: int, codecs: tuple[Codec, ...], user: str = "caller", login: Login | None = None
    ) -> None:
        self._transactions = Transactions(local)
        self._target, self._local, self._rtp_port, self._codecs, self._user, self._login = (
            target,
            local,
            rtp_port,
            codecs,
            user,
            login,
        )
        self._call_id, self._tag = f"{secrets.token_hex(12)}@{local}", secrets.token_hex(6)
        self._to = f"<{target.text}>"
        self._remote_uri, self._routes = target.text, list[str]()
        self._next_hop: Address = (target.host, target.port)
        self._cseq, self._sdp_version = 0, 1
        self._invite: Request | None = None
        self._state: Literal["new", "calling", "talking", "leaving", "over"] = "new"
        self._gave_up = False

    def fileno(self) -> int:
        """The descriptor of the SIP socket."""
        return self._transactions.fileno()

    def close(self) -> None:
        """Give the port back; the call should be over."""
        self._transactions.close()

    @property
    def over(self) -> bool:
        """Ended, refused or given up, and everything said that there was to say."""
        return self._state == "over"

    def invite(self, now: float) -> None:
        """Start calling. Raises OSError when the name cannot be resolved."""
        self._next_hop = (socket.gethostbyname(self._target.host), self._target.port)
        self._state = "calling"
        self._send_invite(now)

    def hang_up(self, now: float) -> None:
        """BYE when talking, CANCEL when it still rings."""
        if self._state == "talking":
            self._state = "leaving"
            self._send("BYE", now)
        elif self._state == "calling" and self._invite and not self._gave_up:
            self._gave_up = True
            via = ("via", self._invite.get("via"))
            headers = (
                via,
                *((name, value) for name, value in self._invite.headers if name in ("from", "to", "call-id", "max-forwards")),
            )
            cancel = Request((*headers, ("cseq", f"{self._invite.cseq[0]} CANCEL")), b"", "CANCEL", self._invite.uri)
            self._transactions.request(cancel, self._next_hop, now)

    def poll(self, now: float) -> list[SipEvent]:
        """What happened since the last time."""
        events: list[SipEvent] = []
        for arrival in self._transactions.poll(now):
            if isinstance(arrival, TimedOut):
                events += self._on_silence(arrival)
            elif isinstance(arrival[0], Request) and not isinstance(arrival[1], Request):
                events += self._on_request(arrival[0], arrival[1], now)
            elif isinstance(arrival[0], Response) and isinstance(arrival[1], Request):
                events += self._on_response(arrival[0], arrival[1], now)
        return events

    # --- what comes back -------------------------------------------------------------------------------------------------

    def _on_silence(self, lost: TimedOut) -> list[SipEvent]:
        method, before = lost.request.method, self._state
        if method not in ("INVITE", "CANCEL", "BYE") or before == "over":
            return []
        if before == "talking" and method == "INVITE":  # its answer arrived long ago
            return []
        self._state = "over"
        if before == "leaving":
            return [Over("caller")]
        return [Refused(503, "nothing listens there") if lost.refused else Refused(408, "no answer")]

    def _on_response(self, response: Response, request: Request, now: float) -> list[SipEvent]:
        if (
            response.status in (401, 407)
            and self._login
            and not request.get("authorization")
            and not request.get("proxy-authorization")
        ):
            return self._try_login(response, request, now)
        if request.method == "INVITE":
            return self._on_invite_response(response, request, now)
        if request.method == "BYE" and response.status >= 200 and self._state == "leaving":
            self._state = "over"
            return [Over("caller")]
        return []

    def _on_invite_response(self, response: Response, request: Request, now: float) -> list[SipEvent]:
        if response.status < 200:
            return [Ringing(response.status, _media_of(response))] if response.status > 100 else []
        if response.status >= 300:
            self._acknowledge_refusal(response, request, now)
            if self._state != "calling":
                return []
            self._state = "over"
            return [Refused(response.status, response.reason)]
        if self._state == "calling":
            self._enter_dialog(response)
        self._send("ACK", now, cseq=request.cseq[0])  # once more for each repeated 200, since then our ACK was lost
        if self._state != "calling":
            return []
        self._state = "talking"
        media = _media_of(response)
        if media is None or self._gave_up:  # picked up while our CANCEL was on its way, or without audio we could hear
            self.hang_up(now)
            return []
        return [Answered(media)]

    def _enter_dialog(self, response: Response) -> None:
        self._to = response.get("to")
        self._remote_uri = parse_uri(response.get("contact") or self._target.text).text
        self._routes = [route.strip() for header in response.all("record-route") for route in header.split(",")][::-1]
        hop = parse_uri(self._routes[0] if self._routes else self._remote_uri)
        self._next_hop = (socket.gethostbyname(hop.host), hop.port)

    def _acknowledge_refusal(self, response: Response, request: Request, now: float) -> None:
        """The ACK of a refusal belongs to the INVITE's transaction (RFC 3261 section 17.1.1.3)."""
        self._transactions.forget(request)
        kept = [(name, value) for name, value in request.headers if name in ("via", "from", "call-id", "max-forwards", "route")]
        ack = Request((*kept, ("to", response.get("to")), ("cseq", f"{request.cseq[0]} ACK")), b"", "ACK", request.uri)
        self._transactions.request(ack, self._next_hop, now)

    def _try_login(self, response: Response, request: Request, now: float) -> list[SipEvent]:
        if request.method == "INVITE":
            self._acknowledge_refusal(response, request, now)
        header, challenges = (
            ("authorization", "www-authenticate") if response.status == 401 else ("proxy-authorization", "proxy-authenticate")
        )
        login = self._login or Login("", "")
        for challenge in response.all(challenges):
            value = authorization(challenge, method=request.method, uri=request.uri, user=login.user, password=login.password)
            if value and request.method == "INVITE":
                self._send_invite(now, (header, value))
                return []
            if value:
                self._send(request.method, now, extra=((header, value),))
                return []
        self._state = "over"
        return [Refused(response.status, response.reason)]

    # --- what the far side asks ------------------------------------------------------------------------------------------

    def _on_request(self, request: Request, sender: Address, now: float) -> list[SipEvent]:
        if request.get("call-id") != self._call_id:
            self._respond(request, sender, 481, "Call Does Not Exist")
            return []
        match request.method:
            case "BYE":
                self._respond(request, sender, 200, "OK")
                self._state = "over"
                return [Over("agent")]
            case "INVITE":
                return self._on_new_media(request, sender)
            case "REFER":
                return self._on_refer(request, sender, now)
            case "ACK":
                return []
            case "OPTIONS" | "INFO" | "NOTIFY" | "UPDATE":
                self._respond(request, sender, 200, "OK")
                return []
            case _:
                self._respond(request, sender, 405, "Method Not Allowed")
                return []

    def _on_new_media(self, request: Request, sender: Address) -> list[SipEvent]:
        try:
            theirs = sdp.parse(request.body) if request.body else None
        except ValueError:
            self._respond(request, sender, 488, "Not Acceptable Here")
            return []
        self._sdp_version += 1
        if theirs:
            body = sdp.answer(self._local, self._rtp_port, theirs, version=self._sdp_version)
        else:
            body = sdp.offer(self._local, self._rtp_port, self._codecs, version=self._sdp_version)
        self._respond(request, sender, 200, "OK", body)
        return [Answered(theirs)] if theirs else []

    def _on_refer(self, request: Request, sender: Address, now: float) -> list[SipEvent]:
        try:
            target = parse_uri(request.get("refer-to"))
        except ValueError:
            self._respond(request, sender, 400, "Bad Refer-To")
            return []
        self._respond(request, sender, 202, "Accepted")
        for state, line in (("active;expires=60", "SIP/2.0 100 Trying"), ("terminated;reason=noresource", "SIP/2.0 200 OK")):
            extra = (("event", "refer"), ("subscription-state", state), ("content-type", "message/sipfrag;version=2.0"))
            self._send("NOTIFY", now, extra=extra, body=f"{line}\r\n".encode())
        return [Transfer(target.text)]

    # --- what we send ----------------------------------------------------------------------------------------------------

    def _send_invite(self, now: float, *extra: tuple[str, str]) -> None:
        body = sdp.offer(self._local, self._rtp_port, self._codecs)
        self._invite = self._send("INVITE", now, extra=(("content-type", "application/sdp"), ("allow", _ALLOW), *extra), body=body)

    def _send(
        self, method: str, now: float, *, cseq: int | None = None, extra: tuple[tuple[str, str], ...] = (), body: bytes = b""
    ) -> Request:
        if cseq is None:
            self._cseq += 1
            cseq = self._cseq
        me = f"{self._local}:{self._transactions.port}"
        headers = (
            ("via", f"SIP/2.0/UDP {me};rport;branch=z9hG4bK{secrets.token_hex(8)}"),
            ("max-forwards", "70"),
            *(("route", route) for route in self._routes),
            ("from", f"<sip:{self._user}@{self._local}>;tag={self._tag}"),
            ("to", self._to),
            ("call-id", self._call_id),
            ("cseq", f"{cseq} {method}"),
            ("contact", f"<sip:{self._user}@{me}>"),
            *extra,
        )
        request = Request(headers, body, method, self._remote_uri)
        self._transactions.request(request, self._next_hop, now)
        return request

    def _respond(self, request: Request, to: Address, status: int, reason: str, body: bytes = b"") -> None:
        contact = ("contact", f"<sip:{self._user}@{self._local}:{self._transactions.port}>")
        extra = (contact, ("allow", _ALLOW), *((("content-type", "application/sdp"),) if body else ()))
        self._transactions.respond(request, reply(request, status, reason, tag=self._tag, extra=extra, body=body), to)


def _media_of(response: Response) -> sdp.Media | None:
    try:
        return sdp.parse(response.body) if response.body and parameter(response.get("to"), "tag") else None
    except ValueError:
        return None
