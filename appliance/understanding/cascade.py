"""Two resolvers in a row: the first answers; where it only guesses, an instruct model is asked for a better reading."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from appliance.understanding import Resolution, Resolver
from appliance.understanding.chat import NoAnswer

log = logging.getLogger(__name__)

ALARMS = frozenset({"emergency", "crisis"})
"""Intents that an instruct model neither raises nor clears: the wording beside the model and the encoder decide them."""
REST_SECONDS = 30.0
"""How long a model that is too slow or cannot be reached is left alone, so that callers do not wait for it in every turn."""


class Cascade:
    """Resolves with `first`, and with `second` what the first is less sure of than `unsure` (0 to 1)."""

    def __init__(self, first: Resolver, second: Resolver, unsure: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._first = first
        self._second = second
        self._unsure = unsure
        self._clock = clock
        self._rests_until = float("-inf")

    def resolve(self, text: str, asked: str | None) -> Resolution:
        """The surer reading; that of the first when the second has none to give."""
        first = self._first.resolve(text, asked)
        if first.confidence >= self._unsure or first.intent in ALARMS or self._clock() < self._rests_until:
            return first
        try:
            second = self._second.resolve(text, asked)
        except NoAnswer as failure:
            if failure.failing:
                self._rests_until = self._clock() + REST_SECONDS
            log.warning("the encoder's answer stands, because %s", failure)  # the sentence holds nobody's words
            return first
        return first if second.intent in ALARMS else second
