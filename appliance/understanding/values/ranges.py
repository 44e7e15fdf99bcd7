"""What the rules for several days mean: each makes the first and the last day. A working week is Monday to Friday."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from appliance.understanding.values.dates import end_of_month, made, monday_of, month_later, next_weekday_after
from appliance.understanding.values.grammar import Context, Operation

Range = tuple[date, date]
_DAYS_OF_WEEK = {"early": (0, 1), "middle": (1, 3), "late": (3, 4)}
_DAYS_OF_MONTH = {"early": (1, 10), "middle": (11, 20), "late": (21, 31)}


def _upcoming(context: Context, first: date, last: date) -> Range | None:
    """The part of a range that is not over."""
    return (max(first, context.today), last) if last >= context.today else None


def _week(context: Context, week: date) -> Range | None:
    return _upcoming(context, week, week + timedelta(days=4))


def _part_of_week(context: Context, third: str, week: date | None = None) -> Range | None:
    week = week or monday_of(context.today)
    first, last = _DAYS_OF_WEEK[third]
    return _upcoming(context, week + timedelta(days=first), week + timedelta(days=last))


def _weekend(context: Context, weeks: int = 0) -> Range | None:
    saturday = monday_of(context.today) + timedelta(days=5 + 7 * weeks)
    return _upcoming(context, saturday, saturday + timedelta(days=1))


def _month(context: Context, start: date) -> Range | None:
    return _upcoming(context, start, end_of_month(start))


def _part_of_month(context: Context, third: str, start: date) -> Range | None:
    first, last = _DAYS_OF_MONTH[third]
    end = end_of_month(start)
    return _upcoming(context, start.replace(day=first), min(start.replace(day=min(last, end.day)), end))


def _nth_week(context: Context, nth: int, start: date) -> Range | None:
    """The nth Monday-to-Friday week that has a day in the month, without the days outside it."""
    end = end_of_month(start)
    first_weekday = start if start.weekday() < 5 else next_weekday_after(start, 0)
    monday = monday_of(first_weekday) + timedelta(weeks=nth - 1) if nth > 0 else monday_of(end)
    first, last = max(start, monday), min(end, monday + timedelta(days=4))
    return _upcoming(context, first, last) if first <= last else None


def _span(context: Context, first: date, last: date) -> Range | None:
    if last < first:
        # "the thirtieth to the second", or "wednesday to tuesday": each was read as the next such day
        later = [last + timedelta(days=7), month_later(last, 1, last.day)]
        last = next((day for day in later if day is not None and day >= first), last)
    return _upcoming(context, first, last) if first < last else None


def _span_or(context: Context, first: date, last: date) -> Range | None:
    return _span(context, first, last) if abs((last - first).days) == 1 else None


def _span_or_day(context: Context, first: date, last: int) -> Range | None:
    days = (month_later(first, months, last) for months in (0, 1))
    return next((_span_or(context, first, day) for day in days if day is not None and day > first), None)


def _span_in_week(context: Context, first: int, last: int, week: date) -> Range | None:
    return _span(context, week + timedelta(days=first), week + timedelta(days=last)) if first < last else None


def _span_days(context: Context, month: int, first: int, last: int) -> Range | None:
    year = context.today.year
    for ahead in (0, 1):
        start, end = made(year + ahead, month, first), made(year + ahead, month, last)
        if start is not None and end is not None and start < end and end >= context.today:
            return _upcoming(context, start, end)
    return None


def _coming(context: Context, each: int, count: int = 1) -> Range:
    return context.today, context.today + timedelta(days=each * count)


def _weeks_hence(context: Context, count: int) -> Range | None:
    return _week(context, monday_of(context.today) + timedelta(weeks=count))


def _rest_of_month(context: Context) -> Range:
    return context.today, end_of_month(context.today)


RANGE: Mapping[str, Operation] = {
    "week": _week,
    "part_of_week": _part_of_week,
    "rest_of_week": lambda context: _week(context, monday_of(context.today)),
    "weekend": _weekend,
    "next_weekend": lambda context: _weekend(context, 1),
    "month": _month,
    "this_month": lambda context: _month(context, context.today.replace(day=1)),
    "next_month": lambda context: _month(context, end_of_month(context.today) + timedelta(days=1)),
    "part_of_month": _part_of_month,
    "rest_of_month": _rest_of_month,
    "nth_week": _nth_week,
    "end_of_year": lambda context: (context.today, date(context.today.year, 12, 31)),
    "span": _span,
    "span_or": _span_or,
    "span_or_day": _span_or_day,
    "span_in_week": _span_in_week,
    "span_days": _span_days,
    "coming": _coming,
    "few_days": lambda context: _coming(context, 1, 3),
    "weeks_hence": _weeks_hence,
    "until": lambda context, day: _upcoming(context, context.today, day),
    "before": lambda context, day: _upcoming(context, context.today, day - timedelta(days=1)),
    "after": lambda *_, **__: None,  # open at its end
    "until_end": lambda context, week: _upcoming(context, context.today, week + timedelta(days=4)),
}
