"""Wording of emergency and crisis, read beside the model, on every partial text, and with the model dead.

The wording is data: languages/<code>/emergency.toml says how its patterns are written. Recall comes first. A match is dropped only
when a negation stands right before it, or when words of history or errands stand around it and none that says it is happening now.
alarm_words is a second reader, learnt from the example phrases: where no pattern stands it raises the alarm alone when it is
sure, and where it finds nothing but routine it undoes a pattern that is not strong.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from appliance.faults import OurFault
from appliance.understanding.alarm_words import word_model
from appliance.understanding.values.lexer import fold
from appliance.understanding.wording import spoken_words

Kind = Literal["emergency", "crisis"]

_FOLDER = Path(__file__).parents[1] / "languages"
_GAP = r"(?: \S+){0,4}?"
_NEAR_BEFORE, _NEAR_AFTER = 40, 40
"""Characters around a match in which history and errands count."""
_PRESENT_BEFORE, _PRESENT_AFTER = 30, 45
_NEGATED_BEFORE = 60
_DANGER_ABOVE, _ROUTINE_BELOW = 1.4, -3.5
"""Scores of alarm_words from which it raises the alarm alone, and below which it undoes a pattern that is not strong."""
_UNDOES_ENCODER = -3.0
"""Score below which it undoes the encoder's alarm: of 1,300 lines of danger that neither had seen, this lost none."""
_STRUCK_OUT = "~"
_GROUP = re.compile(r"<\w+>|[^\W_]+(?:'[^\W_]+)*")
_MARKS = {"..": _GAP, "^": "^", "$": "(?= ?$)"}
_GROUP_NAME = re.compile(r"<(\w+)>")
_MISHEARD_FROM = 6
"""Letters a word needs before one wrong letter is forgiven."""


_Sounds = Sequence[tuple[re.Pattern[str], str]]


@dataclass(frozen=True)
class _Alarm:
    kind: Kind
    strong: bool
    always: bool
    pattern: re.Pattern[str]
    together: Sequence[re.Pattern[str]]
    """Further patterns that must stand in the same utterance, anywhere."""
    needed: Sequence[frozenset[str]]
    """First words of every place of the pattern that may not be missing, fewest first: most patterns are passed over by these."""


@dataclass(frozen=True)
class _Item:
    """One place of a pattern: a mark of the notation as a regular expression, or phrases of which one stands there."""

    mark: str
    phrases: tuple[str, ...]
    may_miss: bool


@dataclass(frozen=True)
class _Wording:
    alarms: Sequence[_Alarm]
    begun_by: Mapping[str, Sequence[int]]
    """For a word, which of the alarms need it or one of its alternatives first of all."""
    idioms: re.Pattern[str]
    negated: re.Pattern[str]
    routine_before: re.Pattern[str]
    routine_after: re.Pattern[str]
    present: re.Pattern[str]
    misheard: Sequence[str]
    sounds: _Sounds


def alarm(text: str, language: str = "en") -> Kind | None:
    """What `text`, whole or partial, says is happening: a medical emergency, a crisis of harm or despair, or neither (None).

    A physical sign that cannot wait (no breath, blue lips) outranks a crisis; otherwise a crisis outranks an emergency.
    """
    wording = _wording(language)
    words = (_as_it_sounds(word.spoken, wording.sounds) for word in spoken_words(text))
    heard = " ".join(_put_right(word, wording.misheard) for word in words)
    said = f" {wording.idioms.sub(_STRUCK_OUT, heard)} "
    there = set(said.split())
    likely = {number for word in there for number in wording.begun_by.get(word, ())}
    standing = [one for one in map(wording.alarms.__getitem__, likely) if _stands(one, said, there)]
    found: set[tuple[Kind, bool]] = {(one.kind, one.strong) for one in standing if _is_meant(one, said, wording)}
    if model := word_model(language):
        emergency, crisis = model.scores(said.split())
        if max(emergency, crisis) < _ROUTINE_BELOW:
            found = {(kind, strong) for kind, strong in found if strong}
        if found or not standing:
            found |= {("emergency", False)} if emergency > _DANGER_ABOVE else set()
            found |= {("crisis", False)} if crisis > _DANGER_ABOVE else set()
    if ("emergency", True) in found:
        return "emergency"
    if ("crisis", False) in found:
        return "crisis"
    return "emergency" if found else None


def surely_routine(text: str, language: str = "en") -> bool:
    """Whether the learnt reader of words is certain that nothing is happening; False in a language that has none.

    It may undo the encoder's alarm, never that of wording.
    """
    model = word_model(language)
    return model is not None and max(model.scores([word.spoken for word in spoken_words(text)])) < _UNDOES_ENCODER


def _stands(one: _Alarm, said: str, there: set[str]) -> bool:
    """Whether the words of a pattern are there, meant or not."""
    if any(words.isdisjoint(there) for words in one.needed):
        return False
    return one.pattern.search(said) is not None and all(other.search(said) for other in one.together)


