"""Numbers in words: cardinals, ordinals, years and single digits, from [numbers] of languages/<code>/speakable.toml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LARGEST = 999_999
"""Larger numbers are said digit by digit: on a telephone they are account numbers, not amounts."""
_YEARS_IN_PAIRS = (range(1100, 2000), range(2010, 2100))


class NumberWords:
    """The number words of one language; `data` is its [numbers] table."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._small: list[str] = data["small"]

    def cardinal(self, number: int) -> str:
        """412 as "four hundred twelve"."""
        if number > LARGEST:
            return self.digits(str(number))
        if number >= 1_000:
            thousands, rest = divmod(number, 1_000)
            return self._joined(self._thousands(thousands), rest)
        if number >= 100:
            hundreds, rest = divmod(number, 100)
            return str(self._data["hundred_exactly"]) if number == 100 else self._joined(self._data["hundreds"][hundreds - 1], rest)
        if number < len(self._small):
            return self._small[number]
        tens, ones = divmod(number, 10)
        return self._tens_and(tens, self._small[ones] if ones else "")

    def ordinal(self, number: int) -> str:
        """27 as "twenty seventh"; beyond the ordinals that the language uses in speech, the cardinal."""
        ordinals, tens_ordinals = self._data["ordinals"], self._data["tens_ordinals"]
        if 0 < number <= len(ordinals):
            return str(ordinals[number - 1])
        if not tens_ordinals or not number % 100:
            return self.cardinal(number)
        if number > 100:
            return f"{self.cardinal(number // 100 * 100)} {self.ordinal(number % 100)}"
        tens, ones = divmod(number, 10)
        return self._tens_and(tens, ordinals[ones - 1]) if ones else str(tens_ordinals[tens - 2])

    def year(self, number: int) -> str:
        """1985 as "nineteen eighty five" where the language says years in pairs."""
        return self.pairs(number) if any(number in years for years in _YEARS_IN_PAIRS) else self.cardinal(number)

    def pairs(self, number: int) -> str:
        """412 as "four twelve", 1905 as "nineteen oh five"; as a cardinal where the language says no pairs."""
        forms: Mapping[str, str] | None = self._data.get("in_pairs")
        high, low = divmod(number, 100)
        if forms is None or not 0 < high < 100 or not number % 1_000:
            return self.cardinal(number)
        form = forms["rest"] if low >= 10 else forms["few"] if low else forms["hundred"]
        return form.format(pair=self.cardinal(high), ones=self.cardinal(low))

    def digits(self, digits: str) -> str:
        """ "0173" as "zero one seven three"."""
        return " ".join(self._small[int(digit)] for digit in digits)

    def decimal(self, whole: int, fraction: str) -> str:
        """ "3.5" as "three point five"."""
        return f"{self.cardinal(whole)} {self._data['point']} {self.digits(fraction)}"

    def _joined(self, words: str, rest: int) -> str:
        return f"{words} {self.cardinal(rest)}" if rest else words

    def _thousands(self, count: int) -> str:
        if count == 1:
            return str(self._data["one_thousand"])
        first, _, last = self.cardinal(count).rpartition(" ")
        return " ".join(word for word in (first, self._data["shortened"].get(last, last), self._data["thousand"]) if word)

    def _tens_and(self, tens: int, ones: str) -> str:
        word = str(self._data["tens"][tens - 2])
        return str(self._data["tens_and_ones"]).format(tens=word, ones=ones) if ones else word
