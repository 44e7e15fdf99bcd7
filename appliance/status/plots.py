"""Small plots as numbers: where the bars and lines of an inline SVG go. The templates draw them; no library runs in the browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from appliance.status.journal import Journal, percentile

WIDTH, HEIGHT = 480, 120
"""Of the drawing area, in the SVG's own units; labels lie outside it."""
FIRST_HOUR, LAST_HOUR = 7, 18
"""Shown also on a day without calls."""


@dataclass(frozen=True)
class Bar:
    """One hour's calls."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Dot:
    """One value of a line."""

    x: float
    y: float


@dataclass(frozen=True)
class Tick:
    """A word beside an axis, at this place along it."""

    at: float
    label: str


@dataclass(frozen=True)
class Plot:
    """A drawing of WIDTH by HEIGHT, and the same as a table: (hour, value, ...) by row."""

    bars: tuple[Bar, ...]
    lines: tuple[tuple[Dot, ...], ...]
    hours: tuple[Tick, ...]
    values: tuple[Tick, ...]
    table: tuple[tuple[str, ...], ...]


def calls_plot(journal: Journal) -> Plot | None:
    """A bar for each hour's calls; None on a day without any."""
    if not journal.by_hour:
        return None
    hours = _hours(journal.by_hour)
    step, top = WIDTH / len(hours), _round_top(max(journal.by_hour.values()))
    bars = []
    for place, hour in enumerate(hours):
        height = HEIGHT * journal.by_hour.get(hour, 0) / top
        bars.append(Bar(round(place * step + step * 0.15, 1), round(HEIGHT - height, 1), round(step * 0.7, 1), round(height, 1)))
    table = tuple((_clock(hour), str(count)) for hour, count in sorted(journal.by_hour.items()))
    return Plot(tuple(bars), (), _hour_ticks(hours), _value_ticks(top, str), table)


def latency_plot(journal: Journal) -> Plot | None:
    """Two lines, p50 and p95 of each hour; None while nothing was measured."""
    if not journal.gaps:
        return None
    hours = _hours(journal.gaps)
    step = WIDTH / len(hours)
    fifty = {hour: percentile(gaps, 0.5) for hour, gaps in journal.gaps.items()}
    ninety_five = {hour: percentile(gaps, 0.95) for hour, gaps in journal.gaps.items()}
    top = _round_top(max(ninety_five.values()))

    def line(values: Mapping[int, int]) -> tuple[Dot, ...]:
        return tuple(
            Dot(round((hours.index(hour) + 0.5) * step, 1), round(HEIGHT - HEIGHT * value / top, 1))
            for hour, value in sorted(values.items())
        )

    table = tuple((_clock(hour), str(fifty[hour]), str(ninety_five[hour])) for hour in sorted(fifty))
    return Plot((), (line(fifty), line(ninety_five)), _hour_ticks(hours), _value_ticks(top, lambda ms: f"{ms / 1000:g} s"), table)


def _hours(values: Mapping[int, object]) -> list[int]:
    return list(range(min(FIRST_HOUR, *values), max(LAST_HOUR, *values) + 1))


def _round_top(most: int) -> int:
    """The smallest of 2, 4, 10, 20, 40, 100, ... that is not below `most`: halves well."""
    top, steps = 2, (2.0, 2.5, 2.0)
    place = 0
    while top < most:
        top = int(top * steps[place % 3])
        place += 1
    return top


def _hour_ticks(hours: Sequence[int]) -> tuple[Tick, ...]:
    step = WIDTH / len(hours)
    every = 3 if len(hours) > 9 else 2
    return tuple(Tick(round((place + 0.5) * step, 1), _clock(hour)) for place, hour in enumerate(hours) if place % every == 0)


def _value_ticks(top: int, word: Callable[[int], str]) -> tuple[Tick, ...]:
    return (Tick(0, word(top)), Tick(HEIGHT / 2, word(top // 2)), Tick(HEIGHT, word(0)))


def _clock(hour: int) -> str:
    return f"{hour}:00"
