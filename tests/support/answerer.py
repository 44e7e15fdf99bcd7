"""A telephone that picks up and speaks with espeak-ng: the far side of a placed call, and nothing of the appliance."""

from __future__ import annotations

import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from appliance.telephony.caller import sdp
from appliance.telephony.caller.g711 import Codec, Samples, decode, encode
from appliance.telephony.caller.sip_message import Request, Response, parse, parse_uri, reply
from appliance.telephony.wav import load_wav

SIP_PORTS = iter(range(22_100, 22_999))
RTP_PORTS = iter(range(32_100, 32_999, 2))


@dataclass
class Answerer:
    """A telephone that picks up and says its turns, each after the caller's voice has come and gone."""

    turns: list[str]
    codec: Codec = "PCMU"
    refuse: tuple[int, str] | None = None
    asks_login: bool = False
    after: Callable[[Answerer], None] = lambda answerer: answerer.bye()
    deaf: bool = False
    sip_port: int = field(default_factory=lambda: next(SIP_PORTS))
    rtp_port: int = field(default_factory=lambda: next(RTP_PORTS))
    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    digits: str = ""
    heard: list[Samples] = field(default_factory=list)
    talk_ended: list[float] = field(default_factory=list)
    stopped: bool = False
    sequence: int = 0

    def __post_init__(self) -> None:
        self.sip = _bound(self.sip_port)
        self.rtp = _bound(self.rtp_port)
        self.rtp.settimeout(0)
        self.invite: Request | None = None
        self.peer = ("127.0.0.1", 0)
        self.cseq = 100
        self.talking = threading.Event()
        self.spoken = [espeak(turn) for turn in self.turns]

    def serve(self) -> None:
        while not self.stopped:
            try:
                datagram, sender = self.sip.recvfrom(65_535)
            except TimeoutError:
                continue
            message = parse(datagram)
            if isinstance(message, Response):
                self.responses.append(message)
            elif not self.deaf:
                self.requests.append(message)
                self.on_request(message, sender)

    def on_request(self, request: Request, sender: tuple[str, int]) -> None:
        if request.method == "INVITE" and self.invite is None:
            self.on_invite(request, sender)
        elif request.method == "ACK" and self.invite is not None:
            self.talking.set()
        elif request.method in ("BYE", "NOTIFY", "CANCEL"):
            self.sip.sendto(bytes(reply(request, 200, "OK", tag="answerer")), sender)
            self.stopped = self.stopped or request.method == "BYE"
            if request.method == "CANCEL":
                self.sip.sendto(bytes(reply(self.requests[0], 487, "Request Terminated", tag="answerer")), sender)

    def on_invite(self, request: Request, sender: tuple[str, int]) -> None:
        def respond(status: int, reason: str, *extra: tuple[str, str], body: bytes = b"") -> None:
            self.sip.sendto(bytes(reply(request, status, reason, tag="answerer", extra=extra, body=body)), sender)

        respond(100, "Trying")
        if self.refuse:
            respond(*self.refuse)
        elif self.asks_login and not request.get("proxy-authorization"):
            respond(407, "Login", ("proxy-authenticate", 'Digest realm="pbx", nonce="abc", algorithm=MD5, qop="auth"'))
        else:
            self.invite, self.peer = request, sender
            theirs = sdp.parse(request.body)
            self.audio_to = (theirs.host, theirs.port)
            respond(180, "Ringing")
            body = sdp.offer("127.0.0.1", self.rtp_port, (self.codec,))
            contact = ("contact", f"<sip:agent@127.0.0.1:{self.sip_port}>")
            respond(200, "OK", contact, ("content-type", "application/sdp"), body=body)

    def talk(self) -> None:
        if not self.talking.wait(10) or self.stopped:
            return
        for number, samples in enumerate(self.spoken):
            if number:
                self.wait_for_answer()
            self.stream(samples)
            self.talk_ended.append(time.time())
        self.wait_for_answer()
        if not self.stopped:
            self.after(self)

    def wait_for_answer(self) -> None:
        """Until the caller has spoken (or pressed keys) and been quiet for 400 ms."""
        spoke, quiet, until = False, 0, time.time() + 12
        while not self.stopped and time.time() < until and not (spoke and quiet >= 20):
            loud = self.stream(np.zeros(160, np.int16))
            spoke, quiet = spoke or loud, 0 if loud else quiet + 1

    def stream(self, samples: Samples) -> bool:
        """Send audio in real time and take in what comes; whether the caller was heard."""
        loud = False
        whole = np.pad(samples, (0, -len(samples) % 160)).reshape(-1, 160)
        due = time.monotonic()
        for frame in whole:
            if self.stopped:
                break
            self.sequence = (self.sequence + 1) & 0xFFFF
            header = struct.pack("!BBHII", 0x80, 0 if self.codec == "PCMU" else 8, self.sequence, self.sequence * 160, 7)
            self.rtp.sendto(header + encode(frame, self.codec), self.audio_to)
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))
            loud = self.take_in() or loud
        return loud

    def take_in(self) -> bool:
        loud = False
        while True:
            try:
                packet = self.rtp.recv(2048)
            except BlockingIOError:
                return loud
            if packet[1] & 0x7F == 101:
                if packet[1] & 0x80:
                    self.digits += "0123456789*#"[packet[12]]
                loud = True
            else:
                samples = decode(packet[12:], self.codec)
                self.heard.append(samples)
                loud = loud or float(np.abs(samples).max()) > 500

    def in_dialog(self, method: str, *extra: tuple[str, str], body: bytes = b"") -> None:
        """A request from the answering side."""
        assert self.invite is not None
        self.cseq += 1
        headers = (
            ("via", f"SIP/2.0/UDP 127.0.0.1:{self.sip_port};branch=z9hG4bKa{self.cseq}"),
            ("from", self.invite.get("to") + ";tag=answerer"),
            ("to", self.invite.get("from")),
            ("call-id", self.invite.get("call-id")),
            ("cseq", f"{self.cseq} {method}"),
            ("contact", f"<sip:agent@127.0.0.1:{self.sip_port}>"),
            *extra,
        )
        self.sip.sendto(bytes(Request(headers, body, method, parse_uri(self.invite.get("contact")).text)), self.peer)

    def bye(self) -> None:
        self.in_dialog("BYE")


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.bind(("127.0.0.1", port))
    bound.settimeout(0.1)
    return bound


def espeak(text: str) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "prompt.wav")
        subprocess.run(["espeak-ng", "-v", "en-us", "-w", str(path), text], check=True)
        return (load_wav(path, 8_000) * 0.7).astype(np.int16)


@contextmanager
def answering(answerer: Answerer) -> Iterator[str]:
    threads = [threading.Thread(target=answerer.serve), threading.Thread(target=answerer.talk)]
    for thread in threads:
        thread.start()
    try:
        yield f"sip:agent@127.0.0.1:{answerer.sip_port}"
    finally:
        answerer.stopped = True
        answerer.talking.set()
        for thread in threads:
            thread.join(15)
        answerer.sip.close()
        answerer.rtp.close()
