"""One language's grammar of spoken values, put together from its vocabulary and the meanings of the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from appliance.languages.vocabulary import vocabulary
from appliance.understanding.values import births, dates, ranges, times
from appliance.understanding.values.festivals import Festivals
from appliance.understanding.values.grammar import Found, Grammar, Operation, Reading, Terminal, compile_rules
from appliance.understanding.values.lexer import Phrases, Tokens, lex, rewrite, words
from appliance.understanding.values.numbers import NumberWords


class _Anything(dict[str, Operation]):
    """Meanings for rules of which only the extent counts, whatever they are called."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __missing__(self, name: str) -> Operation:
        return lambda *_, **__: True


@dataclass(frozen=True)
class Language:
    """All that reading a value needs to know of a language."""

    grammar: Grammar
    numbers: NumberWords
    corrections: Phrases
    value_words: frozenset[str]
    """Words that can be part of a date or a time, apart from numbers."""
    words: Mapping[str, Any]
    """The vocabulary as written."""
    _rewrites: Phrases
    _fillers: Phrases

    def tokens(self, text: str) -> Tokens:
        """The words of a text for reading dates and times: spelled one way, without fillers."""
        return rewrite(rewrite(lex(text), self._rewrites), self._fillers)

    def without_fillers(self, text: str) -> Tokens:
        """The words of a text for reading digits and names."""
        return rewrite(lex(text), self._fillers)


@cache
def language(code: str) -> Language:
    """The language with this code. Raises OurFault when its vocabulary cannot be read."""
    data = vocabulary(code)
    lexicon, numbers, tables = data["lexicon"], _number_words(data["numbers"]), data["tables"]
    festivals = Festivals.of(data["festivals"])
    terminals = {**numbers.terminals, **{name: _table(table) for name, table in tables.items()}, **_festival_terminals(festivals)}
    meanings: dict[str, Mapping[str, Operation]] = {
        "year": births.YEAR,
        "birth_year": births.BIRTH_YEAR,
        "birth": births.BIRTH,
        "week": dates.WEEK,
        "month_start": dates.MONTH_START,
        "calendar": dates.CALENDAR,
        "date": dates.DATE,
        "relative_day": dates.RELATIVE_DAY,
        "weak_date": dates.WEAK_DATE,
        "day_number": dates.DAY_NUMBER,
        "range": ranges.RANGE,
        "weak_range": {"month": ranges.RANGE["month"]},
        "hm": times.HM,
        "time": times.TIME,
        "weak_time": times.WEAK_TIME,
        "window": times.windows(data["windows"]),
        "any_time": times.ANY_TIME,
        "hour_only": times.HOUR_ONLY,
        "excluded": _Anything(),
        "other": _Anything(),
    }
    groups = {name: compile_rules(rules, meanings[name]) for name, rules in data["rules"].items()}
    value_tables = [
        phrase for name in ("weekday", "month", "part", "named_window") for names in tables[name].values() for phrase in names
    ]
    value_words = {(words(phrase) or (phrase,))[-1] for phrase in value_tables} | set(lexicon["value_words"])
    no_change = {phrase: phrase for phrase in lexicon["not_corrections"]}
    return Language(
        grammar=Grammar(groups, terminals, numbers.is_number),
        numbers=numbers,
        corrections=Phrases.of(no_change | dict.fromkeys(lexicon["corrections"], "")),
        value_words=frozenset(value_words),
        words=data,
        _rewrites=Phrases.of(lexicon["rewrites"]),
        _fillers=Phrases.of(dict.fromkeys(lexicon["fillers"], "")),
    )


def _number_words(data: Mapping[str, Any]) -> NumberWords:
    return NumberWords(
        cardinals={words(word)[0]: value for word, value in data["cardinals"].items()},
        ordinals={words(word)[0]: value for word, value in data["ordinals"].items()},
        zeros=frozenset(data["zeros"]),
        joiner=data["joiner"],
        large=frozenset(data["large"]),
    )


def _table(table: Mapping[str, list[str]]) -> Terminal:
    phrases = Phrases.of({phrase: value for value, names in table.items() for phrase in names})

    def read(reading: Reading, start: int) -> Iterator[Found]:
        found = phrases.at(reading.tokens, start) if start < len(reading.tokens) else None
        if found is not None:
            value, end = found
            yield int(value) if value.lstrip("-").isdigit() else value, end

    return Terminal(read, frozenset(phrases.by_first))


def _festival_terminals(festivals: Festivals) -> Mapping[str, Terminal]:
    def names(reading: Reading, start: int) -> Iterator[Found]:
        found = festivals.phrases.at(reading.tokens, start) if start < len(reading.tokens) else None
        if found is not None:
            yield festivals.by_key[found[0]], found[1]

    def days(reading: Reading, start: int) -> Iterator[Found]:
        found = festivals.phrases.at(reading.tokens, start) if start < len(reading.tokens) else None
        if found is not None:
            yield festivals.by_key[found[0]].next_from(reading.context.today), found[1]

    beginnings = frozenset(festivals.phrases.by_first)
    return {"festival_name": Terminal(names, beginnings), "festival": Terminal(days, beginnings)}
