"""One placed call from INVITE to BYE: the loop that ties signalling, audio, ear and script together."""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Literal

from appliance.faults import TheirFault
from appliance.telephony.caller.ear import TURN_PAUSE, Ear
from appliance.telephony.caller.prompt_book import PromptBook
from appliance.telephony.caller.recording import Recording
from appliance.telephony.caller.report import CallerEvent, CallReport, Kind
from appliance.telephony.caller.rtp import RtpStream
from appliance.telephony.caller.script import DEFAULT, GREETING, Deed, HangUp, Play, Press, Say, Script, Silence
from appliance.telephony.caller.sdp import Media
from appliance.telephony.caller.sip_call import Answered, Login, Over, Refused, Ringing, SipCall, SipEvent, Transfer
from appliance.telephony.caller.sip_message import parse_uri
from appliance.telephony.caller.voice import DEFAULT_VOICE, synthesize

_FRAME = 0.02
_RING_SECONDS = 60.0
_SILENT_AGENT_SECONDS = 20.0
_GOODBYE_SECONDS = 10.0
"""How long a caller with nothing more to say waits for the agent to hang up."""
_TRANSFER_SECONDS = 5.0
_UNSURE = 0.4
_SECOND_THOUGHT = 1.5
"""Seconds more to wait when what was heard is like no prompt at all: the agent may only be drawing breath."""
_PARTIAL_SECONDS = 0.2
_OWN_AFFAIR = "_"
"""A situation whose name begins so is something the agent says that wants no answer, such as "One moment, please."."""


def place_call(
    to: str,
    script: Script,
    *,
    local: str = "127.0.0.1",
    prompts: Mapping[str, Sequence[str]] | None = None,
    on_event: Callable[[CallerEvent], None] = lambda _: None,
    voice: str = DEFAULT_VOICE,
    user: str = "caller",
    login: Login | None = None,
    max_seconds: float = 300.0,
) -> CallReport:
    """Call `to` (a SIP URI) from the address `local`, follow `script`, and report.

    `prompts` maps a situation to the agent's prompt texts with {placeholders}; without it every turn of the agent but the greeting
    is answered with the script's `default`. `on_event` runs in this thread and must be quick. A refused or unanswered call is a
    report with `answered` False. Raises TheirFault when the address is none, the name is unknown or the voice is missing.
    """
    try:
        target = parse_uri(to)
    except ValueError as error:
        raise TheirFault(f"{to!r} is not a SIP address.", repair="Write one such as sip:300@127.0.0.1:5070.") from error
    script = script.fresh()
    for line in script.everything_said():  # so that nobody has to wait for a synthesizer during the call
        synthesize(line, voice)
    ear = Ear(PromptBook(prompts or {}))
    with (
        closing(RtpStream(local)) as rtp,
        closing(SipCall(target, local=local, rtp_port=rtp.port, codecs=("PCMU", "PCMA"), user=user, login=login)) as sip,
    ):
        return _Placed(to, sip, rtp, ear, script, voice, on_event, max_seconds).run()


