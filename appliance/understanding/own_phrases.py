"""Lines that a clinic adds to what the appliance understands, without any training: they win over every other reading.

    refill_prescription = ["i need more of my [water tablets](medication)", "the yellow ones are all gone"]
    billing = ["anything_else | it's about the sliding scale"]

One key per intent, each a list of lines as in the phrase files: `[words](slot)` marks a slot, `{date}` stands for any date, and a
line with situations before a bar counts only as an answer to those. A line of several words counts when it is nearly said, too:
likeness is the mean of that of the words (letters and their order) and that of the meaning (cosine of the encoder's vectors), or of
the words alone where no encoder is.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from appliance.conversation.situations import by_situation
from appliance.faults import TheirFault
from appliance.languages import load_prompts
from appliance.understanding import INTENTS, SLOTS, Resolution, Resolver
from appliance.understanding.cascade import ALARMS
from appliance.understanding.phrases import OUTSIDE, Example, Phrase, fill, parse_phrase
from appliance.understanding.wording import spoken_words

Floats = npt.NDArray[np.float32]

LIKE_ENOUGH = 0.82
"""Measured with forty lines: 97 of 100 near variants are taken for them, 4 of 100 look-alikes, and of 5458 other lines one."""
_WORDS_AT_LEAST = 0.70
"""Lines whose words are less alike are not worth the milliseconds of comparing meanings."""
MOST_LINES = 500
_FILLINGS = 4
_BRACKETS = re.compile(r"[\[\]{}]|\]\(")
_PLACEHOLDER = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class _Line:
    """One own line with its values filled in; `labels` holds the slot of each word, "" outside."""

    intent: str
    asked: tuple[str, ...]
    words: tuple[str, ...]
    labels: tuple[str, ...]


def read_own_phrases(path: Path) -> list[Phrase]:
    """The lines of a clinic's file. Raises TheirFault naming file, line, intent and entry of the first that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        told = tomllib.loads(text)
    except OSError as error:
        repair = "Correct clinic.own_phrases in clinic.toml, or take the key out."
        raise TheirFault(f"clinic.own_phrases: {path} cannot be read ({error.strerror}).", repair=repair) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TheirFault(f"{path}: this is not valid TOML: {error}.", repair="Correct that line.") from error
    situations = frozenset(by_situation(load_prompts("en")))
    phrases: list[Phrase] = []
    meant: dict[str, str] = {}
    for intent, entries in told.items():
        if intent not in INTENTS:
            raise TheirFault(f"{path}: there is no intent {intent}.", repair=_did_you_mean(intent, INTENTS))
        if not isinstance(entries, list):
            raise TheirFault(f"{path}: {intent} is not a list of lines.", repair=f'Write {intent} = ["a line", "another line"].')
        for number, entry in enumerate(entries, 1):
            where = f"{path}{_line_of(entry, text)}: {intent}, entry {number}"
            phrase = _phrase(intent, entry, where, situations)
            other = meant.setdefault(" ".join(word.spoken for word in spoken_words(phrase.text)), intent)
            if other != intent:
                raise TheirFault(f"{where}: {other} has the same line.", repair="Keep it under one intent.")
            phrases.append(phrase)
    if len(phrases) > MOST_LINES:
        raise TheirFault(f"{path}: {len(phrases)} lines are more than the {MOST_LINES} that are read.", repair="Take some out.")
    return phrases


