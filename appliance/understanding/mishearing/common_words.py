"""How likely English words are, alone and after one another: the general language model that comes with pocketsphinx.

A probability is given as its natural logarithm. Words outside the model's twenty thousand or so count as very rare ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pocketsphinx

from appliance.understanding.mishearing.sounds import dictionary_words

_OFTEN = -11.5
"""Contractions that are said as often as this are known without their apostrophe."""
UNKNOWN = -17.0
"""The logarithm for a word that is not in the model: rarer than any that is."""
_NATURAL = 1e-4
"""The model counts in logarithms to the base 1.0001."""


@cache
def _model() -> Any:
    package = find_spec("pocketsphinx")
    assert package is not None  # noqa: S101  # imported above
    assert package.origin is not None  # noqa: S101  # a package with an __init__
    return pocketsphinx.NGramModel.readfile(str(Path(package.origin).parent / "model" / "en-us" / "en-us.lm.bin"))


@lru_cache(maxsize=50_000)
def likelihood(word: str, before: str = "", long_before: str = "") -> float:
    """The chance of `word` after one or two words ("" for none), as a logarithm: alone -3 for "the", -13 for "foreman"."""
    history = [earlier for earlier in (before, long_before) if earlier]
    # a word the model lacks says nothing about the one after it
    known = history[:1] if history and _log(history[0]) is not None else []
    if len(history) == 2 and known and _log(history[1]) is not None:
        known = history
    found = _log(word)
    return UNKNOWN if found is None else max(UNKNOWN, _model().prob([word, *known]) * _NATURAL)


def contraction(word: str) -> str:
    """The word with the apostrophe that some recognisers leave out: "dont" as "don't", but "well" as it is."""
    return _contractions().get(word, word)


@cache
def _contractions() -> Mapping[str, str]:
    whole = (word for word in dictionary_words() if "'" in word and likelihood(word) > _OFTEN)
    return {bare: word for word in whole if likelihood(bare := word.replace("'", "")) < likelihood(word) - 1}


@lru_cache(maxsize=50_000)
def _log(word: str) -> float | None:
    found = _model().prob([word]) * _NATURAL
    return found if found > -1000 else None
