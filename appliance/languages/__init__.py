"""Languages: data in a folder per code, and this loader, which puts prompts and the values in them into words."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path

from appliance.faults import OurFault
from appliance.languages.spoken import (
    Joiner,
    say_birth_date,
    say_clinic_words,
    say_date,
    say_hours,
    say_list,
    say_moment,
    say_name,
    say_opening,
    say_openings,
    say_phone,
    say_time,
)

FOLDER = Path(__file__).parent
_ONE_MARK = re.compile(r"([?!])[.,](?=\s|$)")
"""A caller's question within a sentence of ours ends it: "is that all right?." would be two marks."""
CHOICES = frozenset({"openings", "providers"})
"""Lists of which the caller takes one; the others are told as they are."""


@dataclass
class Wording:
    """One call's words: remembers which prompts were spoken, so that a repetition is worded differently."""

    language: str
    prompts: Mapping[str, Sequence[str]]
    today: date
    _spoken: Counter[str] = field(default_factory=Counter)

    def say(self, prompt: str, params: Mapping[str, object]) -> str:
        """The prompt in words, its values filled in. Raises OurFault for a prompt the language lacks."""
        if prompt not in self.prompts:
            raise OurFault(f"languages/{self.language}/prompts.toml has no prompt {prompt}.", repair="Add it.")
        wordings = self.prompts[prompt]
        words = wordings[min(self._spoken[prompt], len(wordings) - 1)]
        self._spoken[prompt] += 1
        return _ONE_MARK.sub(r"\1", words.format_map({key: self._value(key, value) for key, value in params.items()}))

    def apart(self) -> Wording:
        """Other words in the same state: what they speak is not remembered here."""
        return replace(self, _spoken=Counter(self._spoken))

    def _value(self, key: str, value: object) -> str:
        language, today = self.language, self.today
        match value:
            case datetime():
                return say_moment(value, today, language)
            case date():
                return say_birth_date(value, language) if key == "date_of_birth" else say_date(value, today, language)
            case time():
                return say_time(value, language)
            case (datetime() as start, str(provider)):
                return say_opening(start, provider, today, language)
            case (int(first), int(last), time() as opens, time() as closes):
                return say_hours(first, last, opens, closes, language)
            case str():
                return _TEXTS.get(key, _as_it_is)(value, language)
            case [*items]:
                return self._list(key, items)
        return str(value)

    def _list(self, key: str, items: list[object]) -> str:
        joined_by: Joiner = "or" if key in CHOICES else "and"
        openings = [(item[0], item[1]) for item in items if isinstance(item, tuple) and isinstance(item[0], datetime)]
        if openings and len(openings) == len(items):
            return say_openings(openings, self.today, self.language, joined_by)
        return say_list([self._value(key, item) for item in items], self.language, joined_by)


def _as_it_is(text: str, _: str) -> str:
    return text


_TEXTS: Mapping[str, Callable[[str, str], str]] = {
    "phone": lambda digits, _: say_phone(digits),
    "name": lambda name, _: say_name(name),
    "reason": say_clinic_words,
    "specialty": say_clinic_words,
}
"""How a text is said, by the name of its value."""


def load_prompts(language: str) -> Mapping[str, Sequence[str]]:
    """Every prompt of a language and its wordings."""
    prompts: Mapping[str, Sequence[str]] = tomllib.loads((FOLDER / language / "prompts.toml").read_text(encoding="utf-8"))
    return prompts


def constant_sentences(prompts: Mapping[str, Sequence[str]], params: Mapping[str, str]) -> list[str]:
    """The wordings without values of a call, and those that need only `params`: what can be rendered before any call."""
    sentences = []
    for wordings in prompts.values():
        for words in wordings:
            try:
                sentences.append(words.format_map(params))
            except KeyError:
                continue  # has a value that only a call knows
    return sentences
