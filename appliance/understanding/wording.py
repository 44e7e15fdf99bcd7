"""The caller's text as plain spoken words, whatever recogniser or keyboard wrote it, each still tied to the text it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appliance.languages.vocabulary import vocabulary
from appliance.understanding.which_language import leaning

_ENGLISH = "en"
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IRREGULAR = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_PIECES = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_]+(?:'[^\W\d_]+)*")
_APOSTROPHES = str.maketrans("’‘`", "'''")
_DIGIT_ROW = 5
"""From this many digits on a number is a row of digits: nobody says a phone number as millions."""


@dataclass(frozen=True)
class Word:
    """One spoken word and the index of the whitespace-separated piece of the text that holds it."""

    spoken: str
    source: int


def say_number(number: int, language: str = _ENGLISH) -> list[str]:
    """Words of 0 to 9999 as people say them; in English 1100 to 1999 in hundreds, as years and prices are."""
    if spoken := _number_words(language):
        return _say_with(spoken, number)
    if number < 20:
        return [_ONES[number]]
    if number < 100:
        return [_TENS[number // 10]] + ([_ONES[number % 10]] if number % 10 else [])
    if number < 1000:
        return [_ONES[number // 100], "hundred"] + (say_number(number % 100) if number % 100 else [])
    high, low = divmod(number, 100)
    if 11 <= high <= 19 or (high >= 20 and low >= 10):
        return say_number(high) + (["hundred"] if low == 0 else ["oh", _ONES[low]] if low < 10 else say_number(low))
    return [_ONES[number // 1000], "thousand"] + (say_number(number % 1000) if number % 1000 else [])


def say_ordinal(number: int) -> list[str]:
    """Words of an ordinal, 22 as twenty second."""
    *head, last = say_number(number)
    if last in _IRREGULAR:
        return [*head, _IRREGULAR[last]]
    return [*head, last[:-1] + "ieth" if last.endswith("y") else last + "th"]


def spoken_words(text: str, language: str | None = None) -> list[Word]:
    """Lower-case words of `text`: digits as words, no punctuation but apostrophes, hyphenated and spelled parts apart.

    Digits become words of `language`; without one, of the language that the words around them tell ("a las 4": cuatro).
    """
    language = language or _language_of(text)
    words: list[Word] = []
    for source, piece in enumerate(text.split()):
        clock = re.fullmatch(r"\W*(\d{1,2}):00\W*", piece)
        if clock:
            words += [Word(word, source) for word in say_number(int(clock[1]), language)]
            continue
        row_of_digits = sum(letter.isdigit() for letter in piece) >= _DIGIT_ROW
        for found in _PIECES.findall(piece.lower().translate(_APOSTROPHES)):
            by_digit = row_of_digits and "/" not in piece
            words += [Word(word, source) for word in _speak(found, language, digit_by_digit=by_digit)]
    return words


def own_words(words: str, text: str) -> str | None:
    """`words` as they stand in `text`, whole words only, whatever their case, punctuation or digits; None when they do not."""
    language = _language_of(text)
    wanted = [word.spoken for word in spoken_words(words, language)]
    said = spoken_words(text, language)
    for start in range(len(said) - len(wanted) + 1 if wanted else 0):
        found = said[start : start + len(wanted)]
        if [word.spoken for word in found] == wanted:
            pieces = text.split()[found[0].source : found[-1].source + 1]
            return " ".join(pieces).strip(' ,.;:!?"()[]')
    return None


def _language_of(text: str) -> str:
    """The language to say the digits of `text` in; English where there are none or nothing tells it."""
    return (leaning(text) if any(letter.isdigit() for letter in text) else None) or _ENGLISH


def _speak(piece: str, language: str, *, digit_by_digit: bool) -> list[str]:
    digits = re.match(r"\d+", piece)
    if not digits:
        return [piece]
    number = digits[0]
    if digit_by_digit or len(number) >= _DIGIT_ROW:
        return [_say_digit(digit, language) for digit in number]
    if len(number) < len(piece) and language == _ENGLISH:
        return say_ordinal(int(number))
    if number.startswith("0"):
        return [_say_digit(digit, language) for digit in number]
    return say_number(int(number), language)


def _say_digit(digit: str, language: str) -> str:
    return "oh" if digit == "0" and language == _ENGLISH else say_number(int(digit), language)[0]


def _number_words(language: str) -> Mapping[str, Any] | None:
    """How a language other than English says numbers: its vocabulary's table, or None where it has none."""
    return None if language == _ENGLISH else vocabulary(language)["numbers"].get("spoken")


def _say_with(words: Mapping[str, Any], number: int) -> list[str]:
    """Words of 0 to 9999 by a table: `small` from zero on, `tens` from the first that `small` lacks, `hundreds` from 100."""
    small, tens, hundreds = words["small"], words["tens"], words["hundreds"]
    if number < len(small):
        return [small[number]]
    if number < 100:
        return [tens[(number - len(small)) // 10]] + ([words["joiner"], small[number % 10]] if number % 10 else [])
    if number == 100:
        return [words["hundred"]]
    if number < 1000:
        return [hundreds[number // 100 - 1]] + (_say_with(words, number % 100) if number % 100 else [])
    thousands = _say_with(words, number // 1000) if number >= 2000 else []
    return [*thousands, words["thousand"]] + (_say_with(words, number % 1000) if number % 1000 else [])
