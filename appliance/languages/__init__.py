"""Languages: data in a folder per code, and this loader, which puts prompts and the values in them into words."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Literal

from appliance.faults import OurFault
from appliance.languages.spoken import say_date, say_list, say_phone, say_time, say_weekday

FOLDER = Path(__file__).parent
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
        return words.format_map({key: self._value(key, value) for key, value in params.items()})

    def _value(self, key: str, value: object) -> str:
        match value:
            case datetime():
                return f"{say_date(value.date(), self.today, self.language)} at {say_time(value.time(), self.language)}"
            case date():
                return say_date(value, self.today, self.language)
            case time():
                return say_time(value, self.language)
            case (datetime() as start, str(provider)):
                return f"{self._value(key, start)} with {provider}"
            case (int(first), int(last), time() as opens, time() as closes):
                days = say_weekday(first, self.language)
                days = days if first == last else f"{days} to {say_weekday(last, self.language)}"
                return f"{days} from {say_time(opens, self.language)} to {say_time(closes, self.language)}"
            case str() if key == "phone":
                return say_phone(value)
            case [*items]:
                return self._list(key, items)
        return str(value)

    def _list(self, key: str, items: list[object]) -> str:
        joined_by: Literal["or", "and"] = "or" if key in CHOICES else "and"
        starts = [item for item in items if isinstance(item, tuple) and isinstance(item[0], datetime)]
        if len(starts) == len(items) > 1 and len({(start.date(), provider) for start, provider in starts}) == 1:
            # the day and the provider once, then the times: what differs is what must be remembered
            start, provider = starts[0]
            times = say_list([say_time(start.time(), self.language) for start, _ in starts], self.language, joined_by)
            return f"{say_date(start.date(), self.today, self.language)} with {provider} at {times}"
        return say_list([self._value(key, item) for item in items], self.language, joined_by)


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
