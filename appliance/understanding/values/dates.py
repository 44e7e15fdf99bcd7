"""What the rules for one day mean: each function makes the day its rule names, or None for a day that does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from appliance.understanding.values.grammar import Context, Operation, Reject

_LOOK_AHEAD_YEARS = 9  # a February 29th may be eight years away
_LONGEST_WAIT = 62  # for a thirty-first, from one to the next


def made(year: int, month: int, day: int) -> date | None:
    """The day, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def next_weekday_after(day: date, weekday: int) -> date:
    """The first such weekday after a day."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def end_of_month(start: date) -> date:
    """The last day of the month."""
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def month_later(start: date, months: int, day: int) -> date | None:
    """A day in the month `months` after that of `start`."""
    index = start.year * 12 + start.month - 1 + months
    return made(index // 12, index % 12 + 1, day)


# --- days of the calendar -------------------------------------------------------------------------------------------------


def _month_day(context: Context, month: int, day: int, year: int | None = None) -> date | None:
    if year is not None:
        # a year far away belongs to a birth date or to something misheard, not to an appointment
        return made(year, month, day) if abs(year - context.today.year) <= 2 else None
    for ahead in range(_LOOK_AHEAD_YEARS):
        found = made(context.today.year + ahead, month, day)
        if found is not None and found >= context.today:
            return found
    return None


def _numeric(context: Context, month: int, day: int, year: int | None = None) -> date | None:
    if month > 12:
        month, day = day, month
    return _month_day(context, month, day, year)


def _day_month(context: Context, day: int, month: int) -> date | None:
    if not 1 <= month <= 12:
        raise Reject
    return _month_day(context, month, day)


def _day_of_month(context: Context, day: int) -> date | None:
    for months in range(3):
        found = month_later(context.today, months, day)
        if found is not None and found > context.today:
            return found
    return None


def _day_of_this_month(context: Context, day: int) -> date | None:
    found = month_later(context.today, 0, day)
    return found if found is not None and found >= context.today else None


def _nth_weekday(context: Context, nth: int, weekday: int, month: date) -> date | None:
    first = next_weekday_after(month - timedelta(days=1), weekday)
    days = [first + timedelta(weeks=week) for week in range(5) if (first + timedelta(weeks=week)).month == month.month]
    index = nth - 1 if nth > 0 else nth
    found = days[index] if index < len(days) else None
    return found if found is not None and found >= context.today else None


def _festival(context: Context, day: date) -> date:
    del context
    return day


CALENDAR: Mapping[str, Operation] = {
    "month_day": _month_day,
    "festival": _festival,
    "day_of_month": _day_of_month,
    "day_of_this_month": _day_of_this_month,
    "day_of_next_month": lambda context, day: month_later(context.today, 1, day),
    "numeric": _numeric,
    "day_month": _day_month,
    "iso": lambda context, year, month, day: _month_day(context, month, day, year),
    "nth_weekday": _nth_weekday,
    "weekday_of_next_month": lambda context, nth, weekday: _nth_weekday(context, nth, weekday, _first_of_month(context, 1)),
}

# --- days relative to another ---------------------------------------------------------------------------------------------


def _agree(_: Context, weekday: int, day: date) -> date | None:
    return day if day.weekday() == weekday else None


def _agree_day(context: Context, weekday: int, day: int) -> date | None:
    # a weekday that only a later month's day has was misheard, or the number was: better asked than guessed
    coming = (context.today + timedelta(days=ahead) for ahead in range(_LONGEST_WAIT))
    found = next((one for one in coming if one.day == day), None)
    return found if found is not None and found.weekday() == weekday else None


def _this_weekday(context: Context, weekday: int) -> date | None:
    # on a Monday "this monday" may be today or the coming one
    return None if weekday == context.today.weekday() else next_weekday_after(context.today, weekday)


def _next_weekday(context: Context, weekday: int) -> date:
    return monday_of(context.today) + timedelta(days=7 + weekday)


def _last_weekday(context: Context, weekday: int) -> date:
    return next_weekday_after(context.today, weekday) - timedelta(days=7 if weekday != context.today.weekday() else 14)


def _weekday_of_week(context: Context, weekday: int, week: date) -> date | None:
    found = week + timedelta(days=weekday)
    return found if found >= context.today else None


def _months_hence(context: Context, count: int) -> date | None:
    return month_later(context.today, count, context.today.day)


def _days_after(context: Context, each: int, count: int = 1, day: date | None = None) -> date:
    return (day or context.today) + timedelta(days=each * count)


def _weekday_after(_: Context, weekday: int, day: date) -> date:
    # nobody calls a Monday "the monday after december seventh" when the seventh is one: it is that day, said twice
    return day if day.weekday() == weekday else next_weekday_after(day, weekday)


def _weekday_after_anchor(context: Context, weekday: int) -> date | None:
    if context.anchor is not None:
        return next_weekday_after(context.anchor, weekday)
    # where no day was spoken of, "that" is this week's; on a Friday "the following friday" may follow today or the coming one
    return None if weekday == context.today.weekday() else next_weekday_after(context.today, weekday) + timedelta(days=7)


def _next_weekday_or_after_anchor(context: Context, weekday: int) -> date:
    return _next_weekday(context, weekday) if context.anchor is None else next_weekday_after(context.anchor, weekday)


def _following_week(context: Context) -> date:
    return monday_of(context.anchor or context.today) + timedelta(days=7)


def _shifted(days: int) -> Operation:
    return lambda context: context.today + timedelta(days=days)


DATE: Mapping[str, Operation] = {
    "calendar": lambda _, day: day,
    "agree": _agree,
    "agree_day": _agree_day,
    "today": _shifted(0),
    "tomorrow": _shifted(1),
    "yesterday": _shifted(-1),
    "day_after_tomorrow": _shifted(2),
    "day_before_yesterday": _shifted(-2),
    "weekday": lambda context, weekday: next_weekday_after(context.today, weekday),
    "coming_weekday": lambda context, weekday: next_weekday_after(context.today, weekday),
    "weekdays_hence": lambda context, count, weekday: next_weekday_after(context.today, weekday) + timedelta(weeks=count - 1),
    "next_festival": lambda *_, **__: None,  # the coming one, or the one of the next year
    "last_day_of_month": lambda _, month: end_of_month(month),
    "weekday_of_anchor_week": lambda context, weekday: context.anchor and monday_of(context.anchor) + timedelta(days=weekday),
    "this_weekday": _this_weekday,
    "next_weekday": _next_weekday,
    "last_weekday": _last_weekday,
    "weekday_after_next": lambda context, weekday: _next_weekday(context, weekday) + timedelta(days=7),
    "weekday_of_week": _weekday_of_week,
    "weekday_week": lambda context, weekday: next_weekday_after(context.today, weekday) + timedelta(days=7),
    "weekday_next_week_from": lambda context, weekday: _next_weekday(context, weekday) + timedelta(days=7),
    "weekday_fortnight": lambda context, weekday: next_weekday_after(context.today, weekday) + timedelta(days=14),
    "days_hence": _days_after,
    "months_hence": _months_hence,
    "days_ago": lambda context, count, each: context.today - timedelta(days=count * each),
    "days_after": _days_after,
    "week_from": lambda _, day: day + timedelta(days=7),
    "days_before": lambda _, count, each, day: day - timedelta(days=count * each),
    "day_after": lambda _, day: day + timedelta(days=1),
    "day_before": lambda _, day: day - timedelta(days=1),
    "weekday_after": _weekday_after,
    "weekday_before": lambda _, weekday, day: next_weekday_after(day - timedelta(days=8), weekday),
    "weekday_after_anchor": _weekday_after_anchor,
    "next_weekday_or_after_anchor": _next_weekday_or_after_anchor,
    "day_after_anchor": lambda context: context.anchor and context.anchor + timedelta(days=1),
    "same_day_anchor": lambda context: context.anchor,
}

RELATIVE_DAY: Mapping[str, Operation] = {"today": _shifted(0), "tomorrow": _shifted(1)}

# --- days told by bare numbers --------------------------------------------------------------------------------------------

_NEAR_DAYS = 130


def _month_and_day(context: Context, month: int, day: int, year: int | None = None) -> date | None:
    if not (1 <= month <= 31 and 1 <= day <= 31):
        raise Reject
    found = _numeric(context, month, day, year)
    # "ten thirty" far from October is a time said in the wrong place
    like_a_time = month <= 12 and day in (15, 30) and year is None
    return None if found is None or (like_a_time and (found - context.today).days > _NEAR_DAYS) else found


def _bare_number(context: Context, day: int) -> date | None:
    if day <= 12:  # "the ten" is a time as well
        raise Reject
    return _day_of_month(context, day)


WEAK_DATE: Mapping[str, Operation] = {"bare_day": _day_of_month, "bare_number": _bare_number, "month_and_day": _month_and_day}
DAY_NUMBER: Mapping[str, Operation] = {"value": lambda _, day: day}

# --- weeks and months -----------------------------------------------------------------------------------------------------


def _first_of_month(context: Context, months: int) -> date:
    first = month_later(context.today, months, 1)
    assert first is not None  # noqa: S101 - every month has a first
    return first


def _named_month(context: Context, month: int) -> date:
    return date(context.today.year + (month < context.today.month), month, 1)


WEEK: Mapping[str, Operation] = {
    "this": lambda context: monday_of(context.today),
    "next": lambda context: monday_of(context.today) + timedelta(days=7),
    "after_anchor": lambda context: context.anchor and monday_of(context.anchor) + timedelta(days=7),
    "following": _following_week,
    "of_anchor": lambda context: context.anchor and monday_of(context.anchor),
    "after_next": lambda context: monday_of(context.today) + timedelta(days=14),
    "of": lambda _, day: monday_of(day),
    "of_festival": lambda _, day: monday_of(day),
    "after": lambda _, day: monday_of(day) + timedelta(days=7),
    "before": lambda _, day: monday_of(day) - timedelta(days=7),
}

MONTH_START: Mapping[str, Operation] = {
    "named": _named_month,
    "this": lambda context: _first_of_month(context, 0),
    "next": lambda context: _first_of_month(context, 1),
}
