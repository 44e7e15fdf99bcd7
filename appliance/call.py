"""One call from ring to hang-up: the link on one side, the conversation on the other, ear and voice between them.

    link ──frame──> Ear ──utterance──> Reception ──Reply──> phrases ──frames──> link
                     └── barge-in: flush, listen

The thread that runs `Call.run` does everything in this picture, one message after the other. Every reply has a turn number, which
is its mark on the link: a `played` that comes back with an older number belongs to a reply that was interrupted and is dropped.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol

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


class Voice(Protocol):
    """Sentences as audio, rendered beforehand where they could be."""

    def audio(self, text: str, language: str) -> bytes:
        """16 kHz signed 16-bit mono PCM of a sentence."""


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
        self._turn = 0
        self._speaking: Reply | None = None
        self._held = False
        self._leaving = False
        """Hang-up or transfer has been asked for; nothing more is heard."""
        self._last_sent = 0.0

    def run(self) -> None:
        """Converse until one side ends the call. Returns when the call is over; the line's death is a hang-up."""
        try:
            self._link.send(Answer())
            self._speak(self._reception.start(self._offered.caller_id))
            while self._step():
                pass
        except LinkClosed:
            log.info("x the line closed the call")
        self._reception.hung_up()

    def _step(self) -> bool:
        """Take in one message; False when the call is over."""
        message = self._link.receive(RECEIVE_SECONDS)
        match message:
            case bytes():
                self._hear(message)
            case Digit() if not self._last_words():
                self._interrupt()
                self._speak(self._reception.press(message.digit))
            case Played() if message.mark == self._turn and self._speaking:
                self._spoken(self._speaking)
            case Held():
                self._held = message.on
            case Transferred() if not message.ok:
                log.warning("x transfer failed with status %d", message.status)
                self._leaving = False
                self._speak(self._reception.transfer_failed(message.target))
            case Ended():
                return False
        if time.monotonic() - self._last_sent > ALIVE_SECONDS:
            self._link.send(Alive())
            self._last_sent = time.monotonic()
        return True

    def _hear(self, frame: bytes) -> None:
        if self._held or self._leaving:
            return
        if self._speaking:
            if not self._last_words() and self._ear.interrupts(frame):
                self._interrupt()
            return
        utterance = self._ear.hear(frame)
        if utterance:
            self._understand(utterance)
        elif self._ear.quiet_ms >= SILENCE_MS:
            self._speak(self._reception.silence())

    def _understand(self, utterance: Utterance) -> None:
        self._show("caller", utterance.text or "...")
        log.info("< utterance, %d ms of silence after it, asked %s", utterance.silence_ms, self._reception.asked)
        heard = self._reception.understand(utterance.text)
        self._speak(self._reception.hear(heard))

    def _speak(self, reply: Reply) -> None:
        """Queue a reply on the line; the caller has the floor again when its mark comes back."""
        if not reply.said:
            return
        self._show("agent", reply.text)
        self._turn += 1
        self._speaking = reply
        for sentence in reply.said:
            audio = self._voice.audio(sentence.text, sentence.language)
            for start in range(0, len(audio), FRAME_BYTES):
                self._link.send_audio(audio[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))
        self._link.send(Mark(self._turn))
        self._last_sent = time.monotonic()
        log.info("> reply %d, asks %s", self._turn, reply.asked)
        if reply.asked:
            self._ear.expect(reply.asked)

    def _spoken(self, reply: Reply) -> None:
        """A reply has been played out."""
        self._speaking = None
        self._ear.quiet_ms = 0
        if reply.transfer:
            self._leaving = True
            self._link.send(Transfer(reply.transfer))
        elif reply.hang_up:
            self._leaving = True
            self._link.send(HangUp())

    def _last_words(self) -> bool:
        """Whether the call is leaving, or will after what is being said: that is said to its end."""
        return self._leaving or (self._speaking is not None and (self._speaking.hang_up or self._speaking.transfer is not None))

    def _interrupt(self) -> None:
        """The caller talks or presses a key while the agent talks: be quiet at once."""
        if self._speaking:
            self._link.send(Flush())
            self._speaking = None
            log.info("x reply %d interrupted", self._turn)
