"""The page in other languages: data files beside this one, from the English sentence to its translation.

Program and templates say everything in English; `<code>.toml` holds what to say instead. A sentence with values in it is matched by
its pattern ("Only {size} GB are free."), and its values are translated in turn where they are words. That way also what the
health checks and the reports say is translated here, in one place, and they know nothing of languages. What a language lacks is
shown in English; tests/status/test_words.py finds it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
ENGLISH = "en"
_VALUE = re.compile(r"\{(\w+)\}")


class Words:
    """Says sentences in one language. `missing` collects those that its file lacks."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self.missing: set[str] = set()
        self._sentences = sentences
        # the pattern with most words of its own is the most particular one; one of values alone would fit anything
        with_values = sorted((known for known in sentences if "{" in known and _own(known) > 1), key=_own, reverse=True)
        self._patterns = [(_pattern(known), sentences[known]) for known in with_values]

    def __call__(self, text: str, **values: object) -> str:
        """`text` in this language; its `values` are put in as they are."""
        if self.language == ENGLISH:
            return text.format(**values) if values else text
        if text in self._sentences:
            return self._sentences[text].format(**values) if values else self._sentences[text]
        if (found := self._matched(text)) is not None:
            return found
        if text.strip():
            self.missing.add(text)
        return text.format(**values) if values else text

    def known(self, text: str) -> str:
        """`text` in this language where its file has it: for values that may be words, or a file name, or a number."""
        return self._value(text)

    def day(self, moment: date) -> str:
        """Monday 23 November."""
        parts = {"weekday": self(moment.strftime("%A")), "day": str(moment.day), "month": self(moment.strftime("%B"))}
        return self("{weekday} {day} {month}", **parts)

    def short_day(self, moment: date) -> str:
        """23 November."""
        return self("{day} {month}", day=str(moment.day), month=self(moment.strftime("%B")))

    def moment(self, moment: datetime, today: date) -> str:
        """10:30, Yesterday 10:30, or 23 November 10:30."""
        clock = moment.strftime("%H:%M")
        days = (today - moment.date()).days
        if days == 0:
            return clock
        return self("Yesterday {clock}", clock=clock) if days == 1 else f"{self.short_day(moment)} {clock}"

    def _matched(self, text: str) -> str | None:
        for pattern, translation in self._patterns:
            if found := pattern.fullmatch(text):
                return translation.format(**{key: self._value(value) for key, value in found.groupdict().items()})
        return None

    def _value(self, text: str) -> str:
        return self._sentences.get(text) or self._matched(text) or text


def installed() -> list[str]:
    """The codes of all languages, English first."""
    return [ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.toml"))]


@cache
def words(language: str) -> Words:
    """The words of a language in `installed`."""
    if language == ENGLISH:
        return Words(ENGLISH, {})
    return Words(language, tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")))


def _own(sentence: str) -> int:
    """How many letters and signs are the sentence's own."""
    return len(_VALUE.sub("", sentence).replace(" ", ""))


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _VALUE.split(sentence)
    return re.compile("".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL)
