"""From the mentions in a text to the one value it tells, or None."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from appliance.understanding.values.corrections import corrected
from appliance.understanding.values.grammar import Context
from appliance.understanding.values.language import Language
from appliance.understanding.values.lexer import Tokens
from appliance.understanding.values.mentions import Mention, mentions, plain_kind, stands_alone
from appliance.understanding.values.times import Window

_STRONG = ("excluded", "time", "window", "other", "date", "range")
_RANGE_FIRST = ("excluded", "time", "window", "other", "range", "date")
_MOST_WORDS_BEFORE = 2  # "fifteenth" alone is a day; in "the pharmacy on fifth" it is a street
_WHENEVER = date(2000, 1, 1)  # a window does not depend on the day


def one_date(text: str, language: Language, context: Context) -> str | None:
    """The day a text tells."""

    def attempt(tokens: Tokens) -> date | None:
        return _one_date(mentions(tokens, language, context, _STRONG, ("weak_time",)), tokens, language) or _one_date(
            mentions(tokens, language, context, _STRONG, ("weak_date",)), tokens, language
        )

    return _iso(corrected(language.tokens(text), language, attempt))


def _one_date(found: Sequence[Mention], tokens: Tokens, language: Language) -> date | None:
    told = [mention for mention in found if plain_kind(mention) == "date"]
    clear = [mention for mention in told if mention.kind == "date"] or [one for one in told if one.start <= _MOST_WORDS_BEFORE]
    if any(mention.value is None or not _ends_cleanly(mention, found, tokens, language) for mention in clear):
        return None
    full = {mention.value for mention in clear if mention.rule != "weekday"}
    bare = {mention.value for mention in clear if mention.rule == "weekday"}
    days = {day for day in full | bare if isinstance(day, date)}
    if full and all(any(_same_weekday(day, other) for other in full) for day in bare):
        days = {day for day in full if isinstance(day, date)}
    if len(days) != 1:
        return None
    (day,) = days
    ranges = [mention.value for mention in found if mention.kind == "range" and mention.rule not in ("until", "before")]
    return day if all(_within(day, one) for one in ranges if one is not None) else None


def _same_weekday(day: object, other: object) -> bool:
    return isinstance(day, date) and isinstance(other, date) and day.weekday() == other.weekday()


def _within(day: date, span: object) -> bool:
    return isinstance(span, tuple) and span[0] <= day <= span[1]


def _ends_cleanly(mention: Mention, found: Sequence[Mention], tokens: Tokens, language: Language) -> bool:
    """Whether a date is not followed by numbers that no time explains: a year of birth, a telephone number."""
    return stands_alone(mention, found, tokens, language)


def date_range(text: str, language: Language, context: Context) -> str | None:
    """The first and the last day of the days a text tells."""

    def attempt(tokens: Tokens) -> tuple[date, date] | None:
        found = mentions(tokens, language, context, _RANGE_FIRST, ("weak_range",))
        told = [mention for mention in found if plain_kind(mention) == "range"]
        clear = [mention for mention in told if mention.kind == "range"] or [one for one in told if one.start <= _MOST_WORDS_BEFORE]
        values = {mention.value for mention in clear}
        if any(mention.kind == "date" for mention in found) or len(values) != 1:
            return None
        (value,) = values
        return value if isinstance(value, tuple) else None

    span = corrected(language.tokens(text), language, attempt)
    return None if span is None else f"{span[0].isoformat()}/{span[1].isoformat()}"


def one_time(text: str, language: Language, context: Context) -> str | None:
    """The time of day a text tells, to the minute."""

    def attempt(tokens: Tokens) -> time | None:
        return _one_time(mentions(tokens, language, context, _STRONG, ("weak_time",)), tokens, language)

    moment = corrected(language.tokens(text), language, attempt)
    return None if moment is None else moment.isoformat("minutes")


def _one_time(found: Sequence[Mention], tokens: Tokens, language: Language) -> time | None:
    told = [mention for mention in found if plain_kind(mention) == "time"]
    told = [mention for mention in told if mention.kind == "time" or _is_told(mention, found, tokens, language)]
    clear = [mention for mention in told if mention.kind == "time"] or told
    values = {mention.value for mention in clear}
    if len(values) != 1 or any(not _ends_cleanly(mention, found, tokens, language) for mention in clear):
        return None
    (moment,) = values
    parts = [mention.value for mention in found if mention.kind == "window" and mention.rule == "part"]
    return _in_parts(moment, parts) if isinstance(moment, time) else None


def _in_parts(moment: time, parts: Sequence[object]) -> time | None:
    """The time in the part of the day that was told apart from it: "at eight, tomorrow evening". None when it cannot lie there."""
    turned = moment.replace(hour=(moment.hour + 12) % 24)
    windows = [part for part in parts if isinstance(part, Window)]
    fitting = [one for one in (moment, turned) if all(_holds(window, one) for window in windows)]
    return fitting[0] if fitting else None


def _holds(window: Window, moment: time) -> bool:
    return (window.earliest is None or window.earliest <= moment) and (window.latest is None or moment <= window.latest)


def _is_told(mention: Mention, found: Sequence[Mention], tokens: Tokens, language: Language) -> bool:
    """Whether a bare number is a time: "nine thirty" is one; "three" is one at the end, but not in "three kids"."""
    if mention.end - mention.start > 1:
        return True
    rules, before = language.words["bare_hour"], mention.start - 1
    if tokens[mention.start].hyphen:  # a part of a name: "covid-19"
        return False
    following = tokens[mention.end] if mention.end < len(tokens) else None
    explained = any(other.start == mention.end for other in found)
    ends = following is None or following.pause or explained or following.text in rules["followers"]
    goes_on = following is not None and (explained or following.text == rules["belongs"])
    pronoun = tokens[mention.start].text in rules["pronouns"] and (before >= 0 or goes_on)
    return ends and not pronoun


def date_and_time(text: str, language: Language, context: Context) -> str | None:
    """The day and the time a text tells."""

    def attempt(tokens: Tokens) -> tuple[date, time] | None:
        for weak in (("weak_time",), ("weak_date",)):
            found = mentions(tokens, language, context, _STRONG, weak)
            day, moment = _one_date(found, tokens, language), _one_time(found, tokens, language)
            if day is not None and moment is not None:
                return day, moment
        return None

    told = corrected(language.tokens(text), language, attempt)
    return None if told is None else f"{told[0].isoformat()}T{told[1].isoformat('minutes')}"


def birth_date(text: str, language: Language, context: Context) -> str | None:
    """The date of birth a text tells, its year included."""

    def attempt(tokens: Tokens) -> date | None:
        found = mentions(tokens, language, context, ("birth",))
        values = {mention.value if _ends_cleanly(mention, found, tokens, language) else None for mention in found}
        (day,) = values if len(values) == 1 else (None,)
        return day if isinstance(day, date) else None

    return _iso(corrected(language.tokens(text), language, attempt, unique=True))


def time_window(text: str, language: Language) -> Window | None:
    """When in the day would suit; None when the text tells a definite time, or nothing."""

    def attempt(tokens: Tokens) -> Window | None:
        found = mentions(tokens, language, Context(_WHENEVER), _STRONG, ("weak_time",))
        if _one_time(found, tokens, language) is not None:
            return None
        windows = [mention.value for mention in found if mention.kind == "window"]
        return _merged([window for window in windows if isinstance(window, Window)]) if None not in windows else None

    return corrected(language.tokens(text), language, attempt)


def _merged(windows: Sequence[Window]) -> Window | None:
    """All that was said at once: "in the morning, as early as possible". None when two bounds leave no time or nothing was said."""
    if not windows:
        return None
    earliest = max((window.earliest for window in windows if window.earliest), default=None)
    latest = min((window.latest for window in windows if window.latest), default=None)
    preferences = {window.preference for window in windows if window.preference}
    if earliest is not None and latest is not None and earliest >= latest:
        return None
    return Window(earliest, latest, preferences.pop() if len(preferences) == 1 else None)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
