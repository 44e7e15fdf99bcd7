"""Two resolvers in a row: the first answers; where it only guesses, an instruct model is asked for a better reading."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from appliance.understanding import Resolution, Resolver
from appliance.understanding.chat.resolver import NoAnswer

log = logging.getLogger(__name__)

ALARMS = frozenset({"emergency", "crisis"})
"""Intents that an instruct model neither raises nor clears: the wording beside the model and the encoder decide them."""
REST_SECONDS = 30.0
"""How long a model that is too slow or cannot be reached is left alone, so that callers do not wait for it in every turn."""


BURST_SECONDS = 4.0
"""Questions of one thread within this time are about one utterance, whose parts and mended wording may each be read."""


class Cascade:
    """Resolves with `first`, and with `second` what the first is less sure of than `unsure` (0 to 1).

    A call waits for the second no longer than `patience` seconds, plus the last question's own limit, for all of an utterance.
    """

    def __init__(
        self,
        first: Resolver,
        second: Resolver,
        unsure: float,
        *,
        patience: float = 1.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._first = first
        self._second = second
        self._unsure = unsure
        self._patience = patience
        self._clock = clock
        self._rests_until = float("-inf")
        self._burst = _Burst()

    def resolve(self, text: str, asked: str | None) -> Resolution:
        """The surer reading; that of the first when the second has none to give."""
        first = self._first.resolve(text, asked)
        if first.confidence >= self._unsure or first.intent in ALARMS or not self._may_ask():
            return first
        began = self._clock()
        try:
            second = self._second.resolve(text, asked)
        except NoAnswer as failure:
            if failure.failing:
                self._rests_until = self._clock() + REST_SECONDS
            log.warning("the encoder's answer stands, because %s", failure)  # the sentence holds nobody's words
            return first
        finally:
            self._burst.waited += self._clock() - began
        return first if second.intent in ALARMS else second

    def _may_ask(self) -> bool:
        now = self._clock()
        if now - self._burst.began > BURST_SECONDS:
            self._burst.began, self._burst.waited = now, 0.0
        return now >= self._rests_until and self._burst.waited < self._patience


class _Burst(threading.local):
    """When this thread began to read an utterance, and how long it has waited since; a call is a thread."""

    began = float("-inf")
    waited = 0.0
