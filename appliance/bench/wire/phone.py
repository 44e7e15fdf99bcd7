"""A telephone that stamps every packet: one call over SIP and RTP, by the caller's own code, with nothing of the agent's."""

from __future__ import annotations

import select
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import Protocol

from appliance.bench.wire.answers import Answer
from appliance.bench.wire.levels import dbfs
from appliance.bench.wire.record import CallRecord, Frame, Manner, Said
from appliance.bench.wire.relay import Relay
from appliance.bench.wire.speech import Speech
from appliance.telephony.caller.rtp import RtpStream
from appliance.telephony.caller.sdp import Media
from appliance.telephony.caller.sip_call import Answered, Over, Refused, SipCall, SipEvent, Transfer
from appliance.telephony.caller.sip_message import parse_uri

_FRAME = 0.02
_LOCAL = "127.0.0.1"
_RING_SECONDS = 15.0
_PARTING_SECONDS = 5.0


class Partner(Protocol):
    """Who holds the telephone."""

    def step(self, phone: Phone, now: float) -> None:
        """Called at least every 20 ms of the talk: say something, hang up, or nothing. Must be quick."""


class Phone:
    """One call. With `hold_seconds` the agent's packets arrive so much later, as over a slow network."""

    def __init__(self, to: str, record: CallRecord, *, hold_seconds: float = 0.0) -> None:
        self._to, self.record = parse_uri(to), record
        self._hold = hold_seconds
        self._relay: Relay | None = None
        self._leave_at = time.time() + _RING_SECONDS

    def call(self, partner: Partner) -> CallRecord:
        """Place it and let the partner talk until one side ends it."""
        with ExitStack() as stack:
            self._rtp = stack.enter_context(closing(RtpStream(_LOCAL)))
            if self._hold:
                self._relay = stack.enter_context(Relay(_LOCAL, self._hold))
            port = self._relay.outer_port if self._relay else self._rtp.port
            self._sip = stack.enter_context(
                closing(SipCall(self._to, local=_LOCAL, rtp_port=port, codecs=("PCMU",), user=self.record.user))
            )
            self.record.sent_at = self._rtp.sent_at
            self._sip.invite(time.monotonic())
            self._talk(partner)
            self.record.packets = self._rtp.statistics()
        return self.record

    @property
    def speaking(self) -> bool:
        """Something of ours is still to be sent."""
        return self._rtp.playing

    def say(self, speech: Speech, answer: Answer, manner: Manner = "answer") -> Said:
        """Let it be heard, and write it down."""
        first = self._rtp.say(speech.samples)
        said = Said(answer, manner, first, speech.onset, speech.end, speech.pauses)
        self.record.said.append(said)
        return said

    def hang_up(self, why: str) -> None:
        """End the call."""
        if not self.record.why:
            self.record.why = why
            self._leave_at = time.time() + _PARTING_SECONDS
            self._sip.hang_up(time.monotonic())

    def _talk(self, partner: Partner) -> None:
        tick = time.monotonic()
        while not self._sip.over:
            select.select([self._sip.fileno(), self._rtp.fileno()], [], [], max(0.0, tick - time.monotonic()))
            for event in self._sip.poll(time.monotonic()):
                self._on_sip(event)
            for heard in self._rtp.receive():
                self.record.frames.append(Frame(heard.arrived, dbfs(heard.samples)))
            while time.monotonic() >= tick:
                self._rtp.tick()
                tick += _FRAME
            now = time.time()
            if self.record.acknowledged_at is not None and not self.record.why:
                partner.step(self, now)
            elif now > self._leave_at:
                self.hang_up("nobody answered")
                return

    def _on_sip(self, event: SipEvent) -> None:
        now = time.time()
        match event:
            case Answered(media):
                self._rtp.connect(self._through_relay(media))
                if self.record.acknowledged_at is None:
                    self.record.acknowledged_at, self.record.status = now, 200
            case Refused(status, reason):
                self.record.status, self.record.why = status, reason
            case Transfer():
                self.hang_up("transferred")
            case Over():
                self.record.ended_at = now
                self.record.why = self.record.why or "the agent hung up"

    def _through_relay(self, media: Media) -> Media:
        if self._relay is None:
            return media
        self._relay.toward((media.host, media.port), (_LOCAL, self._rtp.port))
        return replace(media, host=_LOCAL, port=self._relay.inner_port)
