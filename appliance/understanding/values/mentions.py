"""Finds the dates and times a text mentions, left to right, each as long as it can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.understanding.values.grammar import Context, Reading
from appliance.understanding.values.language import Language
from appliance.understanding.values.lexer import Tokens

_WEAK = {"weak_date": "date", "weak_time": "time", "weak_range": "range", "weak_birth": "birth"}


@dataclass(frozen=True)
class Mention:
    """A part of the text. `value` None: it has the form of such a value but is none, or could be several."""

    kind: str
    rule: str
    value: object
    start: int
    end: int


def mentions(
    tokens: Tokens, language: Language, context: Context, strong: Sequence[str], weak: Sequence[str] = ()
) -> list[Mention]:
    """The mentions of the groups in `strong` (at one place the longest, then the first group), and of those in `weak` between them.

    Weak groups read bare numbers, so they read none that touches a number which no mention explains.
    """
    reading = Reading(tokens, language.grammar, context)
    found: list[Mention] = []
    position = 0
    while position < len(tokens):
        if language.numbers.continues(tokens, position):  # "five" in "twenty five o'clock" is no hour
            position += 1
            continue
        mention = _longest(reading, position, strong) or _longest(reading, position, weak)
        if mention is not None:
            found.append(mention)
        position = mention.end if mention is not None else position + 1
    return [mention for mention in found if mention.kind not in _WEAK or stands_alone(mention, found, tokens, language)]


def stands_alone(mention: Mention, found: Sequence[Mention], tokens: Tokens, language: Language) -> bool:
    """Whether no number touches this mention but one that a mention of another kind explains, as a time does beside a date."""
    kind = plain_kind(mention)
    taken = {index for other in found if plain_kind(other) != kind for index in range(other.start, other.end)}
    beside = ((mention.start - 1, mention.start), (mention.end, mention.end))
    for neighbour, pause in beside:
        if 0 <= neighbour < len(tokens) and neighbour not in taken and language.numbers.is_number(tokens[neighbour]):
            return tokens[pause].pause and tokens[neighbour].text in language.numbers.zeros
    return True


def plain_kind(mention: Mention) -> str:
    """The kind of value, whether told clearly or by bare numbers."""
    return _WEAK.get(mention.kind, mention.kind)


def _longest(reading: Reading, position: int, groups: Sequence[str]) -> Mention | None:
    best: Mention | None = None
    for group in groups:
        readings = reading.read(group, position)
        end = max((end for _, _, end in readings), default=position)
        if end <= (best.end if best else position):
            continue
        at_end = [(rule, value) for rule, value, stop in readings if stop == end]
        rule = next((rule for rule, value in at_end if value is not None), at_end[0][0])
        values = list(dict.fromkeys(value for name, value in at_end if name == rule and value is not None))
        best = Mention(group, rule, values[0] if len(values) == 1 else None, position, end)
    return best
