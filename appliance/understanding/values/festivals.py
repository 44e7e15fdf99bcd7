"""Feasts and holidays by the names people use: fixed days from the vocabulary, moving ones from the `holidays` library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import holidays

from appliance.understanding.values.lexer import Phrases

_LOOK_AHEAD_YEARS = 9


@cache
def _moving(year: int) -> Mapping[str, date]:
    days = holidays.country_holidays("US", years=year, observed=False, categories=("public", "unofficial"))
    return {name: day for day, names in days.items() for name in names.split("; ") if day.year == year}


@dataclass(frozen=True)
class Festival:
    """A fixed day ("12-25") or a holiday of the library ("Thanksgiving Day") with days to add."""

    origin: str
    days: int = 0

    def in_year(self, year: int) -> date | None:
        """Its day in a year, or None in a year that has none."""
        if not self.origin[0].isdigit():
            start = _moving(year).get(self.origin)
            return None if start is None else start + timedelta(days=self.days)
        try:
            return date(year, int(self.origin[:2]), int(self.origin[3:]))
        except ValueError:
            return None

    def next_from(self, today: date) -> date | None:
        """Its next day, today included."""
        days = (self.in_year(today.year + ahead) for ahead in range(_LOOK_AHEAD_YEARS))
        return next((day for day in days if day is not None and day >= today), None)


@dataclass(frozen=True)
class Festivals:
    """All festivals a language names."""

    phrases: Phrases
    by_key: Mapping[str, Festival]

    @staticmethod
    def of(table: Mapping[str, Any]) -> Festivals:
        """From the vocabulary: names by fixed day, and by holiday and days to add."""
        meanings: dict[str, str] = {}
        by_key: dict[str, Festival] = {}
        entries = [(day, 0, names) for day, names in table.get("fixed", {}).items()]
        entries += [
            (origin, int(days), names) for origin, shifts in table.get("moving", {}).items() for days, names in shifts.items()
        ]
        for origin, days, names in entries:
            key = f"{origin}{days:+}"
            by_key[key] = Festival(origin, days)
            meanings |= dict.fromkeys(names, key)
        return Festivals(Phrases.of(meanings), by_key)
