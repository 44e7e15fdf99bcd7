"""Says dates, times, telephone numbers, names and lists, in a form that reads well in a chat and that voices speak right.

The one form for both is: digits for the clock ("8:30 AM", but "10 AM": espeak-ng speaks "10:00" as "ten zero zero"), ordinals as
"27th", telephone digits apart, with a comma where the voice must pause.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any, Literal

from appliance.languages.vocabulary import vocabulary


def say_date(day: date, today: date, language: str = "en") -> str:
    """ "Friday, November 27th"; with "today" or "tomorrow" before it, and with the year when it is not within the coming year."""
    words = _words(language)
    coming = 0 <= (day - today).days < 365
    said = _filled(words["date" if coming else "date_with_year"], day, language)
    if day == today:
        return str(words["today"]).format(date=said)
    return str(words["tomorrow"]).format(date=said) if day == today + timedelta(days=1) else said


def say_birth_date(day: date, language: str = "en") -> str:
    """ "March 9th, 1948"."""
    return _filled(_words(language)["birth_date"], day, language)


def say_weekday(number: int, language: str = "en") -> str:
    """The weekday's name; 0 is Monday."""
    return str(_words(language)["weekdays"][number])


def say_time(moment: time, language: str = "en") -> str:
    """ "8:30 AM", "10 AM", "noon"; in Spanish with its article: "las 8:30 de la mañana", "la 1 de la tarde"."""
    words = _words(language)
    if moment == time(12):
        return str(words["noon"])
    if moment == time(0):
        return str(words["midnight"])
    hour = moment.hour % 12 or 12
    clock = f"{hour}:{moment.minute:02}" if moment.minute else str(hour)
    part = next(part for part in reversed(words["clock"]) if moment.hour >= part["from"])
    return str(part["one" if hour == 1 else "other"]).format(clock=clock)


def say_phone(digits: str) -> str:
    """ "4 1 3, 5 5 5, 0 1 7 3": single digits, a pause between the groups."""
    groups = [digits[:-4], digits[-4:]] if len(digits) == 7 else [digits[:-7], digits[-7:-4], digits[-4:]]
    return ", ".join(" ".join(group) for group in groups if group)


def say_name(name: str) -> str:
    """The name with single spaces, and with capitals if it has none."""
    tidy = " ".join(name.split())
    return tidy.title() if tidy.islower() and "'" not in tidy else tidy


def say_list(items: Sequence[str], language: str = "en", joined_by: Literal["or", "and"] = "or") -> str:
    """ "a, b or c"; an empty list is an empty string."""
    if len(items) < 2:
        return "".join(items)
    joiner = _words(language)[joined_by]
    separator = "; " if any("," in item for item in items) else ", "
    return f"{separator.join(items[:-1])}{';' if separator == '; ' else ''} {joiner} {items[-1]}"


def _words(language: str) -> dict[str, Any]:
    words: dict[str, Any] = vocabulary(language)["say"]
    return words


def _filled(template: str, day: date, language: str) -> str:
    words = _words(language)
    return template.format(
        weekday=words["weekdays"][day.weekday()],
        month=words["months"][day.month - 1],
        day=words["days"][day.day - 1],
        year=day.year,
    )
