"""Which of the things offered a caller takes: "the second one", "the last", "either"."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.understanding.values.corrections import corrected
from appliance.understanding.values.language import Language
from appliance.understanding.values.lexer import Phrases, Tokens

_MIDDLE, _LAST = "middle", "-1"


def choice(text: str, count: int, language: Language) -> int | None:
    """The index of the thing meant, counted from 0; None when none, several, or one that was not offered."""
    words = language.words["choice"]
    phrases = Phrases.of({phrase: index for index, names in words["phrases"].items() for phrase in names})
    alone = {tuple(token.text for token in language.tokens(phrase)) for phrase in words["any_alone"]}

    def attempt(tokens: Tokens) -> int | None:
        if tuple(token.text for token in tokens) in alone:
            return 0
        found: set[int | None] = set()
        position = 0
        while position < len(tokens):
            hit = phrases.at(tokens, position)
            if hit is None or _goes_on(tokens, hit[1], words["followers"]) or _is_part_of_a_day(tokens, position, hit[1], language):
                position += 1
                continue
            denied = position > 0 and tokens[position - 1].text in words["denials"]
            found |= set() if denied else {_index(hit[0], count)}
            position = hit[1]
        return found.pop() if len(found) == 1 else None

    return corrected(language.tokens(text), language, attempt) if count > 0 else None


def _goes_on(tokens: Tokens, end: int, followers: Sequence[str]) -> bool:
    """Whether a word follows that makes it something else: "the first part"."""
    of_those = [token.text for token in tokens[end : end + 2]]
    return (
        end < len(tokens)
        and not tokens[end].pause
        and of_those[0] not in followers
        and of_those not in (["of", "those"], ["of", "them"])
    )


def _index(meaning: str, count: int) -> int | None:
    if meaning == "none":
        return None
    if meaning == _MIDDLE:
        return 1 if count == 3 else None  # only three things have one middle
    index = count - 1 if meaning == _LAST else int(meaning)
    return index if index < count else None


def _is_part_of_a_day(tokens: Tokens, start: int, end: int, language: Language) -> bool:
    """Whether "the first" belongs to a date, as in "tuesday the first" or "the first of december"."""
    tables = language.words["tables"]
    names = {name for table in ("weekday", "month") for forms in tables[table].values() for name in forms}
    before = tokens[start - 1].text if start else ""
    after = [token.text for token in tokens[end : end + 2]]
    return (
        before in names
        or any(word in names for word in after[:1])
        or (after[:1] == ["of"] and any(word in names for word in after))
    )
