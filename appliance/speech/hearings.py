"""One caller's ears: one for each language, of which the one of the call's language listens.

A recogniser knows one language, so a call that changes its language changes its ear. An ear is made when its language is first
spoken, because most callers never change theirs, and an ear may hold a decoder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.speech.engines import Hearing, Recognizer


class Hearings:
    """The ears of one call; a `Hearing` in the language spoken last, which is `language` at first. Not shared between threads."""

    def __init__(self, recognizers: Mapping[str, Recognizer], language: str) -> None:
        self._recognizers = recognizers
        self._ears: dict[str, Hearing] = {}
        self._situation = ""
        self._language = language
        self._ear = self._of(language)

    def speak_language(self, code: str) -> None:
        """From now on the caller speaks this language, one with a recogniser; an utterance in progress is forgotten."""
        if code == self._language:
            return
        self._ear.abandon()
        self._ear = self._of(code)
        self._language = code
        self._ear.expect(self._situation)

    def expect(self, situation: str) -> None:
        """What the agent just asked, in whichever language."""
        self._situation = situation
        self._ear.expect(situation)

    def feed(self, frame: bytes) -> str:
        """Hear 20 ms more; the partial text so far."""
        return self._ear.feed(frame)

    def draft(self) -> Callable[[], str]:
        """The utterance as it is now, to be decoded in any thread."""
        return self._ear.draft()

    def finish(self) -> str:
        """The final text of the utterance."""
        return self._ear.finish()

    def abandon(self) -> None:
        """Forget the utterance in progress."""
        self._ear.abandon()

    def close(self) -> None:
        """The call is over, for the ears of every language."""
        for ear in self._ears.values():
            ear.close()

    def _of(self, language: str) -> Hearing:
        if language not in self._ears:
            self._ears[language] = self._recognizers[language].hearing()
        return self._ears[language]
