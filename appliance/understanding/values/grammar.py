"""A small recursive grammar whose rules are data: every language writes its own templates, each rule means one function.

A template is a line of words with `[optional]`, `(either|or)` and `{group}` or `{name:group}` for a part that another group reads
(`{_:group}` where only its presence counts). All readings of a text are followed (spoken numbers are ambiguous: "twenty two" is 22
or 20 and 2), each part is read once a position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from appliance.understanding.values.lexer import Token, Tokens
from appliance.understanding.values.templates import NUMBER, Shape, parse

Found = tuple[object, int]
"""A value, or None for words that have the right form but mean nothing (February thirtieth); and where its words end."""
Operation = Callable[..., object]
"""Makes a rule's value from the context and the template's parts; None as above; raises Reject where the rule does not apply."""
Named = tuple[str, object, int]
"""The name of the rule, the value, and where its words end."""


class Reject(Exception):
    """The words fit the template but not the rule; another rule may still read them."""


@dataclass(frozen=True)
class Context:
    """What a spoken date is relative to: today, and the date the talk was about, if any ("the monday after that")."""

    today: date
    anchor: date | None = None


@dataclass(frozen=True)
class Terminal:
    """A group read by code, and the words it can begin with."""

    read: Callable[[Reading, int], Iterator[Found]]
    beginnings: frozenset[str] = frozenset({NUMBER})


@dataclass(frozen=True)
class Rule:
    """One way to say one thing."""

    name: str
    shape: Shape
    operation: Operation


@dataclass(frozen=True)
class Grammar:
    """The groups of a language: those written as rules and those read by code (numbers, tables of words)."""

    groups: Mapping[str, Sequence[Rule]]
    terminals: Mapping[str, Terminal]
    is_number: Callable[[Token], bool]
    _by_word: dict[str, dict[str, list[Rule]]] = field(init=False, repr=False)
    """Group -> first word -> the rules that can begin with it, in order."""

    def __post_init__(self) -> None:
        beginnings = self._beginnings()
        by_word: dict[str, dict[str, list[Rule]]] = {group: {} for group in self.groups}
        for group, rules in self.groups.items():
            for rule in rules:
                for word in rule.shape.beginnings(beginnings):
                    by_word[group].setdefault(word, []).append(rule)
        object.__setattr__(self, "_by_word", by_word)

    def _beginnings(self) -> Mapping[str, frozenset[str]]:
        """The words each group can begin with; groups refer to one another, so they grow until nothing is new."""
        known = {name: terminal.beginnings for name, terminal in self.terminals.items()}
        known |= dict.fromkeys(self.groups, frozenset())
        while True:
            grown = {
                group: frozenset().union(*(rule.shape.beginnings(known) for rule in rules)) for group, rules in self.groups.items()
            }
            if all(known[group] == grown[group] for group in grown):
                return known
            known |= grown

    def rules_at(self, group: str, token: Token) -> list[Rule]:
        """The rules of a group that can begin with a word."""
        by_word = self._by_word[group]
        by_itself = by_word.get(token.text, [])
        if not self.is_number(token):
            return by_itself
        by_number = by_word.get(NUMBER, [])
        both = [rule for rule in self.groups[group] if rule in by_itself or rule in by_number] if by_itself and by_number else []
        return both or by_itself or by_number


@dataclass
class Reading:
    """One text being read."""

    tokens: Tokens
    grammar: Grammar
    context: Context
    _memory: dict[tuple[str, int], list[Named]] = field(default_factory=dict)

    def read(self, group: str, start: int) -> list[Named]:
        """Every reading of a group at a position."""
        if start >= len(self.tokens):
            return []
        key = (group, start)
        if key not in self._memory:
            self._memory[key] = []  # a rule that leads back to itself at the same place reads nothing
            self._memory[key] = list(dict.fromkeys(self._readings(group, start)))
        return self._memory[key]

    def _readings(self, group: str, start: int) -> Iterator[Named]:
        terminal = self.grammar.terminals.get(group)
        if terminal is not None:
            yield from ((group, value, end) for value, end in terminal.read(self, start))
            return
        for rule in self.grammar.rules_at(group, self.tokens[start]):
            for bindings, end in rule.shape.match(self, start):
                try:
                    broken = any(value is None for _, value in bindings)
                    value = None if broken else rule.operation(self.context, **dict(bindings))
                except Reject:
                    continue
                yield rule.name, value, end


def compile_rules(templates: Mapping[str, Sequence[str]], operations: Mapping[str, Operation]) -> list[Rule]:
    """The rules of one group. Raises ValueError for a rule that no operation explains or a template with odd brackets."""
    rules: list[Rule] = []
    for name, lines in templates.items():
        if name not in operations:
            raise ValueError(f"no operation explains the rule {name!r}")
        rules += [Rule(name, parse(line), operations[name]) for line in lines]
    return rules
