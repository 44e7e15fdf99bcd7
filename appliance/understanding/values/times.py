"""What the rules for a time of day mean. Without "am", "pm" or a part of the day, it lies in the clinic's day, 08:00 to 17:00."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Literal

from appliance.understanding.values.grammar import Context, Operation, Reject

Clock = tuple[int, int]
_OPENS_MINUTES = 8 * 60


def _moment(hour: int, minute: int, part: str | None = None) -> time | None:
    if not (0 <= hour <= 23 and 0 <= minute <= 59):
        return None
    if hour > 12 or hour == 0:
        return time(hour, minute) if part in (None, "pm", "afternoon", "evening", "night") or hour == 0 else None
    return _on_the_dial(hour, minute) if part is None else _in_part(hour, minute, part)


def _on_the_dial(hour: int, minute: int) -> time | None:
    """A time on a twelve-hour dial without a part of the day; six and seven could be before or after the clinic's day."""
    if 8 <= hour <= 12:
        return time(hour, minute)
    return time(hour + 12, minute) if hour <= 5 else None


def _in_part(hour: int, minute: int, part: str) -> time | None:
    noon_hour = hour % 12  # twelve is the zeroth hour of both halves of the day
    match part:
        case "am":
            return time(noon_hour, minute)
        case "pm":
            return time(noon_hour + 12, minute)
        case "morning":
            return time(hour, minute) if hour < 12 else None
        case "afternoon":
            return time(noon_hour + 12, minute) if noon_hour <= 7 else None
        case "evening":
            return time(hour + 12, minute) if 4 <= hour <= 11 else None
        case _:
            return time(noon_hour + 12, minute) if 6 <= hour <= 11 else time(noon_hour, minute)


def _clock(_: Context, hm: Clock, part: str | None = None) -> time | None:
    return _moment(*hm, part)


def _both_parts(_: Context, first: str, hm: Clock, part: str) -> time | None:
    # "morning 3:30 pm": the half of the day said in letters is the more exact of the two
    return _moment(*hm, part if part in ("am", "pm") else first)


def _past(_: Context, minute: int, hour: int, part: str | None = None) -> time | None:
    return _moment(hour, minute, part)


def _to(_: Context, minute: int, hour: int, part: str | None = None) -> time | None:
    if not 0 < minute < 60:
        return None
    whole = _moment(hour, 0, part)
    if whole is None:
        return _moment((hour - 2) % 12 + 1, 60 - minute, part)
    minutes = whole.hour * 60 - minute
    too_early = part is None and minutes < _OPENS_MINUTES
    return None if minutes < 0 or too_early else time(minutes // 60, minutes % 60)


def _half(_: Context, hour: int, part: str | None = None) -> time | None:
    return _moment(hour, 30, part)


def _hundred_hours(_: Context, hour: int, zero: int = 0) -> time | None:
    if zero != 0:
        raise Reject
    return time(hour) if hour <= 23 else None


def _hundred(_: Context, hour: int) -> time:
    if not 13 <= hour <= 23:  # "nine hundred" without "hours" is a number like another
        raise Reject
    return time(hour)


def _noon_and(minutes: int) -> time | None:
    return time(*divmod(12 * 60 + minutes, 60)) if abs(minutes) < 60 else None


TIME: Mapping[str, Operation] = {
    "clock": _clock,
    "clock_both_parts": _both_parts,
    "digital": lambda _, hour, minute: _moment(hour, minute),
    "hundred": _hundred,
    "hundred_hours": _hundred_hours,
    "past": _past,
    "to": _to,
    "half": _half,
    "past_noon": lambda _, minute: _noon_and(minute),
    "to_noon": lambda _, minute: _noon_and(-minute),
    "half_noon": lambda _: time(12, 30),
    "noon": lambda _: time(12),
    "midnight": lambda _: time(0),
}

WEAK_TIME: Mapping[str, Operation] = {"clock": _clock, "half": _half}


def _together(_: Context, clock: int) -> Clock:
    hour, minute = divmod(clock, 100)
    if hour > 23 or minute > 59:
        raise Reject
    return hour, minute


def _hour_minute(_: Context, hour: int, minute: int) -> Clock:
    if hour > 23:
        raise Reject
    return hour, minute


def _hour(_: Context, hour: int) -> Clock:
    if not 1 <= hour <= 23:
        raise Reject
    return hour, 0


HM: Mapping[str, Operation] = {"colon": _hour_minute, "together": _together, "hour_minute": _hour_minute, "hour": _hour}

# --- windows --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """When in the day would suit: not before `earliest`, not after `latest`, and which end is liked better."""

    earliest: time | None = None
    latest: time | None = None
    preference: Literal["earliest", "latest"] | None = None


def _window(span: str) -> Window:
    """From "08:00-12:00"; a bound at the day's end is no bound."""
    first, last = (time.fromisoformat(end) for end in span.split("-"))
    return Window(first if first > time(0) else None, last if last < time(23, 59) else None)


def _between(_: Context, first: time, last: time) -> Window | None:
    return Window(first, last) if first < last else None


def _between_hours(_: Context, first: int, last: time) -> Window | None:
    start = _moment(first, 0)
    return Window(start, last) if start is not None and start < last else None


def windows(parts: Mapping[str, str]) -> Mapping[str, Operation]:
    """The rules of windows, with the hours of the parts of the day."""
    return {
        "part": lambda _, part: _window(parts[part]),
        "named": lambda _, window: _window(window),
        "after": lambda _, time: Window(earliest=time),
        "before": lambda _, time: Window(latest=time),
        "between": _between,
        "between_hours": _between_hours,
        "either": _between,
        "earliest": lambda _: Window(preference="earliest"),
        "latest": lambda _: Window(preference="latest"),
        "any": lambda _: Window(),
    }


ANY_TIME: Mapping[str, Operation] = {"time": lambda _, time: time, "weak": lambda _, time: time}
HOUR_ONLY: Mapping[str, Operation] = {"clock": lambda _, hour: hour}
