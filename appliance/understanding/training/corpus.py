"""Training rows without limit from the example phrases: what was asked, words as they might arrive, slots, intent."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from unicodedata import normalize

from appliance.understanding import SLOTS
from appliance.understanding.phrases import OUTSIDE, Example, Phrase, fill
from appliance.understanding.training.noise import SHORT_ANSWERS, noisy
from appliance.understanding.training.spoken import value
from appliance.understanding.wording import spoken_words

LABELS = (OUTSIDE, *(f"{edge}-{slot}" for slot in SLOTS for edge in "BI"))
SITUATIONS = (
    "greeting", "ask_name", "ask_dob", "ask_phone", "ask_reason", "ask_symptoms_now",
    "ask_new_patient", "ask_provider", "ask_date", "ask_time", "ask_pharmacy", "ask_which_appointment",
    "offer_slots", "slot_taken", "confirm_details", "offer_message", "ask_message", "offer_transfer",
    "offer_rebook", "identity_failed", "refused", "not_understood", "silence_prompt", "wrong_number_told",
    "emergency_instruction", "crisis_support", "repeat_after", "anything_else",
)  # fmt: skip
_DECIDES_MEANING = frozenset({"ask_dob", "ask_phone", "ask_time"})
"""Situations that make bare numbers a birth date, a phone number, a time: never set before an answer to something else."""
_HELD_OUT_SHARE = 0.06
_LARGEST_SCENE = 25
"""A scene with more lines is not held out whole, or an intent would lose too many."""
_INTRODUCED = 0.07
"""Share of requests that begin with the caller's name."""
_NEVER_INTRODUCED = SHORT_ANSWERS | {"provide_info", "correct_info"}
_WITHOUT_ACCENTS = 0.4


@dataclass(frozen=True)
class Row:
    """One utterance to learn: what was asked before, its words, a label for each, its intent."""

    asked: str | None
    words: tuple[str, ...]
    labels: tuple[str, ...]
    intent: str


def split(phrases: Sequence[Phrase]) -> tuple[list[Phrase], list[Phrase]]:
    """Phrases to learn and phrases held out to steer and calibrate by: whole scenes, the same ones every time."""
    sizes = Counter(phrase.scene for phrase in phrases)
    held_out = [
        phrase
        for phrase in phrases
        if _chance(phrase.scene if sizes[phrase.scene] <= _LARGEST_SCENE and phrase.scene else phrase.text) < _HELD_OUT_SHARE
    ]
    kept_back = set(held_out)
    return [phrase for phrase in phrases if phrase not in kept_back], held_out


def _chance(text: str) -> float:
    """A number from 0 to 1 that is the same for the same text."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 2**32


def weights(phrases: Sequence[Phrase]) -> list[float]:
    """How often to draw each phrase: intents with few lines are drawn more per line, phrases with many fillings too."""
    counts: dict[str, int] = {}
    for phrase in phrases:
        counts[phrase.intent] = counts.get(phrase.intent, 0) + 1
    return [counts[phrase.intent] ** -0.35 * (1.3 if "{" in phrase.text else 1.0) for phrase in phrases]


def row(phrase: Phrase, rng: Random) -> Row:
    """One row from a phrase: fresh values, an opening, noise, and a situation that fits, none, or one that does not."""
    example = fill(phrase, rng)
    if phrase.language == "en":
        if (
            not phrase.asked
            and example.intent not in SHORT_ANSWERS | {"provide_info", "correct_info"}
            and rng.random() < _INTRODUCED
        ):
            example = _introduced(example, rng)
        heard = example if phrase.kind == "misheard" else noisy(example, rng)
    else:
        heard = _carelessly_written(example, rng)
    words, labels = [], []
    for word, label in zip(heard.words, heard.labels, strict=True):
        for number, part in enumerate(spoken_words(word)):
            words.append(part.spoken)
            labels.append(label if number == 0 else label.replace("B-", "I-"))
    return Row(_asked(phrase, rng), tuple(words), tuple(labels), phrase.intent)


def _carelessly_written(example: Example, rng: Random) -> Example:
    """The example with words lost, and its accents too, as many recognisers and writers of Spanish leave them out."""
    bare, rate = rng.random() < _WITHOUT_ACCENTS, rng.choice([0.0, 0.0, 0.05, 0.1])
    kept = [number for number in range(len(example.words)) if rng.random() >= rate] or [0]
    words = [example.words[number] for number in kept]
    if bare:
        words = [normalize("NFKD", word).encode("ascii", "ignore").decode() or word for word in words]
    return Example(example.intent, tuple(words), tuple(example.labels[number] for number in kept))


def _asked(phrase: Phrase, rng: Random) -> str | None:
    if phrase.only_then:
        return rng.choice(phrase.asked)
    if phrase.asked:
        chance = rng.random()
        if chance < 0.6:
            return rng.choice(phrase.asked)
        return None if chance < 0.85 else rng.choice([situation for situation in SITUATIONS if situation not in _DECIDES_MEANING])
    return None if rng.random() < 0.45 else rng.choice(SITUATIONS)


def _introduced(example: Example, rng: Random) -> Example:
    name = value("patient_name", rng).split()
    lead = rng.choice(
        ["this is", "it's", "hi this is", "hello my name is", "good morning it's", "i'm", "hi it's", "hi i'm"]
    ).split()
    tail = rng.choice([[], [], ["here"], ["calling"], ["and"]])
    labels = [OUTSIDE] * len(lead) + ["B-patient_name"] + ["I-patient_name"] * (len(name) - 1) + [OUTSIDE] * len(tail)
    return Example(example.intent, (*lead, *name, *tail, *example.words), (*labels, *example.labels))
