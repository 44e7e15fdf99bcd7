"""How likely words are in the mouth of a caller: by word pairs of the example phrases, and general English where they are silent.

Names of one kind share what is known of all of them: after "refill my" any medicine is as likely as another.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from math import exp, log
from pathlib import Path
from random import Random

from appliance.understanding.mishearing.common_words import likelihood
from appliance.understanding.phrases import fill, load_phrases
from appliance.understanding.wording import spoken_words

NAMES = frozenset({"medication", "pharmacy", "insurer", "provider", "patient_name"})
"""Slots filled by names, of which no list in the phrases is complete."""
START = ""
_OURS = 0.75
"""How much the phrases count against general English."""
_COMMON = -8.5
"""Words likelier than this keep their own statistics inside a name: "doctor", "the"."""
_RARE, _RARE_COUNTS_FROM = -13.2, 9
"""Rarer words that the lexicon lacks must be said so often: the phrases also hold mishearings, to teach the encoder."""
LANGUAGES = Path(__file__).parents[2] / "languages"
_MISHEARD = "misheard"
_ALARMS = frozenset({"emergency", "crisis"})


@cache
def lexicon(language: str) -> Mapping[str, tuple[str, ...]]:
    """Per slot the names that callers say, lower case, words parted by spaces."""
    raw = tomllib.loads((LANGUAGES / language / "lexicon.toml").read_text(encoding="utf-8"))
    return {slot: tuple(name.replace("-", " ") for name in names.split()) for slot, names in raw.items() if isinstance(names, str)}


def has_lexicon(language: str) -> bool:
    """Whether the language has a list of the names that callers say."""
    return (LANGUAGES / language / "lexicon.toml").exists()


class CallerLanguage:
    """A language model of callers. `names` are the clinic's own: per slot in NAMES, single lower-case words."""

    def __init__(self, language: str, names: Mapping[str, Iterable[str]]) -> None:
        self._single, self._pairs, self._followers, self.ordinary = _counts(language)
        self._total = sum(self._single.values())
        members: dict[str, set[str]] = {}
        for slot, known in lexicon(language).items():
            if slot in NAMES:
                members[slot] = {word for name in known for word in name.split() if likelihood(word) < _COMMON}
        for slot, own in names.items():
            members.setdefault(slot, set()).update(own)
        self._class_of: dict[str, str] = {word: slot for slot in sorted(members) for word in members[slot]}
        self._class_of.update({word: slot for slot in ("patient_name", "provider") for word in names.get(slot, ())})
        self._share = {slot: -log(len(words) or 1) for slot, words in members.items()}
        self.chance = lru_cache(maxsize=50_000)(self._chance)

    @property
    def names(self) -> Iterable[str]:
        """Every word that belongs to a name of some kind."""
        return self._class_of.keys()

    def _chance(self, word: str, before: str, long_before: str) -> float:
        """The logarithm of the chance of `word` after `before` (and `long_before`); START stands before the first word."""
        kind, share = self._kind(word)
        past = self._kind(before)[0]
        alone = self._single[kind] / self._total
        followers = self._followers.get(past, 0)
        ours = alone
        if followers:  # each pair counts one less than it was seen (absolute discounting), which silences the chance ones
            pair = max(self._pairs[past, kind] - 1, 0)
            ours = (pair + followers * alone) / (self._single[past] or self._pairs[START, START])
        general = (1 - _OURS) * exp(likelihood(word, before, long_before))
        return log(_OURS * ours * exp(share) * (1 if self._single[kind] else 0) + general)

    def _kind(self, word: str) -> tuple[str, float]:
        slot = self._class_of.get(word)
        return (word, 0.0) if slot is None else (f"<{slot}>", self._share[slot])


@cache
def _counts(language: str) -> tuple[Counter[str], Counter[tuple[str, str]], Mapping[str, int], frozenset[str]]:
    """Words, pairs, how many different words follow each, the words of calm lines, and telling ones of others."""
    rng = Random(0)  # noqa: S311  # example words, not secrets
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    ordinary: set[str] = set()
    for phrase in load_phrases(language):
        if phrase.kind == _MISHEARD:
            continue
        before = START
        example = fill(phrase, rng)
        for written, label in zip(example.words, example.labels, strict=True):
            slot = label[2:]
            for word in [written] if written.isalpha() else [one.spoken for one in spoken_words(written)]:
                named = slot in NAMES and likelihood(word) < _COMMON
                said = f"<{slot}>" if named else word
                single[said] += 1
                pairs[before, said] += 1
                before = said
                if not named and phrase.intent not in _ALARMS:
                    ordinary.add(said)
        pairs[START, START] += 1
    clinics = {word for names in lexicon(language).values() for name in names for word in name.split()}
    for word in list(single):
        if not word.startswith("<") and word not in clinics and likelihood(word) < _RARE:
            single[word] = max(single[word] - _RARE_COUNTS_FROM, 0)
    ordinary = {word for word in ordinary if single[word] > 1} | clinics
    return single, pairs, Counter(first for first, _ in pairs), frozenset(ordinary)
