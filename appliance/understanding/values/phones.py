"""Telephone numbers as spoken: digits, pairs, hundreds, doubles and triples, with or without an area code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appliance.understanding.values.language import Language
from appliance.understanding.values.lexer import Phrases, Tokens
from appliance.understanding.values.numbers import NumberWords

# North American numbering plan: neither an area code nor an exchange begins with 0 or 1.
_COMPLETE = re.compile(r"(?:[2-9]\d\d)?[2-9]\d{6}")
_MOST_DIGITS = 12

_Ways = Mapping[str, int]
"""Every way the words of one run can be meant as digits, and how unusual that way is."""
_Step = tuple[str, int, int]
"""Digits, where their words end, how unusual this reading is."""


@dataclass(frozen=True)
class _Digits:
    """Reads runs of digits in one language."""

    numbers: NumberWords
    words: Mapping[str, Any]
    between: Phrases

    def runs(self, tokens: Tokens) -> list[_Ways]:
        """The runs of digits in a text; only words such as "area code" or "dash" may stand inside one."""
        runs: list[_Ways] = []
        position = 0
        while position < len(tokens):
            ways, end = self._run(tokens, position) if self._steps(tokens, position) else ({}, position + 1)
            runs += [ways] if ways else []
            position = end
        return runs

    def _run(self, tokens: Tokens, start: int) -> tuple[_Ways, int]:
        reached: dict[int, dict[str, int]] = {start: {"": 0}}
        ways: dict[str, int] = {}
        end = start + 1
        for position in range(start, len(tokens) + 1):
            here = reached.get(position, {})
            steps = self._steps(tokens, position)
            skipped = self.between.at(tokens, position) if position < len(tokens) and not steps else None
            steps = [("", skipped[1], 0)] if skipped else steps
            if here and not steps:
                ways |= here
                end = max(end, position)
            for digits, cost in here.items():
                for more, following, extra in steps:
                    if len(digits + more) <= _MOST_DIGITS:
                        there = reached.setdefault(following, {})
                        there[digits + more] = min(cost + extra, there.get(digits + more, cost + extra))
            end = max(end, *(following for _, following, _ in steps)) if here and steps else end
        return ways, end

    def _steps(self, tokens: Tokens, start: int) -> list[_Step]:
        """The digits that can be read at `start`."""
        if start >= len(tokens):
            return []
        text, after = tokens[start].text, start + 1
        if text.isdigit():
            return [(text, after, 0)]
        if text in self.words["repeats"]:
            digit = self.numbers.digit(tokens[after]) if after < len(tokens) else None
            return [] if digit is None else [(str(digit) * self.words["repeats"][text], after + 1, 0)]
        if text in self.words["homophones"]:
            return [(self.words["homophones"][text], after, 0)] if self._amid_digits(tokens, start) else []
        if text in self.numbers.zeros:
            return [("0", after, 0)]
        value = self.numbers.cardinals.get(text)
        if value is None:
            return self._large(tokens, start)
        if 1 <= value <= 9 and after < len(tokens) and tokens[after].text in self.words["zeros_after"]:
            return self._with_rest(tokens, value, after + 1, self.words["zeros_after"][tokens[after].text])
        return [*self._tens(tokens, value, after), (str(value), after, 0)]

    def _tens(self, tokens: Tokens, value: int, after: int) -> list[_Step]:
        """Tens and units as one number; taking them apart ("eighty five" as 80 5) is the unusual way."""
        joined = after < len(tokens) and tokens[after].text == self.numbers.joiner
        unit = after + 1 if joined else after
        if value < 20 or unit >= len(tokens) or not self.numbers.continues(tokens, unit):
            return []
        digit = self.numbers.cardinals.get(tokens[unit].text)
        return [(str(value + digit), unit + 1, -1)] if digit else []

    def _large(self, tokens: Tokens, start: int) -> list[_Step]:
        """Hundreds in one word, where the language has them."""
        hundreds = self.words.get("hundreds", {}).get(tokens[start].text)
        return self._with_rest(tokens, hundreds, start + 1, "00") if hundreds else []

    def _with_rest(self, tokens: Tokens, value: int, after: int, zeros: str) -> list[_Step]:
        """ "eight hundred", and "five hundred [and] fifty five" as one number."""
        steps: list[_Step] = [(f"{value}{zeros}", after, 0)]
        skip = after + 1 if after < len(tokens) and tokens[after].text in self.words["and"] else after
        if zeros == "00" and skip < len(tokens) and tokens[skip].text in self.numbers.cardinals and not tokens[skip].pause:
            for more, end, extra in self._steps(tokens, skip):
                if len(more) <= 2 and more != "0":
                    steps.append((f"{value}{more.zfill(2)}", end, extra + (1 if len(more) == 1 and skip == after else 0)))
        return steps

    def _amid_digits(self, tokens: Tokens, position: int) -> bool:
        """Whether a word that sounds like a digit ("for", "to") stands between two digits, where nothing else can be meant."""
        beside = (position - 1, position + 1)
        return all(0 <= other < len(tokens) and self.numbers.digit(tokens[other]) is not None for other in beside)


def phone(text: str, language: Language) -> str | None:
    """7 or 10 digits, or None when the text holds no complete number or several."""
    words: Mapping[str, Any] = language.words["phone"]
    reader = _Digits(language.numbers, words, Phrases.of(dict.fromkeys(words["between"], "")))
    current: str | None = None
    for part in _between_corrections(language.without_fillers(text), language):
        runs = reader.runs(part)
        if runs:
            current = _amended(current, runs, after_number=_has(part, words["area_code"]))
    return current


def _amended(previous: str | None, runs: Sequence[_Ways], *, after_number: bool) -> str | None:
    """The number in these runs; in a correction, digits fewer than a number replace as many at the end of the previous one."""
    numbers = list(dict.fromkeys(number for run in runs if (number := _number(run)) is not None))
    if len(numbers) == 1:
        areas = [way for run in runs for way in run if len(way) == 3 and way[0] > "1"]
        return areas[0] + numbers[0] if after_number and len(numbers[0]) == 7 and len(areas) == 1 else numbers[0]
    tail = _best(runs[0])
    if numbers or previous is None or len(runs) != 1 or tail is None or not 2 <= len(tail) <= 4:
        return None
    return previous[: -len(tail)] + tail


def _number(ways: _Ways) -> str | None:
    """The complete number that is the least unusual way, a leading 1 dropped."""
    bare = {digits[1:] if len(digits) == 11 and digits[0] == "1" else digits: cost for digits, cost in ways.items()}
    return _best({digits: cost for digits, cost in bare.items() if _COMPLETE.fullmatch(digits)})


def _best(ways: _Ways) -> str | None:
    """The least unusual way, if there is only one such."""
    best = [digits for digits, cost in ways.items() if cost == min(ways.values())]
    return best[0] if len(best) == 1 else None


def _between_corrections(tokens: Tokens, language: Language) -> list[Tokens]:
    parts: list[Tokens] = [()]
    position = 0
    while position < len(tokens):
        found = language.corrections.at(tokens, position)
        if found is not None and found[0] == "":
            parts.append(())
        else:
            parts[-1] += (tokens[position],)
        position = found[1] if found is not None and found[0] == "" else position + 1
    return parts


def _has(tokens: Tokens, phrases: Sequence[str]) -> bool:
    known = Phrases.of(dict.fromkeys(phrases, ""))
    return any(known.at(tokens, position) for position in range(len(tokens)))