class _Placed:
    """The state of one call. Times are seconds of the Unix clock, because that is what the kernel stamps packets with."""

    def __init__(
        self,
        to: str,
        sip: SipCall,
        rtp: RtpStream,
        ear: Ear,
        script: Script,
        voice: str,
        on_event: Callable[[CallerEvent], None],
        max_seconds: float,
    ) -> None:
        self._to, self._sip, self._rtp, self._ear, self._script = to, sip, rtp, ear, script
        self._voice, self._tell, self._max_seconds = voice, on_event, max_seconds
        self._events: list[CallerEvent] = []
        self._recording = Recording()
        self._began = time.time()
        self._answered_at: float | None = None
        self._ended_at: float | None = None
        self._status, self._reason, self._why = 0, "", ""
        self._ended_by: Literal["agent", "caller"] | None = None
        self._media: Media | None = None
        self._transferred_to: str | None = None
        self._first_turn, self._speaking, self._talking_over = True, False, False
        self._leave_at = self._began + _RING_SECONDS
        self._leave_why = "nobody picked up"
        self._look_at = 0.0
        self._partial: str | None = None

    def run(self) -> CallReport:
        """Until the call is over; one turn of the loop at least every 20 ms."""
        try:
            self._sip.invite(time.monotonic())
        except OSError as error:
            raise TheirFault(f"{self._to}: the host cannot be found ({error}).", repair="Correct the address.") from error
        tick = time.monotonic()
        while not self._sip.over:
            select.select([self._sip.fileno(), self._rtp.fileno()], [], [], max(0.0, tick - time.monotonic()))
            for event in self._sip.poll(time.monotonic()):
                self._on_sip(event)
            self._listen()
            while time.monotonic() >= tick:
                self._rtp.tick()
                tick += _FRAME
            if not self._sip.over:
                self._decide(time.time())
        return self._report()

    # --- what comes in ---------------------------------------------------------------------------------------------------

    def _on_sip(self, event: SipEvent) -> None:
        now = time.time()
        match event:
            case Ringing(status):
                self._emit("ringing", now, str(status))
            case Answered(media):
                self._on_media(media, now)
            case Refused(status, reason):
                self._status, self._reason, self._why = status, reason, self._why or reason
                self._emit("refused", now, f"{status} {reason}")
            case Transfer(target):
                self._transferred_to = target
                self._emit("transferred", now, target)
                self._rtp.hush()
                self._leave(now + _TRANSFER_SECONDS, "transferred")
            case Over(by):
                self._ended_by, self._ended_at = by, now
                self._why = self._why if by == "caller" else "the agent hung up"
                self._finish_turn(now)
                self._emit("ended", now, self._why)

    def _on_media(self, media: Media, now: float) -> None:
        before, self._media = self._media, media
        self._rtp.connect(media)
        if self._answered_at is None:
            self._answered_at, self._status, self._reason = now, 200, "OK"
            self._emit("answered", now)
            self._leave(now + _SILENT_AGENT_SECONDS, "the agent said nothing")
        elif before and before.on_hold != media.on_hold:
            self._emit("held" if media.on_hold else "resumed", now)

    def _listen(self) -> None:
        for heard in self._rtp.receive():
            self._recording.add(heard)
            if self._answered_at is not None and self._ear.hear(heard.samples, heard.arrived):
                self._emit("agent_started", self._ear.turn_began)
                self._partial = None

    # --- what to do ------------------------------------------------------------------------------------------------------

    def _decide(self, now: float) -> None:
        pause = self._ear.pause(now)
        if self._speaking and not self._rtp.playing:
            self._speaking = False
            self._emit("caller_stopped", now)
        if self._answered_at is not None and now - self._answered_at > self._max_seconds:
            self._hang_up("the call took too long")
        elif now > self._leave_at and not self._ear.in_turn and not self._rtp.playing:
            self._hang_up(self._leave_why)
        elif self._ear.in_turn and not self._transferred_to:
            self._follow_turn(now, pause)

    def _follow_turn(self, now: float, pause: float) -> None:
        if self._talking_over:
            if pause >= TURN_PAUSE:
                self._talking_over = False
                self._finish_turn(now)
            return
        event = None if self._rtp.playing else self._script.barge_in(self._situation_so_far(now))
        if event and now - self._ear.turn_began >= event.after_ms / 1000:
            self._talking_over, self._first_turn = True, False
            self._do(self._script.use(event), now)
        elif pause >= TURN_PAUSE and not self._rtp.playing and (pause >= TURN_PAUSE + _SECOND_THOUGHT or self._sure()):
            situation = self._finish_turn(now)
            self._leave(now + _SILENT_AGENT_SECONDS, "the agent fell silent")
            if not situation.startswith(_OWN_AFFAIR):
                self._do(self._script.next(situation), now)

    def _sure(self) -> bool:
        words, match = self._ear.so_far()
        return self._first_turn or match is None or match.score >= _UNSURE or not words

    def _situation_so_far(self, now: float) -> str | None:
        """What the agent's turn seems to be while it lasts, looked at now and then because it costs a little."""
        if self._first_turn:
            return GREETING
        if now >= self._look_at:
            self._look_at = now + _PARTIAL_SECONDS
            _, match = self._ear.so_far()
            self._partial = match.situation if match and match.score >= _UNSURE else None
        return self._partial

    def _finish_turn(self, now: float) -> str:
        """The agent's turn is over: tell what was heard; the situation."""
        if not self._ear.in_turn:
            return DEFAULT
        words, match = self._ear.take()
        situation = GREETING if self._first_turn else match.situation if match else DEFAULT
        self._first_turn = False
        self._emit("agent_stopped", self._ear.last_speech)
        self._emit("heard", now, words, situation, round(match.score, 2) if match else None)
        return situation

    def _do(self, deed: Deed | None, now: float) -> None:
        match deed:
            case Say(say=words):
                self._speak(words, now)
            case Play(samples):
                self._speaking = True
                self._rtp.say(samples)
                self._emit("caller_started", now)
            case Press(dtmf=digits):
                self._rtp.press(digits)
                self._emit("pressed", now, digits)
            case Silence(silence=seconds):
                self._leave(now + seconds + _SILENT_AGENT_SECONDS, "the agent fell silent")
            case HangUp():
                self._hang_up("the script ends here")
            case None:
                self._leave(now + _GOODBYE_SECONDS, "nothing more to say")

    def _speak(self, words: str, now: float) -> None:
        samples = synthesize(words, self._voice)
        self._speaking = True
        self._rtp.say(samples)
        self._leave(now + len(samples) / 8000 + _SILENT_AGENT_SECONDS, "the agent fell silent")
        self._emit("caller_started", now, words)

    def _leave(self, at: float, why: str) -> None:
        self._leave_at, self._leave_why = at, why

    def _hang_up(self, why: str) -> None:
        if not self._why:
            self._why = why
            self._rtp.hush()
            self._sip.hang_up(time.monotonic())

    # --- what is told ----------------------------------------------------------------------------------------------------

    def _emit(self, kind: Kind, at: float, text: str = "", situation: str | None = None, score: float | None = None) -> None:
        event = CallerEvent(kind, round(at - self._began, 3), text, situation, score)
        self._events.append(event)
        self._tell(event)

    def _report(self) -> CallReport:
        answered = self._answered_at is not None
        ended_at = self._ended_at or time.time()
        return CallReport(
            to=self._to,
            answered=answered,
            status=self._status,
            reason=self._reason,
            duration=round(ended_at - self._answered_at, 2) if self._answered_at is not None else 0.0,
            ended_by=self._ended_by,
            why=self._why,
            transferred_to=self._transferred_to,
            codec=self._media.codec if self._media else None,
            events=tuple(self._events),
            gaps=self._rtp.statistics(),
            agent_audio=self._recording.samples(),
        )
