"""When a second recogniser is asked, and whose text stands: the rules of recognizer_two_pass, without audio, clock or engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from appliance.speech.said_digits import digits

CLOSED = frozenset({
    "confirm_details", "repeat_after", "ask_symptoms_now", "silence_prompt", "emergency_instruction", "anything_else",
    "offer_message", "offer_transfer", "ask_new_patient", "wrong_number_told",
})  # fmt: skip
"""Situations that are answered with yes, no, or a few set words."""
LENGTHS = {"ask_phone": (7, 10, 11), "ask_dob": (5, 6, 7, 8)}
"""How many digits an answer has where one wrong digit is another person: a telephone number, a date of birth."""
MOMENTS = frozenset({"ask_date", "ask_time", "offer_slots", "slot_taken"})
"""Situations whose answer has a number, most times."""
SHORT_WORDS = 3
SURE, UNSURE = 0.9, 0.6
"""Confidences (0 to 1) above which a text is taken as it is, and below which even a yes is heard again."""
SURELY_RIGHT = 0.8
"""Of two that disagree on digits, the one that is so confident, when the other is not."""
MOST_LOST = 3
"""A second text with less than a third of the first's words has lost what was said."""

Why = Literal[
    "nothing in the second", "nothing in the first", "the second lost words", "the same digits", "only one fits the question",
    "only one has digits", "only one is sure", "two numbers", "no answer of digits", "a read-back follows",
]  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """One recogniser's text (lower case) and its confidence, 0 to 1, or None when it does not tell."""

    text: str
    confidence: float | None = None


def pays(first: Heard, situation: str, expected_seconds: float, limit_seconds: float, language: str = "en") -> bool:
    """Whether to hear an utterance again: not when the answer would come too late, nor when there is little to gain.

    Short answers to a closed question are heard as well by the first pass, and sooner. What has digits in it is always worth
    a second ear, and so is what the first one could make nothing of.
    """
    if expected_seconds > limit_seconds:
        return False
    if not first.text or situation in LENGTHS:
        return True
    if situation in CLOSED and len(first.text.split()) <= SHORT_WORDS:
        return first.confidence is not None and first.confidence < UNSURE
    return first.confidence is None or first.confidence < SURE or bool(digits(first.text, language))


def settle(first: Heard, second: Heard | None, situation: str, language: str = "en") -> tuple[str, Why]:
    """The text that stands, and why; `second` is None when it came too late or is not believed.

    The second recogniser is the better one, so its text stands where nothing speaks against it. It drops and merges repeated
    digits, though ("555" becomes "55"), which the first does not. So when the digits differ, the text whose digits fit the question
    stands, then the surer one. Where both fit and neither is surer, a telephone number or a date of birth is given up (""): asking
    once more costs a turn, and a wrong one is another person. Days and times are read back before anything is booked.
    """
    if second is None or not second.text:
        return first.text, "nothing in the second"
    if not first.text:
        return second.text, "nothing in the first"
    ours, theirs = digits(first.text, language), digits(second.text, language)
    if ours == theirs:
        lost = len(second.text.split()) * MOST_LOST < len(first.text.split()) and not ours
        return (
            (first.text, "the second lost words") if lost else (second.text, "the same digits" if ours else "no answer of digits")
        )
    return _disagreeing(first, second, ours, theirs, situation)


def _disagreeing(first: Heard, second: Heard, ours: str, theirs: str, situation: str) -> tuple[str, Why]:
    lengths = LENGTHS.get(situation)
    if lengths is None:
        lost = situation in MOMENTS and not theirs
        return (first.text, "only one has digits") if lost else (second.text, "a read-back follows")
    fits = [len(found) in lengths for found in (ours, theirs)]
    if fits[0] != fits[1]:
        return (first.text if fits[0] else second.text), "only one fits the question"
    sure = [heard.confidence is not None and heard.confidence >= SURELY_RIGHT for heard in (first, second)]
    if sure[0] != sure[1]:
        return (first.text if sure[0] else second.text), "only one is sure"
    return ("", "two numbers") if fits[0] else (second.text, "no answer of digits")
