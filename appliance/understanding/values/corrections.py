"""Self-corrections: "tuesday, no, wednesday" is Wednesday, "march ninth, sorry, nineteenth" is March nineteenth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from appliance.understanding.values.language import Language
from appliance.understanding.values.lexer import Tokens

_Value = TypeVar("_Value")


def corrected(tokens: Tokens, language: Language, read: Callable[[Tokens], _Value | None]) -> _Value | None:
    """What `read` makes of the text once the words taken back are gone.

    The words after the last correction take the place of the same kind of words before it (as many as possible), else of all of them.
    """
    marker = _last_marker(tokens, language)
    if marker is None:
        return read(tokens)
    before, after = tokens[: marker[0]], tokens[marker[1] :]
    if not _has_value(after, language):
        return corrected(before, language, read)
    if not _has_value(before, language):
        return read(after)
    for start in _replaceable(before, after, language):
        value = corrected(before[:start] + after, language, read)
        if value is not None:
            return value
    return read(after)


def _last_marker(tokens: Tokens, language: Language) -> tuple[int, int] | None:
    last: tuple[int, int] | None = None
    position = 0
    while position < len(tokens):
        found = language.corrections.at(tokens, position)
        if found is not None and found[0] == "":
            begins = last[0] if last and last[1] == position else position
            last = begins, found[1]
        position = found[1] if found else position + 1
    return last


def _has_value(tokens: Tokens, language: Language) -> bool:
    return any(_kind(tokens, position, language) is not None for position in range(len(tokens)))


def _replaceable(before: Tokens, after: Tokens, language: Language) -> list[int]:
    """Where words of the kind that `after` begins with begin in `before`, first to last."""
    kinds = (_kind(after, position, language) for position in range(len(after)))
    wanted = next(kind for kind in kinds if kind is not None)
    return [position for position in range(len(before)) if _kind(before, position, language) == wanted]


def _kind(tokens: Tokens, position: int, language: Language) -> str | None:
    """What a word is to a date or time; None for a word without meaning there, or one that continues a number."""
    token, numbers = tokens[position], language.numbers
    if numbers.is_number(token):
        if numbers.continues(tokens, position):
            return None
        following = position + 1
        ends = following if following < len(tokens) and numbers.continues(tokens, following) else position
        return "ordinal" if tokens[ends].text in numbers.ordinals or tokens[ends].text[-1:].isalpha() and token.text[0].isdigit() else "number"
    for table in ("weekday", "month"):
        if any(token.text in names for names in language.words["tables"][table].values()):
            return table
    return "word" if token.text in language.value_words else None
