"""What callers of one clinic say, as a recogniser needs it: a language model for each kind of question, and a dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.speech.engines import Vocabulary
from appliance.speech.language_model import Trigrams, mix, train
from appliance.speech.plain_words import plain
from appliance.speech.pronunciation import Pronunciations
from appliance.speech.spoken_values import SpokenValues

GENERAL = "general"
LINES_OF_A_KIND = 3000
LINES_IN_GENERAL = 500
"""Lines of each kind that the general model learns too: callers give values unasked."""
EXPECTED_SHARE = 0.85
"""How much a kind's own model counts against the general one."""


@dataclass(frozen=True)
class CallerLanguage:
    """Language models by kind of answer, which kind each situation asks for, and how every word of them sounds."""

    models: Mapping[str, Trigrams]
    kind_of: Mapping[str, str]
    pronunciations: Mapping[str, Sequence[str]]

    def kind(self, situation: str) -> str:
        """The model for what was just asked; the general one for a situation without one of its own."""
        return self.kind_of.get(situation, GENERAL)


def learn(vocabulary: Vocabulary, dictionary: Path, language: str = "en") -> CallerLanguage:
    """Build everything, in a few seconds. Raises TheirFault when a name's sound must be guessed and espeak-ng is missing."""
    values = SpokenValues(vocabulary, language)
    answers = {own.kind: list(values.lines(own.kind, LINES_OF_A_KIND)) for own in values.kinds}
    spoken = [plain(phrase) for phrase in vocabulary.phrases]
    names = [plain(name) for name in (*vocabulary.patient_names, *vocabulary.provider_names, *vocabulary.other_words)]
    general = [*spoken, *names, *(line for lines in answers.values() for line in lines[:LINES_IN_GENERAL])]
    everything = {word for lines in (general, *answers.values()) for line in lines for word in line.split()}
    sounds = Pronunciations(dictionary).of(everything)
    words = set(sounds)
    base = train((line for line in general if words.issuperset(line.split())), words)
    models = {GENERAL: base}
    for kind, lines in answers.items():
        models[kind] = mix(train((line for line in lines if words.issuperset(line.split())), words), base, EXPECTED_SHARE)
    return CallerLanguage(models, {situation: own.kind for own in values.kinds for situation in own.asked}, sounds)
