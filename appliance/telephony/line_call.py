"""One call from ring to hang-up as the line sees it: agent on one side, telephone on the other, and an apology if the agent fails.

Everything here happens on the owner thread, except `on_digit`, which only queues.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from appliance.telephony.apology import Apology
from appliance.telephony.leg import Leg
from appliance.telephony.line_link import LineLink
from appliance.telephony.link import DEAD_SECONDS, Answer, Command, Digit, Ended, HangUp, Held, SendDigits, Transfer, Transferred
from appliance.telephony.media_port import CallAudio, MediaPort
from appliance.telephony.play_queue import PlayQueue, frames_of
from appliance.telephony.report import CallReport, Counters

_log = logging.getLogger(__name__)
ANSWER_SECONDS = 1.0
ACKNOWLEDGE_SECONDS = 5.0
TRANSFER_SECONDS = 40.0
APOLOGY_SECONDS = 60.0
_DRAIN_SECONDS = 0.1  # what the bridge and the packet clock still hold when the queue is empty
_UNKNOWN_TARGET, _NOT_NOW, _TIMED_OUT, _NOT_SENT = 404, 481, 408, 500

State = Literal["ringing", "talking", "held", "transferring", "apology"]


@dataclass(frozen=True)
class House:
    """What every call of the line shares. `targets` maps names to SIP URIs; `fallback` is one of the names or None."""

    targets: Mapping[str, str]
    fallback: str | None
    apology: Apology
    counters: Counters


class LineCall:
    """One call. `finished` is True when the owner may let it go."""

    def __init__(self, call_id: str, house: House, leg: Leg, port: MediaPort, link: LineLink) -> None:
        self.call_id = call_id
        self.finished = False
        self._house = house
        self._leg = leg
        self._port = port
        self._link = link
        self._audio = CallAudio(link.play, link.hear)
        self._since = time.time()
        self._offered_at = time.monotonic()
        self._answered_at: float | None = None
        self._confirmed = False
        self._held = False
        self._with_agent = True
        self._apology_until: float | None = None
        self._goodbye = False
        self._end_reason: str | None = None
        self._transfer: Transfer | None = None
        self._transfer_until: float | None = None
        self._empty_since: float | None = None
        self._asked_state: State | None = None
        port.audio = self._audio
        leg.port = port
        leg.watcher = self

    @property
    def state(self) -> State:
        """The word for line.json."""
        if self._transfer_until is not None:
            return "transferring"
        if self._apology_until is not None:
            return "apology"
        if self._held:
            return "held"
        return "ringing" if self._answered_at is None else "talking"

    def changed(self) -> bool:
        """Whether `state` is another one than when last asked."""
        before, self._asked_state = self._asked_state, self.state
        return before != self._asked_state

    def report(self) -> CallReport:
        """The call's part of line.json."""
        return CallReport(self.call_id, self._since, self.state)

    # --- the agent ---

    def obey(self, command: Command) -> None:
        """Carry out one command of the agent."""
        if self.finished or not self._with_agent:
            return
        match command:
            case Answer():
                self._answer()
            case Transfer():
                self._transfer = command
            case HangUp():
                self._end_reason = "agent_hung_up"
            case SendDigits():
                self._leg.press(command.digits)
            case _:
                pass

    def agent_gone(self) -> None:
        """The link closed. After `hang_up` that is as it should be; during a transfer the transfer decides."""
        if not self.finished and self._end_reason is None and self._transfer_until is None:
            self._apologise("the link closed")
        self._with_agent = False

    # --- the telephone ---

    def on_confirmed(self) -> None:
        """See LegWatcher."""
        self._confirmed = True

    def on_media(self, *, flowing: bool, held: bool) -> None:
        """See LegWatcher."""
        self._audio.flowing = flowing
        if held != self._held:
            self._held = held
            self._link.post(Held(held))

    def on_digit(self, digit: str) -> None:
        """See LegWatcher."""
        self._link.post(Digit(digit))

    def on_disconnected(self) -> None:
        """See LegWatcher."""
        self._link.post(Ended(self._end_reason or self._others_reason()))
        self._link.close()
        self._audio.flowing = False
        self._leg.watcher = None
        self._house.counters.dropped_to_agent += self._link.dropped
        self._house.counters.dropped_to_caller += self._link.play.dropped
        self.finished = True

    def _others_reason(self) -> str:
        if self._answered_at is None:
            return "cancelled"
        return "caller_hung_up" if self._confirmed else "never_acknowledged"

    def on_transfer_progress(self, status: int, *, final: bool) -> None:
        """See LegWatcher."""
        if not final or self._transfer_until is None:
            return
        self._transfer_until = None
        if status // 100 == 2:
            self._told_transferred(ok=True, status=status)
            self._end_reason = "transferred"
            self._leg.hang_up()
        else:
            self._transfer_failed(status)

    # --- time ---

    def tick(self, now: float) -> None:
        """Called every few milliseconds with time.monotonic(): deadlines, and what waits for the play queue to run dry."""
        if self.finished:
            return
        if self._answered_at is not None and not self._confirmed:
            if now - self._answered_at > ACKNOWLEDGE_SECONDS:
                self._leg.abandon()
            return
        if self._with_agent and self._agent_is_late(now):
            self._apologise("the agent is silent")
        if self._transfer_until is not None:
            if now > self._transfer_until:
                self._transfer_until = None
                self._transfer_failed(_TIMED_OUT)
        elif self._transfer is not None or self._end_reason is not None or self._apology_until is not None:
            self._go_on_when_played(now)

    def _agent_is_late(self, now: float) -> bool:
        if self._answered_at is None:
            return now - self._offered_at > ANSWER_SECONDS
        return self._transfer_until is None and self._end_reason is None and self._link.silent_for() > DEAD_SECONDS

    def _go_on_when_played(self, now: float) -> None:
        if self._end_reason is not None and self._answered_at is None:
            self._leg.hang_up(486)
        elif self._apology_until is not None and now > self._apology_until:
            self._leg.hang_up()
        elif self._drained(now) or not self._audio.flowing:  # on hold nobody hears the rest
            if self._end_reason is not None or self._goodbye:
                self._leg.hang_up()
            elif self._transfer is not None:
                self._refer(self._transfer, now)

    def _drained(self, now: float) -> bool:
        if not self._audio.play.empty or not self._audio.flowing:
            self._empty_since = None
            return False
        if self._empty_since is None:
            self._empty_since = now
        return now - self._empty_since > _DRAIN_SECONDS

    # --- acts ---

    def _answer(self) -> None:
        if self._answered_at is None:
            self._answered_at = time.monotonic()
            self._leg.reply(200)

    def _refer(self, transfer: Transfer, now: float) -> None:
        uri = self._house.targets.get(transfer.target)
        if uri is None:
            self._transfer_failed(_UNKNOWN_TARGET)
        elif self._answered_at is None:
            self._transfer_failed(_NOT_NOW)
        elif self._leg.refer(uri):
            self._transfer_until = now + TRANSFER_SECONDS
        else:
            self._transfer_failed(_NOT_SENT)

    def _transfer_failed(self, status: int) -> None:
        self._told_transferred(ok=False, status=status)
        self._transfer = None
        if self._apology_until is not None:
            self._say(self._house.apology.before_end)
            self._goodbye = True
        elif not self._with_agent:
            self._apologise("the agent left during a transfer that failed")

    def _told_transferred(self, *, ok: bool, status: int) -> None:
        target = self._transfer.target if self._transfer is not None else ""
        self._link.post(Transferred(target, ok, status))

    def _apologise(self, why: str) -> None:
        _log.error("the line speaks for the agent: %s", why, extra={"call_id": self.call_id})
        self._house.counters.apologies += 1
        self._with_agent = False
        self._apology_until = time.monotonic() + APOLOGY_SECONDS
        self._link.close()
        fallback = self._house.fallback
        self._goodbye = fallback is None
        self._transfer = None if fallback is None else Transfer(fallback)
        self._say(self._house.apology.before_end if fallback is None else self._house.apology.before_transfer)
        self._answer()

    def _say(self, pcm: bytes) -> None:
        """Play our own words from a queue that the agent's thread does not know."""
        play = PlayQueue(lambda _mark: None)
        for frame in frames_of(pcm):
            play.put(frame)
        self._audio.hear = _deaf
        self._audio.play = play
        self._empty_since = None


def _deaf(_frame: bytes) -> None:
    """Nobody is left to hear the caller."""
