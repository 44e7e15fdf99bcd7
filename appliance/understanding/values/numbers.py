"""Numbers as people say them, as the smallest parts of the grammar: cardinals, ordinals, pairs of digits, clock digits.

Every reader yields all readings of the words at a position; which one was meant, the rules around it decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from appliance.understanding.values.grammar import Found, Reading, Terminal
from appliance.understanding.values.lexer import Token, Tokens

_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")


@dataclass(frozen=True)
class NumberWords:
    """The words of one language. `joiner` stands between tens and units where the language needs one ("cuarenta y ocho")."""

    cardinals: Mapping[str, int]
    ordinals: Mapping[str, int]
    zeros: frozenset[str]
    joiner: str
    large: frozenset[str]
    """Words such as hundred and thousand, which make a number but not of two digits."""

    def is_number(self, token: Token) -> bool:
        """Whether a word is (part of) a number."""
        text = token.text
        return text[0].isdigit() or text in self.cardinals or text in self.ordinals or text in self.large or text in self.zeros

    def continues(self, tokens: Tokens, position: int) -> bool:
        """Whether the word at `position` is the units of a number whose tens stand before it ("two" in "twenty two")."""
        if position == 0:
            return False
        text, before = tokens[position].text, position - 1
        if self.joiner and tokens[before].text == self.joiner:
            before -= 1
        unit = self.cardinals.get(text) or self.ordinals.get(text) or 0
        return before >= 0 and not tokens[position].pause and 1 <= unit <= 9 and self._is_tens(tokens[before].text)

    def _is_tens(self, text: str) -> bool:
        value = self.cardinals.get(text, 0)
        return value >= 20 and value % 10 == 0

    @cached_property
    def terminals(self) -> Mapping[str, Terminal]:
        """The groups of the grammar that read numbers."""
        readers = {
            "number": self._number,
            "pair": self._pair,
            "ordinal": self._ordinal,
            "day": self._day,
            "numeral": self._numeral,
            "minute": self._minute,
            "four_digits": self._four_digits,
            "digit_run": self._digit_run,
            "clock_digits": self._clock_digits,
        }
        return {name: Terminal(reader) for name, reader in readers.items()}

    def digit(self, token: Token) -> int | None:
        """The value of a word for one digit."""
        if token.text in self.zeros:
            return 0
        value = int(token.text) if token.text.isdigit() and len(token.text) == 1 else self.cardinals.get(token.text)
        return value if value is not None and value <= 9 else None

    def _number(self, reading: Reading, start: int) -> Iterator[Found]:
        """0 to 99; the longest reading first."""
        yield from self._tens_and(reading.tokens, start, self.cardinals)
        if start < len(reading.tokens):
            text = reading.tokens[start].text
            if text in self.cardinals:
                yield self.cardinals[text], start + 1
            elif text.isdigit() and len(text) <= 2:
                yield int(text), start + 1

    def _tens_and(self, tokens: Tokens, start: int, units: Mapping[str, int]) -> Iterator[Found]:
        if start >= len(tokens) or not self._is_tens(tokens[start].text):
            return
        unit = start + 1
        if self.joiner and unit < len(tokens) and tokens[unit].text == self.joiner:
            unit += 1
        elif self.joiner:
            return
        if unit < len(tokens) and not tokens[unit].pause and 1 <= units.get(tokens[unit].text, 0) <= 9:
            yield self.cardinals[tokens[start].text] + units[tokens[unit].text], unit + 1

    def _ordinal(self, reading: Reading, start: int) -> Iterator[Found]:
        yield from self._tens_and(reading.tokens, start, self.ordinals)
        if start < len(reading.tokens):
            text = reading.tokens[start].text
            written = _ORDINAL.fullmatch(text)
            if written:
                yield int(written[1]), start + 1
            elif text in self.ordinals:
                yield self.ordinals[text], start + 1

    def _leading_zero(self, reading: Reading, start: int) -> Iterator[Found]:
        tokens = reading.tokens
        if (
            start + 1 < len(tokens)
            and (tokens[start].text in self.zeros or tokens[start].text == "0")
            and not tokens[start + 1].pause
        ):
            unit = self.digit(tokens[start + 1])
            if unit is not None:
                yield unit, start + 2

    def _day(self, reading: Reading, start: int) -> Iterator[Found]:
        """A day or a month as a number: ninth, nine, oh nine, 09."""
        yield from self._ordinal(reading, start)
        yield from self._numeral(reading, start)

    def _numeral(self, reading: Reading, start: int) -> Iterator[Found]:
        """A number, with or without a leading zero."""
        yield from self._leading_zero(reading, start)
        yield from self._number(reading, start)

    def _pair(self, reading: Reading, start: int) -> Iterator[Found]:
        """Two digits: forty eight, oh four, 04, 48, fourteen."""
        yield from self._leading_zero(reading, start)
        for value, end in self._number(reading, start):
            one_word = end == start + 1 and reading.tokens[start].text.isdigit()
            if (isinstance(value, int) and value >= 10) or (one_word and len(reading.tokens[start].text) == 2):
                yield value, end

    def _minute(self, reading: Reading, start: int) -> Iterator[Found]:
        """Minutes after an hour: thirty, oh five, 05; a pause would part two times of day."""
        if start < len(reading.tokens) and reading.tokens[start].pause:
            return
        yield from ((value, end) for value, end in self._pair(reading, start) if isinstance(value, int) and value < 60)

    def _four_digits(self, reading: Reading, start: int) -> Iterator[Found]:
        """A year in digits, written (1948) or spelled (one nine four eight)."""
        tokens = reading.tokens
        if start < len(tokens) and re.fullmatch(r"\d{4}", tokens[start].text):
            yield int(tokens[start].text), start + 1
        digits = [self.digit(token) for token in tokens[start : start + 4]]
        if len(digits) == 4 and digits[0] in (1, 2) and None not in digits:
            yield int("".join(str(digit) for digit in digits)), start + 4

    def _digit_run(self, reading: Reading, start: int) -> Iterator[Found]:
        """A whole run of single digits, or one written number of four digits and more, as a string."""
        tokens = reading.tokens
        if start < len(tokens) and re.fullmatch(r"\d{4,8}", tokens[start].text):
            yield tokens[start].text, start + 1
            return
        digits = ""
        for token in tokens[start:]:
            digit = self.digit(token)
            if digit is None:
                break
            digits += str(digit)
        if len(digits) >= 4:
            yield digits, start + len(digits)

    def _clock_digits(self, reading: Reading, start: int) -> Iterator[Found]:
        """Hour and minute written together: 930, 1030, as hour * 100 + minute."""
        if start < len(reading.tokens) and re.fullmatch(r"\d{3,4}", reading.tokens[start].text):
            yield int(reading.tokens[start].text), start + 1
