"""The example phrases of a language, and the second rung of understanding: the nearest example, which needs no model.

One file per intent in languages/<code>/phrases, beside it in look_alikes (lines that sound alarming but are routine) and misheard
(lines as a recogniser heard them). A line is what a caller says; `[words](slot)` marks a slot, `{placeholder}` stands for
words that a generator fills in, `ask_dob | ...` says what was asked before, and `ask_dob! | ...` that it means this only then. The
first comment of a file says what the intent is; the everyday lines follow, and each later comment begins a scene.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from appliance.faults import TheirFault
from appliance.languages.vocabulary import vocabulary
from appliance.understanding import INTENTS, SLOTS, Resolution
from appliance.understanding.training.spoken import JOINED, SLOT_OF, fitted
from appliance.understanding.wording import spoken_words

FOLDER = Path(__file__).parents[1] / "languages"
KINDS = ("phrases", "look_alikes", "misheard")
OUTSIDE = "O"
NEEDS_CONTEXT = frozenset({"provide_info", "correct_info", "out_of_scope", "silence_noise", "emergency", "crisis"})
"""Intents whose phrases may mean something else after another question, or are not decided by a phrase."""
_LEXICON_FILLINGS = 6
_TELLING = 0.8
"""Share of a word's uses that must be of one slot before the word alone says so."""
_MARK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<slot>\w+)\)|\{(?P<placeholder>\w+)\}")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Span:
    """Characters start to end of a phrase's text, which are a slot's words (or a placeholder for them)."""

    slot: str
    start: int
    end: int


@dataclass(frozen=True)
class Phrase:
    """One example line: its intent, the situations it answers (empty: any), its text with placeholders kept, and its slots."""

    intent: str
    asked: tuple[str, ...]
    text: str
    slots: tuple[Span, ...]
    only_then: bool = False
    """The line means this only as an answer to `asked`."""
    scene: str = ""
    """The heading it stands under: the lines of one scene are held out together."""
    language: str = "en"
    kind: str = "phrases"
    """The folder it stands in, one of KINDS."""


@dataclass(frozen=True)
class Example:
    """A phrase with its placeholders filled: words, and per word the slot it belongs to as B-slot, I-slot or O."""

    intent: str
    words: tuple[str, ...]
    labels: tuple[str, ...]
    asked: tuple[str, ...] = ()
    """The situations it answers; empty: any."""
    only_then: bool = False


def load_phrases(language: str) -> list[Phrase]:
    """Every phrase of a language, in the order of the files. Raises TheirFault naming file and line of a phrase that is wrong."""
    phrases: list[Phrase] = []
    for kind in KINDS:
        for intent in INTENTS:
            path = FOLDER / language / kind / f"{intent}.txt"
            if kind == KINDS[0] or path.exists():
                phrases += [replace(phrase, language=language, kind=kind) for phrase in _read(path, intent)]
    return phrases


def _read(path: Path, intent: str) -> Iterator[Phrase]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise TheirFault(f"{path} cannot be read ({error.strerror}).", repair="Restore the phrase file.") from error
    headings = 0
    scene = ""
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            headings += 1
            scene = f"{path.parent.name}/{intent}: {line[1:].strip()}" if headings > 1 else ""
        elif line.strip():
            try:
                yield replace(parse_phrase(intent, line), scene=scene)
            except ValueError as error:
                raise TheirFault(f"{path}, line {number}: {error}.", repair="Correct the line.") from error


