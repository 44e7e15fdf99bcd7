"""When has the caller finished? The silence so far, and how likely it is by the words that there is no more to come.

Pure: the caller of this function measures the silence and asks somebody who knows the language how likely the words are to be all.

    likelihood   0         0.2    0.4    0.6    0.8    0.95   1, the value that was asked for
    patience     1100 ms   910    610    370    230    190    140
"""

from __future__ import annotations

import math

SHORT_ANSWERS = frozenset(
    {"confirm_details", "ask_new_patient", "offer_transfer", "offer_message", "anything_else", "offer_rebook"}
)
"""Situations that a yes or a no answers."""

DRAFT_MS = 80
"""After so much silence it is worth working out what was said, in case that was all."""
COMPLETE_MS = 140
"""The awaited value is all there."""
SHORTEST_MS, LONGEST_MS = 180, 1100
"""For words that hardly can go on, and for words that break off: pauses within an answer last 300 to 900 ms."""
EVEN, STEEPNESS = -0.5, 1.5
"""Log odds of an end at which the patience is half way, and how fast it changes there."""
UNHEARD_MS, UNHEARD_OVER_US_MS = 700, 300
"""There was a voice, and no word was made out yet; over what the agent says it was a murmur, and the agent goes on soon."""


def patience_ms(done: float, *, heard: bool, over_us: bool = False) -> int:
    """How many milliseconds of silence end the utterance.

    `done`: how likely the words are all there is, 1 when they hold what was asked for; `heard`: there are words at all;
    `over_us`: they were said while the agent talked.
    """
    if not heard:
        return UNHEARD_OVER_US_MS if over_us else UNHEARD_MS
    if done >= 1:
        return COMPLETE_MS
    odds = math.log(max(done, 1e-6) / (1 - done))
    return round(LONGEST_MS - (LONGEST_MS - SHORTEST_MS) / (1 + math.exp(-STEEPNESS * (odds - EVEN))))
