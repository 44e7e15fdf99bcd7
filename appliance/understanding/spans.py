"""Slots beside the encoder: words of a list (medicines, pharmacies, insurers, the clinic's providers, days) are found where no span
claims them, a listed name decides its own slot, and spans lose what does not belong to them (a possessive, a plural's s).

What was misheard is no word of the caller's; a number in a span that was put right is therefore written in digits: "24th", "9:30".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from appliance.understanding.digits import in_digits, numbers, years
from appliance.understanding.mishearing.caller_language import LANGUAGES, lexicon
from appliance.understanding.mishearing.common_words import likelihood
from appliance.understanding.mishearing.repair import Token, tokens
from appliance.understanding.mishearing.sounds import distance, pronunciations
from appliance.understanding.training.spoken import sample_values

_LISTED = ("medication", "pharmacy", "insurer")
_VISITS = frozenset(
    {"book_appointment", "reschedule_appointment", "cancel_appointment", "ask_appointment", "test_results", "confirm_appointment"}
)
_REASONED = _VISITS | {"ask_reason"}
"""Intents with a reason for a visit, and the question for one."""
_DATED = _VISITS | {"ask_hours", "correct_info", "provide_info"}
_MOVED = frozenset({"book_appointment", "reschedule_appointment", "correct_info"})
"""Intents in which "later" is a time."""
_SOUNDS_LIKE_A_DAY = 0.1
"""Most that a word may differ from a weekday, a phone."""
_TELLING = -10.5
"""Commoner words on a list, such as "target" and "oscar", say nothing by themselves."""
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_NUMBER = re.compile(r"\d{1,2}(?::\d\d)?")
_CUT = ' ,.;:!?"()'

Slots = dict[str, list[str]]


class Spans:
    """Completes the slots of one clinic's callers. `providers`: their surnames, `patients`: words of their names, lower case."""

    def __init__(self, language: str, providers: Collection[str], patients: Collection[str]) -> None:
        self._words = _settings(language)
        self._providers, self._patients = frozenset(providers), frozenset(patients)
        self._only_providers = self._providers - self._patients
        self._listed = {
            tuple(name.split()): slot
            for slot in ("reason", *_LISTED)
            for name in lexicon(language)[slot]
            if " " in name or likelihood(name) < _TELLING
        }
        self._days = frozenset(self._words["days"].split())
        self._day_words = {*self._days, *self._words["other_day_words"].split()}
        self._no_names = frozenset(self._words["not_names"].split())

    def complete(
        self, text: str, slots: Mapping[str, str | list[str]], intent: str, asked: str | None
    ) -> dict[str, str | list[str]]:
        """The slots of `text` with what was overlooked; `text` is as the spans have it, already put right."""
        line = tokens(text)
        found: Slots = {slot: [span] if isinstance(span, str) else list(span) for slot, span in slots.items()}
        self._put_in_place(found, asked)
        self._grow_numbers(line, found)
        self._providers_named(line, found, _claimed(line, {slot: found[slot] for slot in ("patient_name",) if slot in found}))
        claimed = _claimed(line, found)
        self._from_lists(line, found, claimed, "ask_reason" if asked == "ask_reason" else intent)
        if intent in _DATED:
            self._days_named(line, found, claimed)
        self._clock(line, found, intent)
        if "date_of_birth" in found:
            found["date_of_birth"] = [years().get(span.lower(), span) for span in found["date_of_birth"]]
        if "patient_name" not in found and (name := self._introduced(line) or self._bare_name(line, asked)):
            found["patient_name"] = [name]
        return {slot: spans[0] if len(spans) == 1 else spans for slot, spans in found.items() if spans}

    def written(self, text: str, slots: Mapping[str, str | list[str]], now: datetime) -> dict[str, str | list[str]]:
        """The slots, with the numbers in spans whose words are not in `text` (because they were put right) in digits."""
        said = {token.word for token in tokens(text)}

        def shown(slot: str, span: str) -> str:
            return span if {token.word for token in tokens(span)} <= said else in_digits(slot, span, now)

        return {
            slot: shown(slot, span) if isinstance(span, str) else [shown(slot, one) for one in span] for slot, span in slots.items()
        }

    def _put_in_place(self, found: Slots, asked: str | None) -> None:
        for slot in ("patient_name", "provider"):
            if slot in found:
                found[slot] = [re.sub(r"['’]s$", "", span) for span in found[slot]]
        if "date" in found:
            found["date"] = [self._day_by_sound(re.sub(r"(?i)\b(\w+day)s\b", r"\1", span)) for span in found["date"]]
        halves = [span for span in found.get("time", ()) if span.lower() in self._words["halves_of_the_day"]]
        if halves:
            found["time"] = [span for span in found["time"] if span not in halves]
            found.setdefault("time_of_day", []).extend(halves)
        for slot in list(found):
            for span in list(found[slot]):
                own = self._slot_of(tuple(token.word for token in tokens(span)))
                if own == "provider" and asked == "ask_name":
                    continue
                if own and own != slot and slot in (*_LISTED, "patient_name", "reason"):
                    found[slot].remove(span)
                    found.setdefault(own, []).append(span)
            if not found[slot]:
                del found[slot]

    def _day_by_sound(self, span: str) -> str:
        """The weekday that a word marked as a day sounds like ("thirsty"), where it is no day itself; else the span."""
        if not span.isalpha() or span.lower() in self._day_words:
            return span
        heard = pronunciations(span.lower())
        costs = {
            day: min(distance(one, other) / max(len(one), len(other)) for one in heard for other in pronunciations(day))
            for day in self._days
            if day.endswith("day")
        }
        day = min(costs, key=lambda name: costs[name], default=span)
        return day if costs and costs[day] <= _SOUNDS_LIKE_A_DAY else span

    def _grow_numbers(self, line: Sequence[Token], found: Slots) -> None:
        """Birth dates take in the number words beside them: the model may mark only the first piece of a misheard year."""
        for number, span in enumerate(found.get("date_of_birth", ())):
            places = sorted(_claimed(line, {"date_of_birth": [span]}))
            if not places:
                continue
            begin, end = places[0], places[-1] + 1
            while begin > 0 and line[begin - 1].word in numbers() and not line[begin - 1].ends:
                begin -= 1
            while end < len(line) and line[end].word in numbers() and not line[end - 1].ends:
                end += 1
            found["date_of_birth"][number] = _written(line[begin:end])

    def _slot_of(self, words: tuple[str, ...]) -> str | None:
        """The one slot that these words can only be."""
        listed = self._listed.get(words)
        if listed in _LISTED:
            return listed
        return "provider" if words and set(words) <= self._only_providers else None

    def _providers_named(self, line: Sequence[Token], found: Slots, claimed: set[int]) -> None:
        if any(self._providers & {token.word for token in tokens(span)} for span in found.get("provider", ())):
            return
        for at, token in enumerate(line):
            if at not in claimed and (token.word.removesuffix("'s")) in self._only_providers:
                found.setdefault("provider", []).append(re.sub(r"['’]s$", "", token.text.strip(_CUT)))
                return

    def _from_lists(self, line: Sequence[Token], found: Slots, claimed: set[int], intent: str) -> None:
        for begin, end, slot in self._runs(line, claimed):
            if slot in found or (slot == "reason" and intent not in _REASONED):
                continue
            found[slot] = [_written(line[begin:end])]
            claimed.update(range(begin, end))

    def _runs(self, line: Sequence[Token], claimed: set[int]) -> Iterator[tuple[int, int, str]]:
        longest = max(map(len, self._listed))
        begin = 0
        while begin < len(line):
            for end in range(min(begin + longest, len(line)), begin, -1):
                slot = self._listed.get(tuple(_plain(token) for token in line[begin:end]))
                if slot and not claimed & set(range(begin, end)):
                    yield begin, end, slot
                    begin = end - 1
                    break
            begin += 1

    def _days_named(self, line: Sequence[Token], found: Slots, claimed: set[int]) -> None:
        words = f" {' '.join(token.word or '-' for token in line)} "
        if "date_of_birth" in found or found.get("date") not in (None, ["this"]):
            return
        if any(f" {phrase} " in words for phrase in self._words["today"]):
            found["date"] = ["today"]
            return
        negations = self._words["negations"].split()
        days = [
            token.word.removesuffix("s")
            for at, token in enumerate(line)
            if at not in claimed and token.word.removesuffix("s") in self._days and not (at and line[at - 1].word in negations)
        ]
        if days:
            found["date"] = list(dict.fromkeys(days))

    def _clock(self, line: Sequence[Token], found: Slots, intent: str) -> None:
        parts = self._words["parts"].split()
        dates = [span for span in found.get("date", ()) if not _CLOCK.fullmatch(span)]
        if "date" in found and len(dates) < len(found["date"]):
            found["date"] = dates
        if "time" in found:
            return
        for at, token in enumerate(line):
            bare = token.text.strip(_CUT)
            after_part = at > 0 and line[at - 1].word in parts and _NUMBER.fullmatch(bare)
            if _CLOCK.fullmatch(bare) or after_part:
                found["time"] = [f"{line[at - 1].word} {bare}" if after_part else bare]
                if after_part and bare in found.get("date", ()):
                    found["date"].remove(bare)
                return
        words = f" {' '.join(token.word or '-' for token in line)} "
        if intent in _MOVED:
            found["time"] = [phrase for phrase in self._words["sooner_later"] if f" {phrase} " in words][:1]

    def _introduced(self, line: Sequence[Token]) -> str | None:
        """The name after "my name is" and the like: words that are known names, or are written as names."""
        words = [token.word for token in line]
        for phrase in self._words["introductions"]:
            lead = phrase.split()
            for at in range(len(words) - len(lead)):
                if words[at : at + len(lead)] == lead:
                    name = self._name_at(line, at + len(lead), named=phrase in self._words["named"])
                    if name:
                        return name
        return None

    def _name_at(self, line: Sequence[Token], begin: int, *, named: bool) -> str | None:
        titled = line[begin].word in self._words["titles"]
        end = begin + titled
        while end < len(line) and end - begin - titled < 3 and self._is_name(line[end], titled=titled, named=named):
            end += 1
            if line[end - 1].ends:
                break
        return _written(line[begin:end]) if end > begin + titled else None

    def _is_name(self, token: Token, *, titled: bool, named: bool) -> bool:
        if not token.word or token.word in self._no_names or token.word in self._only_providers:
            return False
        if token.word in self._patients or token.word in _first_names():
            return True
        # another word is a name after a title, and after "my name is" if it is written as one
        return (titled or (named and token.text[:1].isupper())) and (token.word,) not in self._listed

    def _bare_name(self, line: Sequence[Token], asked: str | None) -> str | None:
        if not 1 <= len(line) <= 3 or asked not in (None, "ask_name", "greeting"):
            return None
        known = all(token.word in self._patients or token.word in _first_names() for token in line)
        return _written(line) if known else None


@cache
def _settings(language: str) -> Mapping[str, Any]:
    settings: Mapping[str, Any] = tomllib.loads((LANGUAGES / language / "lexicon.toml").read_text(encoding="utf-8"))["spans"]
    return settings


@cache
def _first_names() -> frozenset[str]:
    return frozenset(sample_values("en")["first_names"])


def _claimed(line: Sequence[Token], found: Slots) -> set[int]:
    """The places of the words that spans hold."""
    claimed: set[int] = set()
    texts = [token.text.strip(_CUT).lower() for token in line]
    for spans in found.values():
        for span in spans:
            words = [piece.strip(_CUT).lower() for piece in span.split()]
            for at in range(len(texts) - len(words) + 1):
                if all(text.startswith(word) for text, word in zip(texts[at : at + len(words)], words, strict=True)):
                    claimed.update(range(at, at + len(words)))
    return claimed


def _plain(token: Token) -> str:
    return (token.word or token.text.strip(_CUT).lower()).removesuffix("'s")


def _written(line: Sequence[Token]) -> str:
    return re.sub(r"['’]s$", "", " ".join(token.text for token in line).strip(_CUT))
