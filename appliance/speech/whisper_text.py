"""What Whisper writes, as the recognisers of the project give text: lower case, no punctuation, nothing that is not a word.

Figures stay figures, with what holds them together ("7/22/1985", "9:30", "555-0142"): the readers of spoken values know them.
"""

from __future__ import annotations

import re

_NOT_SPOKEN = re.compile(r"\[[^\]]*\]|\((?=[^)]*[^\W\d])[^)]*\)|\*[^*]*\*|<[^>]*>|♪[^♪]*♪")
"""Sounds and remarks in brackets, asterisks or notes; an area code in brackets is spoken."""
_INITIALS = re.compile(r"\b([ap])\.\s?m\b\.?", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_HELD_TOGETHER = re.compile(r"\+?\d+(?:[-/:.]\d+)*[^\W\d_]*|[^\W\d_]+(?:'[^\W\d_]+)*")
"""A number with what is inside it, or a word with its apostrophes; everything else parts words."""
_TITLES = {"dr": "doctor", "dra": "doctora", "mr": "mister", "mrs": "missus", "ms": "miss", "sra": "señora", "sr": "señor"}


def as_heard(written: str) -> str:
    """ "Dr. O'Neill, July 22nd, at 9:30 a.m. [cough]" -> "doctor o'neill july 22nd at 9:30 am"; "" when no word is left."""
    text = _NOT_SPOKEN.sub(" ", written.replace("’", "'"))
    text = _THOUSANDS.sub("", _INITIALS.sub(r" \1m ", text))
    words = _HELD_TOGETHER.findall(text.lower())
    return " ".join(_TITLES.get(word, word) for word in words)