def parse_phrase(intent: str, line: str) -> Phrase:
    """Read one line of a phrase file. Raises ValueError for an unknown slot or placeholder."""
    asked, bar, marked = line.rpartition("|")
    situations = [situation.strip() for situation in asked.split(",")] if bar else []
    text, slots, at, marked = "", [], 0, marked.strip()
    for found in _MARK.finditer(marked):
        text += marked[at : found.start()]
        words, at = found["words"] or found[0], found.end()
        if found["placeholder"] and found["placeholder"] not in SLOT_OF:
            raise ValueError(f"there is no placeholder {{{found['placeholder']}}}")
        slot = found["slot"] or SLOT_OF[found["placeholder"]]
        if slot is not None:
            if slot not in SLOTS:
                raise ValueError(f"there is no slot {slot}")
            slots.append(Span(slot, len(text), len(text) + len(words)))
        text += words
    text += marked[at:]
    only_then = any(situation.endswith("!") for situation in situations)
    return Phrase(intent, tuple(situation.rstrip("!") for situation in situations), text, tuple(slots), only_then)


def fill(phrase: Phrase, rng: Random) -> Example:
    """The phrase with fresh values; a word is in a slot when any of its letters is."""
    slot_at = {at: (number, span.slot) for number, span in enumerate(phrase.slots) for at in range(span.start, span.end)}
    letters: list[tuple[str, tuple[int, str] | None]] = []
    at = 0
    for found in _PLACEHOLDER.finditer(phrase.text):
        letters += [(letter, slot_at.get(place)) for place, letter in enumerate(phrase.text[at : found.start()], at)]
        before = "".join(letter for letter, _ in letters[-12:]).split()
        lead, words = fitted(found[1], before[-1] if before else "", rng, phrase.language)
        if lead == JOINED:
            letters.pop()
        letters += [(letter, None) for letter in lead] + [(letter, slot_at.get(found.start())) for letter in words]
        at = found.end()
    letters += [(letter, slot_at.get(place)) for place, letter in enumerate(phrase.text[at:], at)]
    text = "".join(letter for letter, _ in letters)
    labels, previous = [], None
    for word in re.finditer(r"\S+", text):
        own = next((slot for _, slot in letters[word.start() : word.end()] if slot), None)
        labels.append(OUTSIDE if own is None else f"I-{own[1]}" if own == previous else f"B-{own[1]}")
        previous = own
    return Example(phrase.intent, tuple(text.split()), tuple(labels), phrase.asked, phrase.only_then)


@cache
def known_phrases(language: str) -> Mapping[str, str]:
    """Phrases that mean one thing whatever was asked, word for word, with their intent: "mm hmm", "come again"."""
    return {
        phrase.text: phrase.intent
        for phrase in load_phrases(language)
        if phrase.intent not in NEEDS_CONTEXT and phrase.kind == KINDS[0] and not phrase.asked and "{" not in phrase.text
    }


def everyday_lines(language: str, n_per_pattern: int, seed: int) -> list[str]:
    """The everyday caller lines with values filled in; `n_per_pattern` different fillings of each phrase that has a placeholder.

    Recognisers learn from these: rare wordings would teach them words that nobody says, misheard ones wrong words.
    """
    rng = Random(seed)  # noqa: S311  # example words, not secrets
    lines: dict[str, None] = {}
    for phrase in load_phrases(language):
        if phrase.kind == KINDS[0] and not phrase.scene:
            for _ in range(n_per_pattern if "{" in phrase.text else 1):
                lines[" ".join(fill(phrase, rng).words)] = None
    return list(lines)


@cache
def _examples(language: str) -> Sequence[Example]:
    rng = Random(0)  # noqa: S311  # example words, not secrets
    return [fill(phrase, rng) for phrase in load_phrases(language) for _ in range(2 if phrase.slots else 1)]


@cache
def _telling_words(language: str) -> dict[str, str]:
    """Words that are nearly always of one slot wherever they stand, such as weekdays and medicines, with that slot."""
    rng = Random(1)  # noqa: S311  # example words, not secrets
    counts: dict[str, Counter[str]] = {}
    for phrase in load_phrases(language):
        for _ in range(_LEXICON_FILLINGS if "{" in phrase.text else 1):
            example = fill(phrase, rng)
            for word, label in zip(example.words, example.labels, strict=True):
                counts.setdefault(word, Counter())[label[2:]] += 1
    return {
        word: slot for word, seen in counts.items() if (slot := seen.most_common(1)[0][0]) and seen[slot] >= _TELLING * seen.total()
    }