def _is_meant(one: _Alarm, said: str, wording: _Wording) -> bool:
    """Whether one place where the pattern stands is neither turned round, nor history, nor an errand."""
    for match in one.pattern.finditer(said):
        before, after = said[: match.start()], said[match.end() :]
        if wording.negated.search(before[-_NEGATED_BEFORE:]):
            continue
        if one.always:
            return True
        routine = wording.routine_before.search(before[-_NEAR_BEFORE:]) or wording.routine_after.search(
            match[0] + after[:_NEAR_AFTER]
        )
        around = before[-_PRESENT_BEFORE:] + match[0] + after[:_PRESENT_AFTER]
        if not routine or wording.present.search(around):
            return True
    return False


def _as_it_sounds(words: str, sounds: _Sounds) -> str:
    """Words without accents, letters that a language sounds alike written alike: a recogniser spells what it hears."""
    plain = fold(words)
    for pattern, letters in sounds:
        plain = pattern.sub(letters, plain)
    return plain


def _put_right(word: str, known: Sequence[str]) -> str:
    if len(word) < _MISHEARD_FROM:
        return word
    near = process.extractOne(word, known, scorer=Levenshtein.distance, score_cutoff=1)
    return near[0] if near else word


@cache
def _wording(language: str) -> _Wording:
    path = _FOLDER / language / "emergency.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        sounds = [(re.compile(pattern), letters) for pattern, letters in data.get("sounds", [])]
        data = _all_as_it_sounds(data, sounds)
        alarms = [
            _alarm(
                entry["kind"],
                entry.get("strong", False),
                entry.get("always", False) or entry.get("strong", False) or entry["kind"] == "crisis",
                pattern,
                data["groups"],
            )
            for entry in data["alarm"]
            for pattern in entry["patterns"]
        ]
        return _Wording(
            alarms,
            _begun_by(alarms),
            _any_of(data["idioms"]),
            _negated(**data["negation"]),
            re.compile(rf"(?<!\S)(?:{_alternatives(data['routine']['before'])})(?: \S+){{0,3}} ?$"),
            re.compile(rf"^(?:\S++(?: \S++){{0,7}}?|(?: \S++){{0,8}}?) (?:{_alternatives(data['routine']['after'])})(?!\S)"),
            _any_of(data["routine"]["present"]),
            data["misheard"],
            sounds,
        )
    except (OSError, KeyError, tomllib.TOMLDecodeError, re.error) as error:
        raise OurFault(f"{path} cannot be used ({error}).", repair="Restore the file from the release.") from error


def _all_as_it_sounds(node: Any, sounds: _Sounds) -> Any:
    """The tables of a file with every phrase and pattern as it sounds; names of groups stay as they are."""
    match node:
        case str():
            return _GROUP.sub(lambda part: part[0] if part[0].startswith("<") else _as_it_sounds(part[0], sounds), node)
        case list():
            return [_all_as_it_sounds(item, sounds) for item in node]
        case dict():
            kept = ("kind", "about", "sounds")
            return {key: value if key in kept else _all_as_it_sounds(value, sounds) for key, value in node.items()}
    return node


def _negated(directly: Sequence[str], words: Sequence[str], between: Sequence[str]) -> re.Pattern[str]:
    after_small_words = rf"(?:{_alternatives(words)})(?: (?:{_alternatives(between)}))*"
    return re.compile(rf"(?<!\S)(?:{_alternatives(directly)}|{after_small_words}) ?$")


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{_alternatives(phrases)})(?!\S)")


def _alternatives(phrases: Sequence[str]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _begun_by(alarms: Sequence[_Alarm]) -> Mapping[str, Sequence[int]]:
    index: dict[str, list[int]] = {}
    for number, one in enumerate(alarms):
        for word in one.needed[0]:
            index.setdefault(word, []).append(number)
    return index


def _alarm(kind: Kind, strong: bool, always: bool, pattern: str, groups: Mapping[str, str]) -> _Alarm:
    first, *others = [[_alternatives_of(item, groups) for item in part.split()] for part in pattern.split(" & ")]
    places = [item.phrases for item in chain(first, *others) if item.phrases and not item.may_miss]
    needed = [frozenset(phrase.split()[0] for phrase in phrases) for phrases in places]
    return _Alarm(kind, strong, always, _compile(first), [_compile(other) for other in others], sorted(needed, key=len))


def _alternatives_of(item: str, groups: Mapping[str, str]) -> _Item:
    if item in _MARKS:
        return _Item(_MARKS[item], (), may_miss=True)
    words = item.rstrip("?")
    while "<" in words:
        words = _GROUP_NAME.sub(lambda name: groups[name[1]], words)
    return _Item("", tuple(words.replace("_", " ").split("|")), may_miss=item.endswith("?"))


def _compile(items: Sequence[_Item]) -> re.Pattern[str]:
    """Items of a pattern as a regular expression over words with one space before each."""
    out = ""
    for item in items:
        out += item.mark or f"(?: (?:{_alternatives(item.phrases)})){'?' if item.may_miss else ''}"
    return re.compile(out + r"(?!\S)")
