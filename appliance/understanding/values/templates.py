"""The shape of a template: words, parts read by another group, choices and sequences of these.

A shape matches at a position in every way it can; it also knows the words it can begin with, so that a rule is tried only where it
may fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from appliance.understanding.values.lexer import Tokens, words

Bindings = tuple[tuple[str, object], ...]
NUMBER = "#"
"""Stands for any number word among the words a shape can begin with."""
NOTHING = ""
"""Stands there for a shape that can match no word at all."""

_PIECE = re.compile(r"\{(?:[a-z_]+:)?[a-z_0-9]+\}|[\[\]()|]|[^\s\[\]()|{}]+")


class Source(Protocol):
    """What a shape is matched against."""

    @property
    def tokens(self) -> Tokens:
        """The words."""

    def read(self, group: str, start: int) -> Sequence[tuple[str, object, int]]:
        """Every reading of a group at a position: the rule's name, the value, the end."""


class Shape(Protocol):
    """A template or a part of one."""

    def match(self, source: Source, start: int) -> Iterator[tuple[Bindings, int]]:
        """Every way to match at a position: what the parts read, and the end."""

    def beginnings(self, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """The words it can begin with, NUMBER and NOTHING included, given those of the groups."""


@dataclass(frozen=True)
class Words:
    """These words."""

    expected: tuple[str, ...]

    def match(self, source: Source, start: int) -> Iterator[tuple[Bindings, int]]:
        """As every shape."""
        end = start + len(self.expected)
        if end <= len(source.tokens) and all(source.tokens[start + i].text == word for i, word in enumerate(self.expected)):
            yield (), end

    def beginnings(self, _: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """As every shape."""
        return frozenset(self.expected[:1] or (NOTHING,))


@dataclass(frozen=True)
class Part:
    """What another group reads, under a name."""

    name: str
    group: str

    def match(self, source: Source, start: int) -> Iterator[tuple[Bindings, int]]:
        """As every shape."""
        for _, value, end in source.read(self.group, start):
            yield () if self.name == "_" else ((self.name, value),), end

    def beginnings(self, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """As every shape."""
        return groups[self.group]


@dataclass(frozen=True)
class Either:
    """One of several shapes."""

    options: tuple[Shape, ...]

    def match(self, source: Source, start: int) -> Iterator[tuple[Bindings, int]]:
        """As every shape."""
        for option in self.options:
            yield from option.match(source, start)

    def beginnings(self, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """As every shape."""
        return frozenset().union(*(option.beginnings(groups) for option in self.options))


@dataclass(frozen=True)
class Sequenced:
    """One shape after another."""

    parts: tuple[Shape, ...]

    def match(self, source: Source, start: int, index: int = 0) -> Iterator[tuple[Bindings, int]]:
        """As every shape; `index` is the part to go on with."""
        if index == len(self.parts):
            yield (), start
            return
        for bindings, middle in self.parts[index].match(source, start):
            for more, end in self.match(source, middle, index + 1):
                yield bindings + more, end

    def beginnings(self, groups: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """As every shape."""
        found: frozenset[str] = frozenset()
        for part in self.parts:
            here = part.beginnings(groups)
            found |= here - {NOTHING}
            if NOTHING not in here:
                return found
        return found | {NOTHING}


def parse(line: str) -> Shape:
    """The shape of a template. Raises ValueError when its brackets do not match."""
    shape, rest = _alternatives(_PIECE.findall(line))
    if rest:
        raise ValueError(f"the template {line!r} has a bracket too many")
    return shape


def _alternatives(pieces: list[str]) -> tuple[Shape, list[str]]:
    options: list[Shape] = []
    while True:
        sequence, pieces = _sequence(pieces)
        options.append(sequence)
        if not pieces or pieces[0] != "|":
            return (options[0] if len(options) == 1 else Either(tuple(options))), pieces
        pieces = pieces[1:]


def _sequence(pieces: list[str]) -> tuple[Shape, list[str]]:
    parts: list[Shape] = []
    while pieces and pieces[0] not in ("]", ")", "|"):
        piece, pieces = pieces[0], pieces[1:]
        if piece in ("[", "("):
            inner, pieces = _alternatives(pieces)
            if not pieces or pieces[0] != {"[": "]", "(": ")"}[piece]:
                raise ValueError(f"a {piece} is not closed")
            pieces = pieces[1:]
            parts.append(Either((inner, Words(()))) if piece == "[" else inner)
        elif piece.startswith("{"):
            name, _, group = piece[1:-1].rpartition(":")
            parts.append(Part(name or group, group))
        else:
            parts.append(Words(words(piece) or (piece,)))
    return Sequenced(tuple(parts)), pieces
