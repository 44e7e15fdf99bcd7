"""The caller's text as plain spoken words, whatever recogniser or keyboard wrote it, each still tied to the text it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


def say_number(number: int) -> list[str]:
    """Words of 0 to 9999 as people say them; 1100 to 1999 in hundreds, as years and prices are."""
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


def spoken_words(text: str) -> list[Word]:
    """Lower-case words of `text`: digits as words, no punctuation but apostrophes, hyphenated and spelled parts apart."""
    words: list[Word] = []
    for source, piece in enumerate(text.split()):
        clock = re.fullmatch(r"\W*(\d{1,2}):00\W*", piece)
        if clock:
            words += [Word(word, source) for word in say_number(int(clock[1]))]
            continue
        row_of_digits = sum(letter.isdigit() for letter in piece) >= _DIGIT_ROW
        for found in _PIECES.findall(piece.lower().translate(_APOSTROPHES)):
            words += [Word(word, source) for word in _speak(found, digit_by_digit=row_of_digits and "/" not in piece)]
    return words


def own_words(words: str, text: str) -> str | None:
    """`words` as they stand in `text`, whole words only, whatever their case, punctuation or digits; None when they do not."""
    wanted = [word.spoken for word in spoken_words(words)]
    said = spoken_words(text)
    for start in range(len(said) - len(wanted) + 1 if wanted else 0):
        found = said[start : start + len(wanted)]
        if [word.spoken for word in found] == wanted:
            pieces = text.split()[found[0].source : found[-1].source + 1]
            return " ".join(pieces).strip(' ,.;:!?"()[]')
    return None


def _speak(piece: str, *, digit_by_digit: bool) -> list[str]:
    digits = re.match(r"\d+", piece)
    if not digits:
        return [piece]
    number = digits[0]
    if digit_by_digit or len(number) >= _DIGIT_ROW:
        return ["oh" if digit == "0" else _ONES[int(digit)] for digit in number]
    if len(number) < len(piece):
        return say_ordinal(int(number))
    if number.startswith("0"):
        return ["oh" if digit == "0" else _ONES[int(digit)] for digit in number]
    return say_number(int(number))
