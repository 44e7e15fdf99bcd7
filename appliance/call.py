"""One call from ring to hang-up: the link on one side, the conversation on the other, ear and voice between them.

    link ──frame──> Ear ──utterance──> Reception ──Reply──> phrases ──frames──> link
                     └── barge-in: flush, listen

The thread that runs `Call.run` does everything in this picture, one message after the other; what it does next is read from the
table of turn-taking. Every reply has a turn number, which is its mark on the link: a `played` that comes back with an older number
belongs to a reply that was interrupted and is dropped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from appliance.conversation.turn_taking import Do, Floor, Happening, move
from appliance.ear import Ear, Utterance
from appliance.reception import Reception, Reply
from appliance.telephony.link import (
    ALIVE_SECONDS,
    FRAME_BYTES,
    Alive,
    Answer,
    Digit,
    Ended,
    Flush,
    HangUp,
    Held,
    Link,
    LinkClosed,
    Mark,
    Offered,
    Played,
    Transfer,
    Transferred,
)

log = logging.getLogger(__name__)

SILENCE_MS = 6000
"""So long after a question nobody is thinking any more."""
RECEIVE_SECONDS = 0.1
HEARTBEATS = 4
"""With four callers answering at once a decoder may be waited for; after two seconds more the line may take it for dead."""
PAUSE = bytes(12 * FRAME_BYTES)
"""240 ms between two sentences, beside the silence they begin and end with."""
FRAME_SECONDS = 0.02
ALL_BUT_OVER = 0.7
"""Whoever talks this shortly before a reply's end has heard what is asked."""
STOPS = frozenset({Do.STOP, Do.STOP_AND_ANSWER})
ANSWERS = frozenset({Do.GREET, Do.ANSWER, Do.STOP_AND_ANSWER, Do.NUDGE, Do.STAY})


class Voice(Protocol):
    """Sentences as audio, rendered beforehand where they could be."""

    def stream(self, text: str, language: str) -> Iterator[bytes]:
        """16 kHz signed 16-bit mono PCM of a sentence in chunks of whole samples."""


