"""What Whisper is told before it listens: words of the clinic and of the answer that is expected, from languages/<code>/speech."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.faults import OurFault, TheirFault
from appliance.speech.engines import Vocabulary

LANGUAGES = Path(__file__).parents[1] / "languages"
MOST_LETTERS = 400
"""A longer hint costs more time than it saves errors; Whisper itself reads no more than some 220 tokens of one."""


@dataclass(frozen=True)
class Hints:
    """For each situation the sentence that Whisper takes as said before; and what it makes up when nobody spoke."""

    general: str
    of_situation: Mapping[str, str]
    phantoms: frozenset[str]
    """What nobody says to a clinic, as heard (whisper_text)."""
    doubtful: frozenset[str]
    """What callers say, and Whisper makes up too."""

    def hint(self, situation: str) -> str:
        """The hint for an answer to `situation`, or for anything else a caller may say."""
        return self.of_situation.get(situation, self.general)


def hints(vocabulary: Vocabulary, language: str) -> Hints:
    """The hints of a language with the clinic's names in them. Raises TheirFault for a language that has none."""
    path = LANGUAGES / language / "speech" / "hints.toml"
    if not path.exists():
        there_are = ", ".join(sorted(repr(path.parts[-3]) for path in LANGUAGES.glob("*/speech/hints.toml")))
        raise TheirFault(
            f"There are no hints for Whisper in the language {language!r}.", repair=f"Use one of {there_are}, or write {path}."
        )
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        answers: Mapping[str, Any] = table["hints"]
        return Hints(
            _filled(table["general"], vocabulary),
            {situation: _filled(own["hint"], vocabulary) for own in answers.values() for situation in own["asked"]},
            frozenset(table["phantoms"]),
            frozenset(table["doubtful"]),
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise OurFault(f"{path} cannot be read ({error}).", repair="Restore this file from the release.") from error


def _filled(template: str, vocabulary: Vocabulary) -> str:
    """The template's sentences, without those whose names would not fit and those that the clinic has no names for."""
    names = {"patients": vocabulary.patient_names, "providers": vocabulary.provider_names, "words": vocabulary.other_words}
    kept: list[str] = []
    for sentence in re.split(r"(?<=\.) ", template):
        wanted = re.findall(r"\{(\w+)\}", sentence)
        filled = sentence.format(**{name: ", ".join(_said(names[name])) for name in wanted})
        if all(names[name] for name in wanted) and len(" ".join([*kept, filled])) <= MOST_LETTERS:
            kept.append(filled)
    return " ".join(kept)


def _said(names: Sequence[str]) -> list[str]:
    return [" ".join(name.split()) for name in names]
