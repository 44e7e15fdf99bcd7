"""Cues: what the caller's plain words show beside the model, and how one sentence falls into several requests.

The words are data (`languages/<code>/cues.toml`); a language without that file shows no cues, and everything still works.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FAR = 99
"""More words than any introduction has."""
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class CueWords:
    """The patterns of one language."""

    cues: Mapping[str, re.Pattern[str]]
    """One pattern for each cue, by the cue's name."""
    separators: re.Pattern[str] | None
    """What lies between two requests of one sentence."""


def cues(text: str, language: str) -> frozenset[str]:
    """The names of the cues that the words show, such as "wrong_number" or "for_child"."""
    words = plain(text)
    return frozenset(name for name, pattern in _words(language).cues.items() if pattern.search(words))


def clauses(text: str, language: str) -> list[str]:
    """The parts of an utterance that may each be a request of its own; the whole alone when it does not fall apart."""
    separators = _words(language).separators
    parts = separators.split(text.strip()) if separators else [text]
    return [part.strip(" ,.!?;") for part in parts if part and part.strip(" ,.!?;")]


def after_introduction(before: str, language: str) -> int:
    """How many words lie between the last "this is" of the words before a name and the name itself; many when there is none."""
    patterns = _words(language).cues
    ends = [found.end() for cue in ("introduces", "its") if cue in patterns for found in patterns[cue].finditer(before)]
    return len(before[max(ends) :].split()) if ends else FAR


def plain(text: str) -> str:
    """Lower case, straight apostrophes, no accents, single spaces."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


@cache
def _words(language: str) -> CueWords:
    path = FOLDER / language / "cues.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    separators: Sequence[str] = data.get("separators", ())
    return CueWords(
        cues={name: _any_of(patterns) for name, patterns in data.get("cues", {}).items()},
        separators=re.compile("|".join(separators), re.IGNORECASE) if separators else None,
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")