class Call:
    """One telephone call. `show` is told who said what, for a developer's screen only."""

    def __init__(
        self, link: Link, offered: Offered, reception: Reception, ear: Ear, voice: Voice, show: Callable[[str, str], None]
    ) -> None:
        self._link = link
        self._offered = offered
        self._reception = reception
        self._ear = ear
        self._voice = voice
        self._show = show
        self._floor = Floor.RINGING
        self._turn = 0
        self._reply = Reply((), None)
        """What is being said, or was said last."""
        self._ends: list[float] = []
        """When each of its sentences will have been heard to its end, by the monotonic clock."""
        self._cut: int | None = None
        """In which of them the caller began to talk over it; None when nobody did."""
        self._last_sent = 0.0

    def run(self) -> None:
        """Converse until one side ends the call. Returns when the call is over; the line's death is a hang-up."""
        try:
            self._link.send(Answer())
            self._happened(Happening.OFFERED, lambda: self._reception.start(self._offered.caller_id))
            while self._floor is not Floor.ENDED:
                self._step()
        except LinkClosed:
            log.info("x the line closed the call")
            self._happened(Happening.HANG_UP)

    def _step(self) -> None:
        """Take in one message."""
        message = self._link.receive(RECEIVE_SECONDS)
        match message:
            case bytes():
                self._hear(message)
            case Digit():
                self._happened(Happening.KEY, lambda: self._reception.press(message.digit))
            case Played() if message.mark == self._turn:
                self._happened(Happening.PLAYED)
            case Held():
                self._happened(Happening.HOLD if message.on else Happening.RESUME)
            case Transferred() if not message.ok:
                log.warning("x transfer failed with status %d", message.status)
                self._happened(Happening.TRANSFER_FAILED, lambda: self._reception.transfer_failed(message.target))
            case Ended():
                self._happened(Happening.HANG_UP)
                return
        if time.monotonic() - self._last_sent > ALIVE_SECONDS:
            self._link.send(Alive())
            self._last_sent = time.monotonic()

    def _hear(self, frame: bytes) -> None:
        """What 20 ms of the caller's side make happen."""
        if self._floor is Floor.SPEAKING:
            if self._ear.interrupts(frame):
                self._happened(Happening.VOICE)
        elif self._floor in (Floor.LISTENING, Floor.HEARING):
            utterance = self._ear.hear(frame)
            if utterance and self._cut is not None and self._reception.murmured(utterance.text):
                self._happened(Happening.MURMUR)
            elif utterance:
                self._happened(Happening.UTTERANCE, lambda: self._understand(utterance))
            elif self._ear.hears_somebody != (self._floor is Floor.HEARING):
                nothing = Happening.NOISE if self._cut is None else Happening.MURMUR
                self._happened(Happening.VOICE if self._ear.hears_somebody else nothing)
            elif self._ear.quiet_ms >= SILENCE_MS:
                self._happened(Happening.QUIET, self._reception.silence)

    def _happened(self, happening: Happening, answer: Callable[[], Reply] | None = None) -> None:
        """Make the move that the table names; `answer` finds what to say where the move needs an answer."""
        made = move(self._floor, happening)
        self._floor = made.to
        if made.do in STOPS:
            self._link.send(Flush())
            self._cut = self._sentence_now()
            log.info("x reply %d interrupted", self._turn)
        if happening in (Happening.KEY, Happening.HOLD) and made.do is not Do.NOTHING:
            self._ear.forget()
        if made.do in ANSWERS and answer:
            reply = self._thought_over(answer)
            self._happened(_kind(reply), lambda: reply)
        elif made.do is Do.SPEAK and answer:
            self._speak(answer())
        elif made.do is Do.REPEAT:
            self._speak(self._reply)
        elif made.do is Do.GO_ON:
            self._speak(self._reply, self._cut or 0)
        elif made.do is Do.LISTEN:
            self._ear.quiet_ms = 0
        elif made.do is Do.LEAVE:
            self._link.send(Transfer(self._reply.transfer) if self._reply.transfer else HangUp())
        elif made.do is Do.END:
            self._reception.hung_up()

    def _thought_over(self, answer: Callable[[], Reply]) -> Reply:
        """Find the answer; meanwhile the line is told for a while that the agent is alive, so that it does not step in too soon."""
        found = threading.Event()
        threading.Thread(target=self._beat, args=(found,), name="heartbeat", daemon=True).start()
        try:
            return answer()
        finally:
            found.set()

    def _beat(self, found: threading.Event) -> None:
        for _ in range(HEARTBEATS):
            if found.wait(ALIVE_SECONDS):
                return
            try:
                self._link.send(Alive())
            except LinkClosed:  # the call's own thread will learn of it
                return

    def _understand(self, utterance: Utterance) -> Reply:
        self._show("caller", utterance.text or "...")
        log.info("< utterance, %d ms of silence after it, asked %s", utterance.silence_ms, self._reception.asked)
        heard = self._reception.understand(utterance.text)
        if utterance.alarm and not heard.said.emergency and not heard.said.crisis:
            heard = self._reception.understand(utterance.alarm)
        return self._reception.hear(heard)

    def _sentence_now(self) -> int | None:
        """Which sentence of the reply is being heard; None when the last one is all but over, and what comes is an answer."""
        now = time.monotonic()
        if not self._ends or now > self._ends[-1] - ALL_BUT_OVER:
            return None
        return next(number for number, end in enumerate(self._ends) if now < end)

    def _speak(self, reply: Reply, first: int = 0) -> None:
        """Queue a reply, or what is left of it, on the line; the caller has the floor again when its mark comes back."""
        self._show("agent", reply.text)
        self._turn += 1
        self._reply, self._cut = reply, None
        self._ends = [0.0] * first
        began, played = time.monotonic(), 0
        for number, sentence in enumerate(reply.said[first:]):
            if number:
                played += self._play([PAUSE])
            played += self._play(self._voice.stream(sentence.text, sentence.language))
            self._ends.append(began + played * FRAME_SECONDS)
        self._link.send(Mark(self._turn))
        self._last_sent = time.monotonic()
        log.info("> reply %d, asks %s", self._turn, reply.asked)
        if reply.asked:
            self._ear.speak_language(self._reception.language)
            self._ear.expect(reply.asked)

    def _play(self, chunks: Iterable[bytes]) -> int:
        """Send audio in frames as it comes, the last one filled up with silence; how many they were."""
        waiting, sent = b"", 0
        for chunk in chunks:
            waiting += chunk
            whole = len(waiting) // FRAME_BYTES * FRAME_BYTES
            for start in range(0, whole, FRAME_BYTES):
                self._link.send_audio(waiting[start : start + FRAME_BYTES])
            waiting, sent = waiting[whole:], sent + whole // FRAME_BYTES
        if waiting:
            self._link.send_audio(waiting.ljust(FRAME_BYTES, b"\0"))
            sent += 1
        return sent


def _kind(reply: Reply) -> Happening:
    if reply.hang_up or reply.transfer:
        return Happening.LAST_REPLY
    return Happening.REPLY if reply.said else Happening.NO_REPLY
