"""Says dates, times, telephone numbers, names and lists, in a form that reads well in a chat and that voices speak right.

The forms are data: [say] of languages/<code>/values.toml. English uses digits for the clock ("8:30 AM", but "10 AM": espeak-ng
speaks "10:00" as "ten zero zero") and ordinals as "27th"; Spanish uses words, because voices read its digits without "y media".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from appliance.languages.vocabulary import vocabulary

Joiner = Literal["or", "and"]


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
    """ "8:30 AM", "10 AM", "noon"; in Spanish with its article: "las ocho y media de la mañana", "la una de la tarde"."""
    words = _words(language)
    if moment == time(12):
        return str(words["noon"])
    if moment == time(0):
        return str(words["midnight"])
    return str(words["time"]).format(clock=_clock(moment, language), part=_part(moment, language))


def say_times(moments: Sequence[time], language: str = "en", joined_by: Joiner = "or") -> str:
    """Several times; a part of the day that all share may be said once ("las dos o las tres de la tarde")."""
    words = _words(language)
    parts = {_part(moment, language) for moment in moments}
    if words["part_once"] and len(moments) > 1 and len(parts) == 1 and not {time(0), time(12)} & set(moments):
        clocks = say_list([_clock(moment, language) for moment in moments], language, joined_by)
        return str(words["time"]).format(clock=clocks, part=parts.pop())
    return say_list([say_time(moment, language) for moment in moments], language, joined_by)


def say_moment(moment: datetime, today: date, language: str = "en") -> str:
    """ "Friday, November 27th at 8:30 AM"."""
    day, clock = say_date(moment.date(), today, language), say_time(moment.time(), language)
    return str(_words(language)["moment"]).format(date=day, time=clock)


def say_opening(moment: datetime, provider: str, today: date, language: str = "en") -> str:
    """A moment with a provider (or an appointment's): "Friday, November 27th at 8:30 AM with Dr. Okafor"."""
    return str(_words(language)["with_provider"]).format(moment=say_moment(moment, today, language), provider=provider)


def say_openings(openings: Sequence[tuple[datetime, str]], today: date, language: str = "en", joined_by: Joiner = "or") -> str:
    """A list of moments with providers; a day and a provider that all share are said once: what differs must be remembered."""
    if len(openings) > 1 and len({(start.date(), provider) for start, provider in openings}) == 1:
        day, provider = say_date(openings[0][0].date(), today, language), openings[0][1]
        times = say_times([start.time() for start, _ in openings], language, joined_by)
        return str(_words(language)["day_once"]).format(date=day, provider=provider, times=times)
    return say_list([say_opening(start, provider, today, language) for start, provider in openings], language, joined_by)


def say_hours(first: int, last: int, opens: time, closes: time, language: str = "en") -> str:
    """Weekdays (0 is Monday) with the same hours: "Monday to Friday from 8 AM to 5 PM"."""
    words = _words(language)
    if first == last:
        days = str(words["one_day"]).format(day=words.get("weekdays_each", words["weekdays"])[first])
    else:
        days = str(words["day_span"]).format(first=say_weekday(first, language), last=say_weekday(last, language))
    return str(words["hours"]).format(days=days, opens=say_time(opens, language), closes=say_time(closes, language))


def say_clinic_words(words: str, language: str = "en") -> str:
    """What clinic.toml says of a closed day or a specialty, in the words of the language where it has them."""
    return str(_words(language)["clinic_words"].get(words, words))


def say_phone(digits: str) -> str:
    """ "4 1 3, 5 5 5, 0 1 7 3": single digits, a pause between the groups."""
    groups = [digits[:-4], digits[-4:]] if len(digits) == 7 else [digits[:-7], digits[-7:-4], digits[-4:]]
    return ", ".join(" ".join(group) for group in groups if group)


def say_name(name: str) -> str:
    """The name with single spaces, and with capitals if it has none."""
    tidy = " ".join(name.split())
    return tidy.title() if tidy.islower() and "'" not in tidy else tidy


def say_list(items: Sequence[str], language: str = "en", joined_by: Joiner = "or") -> str:
    """ "a, b or c"; an empty list is an empty string."""
    if len(items) < 2:
        return "".join(items)
    joiner = _words(language)[joined_by]
    separator = "; " if any("," in item for item in items) else ", "
    return f"{separator.join(items[:-1])}{';' if separator == '; ' else ''} {joiner} {items[-1]}"


def _words(language: str) -> dict[str, Any]:
    words: dict[str, Any] = vocabulary(language)["say"]
    return words


def _clock(moment: time, language: str) -> str:
    """The time on a twelve-hour dial, without the part of the day."""
    words = _words(language)
    hour = moment.hour % 12 or 12
    name = words["hour_names"][hour - 1] if "hour_names" in words else str(hour)
    if not moment.minute:
        return str(words["exact"]).format(hour=name)
    minute = words["minute_names"][moment.minute - 1] if "minute_names" in words else f"{moment.minute:02}"
    return str(words["past"]).format(hour=name, minute=minute)


def _part(moment: time, language: str) -> str:
    return str(next(one["part"] for one in reversed(_words(language)["parts"]) if moment.hour >= one["from"]))


def _filled(template: str, day: date, language: str) -> str:
    words = _words(language)
    return template.format(
        weekday=words["weekdays"][day.weekday()],
        month=words["months"][day.month - 1],
        day=words["days"][day.day - 1],
        year=day.year,
    )
