"""Self-corrections: "tuesday, no, wednesday" is Wednesday, "march ninth, sorry, nineteenth" is March nineteenth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from appliance.understanding.values.language import Language
from appliance.understanding.values.lexer import Tokens

_Value = TypeVar("_Value")
_EXCHANGED = ("weekday", "month", "ordinal")


def corrected(
    tokens: Tokens, language: Language, read: Callable[[Tokens], _Value | None], *, unique: bool = False
) -> _Value | None:
    """What `read` makes of the text once the words taken back are gone.

    The words after the last correction take the place of the same kind of words before it, else of all of them. With `unique`,
    places that give different values give None.
    """
    marker = _last_marker(tokens, language)
    if marker is None:
        return read(tokens)
    before, after = tokens[: marker[0]], _without_pause(tokens[marker[1] :])
    if not _has_value(after, language):
        return corrected(before, language, read, unique=unique)
    if not _has_value(before, language):
        return read(after)
    values: list[_Value] = []
    for put_right in [*_put_right(before, after, language, numbers_too=unique), after]:
        value = corrected(put_right, language, read, unique=unique)
        if value is not None:
            values.append(value)
            if not unique:
                break
    return values[0] if values and all(value == values[0] for value in values) else None


def _without_pause(tokens: Tokens) -> Tokens:
    """The words as they would follow the ones before the correction; the pause was the correction's."""
    return (replace(tokens[0], pause=False), *tokens[1:]) if tokens else tokens


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


def _put_right(before: Tokens, after: Tokens, language: Language, *, numbers_too: bool) -> Iterator[Tokens]:
    """The text as it may have been meant: first one word exchanged for one of its kind, then the rest from such a word on."""
    kinds = [kind for position in range(len(after)) if (kind := _kind(after, position, language)) is not None]
    places = [position for position in range(len(before)) if _kind(before, position, language) == kinds[0]]
    if len(kinds) == 1 and (kinds[0] in _EXCHANGED or numbers_too):
        for start in reversed(places):
            end = start + 1
            while end < len(before) and language.numbers.continues(before, end):
                end += 1
            yield before[:start] + after + before[end:]
    for start in places:
        yield before[:start] + after


def _kind(tokens: Tokens, position: int, language: Language) -> str | None:
    """What a word is to a date or time; None for a word without meaning there, or one that continues a number."""
    token, numbers = tokens[position], language.numbers
    if numbers.is_number(token):
        if numbers.continues(tokens, position):
            return None
        following = position + 1
        ends = following if following < len(tokens) and numbers.continues(tokens, following) else position
        return (
            "ordinal"
            if tokens[ends].text in numbers.ordinals or (tokens[ends].text[-1:].isalpha() and token.text[0].isdigit())
            else "number"
        )
    for table in ("weekday", "month"):
        if any(token.text in names for names in language.words["tables"][table].values()):
            return table
    return "word" if token.text in language.value_words else None
