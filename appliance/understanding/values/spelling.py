"""Names spelled letter by letter: "k o w a l s k i", "n as in nancy a i r", "o apostrophe b r i e n"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appliance.understanding.values.lexer import Phrases, Token, Tokens

_SPELLED_BY_NAMES = 3  # so many letters at least when some are told by a word ("kay", "zee"), which may be a word or a name

_SPELLED_IN_ONE_GO = 3


@dataclass(frozen=True)
class Part:
    """A word of a name as spoken, or letters put together; `pause` and `hyphen` as of the word it begins with."""

    text: str
    raw: str
    spelled: bool
    pause: bool
    hyphen: bool = False


@dataclass(frozen=True)
class Speller:
    """The words that spell in one language."""

    signs: Phrases
    letter_names: Phrases
    as_in: Phrases
    alphabet: Mapping[str, str]
    doubles: frozenset[str]
    articles: frozenset[str]
    """Letters that are words, too."""

    @staticmethod
    def of(words: Mapping[str, Any]) -> Speller:
        """From the vocabulary's table `spelling`."""
        return Speller(
            signs=Phrases.of({phrase: sign for sign, phrases in words["signs"].items() for phrase in phrases}),
            letter_names=Phrases.of({phrase: letter for letter, phrases in words["letters"].items() for phrase in phrases}),
            as_in=Phrases.of(dict.fromkeys(words["as_in"], "")),
            alphabet={word: word[0] for word in words["alphabet"]},
            doubles=frozenset(words["double"]),
            articles=frozenset(words["articles"]),
        )

    def parts(self, tokens: Tokens) -> list[Part]:
        """The text with its spelled stretches put together."""
        parts: list[Part] = []
        position = 0
        while position < len(tokens):
            spelled, end = self._stretch(tokens, position)
            token = tokens[position]
            if spelled:
                parts.append(Part(spelled, spelled, spelled=True, pause=token.pause))
            else:
                end = position + 1
                parts.append(Part(token.text, token.raw, spelled=False, pause=token.pause, hyphen=token.hyphen))
            position = end
        return parts

    def is_hyphen(self, tokens: Tokens, position: int) -> bool:
        """Whether a word says that two names hang together."""
        sign = self.signs.at(tokens, position)
        return sign is not None and sign[0] == "-"

    def _stretch(self, tokens: Tokens, start: int) -> tuple[str, int]:
        """The letters of a stretch and its end; no letters where nothing is spelled."""
        letters, named, explained, position = "", 0, 0, start
        while position < len(tokens):
            sign = self.signs.at(tokens, position) if letters else None
            if sign is not None and (position + 1 < len(tokens)):
                letters, position = letters + sign[0], sign[1]
                continue
            letter = self._letter(tokens, position)
            if letter is None or (not explained and tokens[position].pause and self._whole(tokens, start, position)):
                break
            text, end, how = letter
            letters, position = letters + text, end
            named += how == "named"
            explained += how == "explained"
        letters = letters.rstrip("'-")
        count = sum(character.isalpha() for character in letters)
        article = count == 2 and tokens[start].text in self.articles  # "with a y"
        enough = (count >= (_SPELLED_BY_NAMES if named else 2) and not article) or (explained and count >= 1)
        by_names_only = named == count and count > 0 and not self._is_alphabet(tokens, start)
        return (letters, position) if enough and not by_names_only else ("", start)

    @staticmethod
    def _whole(tokens: Tokens, start: int, position: int) -> bool:
        """Whether letters said in one go end at a pause, so that what follows is another name: "p r i y a, n a i r"."""
        return position - start >= _SPELLED_IN_ONE_GO and not any(token.pause for token in tokens[start + 1 : position])

    def _letter(self, tokens: Tokens, position: int) -> tuple[str, int, str] | None:
        """One letter (or a double one), its end, and whether it was said plainly, by name, or explained by a word."""
        token, following = tokens[position], position + 1
        if token.text in self.doubles and following < len(tokens) and _is_letter(tokens[following]):
            return tokens[following].text * 2, following + 1, "plain"
        named = self.letter_names.at(tokens, position)
        letter = token.text if _is_letter(token) else named[0] if named else None
        end = named[1] if named and not _is_letter(token) else following
        how = "plain" if _is_letter(token) else "named"
        if letter is None and token.text in self.alphabet:
            letter, how = self.alphabet[token.text], "named"
        if letter is None:
            return None
        linked = self.as_in.at(tokens, end) if end < len(tokens) else None
        if linked is not None and linked[1] < len(tokens) and len(tokens[linked[1]].text) > 1:
            initial = tokens[linked[1]].text[0]
            # "n" and "m" sound alike, and the word after "as in" settles it; but "thank you for your help" spells nothing
            if initial == letter or (how == "plain" and letter not in self.articles):
                return initial, linked[1] + 1, "explained"
        return letter, end, how

    def _is_alphabet(self, tokens: Tokens, start: int) -> bool:
        return tokens[start].text in self.alphabet


def _is_letter(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isalpha()
