"""A small recursive grammar whose rules are data: every language writes its own templates, the meaning of each rule is one function here.

A template is a line of words with `[optional]`, `(either|or)` and `{group}` or `{name:group}` for a part that another group reads.
All readings of a text are followed (spoken numbers are ambiguous: "twenty two" is 22 or 20 and 2), each part is read once a position.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from appliance.understanding.values.lexer import Tokens, words

Found = tuple[object, int]
"""A value, or None for words that have the right form but mean nothing (February thirtieth); and where its words end."""
Operation = Callable[..., object]
"""Makes a rule's value from the context and the template's parts; None as above; raises Reject where the rule does not apply."""
Terminal = Callable[["Reading", int], Iterator[Found]]
_Bindings = tuple[tuple[str, object], ...]
_Matcher = Callable[["Reading", int], Iterator[tuple[_Bindings, int]]]

_PIECE = re.compile(r"\{(?:[a-z_]+:)?[a-z_0-9]+\}|[\[\]()|]|[^\s\[\]()|{}]+")


class Reject(Exception):
    """The words fit the template but not the rule; another rule may still read them."""


@dataclass(frozen=True)
class Context:
    """What a spoken date is relative to: today, and the date the talk was about, if any ("the monday after that")."""

    today: date
    anchor: date | None = None


@dataclass(frozen=True)
class Rule:
    """One way to say one thing."""

    name: str
    match: _Matcher
    operation: Operation


@dataclass(frozen=True)
class Grammar:
    """The groups of a language: those written as rules and those read by code (numbers, tables of words)."""

    groups: Mapping[str, Sequence[Rule]]
    terminals: Mapping[str, Terminal]


@dataclass
class Reading:
    """One text being read."""

    tokens: Tokens
    grammar: Grammar
    context: Context
    _memory: dict[tuple[str, int], list[tuple[str, object, int]]] = field(default_factory=dict)

    def read(self, group: str, start: int) -> list[tuple[str, object, int]]:
        """Every reading of a group at a position: the rule's name, the value, the end."""
        key = (group, start)
        if key not in self._memory:
            self._memory[key] = []  # a rule that leads back to itself at the same place reads nothing
            self._memory[key] = list(dict.fromkeys(self._readings(group, start)))
        return self._memory[key]

    def _readings(self, group: str, start: int) -> Iterator[tuple[str, object, int]]:
        terminal = self.grammar.terminals.get(group)
        if terminal is not None:
            yield from ((group, value, end) for value, end in terminal(self, start))
            return
        for rule in self.grammar.groups[group]:
            for bindings, end in rule.match(self, start):
                if end == start:
                    continue
                try:
                    broken = any(value is None for _, value in bindings)
                    value = None if broken else rule.operation(self.context, **dict(bindings))
                except Reject:
                    continue
                yield rule.name, value, end


def compile_rules(templates: Mapping[str, Sequence[str]], operations: Mapping[str, Operation]) -> list[Rule]:
    """The rules of one group. A rule that no operation explains, or a template that is not well formed, raises ValueError."""
    rules: list[Rule] = []
    for name, lines in templates.items():
        if name not in operations:
            raise ValueError(f"no operation explains the rule {name!r}")
        rules += [Rule(name, _template(line), operations[name]) for line in lines]
    return rules


def _template(line: str) -> _Matcher:
    pieces = _PIECE.findall(line)
    matcher, rest = _alternatives(pieces)
    if rest:
        raise ValueError(f"the template {line!r} has a bracket too many")
    return matcher


def _alternatives(pieces: list[str]) -> tuple[_Matcher, list[str]]:
    options: list[_Matcher] = []
    while True:
        sequence, pieces = _sequence(pieces)
        options.append(sequence)
        if not pieces or pieces[0] != "|":
            return _either(options), pieces
        pieces = pieces[1:]


def _sequence(pieces: list[str]) -> tuple[_Matcher, list[str]]:
    parts: list[_Matcher] = []
    while pieces and pieces[0] not in ("]", ")", "|"):
        piece, pieces = pieces[0], pieces[1:]
        if piece in ("[", "("):
            inner, pieces = _alternatives(pieces)
            if not pieces or pieces[0] != {"[": "]", "(": ")"}[piece]:
                raise ValueError(f"a {piece} is not closed")
            pieces = pieces[1:]
            parts.append(_either([inner, _nothing]) if piece == "[" else inner)
        elif piece.startswith("{"):
            name, _, group = piece[1:-1].rpartition(":")
            parts.append(_part(name or group, group))
        else:
            parts.append(_literal(words(piece) or (piece,)))
    return _chain(parts), pieces


def _nothing(_: Reading, start: int) -> Iterator[tuple[_Bindings, int]]:
    yield (), start


def _literal(expected: tuple[str, ...]) -> _Matcher:
    def match(reading: Reading, start: int) -> Iterator[tuple[_Bindings, int]]:
        end = start + len(expected)
        if end <= len(reading.tokens) and all(reading.tokens[start + i].text == word for i, word in enumerate(expected)):
            yield (), end

    return match


def _part(name: str, group: str) -> _Matcher:
    def match(reading: Reading, start: int) -> Iterator[tuple[_Bindings, int]]:
        for _, value, end in reading.read(group, start):
            yield ((name, value),), end

    return match


def _either(options: list[_Matcher]) -> _Matcher:
    def match(reading: Reading, start: int) -> Iterator[tuple[_Bindings, int]]:
        for option in options:
            yield from option(reading, start)

    return options[0] if len(options) == 1 else match


def _chain(parts: list[_Matcher]) -> _Matcher:
    def match_from(index: int, reading: Reading, start: int) -> Iterator[tuple[_Bindings, int]]:
        if index == len(parts):
            yield (), start
            return
        for bindings, middle in parts[index](reading, start):
            for more, end in match_from(index + 1, reading, middle):
                yield bindings + more, end

    def match(reading: Reading, start: int) -> Iterator[tuple[_Bindings, int]]:
        return match_from(0, reading, start)

    return match
