"""What the rules for a date of birth mean: never in the future, month before day unless the first number is over twelve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from appliance.understanding.values.dates import made
from appliance.understanding.values.festivals import Festival
from appliance.understanding.values.grammar import Context, Operation, Reject

_FEWEST_DIGITS = 5  # "one two three four" is hardly January second
_OLDEST = 120  # years; nobody who calls is older


def _born(context: Context, year: int, month: int, day: int) -> date | None:
    if year < 100:
        century = context.today.year // 100 * 100
        recent = made(century + year, month, day)
        year += century if recent is not None and recent <= context.today else century - 100
    found = made(year, month, day)
    return found if found is not None and found <= context.today and found.year > context.today.year - _OLDEST else None


def _named(context: Context, month: int, day: int, year: int) -> date | None:
    return _born(context, year, month, day)


def _without_day(context: Context, month: int, year: int) -> str:
    """ "May twenty twenty one" may be a whole date or a month and its year: no date, and stronger than the reading as one."""
    if year > context.today.year:
        raise Reject
    return f"{year}-{month:02}"


def _festival(context: Context, name: Festival, year: int) -> date | None:
    century = context.today.year // 100 * 100
    years = [year] if year >= 100 else [century + year, century - 100 + year]
    days = [day for one in years if (day := name.in_year(one)) is not None and day <= context.today]
    return days[0] if days else None


def _beside_festival(days: int) -> Operation:
    def day(context: Context, name: Festival, year: int) -> date | None:
        feast = _festival(context, name, year)
        return feast and feast + timedelta(days=days)

    return day


def _numeric(context: Context, first: int, second: int, year: int) -> date | None:
    if not (1 <= first <= 31 and 1 <= second <= 31):
        raise Reject
    month, day = (second, first) if first > 12 else (first, second)
    return _born(context, year, month, day)


def _either_order(context: Context, first: int, second: int, year: int) -> date | None:
    """Two small numbers of speakers who put the day first at home and the month first here: sure only when one order fits."""
    if not (1 <= first <= 31 and 1 <= second <= 31):
        raise Reject
    orders = [(month, day) for month, day in ((first, second), (second, first)) if month <= 12]
    found = {born for month, day in orders if (born := _born(context, year, month, day)) is not None}
    return found.pop() if len(found) == 1 else None


def _day_month(context: Context, day: int, month: int, year: int) -> date | None:
    if not 1 <= month <= 12:
        raise Reject
    return _born(context, year, month, day)


def _digits_month_first(context: Context, run: str) -> date | None:
    return _digits(context, run, _numeric)


def _digits_either_order(context: Context, run: str) -> date | None:
    return _digits(context, run, _either_order)


def _digits(context: Context, run: str, numeric: Callable[[Context, int, int, int], date | None]) -> date | None:
    """A run of digits, cut in every way that makes a date; only one way is sure."""
    if len(run) < _FEWEST_DIGITS:
        raise Reject
    if len(run) == 8:
        cuts = [(run[:2], run[2:4], run[4:])] if run[:2] < "19" or run[:2] > "20" else [(run[4:6], run[6:], run[:4])]
    else:
        cuts = [(run[:m], run[m : m + d], run[m + d :]) for m in (1, 2) for d in (1, 2) if len(run) - m - d in (2, 4)]
    found: set[date] = set()
    for month, day, year in cuts:
        if 1 <= int(month) <= 12 or int(day) <= 12:
            try:
                born = numeric(context, int(month), int(day), int(year))
            except Reject:
                continue
            found |= {born} if born is not None and (len(year) == 2 or year[:2] in ("19", "20")) else set()
    if not found:
        raise Reject
    return found.pop() if len(found) == 1 else None


BIRTH: Mapping[str, Operation] = {
    "without_day": _without_day,
    "month_first": _named,
    "day_first": _named,
    "year_first": _named,
    "festival": _festival,
    "festival_after": _beside_festival(1),
    "festival_before": _beside_festival(-1),
    "numeric": _numeric,
    "iso": _named,
    "digits": _digits_month_first,
    "digits_either_order": _digits_either_order,
    "either_order": _either_order,
    "day_month": _day_month,
}

# --- years ----------------------------------------------------------------------------------------------------------------


def _full(year: int) -> int:
    if not 1800 <= year <= 2199:
        raise Reject
    return year


def _pair(_: Context, century: int, rest: int) -> int:
    if century not in (18, 19, 20):
        raise Reject
    return century * 100 + rest


YEAR: Mapping[str, Operation] = {
    "digits": lambda _, year: _full(year),
    "pair": _pair,
    "hundreds": lambda _, century, rest=0: _full(century * 100 + rest),
    "thousands": lambda _, millennium=1, hundreds=0, rest=0: _full(millennium * 1000 + hundreds + rest),
}
BIRTH_YEAR: Mapping[str, Operation] = {"full": lambda _, year: year, "short": lambda _, rest: rest}
