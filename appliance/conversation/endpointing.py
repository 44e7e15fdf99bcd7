"""When has the caller finished? Silence, what was said so far, and what was asked decide together.

Pure: the caller of these functions measures the silence and says whether the words already hold the value that was asked for.
"""

from __future__ import annotations

SHORT_ANSWERS = frozenset(
    {"confirm_details", "ask_new_patient", "offer_transfer", "offer_message", "anything_else", "offer_rebook"}
)
"""Situations that a yes or a no answers."""
LONG_VALUES = frozenset({"ask_dob", "ask_phone", "ask_name", "ask_message"})
"""Situations in which people pause in the middle: birth dates, numbers, spelling."""

COMPLETE_MS = 300
"""The awaited value is all there."""
SHORT_MS = 500
USUAL_MS = 700
LONG_MS = 1000
UNFINISHED_MS = 1400
"""The last word asks for another: "on the", "my name is"."""


def patience_ms(asked: str | None, *, heard: bool, complete: bool, unfinished: bool) -> int:
    """How many milliseconds of silence end the utterance.

    `heard`: there are words at all; `complete`: they hold what was asked for; `unfinished`: they break off in mid-phrase.
    """
    if unfinished:
        return UNFINISHED_MS
    if heard and complete:
        return COMPLETE_MS
    if asked in LONG_VALUES:
        return LONG_MS
    return SHORT_MS if asked in SHORT_ANSWERS and heard else USUAL_MS