class OwnPhrases:
    """Resolves what is an own line, or nearly so, as the clinic says, and everything else with `first`.

    `vector` gives the meaning of a text, of length 1; without it words alone are compared. An own line that is only nearly said
    never clears an emergency or crisis that `first` reads and is at least as sure of as `unsure`.
    """

    def __init__(
        self,
        phrases: Sequence[Phrase],
        first: Resolver,
        *,
        unsure: float,
        vector: Callable[[str], Floats] | None = None,
        language: str = "en",
    ) -> None:
        rng = Random(0)  # noqa: S311  # example words, not secrets
        told = [replace(phrase, language=language) for phrase in phrases]
        filled = [(phrase, fill(phrase, rng)) for phrase in told for _ in range(_FILLINGS if "{" in phrase.text else 1)]
        self._first = first
        self._unsure = unsure
        self._vector = vector
        self._lines = [_spoken(phrase.asked, example) for phrase, example in filled]
        self._texts = [" ".join(line.words) for line in self._lines]
        self._vectors = [vector(text) for text in self._texts] if vector else []

    def resolve(self, text: str, asked: str | None) -> Resolution:
        """The clinic's reading of its own lines; its confidence is their likeness, 0 to 1."""
        first = self._first.resolve(text, asked)
        heard = spoken_words(text)
        line, likeness = self._nearest(" ".join(word.spoken for word in heard), asked)
        alarm = first.intent in ALARMS and first.confidence >= self._unsure
        if line is None or (alarm and likeness < 1.0):
            return first
        pieces = text.split()
        slots = {
            slot: " ".join(pieces[at] for at in dict.fromkeys(heard[number].source for number in said)).strip(' ,.;:!?"()[]')
            for slot, said in _aligned(line, [word.spoken for word in heard]).items()
        }
        return Resolution(line.intent, likeness, _joined(line, slots, first.slots))

    def _nearest(self, said: str, asked: str | None) -> tuple[_Line | None, float]:
        if not said or not self._lines:
            return None, 0.0
        letters = process.cdist([said], self._texts, scorer=fuzz.ratio)[0]
        order = process.cdist([said], self._texts, scorer=fuzz.token_sort_ratio)[0]
        likeness = np.where(letters == 100, 100, (letters + order) / 2) / 100
        candidates = [
            number
            for number in np.flatnonzero(likeness >= _WORDS_AT_LEAST)
            if (likeness[number] == 1 or len(self._lines[number].words) > 1)  # a word alone sounds like too many others
            and (not self._lines[number].asked or asked in self._lines[number].asked)
        ]
        if self._vector and any(likeness[number] < 1 for number in candidates):
            meaning = self._vector(said)
            for number in candidates:
                if likeness[number] < 1:
                    likeness[number] = (likeness[number] + float(meaning @ self._vectors[number])) / 2
        best = max(candidates, key=lambda number: float(likeness[number]), default=None)
        if best is None or likeness[best] < LIKE_ENOUGH:
            return None, 0.0
        return self._lines[best], float(likeness[best])


def _phrase(intent: str, entry: object, where: str, situations: frozenset[str]) -> Phrase:
    if not isinstance(entry, str):
        raise TheirFault(f"{where} is not a line of words.", repair='Write it between quotes, as in "a line".')
    try:
        phrase = parse_phrase(intent, entry)
    except ValueError as error:
        repair = _did_you_mean(str(error).rsplit(" ", 1)[-1], SLOTS)
        raise TheirFault(f"{where}: {error}.", repair=repair) from error
    if _BRACKETS.search(_PLACEHOLDER.sub("", phrase.text)):
        repair = "Mark a slot as [words](slot), without a space between."
        raise TheirFault(f"{where}: a bracket marks nothing.", repair=repair)
    if not spoken_words(phrase.text):
        raise TheirFault(f"{where} has no words.", repair="Write what callers say, or take the entry out.")
    for situation in phrase.asked:
        if situation not in situations:
            raise TheirFault(f"{where}: there is no situation {situation!r}.", repair=_did_you_mean(situation, situations))
    return phrase


def _did_you_mean(word: str, known: Sequence[str] | frozenset[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]}?" if near else f"Write one of {', '.join(sorted(known))}."


def _line_of(entry: object, text: str) -> str:
    """Where an entry stands, as far as plain search finds it: TOML's reader does not say."""
    lines = text.splitlines()
    return next((f", line {number}" for number, line in enumerate(lines, 1) if entry and str(entry) in line), "")


def _spoken(asked: tuple[str, ...], example: Example) -> _Line:
    words = spoken_words(" ".join(example.words))
    labels = [example.labels[word.source] for word in words]
    slots = tuple("" if label == OUTSIDE else label[2:] for label in labels)
    return _Line(example.intent, asked, tuple(word.spoken for word in words), slots)


def _aligned(line: _Line, said: Sequence[str]) -> dict[str, list[int]]:
    """Per slot of the line, which of the words said stand in its place."""
    slots: dict[str, list[int]] = {}
    for step in Levenshtein.opcodes(line.words, said):
        if step.tag in ("equal", "replace"):
            for label, number in zip(
                line.labels[step.src_start : step.src_end], range(step.dest_start, step.dest_end), strict=True
            ):
                if label:
                    slots.setdefault(label, []).append(number)
    return slots


def _joined(line: _Line, own: Mapping[str, str], others: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """The own line's slots; of the other reading's those of other words, and a span that goes on beyond the line's words."""
    taken = {slot: _words(span) for slot, span in own.items()}
    joined: dict[str, str | list[str]] = dict(own)
    for slot, span in others.items():
        words = _words(span)
        if slot in own:
            goes_on = words > taken[slot] and not (words - taken[slot]) & set(line.words)
            joined[slot] = span if goes_on else own[slot]
        elif not any(words & held for held in taken.values()):
            joined[slot] = span
    return joined


def _words(span: str | list[str]) -> set[str]:
    return {word.spoken for word in spoken_words(span if isinstance(span, str) else " ".join(span))}
