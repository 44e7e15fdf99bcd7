"""Openings and clash rules. Pure: the clinic's settings, the taken times and the moment come in, answers go out.

All times are the clinic's local wall-clock times, as people speak them; an appointment lasts `slot_minutes`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from appliance.config import WEEKDAYS, Clinic, Provider
from appliance.conversation.facts import ANY_PROVIDER, Opening, Wish

DEFAULT_HORIZON = timedelta(days=90)
"""How far ahead may be booked when the clinic's file does not say."""

Taken = Collection[tuple[str, datetime]]
"""(provider id, start) of every active appointment."""


def is_open(clinic: Clinic, now: datetime) -> bool:
    """Whether somebody is at the front desk."""
    hours = clinic.clinic.hours.get(WEEKDAYS[now.weekday()])
    return hours is not None and not _closed(clinic, now.date()) and hours[0] <= now.time() < hours[1]


def search(clinic: Clinic, taken: Taken, wish: Wish, now: datetime) -> tuple[list[Opening], bool]:
    """Openings for a wish, best first, and whether they fit it; when none fits, the nearest ones, also with other providers."""
    free = [o for provider in clinic.providers if suits(provider, wish.age) for o in _openings(clinic, provider, taken, now)]
    theirs = [o for o in free if wish.provider in (ANY_PROVIDER, o.provider)]
    fitting = sorted((o for o in theirs if _fits(o, wish)), key=lambda o: o.start)
    if fitting:
        return fitting, True
    wanted = _wanted_moment(wish, now)

    def distance(opening: Opening) -> tuple[timedelta, datetime]:
        return abs(opening.start - wanted), opening.start

    then = sorted((o for o in theirs if _on_days(o, wish)), key=distance)
    nearest = then[:2] or sorted(theirs, key=distance)[:2]
    others = sorted((o for o in free if o not in theirs and _on_days(o, wish)), key=distance)
    more = then[2:] if len(then) > 1 else sorted((o for o in theirs if o not in nearest), key=distance)
    found = [*nearest, *others[:1], *more, *others[1:]][:3]
    return sorted(found, key=lambda o: o.start), False


def may_book(clinic: Clinic, taken: Taken, opening: Opening, age: int, now: datetime) -> bool:
    """Whether the rules of the calendar allow this appointment for a patient of this age."""
    provider = next((p for p in clinic.providers if p.id == opening.provider), None)
    if provider is None or not suits(provider, age):
        return False
    day = opening.start.date()
    return opening in _openings(clinic, provider, taken, now, first=day, last=day)


def suits(provider: Provider, age: int) -> bool:
    """Whether the provider sees patients of this age (years)."""
    return (provider.min_age is None or age >= provider.min_age) and (provider.max_age is None or age <= provider.max_age)


def age_on(born: date, today: date) -> int:
    """Age in completed years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _openings(
    clinic: Clinic, provider: Provider, taken: Taken, now: datetime, first: date | None = None, last: date | None = None
) -> Iterator[Opening]:
    horizon = clinic.clinic.booking_horizon or (now + DEFAULT_HORIZON).date()
    day, last = max(first or now.date(), now.date()), min(last or horizon, horizon)
    length = timedelta(minutes=clinic.clinic.slot_minutes)
    busy = [(a, b) for a, b in clinic.busy.get(provider.id, ())]
    busy += [(start, start + length) for who, start in taken if who == provider.id]
    while day <= last:
        clinic_hours = clinic.clinic.hours.get(WEEKDAYS[day.weekday()])
        if clinic_hours and not _closed(clinic, day):
            for opens, closes in provider.hours.get(WEEKDAYS[day.weekday()], ()):
                start = datetime.combine(day, opens)
                while start + length <= datetime.combine(day, closes):
                    inside = clinic_hours[0] <= start.time() and (start + length).time() <= clinic_hours[1]
                    if inside and start > now and not any(a < start + length and start < b for a, b in busy):
                        yield Opening(provider.id, start)
                    start += length
        day += timedelta(days=1)


def _closed(clinic: Clinic, day: date) -> bool:
    return any(closure.date == day for closure in clinic.clinic.closures)


def _fits(opening: Opening, wish: Wish) -> bool:
    at = opening.start.time()
    if wish.hours and not ((wish.hours.earliest or at) <= at <= (wish.hours.latest or at)):
        return False
    return _on_days(opening, wish) and wish.time in (None, at)


def _on_days(opening: Opening, wish: Wish) -> bool:
    return wish.days is None or wish.days.first <= opening.start.date() <= wish.days.last


def _wanted_moment(wish: Wish, now: datetime) -> datetime:
    day = max(wish.days.first, now.date()) if wish.days else now.date()
    at = wish.time or (wish.hours.earliest if wish.hours and wish.hours.earliest else None)
    return datetime.combine(day, at) if at else max(datetime.combine(day, now.time().min), now)
