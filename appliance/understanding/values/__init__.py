"""Spoken values: from the caller's words to a date, a time, a date of birth, a telephone number, a name.

The grammar answers None when unsure, because a wrong value silently used is the worst outcome. It is pure: the moment is given.
The words and patterns of each language are data (languages/<code>/values.toml); what each pattern means is code here.

    text ──lexer──> words ──corrections──> the words that hold ──mentions (grammar)──> dates and times ──readers──> one value
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from appliance.understanding.values import readers
from appliance.understanding.values.choices import choice as _choice
from appliance.understanding.values.grammar import Context
from appliance.understanding.values.language import Language, language
from appliance.understanding.values.names import name
from appliance.understanding.values.phones import phone
from appliance.understanding.values.times import Window

__all__ = ["KINDS", "Window", "choice", "read", "time_window"]

_Reader = Callable[[str, Language, Context], str | None]
_READERS: Mapping[str, _Reader] = {
    "date": readers.one_date,
    "date_range": readers.date_range,
    "time": readers.one_time,
    "datetime": readers.date_and_time,
    "dob": readers.birth_date,
    "phone": lambda text, words, _: phone(text, words),
    "name": lambda text, words, _: name(text, words),
}
KINDS = tuple(_READERS)


def read(kind: str, text: str, now: datetime, language_code: str = "en", *, anchor: date | None = None) -> str | None:
    """The value of one of the KINDS that a text tells, or None when it tells none or could tell several.

    date "2026-11-27", date_range "2026-11-30/2026-12-04" (first and last day), time "15:00", datetime "2026-11-27T15:00",
    dob "1985-07-22", phone "4135550173" (7 or 10 digits), name "Daniel Kowalski". `now` is the clinic's local time; `anchor` is
    the day the talk was about, for "the monday after that". Raises KeyError for another kind, OurFault for a language without
    vocabulary.
    """
    return _READERS[kind](text, language(language_code), Context(now.date(), anchor))


def time_window(text: str, language_code: str = "en") -> Window | None:
    """When in the day would suit ("mornings", "after three", "as early as possible"); None for a definite time or nothing."""
    return readers.time_window(text, language(language_code))


def choice(text: str, count: int, language_code: str = "en") -> int | None:
    """Which of `count` things offered in order is meant ("the second one", "the later", "either"): its index, or None."""
    return _choice(text, count, language(language_code))
