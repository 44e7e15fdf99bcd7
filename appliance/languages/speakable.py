"""What is written, as it is said aloud: "Dr. Okafor at 9:05 AM" becomes "Doctor Okafor at nine oh five AM".

Voices stumble over what eyes read easily: espeak-ng, which Piper reads with too, ends a sentence after "Dr.", says 1948 as
"nineteen hundred forty eight" and 9:05 as "nine zero five". Transcripts keep the written form; only voices get this one. It has no
digits left, so that no engine decides how a number is said. The forms are data: languages/<code>/speakable.toml.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

from appliance.faults import OurFault
from appliance.languages.number_words import NumberWords
from appliance.languages.spoken import say_birth_date, say_time
from appliance.languages.vocabulary import vocabulary

FOLDER = Path(__file__).parent
_NOT_FOR_VOICES = re.compile(r"[\[\]{}<>|\\^~*_`\x00-\x1f\x7f]+")
"""Marks that engines take for commands, such as [[ before phonemes, or read by their names."""
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_MERIDIEM = r"\s*([AaPp])\.?\s?[Mm]\b(?:\.(?=\s*[a-zà-ÿ,;]))?"
_PHONE = re.compile(r"(?<![\w-])(?:\+?1[-. ]?)?(?:\((\d{3})\)\s?|(\d{3})[-. ]?)?(\d{3})[-. ](\d{4})(?![\w-])")
_PHONE_RUN = re.compile(r"(?<![\w-])(?:\+?1)?(\d{3})?(\d{3})(\d{4})(?![\w-])")
_THOUSANDS = re.compile(r"\b\d{1,3}(?:,\d{3})+\b(?!,?\d)")
_DECIMAL = re.compile(r"\b(\d+)\.(\d+)\b")
_BETWEEN = re.compile(r"(?<=\d)\s*[-–]\s*(?=\d)")
_YEAR = re.compile(r"\b(?:1[1-9]|20)\d\d\b")
_CODE = re.compile(r"\b(?:0\d+|\d{7,}|(?<=[A-Za-z] )\d{5})\b")
_INITIALS = re.compile(r"(?P<name>\b[A-ZÀ-Þ]\w+ )?\b(?P<letters>(?:[A-Z]\.\s?)+[A-Z]\b\.?)(?=(?P<end>\s+[A-ZÀ-Þ¿¡]|\s*$)?)")
_LETTER_AND_DIGIT = re.compile(r"(?<=[^\W\d_])-?(?=\d)|(?<=\d)-?(?=[^\W\d_])")


def speakable(text: str, language: str) -> str:
    """`text` in words that a voice of `language` says as people do; a language without speakable.toml keeps its text."""
    text = " ".join(_NOT_FOR_VOICES.sub(" ", unicodedata.normalize("NFC", text)).split())
    rules = _rules(language)
    return text if rules is None else " ".join(rules.apply(text).split())


def edition(language: str) -> str:
    """Changes whenever the same text may be said otherwise, so that a recording of the old form is not kept; "" without rules."""
    files = [FOLDER / language / "speakable.toml", FOLDER / "number_words.py", Path(__file__)]
    if not files[0].is_file():
        return ""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:8]


@cache
def _rules(language: str) -> _Rules | None:
    path = FOLDER / language / "speakable.toml"
    if not path.is_file():
        return None
    try:
        return _Rules(tomllib.loads(path.read_text(encoding="utf-8")), language)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise OurFault(
            f"{path}: how {language!r} is said aloud cannot be read ({error}).", repair="Restore this file from the release."
        ) from error


class _Rules:
    """One language's rules, in the order in which they must be applied: what is a clock, a telephone or a year is no amount."""

    def __init__(self, data: Mapping[str, Any], language: str) -> None:
        self._language = language
        self._words = NumberWords(data["numbers"])
        self._data = data
        self._rewrites = [(re.compile(one["pattern"]), str(one["to"])) for one in data["rewrite"]]
        self._names = _whole_words(data["words"])
        self._regions = re.compile(rf"(?<=, )(?:{'|'.join(data['after_comma'])})(?=\s+\d{{5}}|\s*[.,;]|\s*$)")
        article = data["clock"]["article"]
        before = rf"(?:\b{article}\s+)?" if article else ""
        self._clock = re.compile(rf"{before}\b(\d{{1,2}})(?::(\d\d))?{_MERIDIEM}|{before}\b(\d{{1,2}}):(\d\d)(?!\d|:\d)")
        self._ordinal = re.compile(rf"\b(\d{{1,4}})({data['numbers']['ordinal_marks']})(?!\w)")
        streets, rooms = data["places"]["streets"], data["places"]["rooms"]
        self._house = re.compile(rf"\b(\d{{3,4}})(?=(?: [A-Z]\w*\.?){{0,3}} (?:{streets})\b)") if streets else None
        self._room = re.compile(rf"\b({rooms}) (\d{{3,4}})\b") if rooms else None
        self._kept = frozenset(data["letters"]["kept"])

    def apply(self, text: str) -> str:
        text = self._regions.sub(lambda found: str(self._data["after_comma"][found[0]]), text)
        for pattern, to in self._rewrites:
            text = pattern.sub(to, text)
        text = _ISO_DATE.sub(self._say_date, text)
        text = self._clock.sub(self._say_clock, text)
        text = _PHONE.sub(self._say_phone, text)
        text = _PHONE_RUN.sub(self._say_phone, text)
        text = self._ordinal.sub(self._say_ordinal, text)
        text = self._say_places(text)
        text = _THOUSANDS.sub(lambda found: self._words.cardinal(int(found[0].replace(",", ""))), text)
        text = _DECIMAL.sub(lambda found: self._words.decimal(int(found[1]), found[2]), text)
        text = _CODE.sub(lambda found: self._words.digits(found[0]), text)
        text = _BETWEEN.sub(f" {self._data['numbers']['between']} ", text)
        text = _LETTER_AND_DIGIT.sub(" ", text)
        text = _YEAR.sub(lambda found: self._words.year(int(found[0])), text)
        text = re.sub(r"\d+", lambda found: self._words.cardinal(int(found[0])), text)
        text = _INITIALS.sub(_together, text)
        text = self._names.sub(lambda found: str(self._data["words"][found[0]]), text)
        return "".join(self._letter(letter) for letter in text)

    def _say_date(self, found: re.Match[str]) -> str:
        try:
            return say_birth_date(date(int(found[1]), int(found[2]), int(found[3])), self._language)
        except ValueError:  # no day of any calendar: read as numbers
            return found[0]

    def _say_clock(self, found: re.Match[str]) -> str:
        hour, minute, half = int(found[1] or found[4]), int(found[2] or found[5] or 0), (found[3] or "").lower()
        if hour > 23 or minute > 59 or (half and not 0 < hour <= 12):
            return found[0]
        known = bool(half) or not 0 < hour <= 12
        moment = time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)
        if not minute and hour == 12 and half != "a":
            moment, known = time(12), True
        return self._clock_words(moment, part_known=known)

    def _clock_words(self, moment: time, *, part_known: bool) -> str:
        say, own = vocabulary(self._language)["say"], self._data["clock"]
        if part_known and ("hour_names" in say or moment in (time(0), time(12))):
            return say_time(moment, self._language)
        number = moment.hour % 12 or 12
        hour = say["hour_names"][number - 1] if "hour_names" in say else self._words.cardinal(number)
        if moment.minute:
            minute = say["minute_names"][moment.minute - 1] if "minute_names" in say else self._words.cardinal(moment.minute)
            minute = own["few_minutes"].format(minute=minute) if moment.minute < 10 else minute
            past = say["past"] if "hour_names" in say else "{hour} {minute}"
            words = past.format(hour=hour, minute=minute)
        else:
            words = hour if part_known else own["on_the_hour"].format(hour=hour)
        if not part_known:
            return str(words)
        part = next(one["part"] for one in reversed(say["parts"]) if moment.hour >= one["from"])
        return str(say["time"]).format(clock=words, part=part)

    def _say_phone(self, found: re.Match[str]) -> str:
        return ", ".join(self._words.digits(group) for group in found.groups() if group)

    def _say_ordinal(self, found: re.Match[str]) -> str:
        words = self._words.ordinal(int(found[1]))
        if "feminine" in self._data["numbers"] and found[2][-1] in "ªa":
            for end, other in self._data["numbers"]["feminine"]:
                words = re.sub(end, other, words)
        return words

    def _say_places(self, text: str) -> str:
        if self._house:
            text = self._house.sub(lambda found: self._words.pairs(int(found[1])), text)
        if self._room:
            text = self._room.sub(lambda found: f"{found[1]} {self._words.pairs(int(found[2]))}", text)
        return text

    def _letter(self, letter: str) -> str:
        if letter.isascii() or letter in self._kept or not letter.isalpha():
            return letter
        plain = "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
        return str(self._data["letters"]["others"].get(letter, plain))


def _whole_words(words: Mapping[str, str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _together(found: re.Match[str]) -> str:
    """ "A.I." as "AI", which voices spell; the full stop stays where a sentence ends with it, not within "Doctor J.R. Smith"."""
    ends = found["letters"].endswith(".") and found["end"] is not None and not (found["name"] and found["end"].strip())
    return (found["name"] or "") + re.sub(r"[.\s]", "", found["letters"]) + ("." if ends else "")