class NearestExample:
    """Resolves an utterance by the example lines most like it, words and letters counted.

    Slots are the words in the same place as the example's, and words that tell their slot by themselves.
    """

    NEIGHBOURS = 5
    SHARPNESS = 12.0
    """How much faster than its likeness a neighbour's vote grows."""
    ANSWERS = 1.15
    """How much liker an example counts that answers what was asked."""
    ANSWERS_ANOTHER = 0.9
    """And one that answers something else."""
    ENOUGH_WORDS = 3

    def __init__(self, language: str = "en") -> None:
        self._examples = _examples(language)
        self._telling = _telling_words(language)
        self._greetings: Sequence[str] = sorted(vocabulary(language)["answers"]["greetings"], key=len, reverse=True)
        self._lines = [" ".join(example.words) for example in self._examples]

    def resolve(self, text: str, asked: str | None) -> Resolution:
        """Read `text`; the confidence is the share of the neighbours' votes times the likeness of the best."""
        words = self._without_greeting([word.spoken for word in spoken_words(text)])
        if not words:
            return Resolution("silence_noise", 1.0)
        said = " ".join(words)
        likeness = np.zeros(len(self._lines))
        for scorer, weight in ((fuzz.ratio, 0.5), (fuzz.token_sort_ratio, 0.3), (fuzz.token_set_ratio, 0.2)):
            likeness += weight * process.cdist([said], self._lines, scorer=scorer)[0] / 100
        likeness *= [self._fit(example, asked) for example in self._examples]
        best = np.argsort(-likeness)[: self.NEIGHBOURS]
        votes: dict[str, float] = {}
        for index in best:
            intent = self._examples[index].intent
            votes[intent] = votes.get(intent, 0.0) + float(likeness[index]) ** self.SHARPNESS
        intent = max(votes, key=lambda name: votes[name])
        nearest = next(self._examples[index] for index in best if self._examples[index].intent == intent)
        confidence = votes[intent] / (sum(votes.values()) or 1.0) * min(1.0, float(likeness[best[0]]))
        return Resolution(intent, confidence, _told_slots(words, self._telling) | _aligned_slots(words, nearest))

    def _without_greeting(self, words: list[str]) -> list[str]:
        """What follows a "hello, good morning", where enough follows it to mean something by itself."""
        said, greeting = f"{' '.join(words)} ", "-"
        while greeting:
            greeting = next((f"{one} " for one in self._greetings if said.startswith(f"{one} ")), "")
            said = said.removeprefix(greeting)
        rest = said.split()
        return rest if len(rest) >= self.ENOUGH_WORDS else words

    def _fit(self, example: Example, asked: str | None) -> float:
        if asked in example.asked:
            return self.ANSWERS
        if example.only_then:
            return 0.0
        return self.ANSWERS_ANOTHER if asked and example.asked else 1.0


def _told_slots(words: list[str], telling: dict[str, str]) -> dict[str, str]:
    slots: dict[str, list[str]] = {}
    for slot, run in groupby(words, key=lambda word: telling.get(word, "")):
        if slot:
            slots.setdefault(slot, list(run))
    return {slot: " ".join(run) for slot, run in slots.items()}


def _aligned_slots(words: list[str], example: Example) -> dict[str, str]:
    slots: dict[str, list[str]] = {}
    for step in Levenshtein.opcodes(list(example.words), words):
        inside = {label[2:] for label in example.labels[step.src_start : step.src_end] if label != OUTSIDE}
        if len(inside) == 1 and step.tag in ("equal", "replace"):
            slots.setdefault(inside.pop(), []).extend(words[step.dest_start : step.dest_end])
    return {slot: " ".join(found) for slot, found in slots.items()}
