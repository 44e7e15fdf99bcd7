from __future__ import annotations

from datetime import date, datetime, time

import pytest

from appliance.config import Clinic
from appliance.conversation.facts import ANY_PROVIDER, Days, Hours, Opening, Wish
from appliance.scheduling.calendar import age_on, is_open, may_book, search


def wish(
    provider: str = "okafor", first: str | None = None, last: str | None = None, at: str | None = None, **more: object
) -> Wish:
    days = Days(date.fromisoformat(first), date.fromisoformat(last or first)) if first else None
    hours = more.get("hours")
    return Wish(
        provider,
        days,
        time.fromisoformat(at) if at else None,
        hours if isinstance(hours, Hours) else None,
        int(str(more.get("age", 40))),
    )


def test_openings_on_a_day_are_the_provider_s_hours_less_what_is_taken(clinic: Clinic, now: datetime) -> None:
    found, exact = search(clinic, set(), wish(first="2026-11-27"), now)
    assert exact
    assert [o.start.strftime("%H:%M") for o in found] == ["08:00", "08:30", "09:30", "10:00"]


def test_an_active_appointment_is_no_opening(clinic: Clinic, now: datetime) -> None:
    taken = {("okafor", datetime(2026, 11, 27, 8, 0))}
    found, _ = search(clinic, taken, wish(first="2026-11-27"), now)
    assert datetime(2026, 11, 27, 8, 0) not in [o.start for o in found]


def test_a_full_week_leads_to_the_nearest_alternatives_and_to_others_in_that_week(clinic: Clinic, now: datetime) -> None:
    found, exact = search(clinic, set(), wish("whitfield", "2026-11-30", "2026-12-04"), now)
    assert not exact
    assert {o.provider for o in found} == {"whitfield", "okafor"}
    assert len(found) == 3


def test_nothing_is_offered_on_a_closure_in_the_past_or_beyond_the_horizon(clinic: Clinic, now: datetime) -> None:
    for day in ("2026-11-26", "2026-11-20", "2027-01-04", "2026-11-28"):
        found, exact = search(clinic, set(), wish(first=day), now)
        assert not exact
        assert date.fromisoformat(day) not in [o.start.date() for o in found]


def test_hours_narrow_the_day(clinic: Clinic, now: datetime) -> None:
    found, exact = search(clinic, set(), wish(first="2026-12-01", hours=Hours(earliest=time(13))), now)
    assert exact
    assert all(o.start.time() >= time(13) for o in found)


def test_age_limits_decide_who_is_offered(clinic: Clinic, now: datetime) -> None:
    child, _ = search(clinic, set(), wish(ANY_PROVIDER, "2026-12-02", age=5), now)
    adult, _ = search(clinic, set(), wish(ANY_PROVIDER, "2026-12-01", age=40), now)
    assert {o.provider for o in child} == {"okafor", "ruiz"}
    assert "ruiz" not in {o.provider for o in adult}


@pytest.mark.parametrize(
    ("provider", "start", "age", "allowed"),
    [
        ("okafor", "2026-11-27T08:00", 40, True),
        ("okafor", "2026-11-27T09:00", 40, False),  # busy
        ("okafor", "2026-11-27T08:10", 40, False),  # off the grid
        ("okafor", "2026-12-01T12:00", 40, False),  # lunch
        ("okafor", "2026-11-26T10:00", 40, False),  # closed
        ("okafor", "2026-11-23T09:00", 40, False),  # past
        ("whitfield", "2026-12-08T11:00", 12, False),  # too young
        ("nobody", "2026-12-08T11:00", 40, False),
    ],
)
def test_the_rules_refuse_what_must_not_be_booked(
    clinic: Clinic, now: datetime, provider: str, start: str, age: int, allowed: bool
) -> None:
    assert may_book(clinic, set(), Opening(provider, datetime.fromisoformat(start)), age, now) is allowed


def test_the_front_desk_is_open_in_opening_hours_only(clinic: Clinic) -> None:
    assert is_open(clinic, datetime(2026, 11, 23, 8, 0))
    assert not is_open(clinic, datetime(2026, 11, 23, 17, 0))
    assert not is_open(clinic, datetime(2026, 11, 26, 10, 0))
    assert not is_open(clinic, datetime(2026, 11, 28, 10, 0))


def test_age_counts_completed_years() -> None:
    assert age_on(date(2008, 11, 24), date(2026, 11, 23)) == 17
    assert age_on(date(2008, 11, 23), date(2026, 11, 23)) == 18
