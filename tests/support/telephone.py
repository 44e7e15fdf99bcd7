"""A telephone of plain sockets: SIP over UDP (RFC 3261) with transfers (RFC 3515), and RTP. It calls, and can be called."""

import re
import secrets
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from tests.support.rtp_stream import RtpStream
from tests.support.sip_message import SipMessage, digest_answer, new_branch, tag_in, uri_in
from tests.support.waiting import wait_for

Address = tuple[str, int]


class PhoneCall:
    """One dialog of a telephone."""

    def __init__(self, phone: "Telephone", peer: Address, remote_uri: str, call_id: str | None = None) -> None:
        self.phone = phone
        self.peer = peer
        self.call_id = call_id or secrets.token_hex(8)
        self.local = f"<sip:{phone.user}@{phone.domain}>;tag={secrets.token_hex(4)}"
        self.remote = f"<{remote_uri}>"
        self.target = remote_uri
        self.route: list[str] = []
        self.sequence = 0
        self.rtp = RtpStream()
        self.ended = False
        self.received: list[SipMessage] = []
        self.invite_branch = ""
        self.sends_acknowledgements = True
        self.on_final: Callable[[int], None] = lambda _status: None

    # --- what a caller does ---

    def request(self, method: str, body: str = "", *extra: tuple[str, str], branch: str | None = None) -> SipMessage:
        """Send a request inside the dialog (or the first INVITE)."""
        if method not in ("ACK", "CANCEL"):
            self.sequence += 1
        headers = [
            ("Via", f"SIP/2.0/UDP {self.phone.address[0]}:{self.phone.address[1]};rport;branch={branch or new_branch()}"),
            *(("Route", route) for route in self.route),
            ("Max-Forwards", "70"),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self.sequence} {method}"),
            ("Contact", f"<{self.phone.contact}>"),
            *extra,
        ]
        message = SipMessage(f"{method} {self.target} SIP/2.0", headers, body)
        self.phone.send(message, self.peer)
        return message

    def offer(self, direction: str = "sendrecv", crypto: str | None = None) -> str:
        """An SDP offer or answer (RFC 8866): PCMU and keys; with `crypto`, SRTP by RFC 4568."""
        profile = "RTP/SAVP" if crypto else "RTP/AVP"
        lines = [
            *("v=0", f"o=- 1 {self.sequence} IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"),
            f"m=audio {self.rtp.port} {profile} 0 101",
            *("a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", f"a={direction}"),
        ]
        return "\r\n".join([*lines, *([f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{crypto}"] if crypto else [])]) + "\r\n"

    def invite(self, direction: str = "sendrecv", crypto: str | None = None, *extra: tuple[str, str]) -> None:
        """Send an INVITE, the first or a later one."""
        self.invite_branch = new_branch()
        content = ("Content-Type", "application/sdp")
        self.request("INVITE", self.offer(direction, crypto), content, *extra, branch=self.invite_branch)

    def answer_to(self, method: str, seconds: float = 5.0) -> SipMessage:
        """The final response to the latest request of this method."""
        number = str(self.sequence)

        def find() -> SipMessage | None:
            for message in self.received:
                if message.status >= 200 and message.get("CSeq").split() == [number, method]:
                    return message
            return None

        found = wait_for(find, f"an answer to {method} {number}; received {[m.first for m in self.received]}", seconds)
        assert found is not None
        return found

    def connected(self, seconds: float = 5.0) -> Self:
        """Wait until the INVITE was answered 200."""
        assert self.answer_to("INVITE", seconds).status == 200
        return self

    def hang_up(self) -> None:
        """Send BYE and wait for its answer."""
        self.request("BYE")
        self.answer_to("BYE")
        self.close()

    def cancel(self) -> None:
        """Send CANCEL for the INVITE that is under way."""
        self.request("CANCEL", branch=self.invite_branch)

    def wait_ended(self, seconds: float = 10.0) -> None:
        """Wait until the other side has hung up."""
        wait_for(lambda: self.ended, "the other side to hang up", seconds)

    def close(self) -> None:
        """Stop the audio."""
        self.ended = True
        self.rtp.close()

    # --- what arrives ---

    def take_response(self, message: SipMessage) -> None:
        """A response: learn the dialog from it, acknowledge it, start audio."""
        self.received.append(message)
        if message.method != "INVITE" or message.status < 200:
            return
        self.remote = message.get("To")
        if message.status < 300:
            self.target = uri_in(message.get("Contact"))
            self.route = list(reversed(message.all("Record-Route")))
            if self.sends_acknowledgements:
                self.start_audio(message.body)
        self.on_final(message.status)
        if self.sends_acknowledgements:
            self.request("ACK", branch=None if message.status < 300 else self.invite_branch)

    def start_audio(self, description: str) -> None:
        """Send audio where an SDP wants it."""
        if found := re.search(r"m=audio (\d+)", description):
            self.rtp.start(("127.0.0.1", int(found[1])))

    def take_request(self, message: SipMessage, source: Address) -> None:
        """A request inside the dialog."""
        self.received.append(message)
        match message.method:
            case "BYE":
                self.phone.respond(message, source, 200)
                self.close()
            case "REFER":
                self.phone.take_refer(self, message, source)
            case "ACK":
                pass
            case _:
                self.phone.respond(message, source, 200)


class Telephone:
    """One socket, one user. `on_invite` decides the status given to calls that come in; `on_refer` that given to a REFER."""

    def __init__(self, user: str, domain: str = "127.0.0.1", source: str = "127.0.0.1") -> None:
        self.user, self.domain = user, domain
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((source, 0))
        self.address: Address = self._socket.getsockname()
        self.contact = f"sip:{user}@{self.address[0]}:{self.address[1]}"
        self.calls: dict[str, PhoneCall] = {}
        self.came_in: list[PhoneCall] = []
        self.datagrams: list[bytes] = []
        self.on_invite: Callable[[], int] = lambda: 200
        self.on_refer: Callable[[], int] = lambda: 202
        self.answers_requests = True
        self._transactions: dict[str, SipMessage] = {}
        self._running = True
        threading.Thread(target=self._receive, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for call in list(self.calls.values()):
            if not call.ended and call.route + call.received:
                call.request("BYE")
            call.close()
        self._running = False
        self._socket.sendto(b"", self.address)

    def dial(self, uri: str, peer: Address, direction: str = "sendrecv", crypto: str | None = None) -> PhoneCall:
        """Call `uri` through `peer`."""
        call = self.prepare(uri, peer)
        call.invite(direction, crypto)
        return call

    def prepare(self, uri: str, peer: Address) -> PhoneCall:
        """A call whose INVITE is still to be sent."""
        call = PhoneCall(self, peer, uri)
        self.calls[call.call_id] = call
        return call

    def register(self, registrar: Address, password: str) -> None:
        """Register with digest authentication."""
        call = self.prepare(f"sip:{self.domain}", registrar)
        call.remote = f"<sip:{self.user}@{self.domain}>"
        call.request("REGISTER", "", ("Expires", "60"))
        challenge = call.answer_to("REGISTER").get("WWW-Authenticate")
        proof = digest_answer(challenge, "REGISTER", call.target, self.user, password)
        call.request("REGISTER", "", ("Expires", "60"), ("Authorization", proof))
        assert call.answer_to("REGISTER").status == 200
        call.close()

    def send(self, message: SipMessage, peer: Address) -> None:
        """Send anything."""
        self._socket.sendto(message.encode(), peer)

    def send_raw(self, datagram: bytes, peer: Address) -> None:
        """Send bytes as they are."""
        self._socket.sendto(datagram, peer)

    def respond(self, request: SipMessage, source: Address, status: int, call: PhoneCall | None = None, body: str = "") -> None:
        """Answer a request."""
        to = request.get("To") if tag_in(request.get("To")) or call is None else call.local
        kept = [
            (name, value) for name, value in request.headers if name.lower() in ("via", "record-route", "from", "call-id", "cseq")
        ]
        headers = [*kept, ("To", to), ("Contact", f"<{self.contact}>")]
        if body:
            headers.append(("Content-Type", "application/sdp"))
        self.send(SipMessage(f"SIP/2.0 {status} Test", headers, body), source)

    def take_refer(self, call: PhoneCall, message: SipMessage, source: Address) -> None:
        """Do what a PBX's telephone does with a REFER: accept, call the target, tell how that went."""
        status = self.on_refer()
        self.respond(message, source, status)
        if status >= 300:
            return
        self._notify(call, "100 Trying", "active")
        second = self.prepare(uri_in(message.get("Refer-To")), call.peer)
        second.on_final = lambda final: self._notify(call, f"{final} Final", "terminated;reason=noresource")
        second.invite()

    def _notify(self, call: PhoneCall, line: str, state: str) -> None:
        event, kind = ("Event", "refer"), ("Content-Type", "message/sipfrag;version=2.0")
        call.request("NOTIFY", f"SIP/2.0 {line}\r\n", event, ("Subscription-State", state), kind)

    def _receive(self) -> None:
        while self._running:
            data, source = self._socket.recvfrom(65_535)
            if not data.strip():
                continue
            self.datagrams.append(data)
            message = SipMessage.parse(data)
            call = self.calls.get(message.get("Call-ID"))
            if message.status:
                if call is not None:
                    call.take_response(message)
            elif not self.answers_requests:
                continue
            elif call is not None:
                self._take_once(call, message, source)
            elif message.method == "INVITE":
                self._take_invite(message, source)
            else:
                self.respond(message, source, 481)
        self._socket.close()

    def _take_once(self, call: PhoneCall, message: SipMessage, source: Address) -> None:
        if message.get("Via") not in self._transactions:
            self._transactions[message.get("Via")] = message
            call.take_request(message, source)

    def _take_invite(self, message: SipMessage, source: Address) -> None:
        call = PhoneCall(self, source, uri_in(message.get("From")), message.get("Call-ID"))
        call.remote, call.target = message.get("From"), uri_in(message.get("Contact"))
        call.route = message.all("Record-Route")
        self.calls[call.call_id] = call
        self.came_in.append(call)
        self._transactions[message.get("Via")] = message
        status = self.on_invite()
        self.respond(message, source, status, call, call.offer() if status == 200 else "")
        if status == 200:
            call.start_audio(message.body)
        else:
            call.close()
