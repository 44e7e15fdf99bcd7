"""Which words a few heard words may have been, by their sound, and what it costs to think so (in log-likelihood)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler, Levenshtein

from appliance.understanding.mishearing.common_words import UNKNOWN, likelihood
from appliance.understanding.mishearing.sounds import CLASSES, VOWELS, distance, is_known, pronunciations

_KEPT = "no not never don't can't cannot won't yes yeah isn't didn't doesn't i me my i'm mrs mr ms dr doctor ai ok uh um hm"
KEPT = frozenset(_KEPT.split())
"""Words whose change would turn the meaning, titles, and sounds that are no words: these are only ever joined ("my self")."""
_NEVER_MEANT = KEPT - {"no", "yes"}
_WORST_NAME, _WORST_PIECES, _WORST_WORDS, _WORST_WORD = 0.17, 0.13, 0.1, 0.15
"""Most that a window may differ, a phone: from a clinic's name; when a piece is no word; when several are words; when one is."""
_CHANNEL = 7.0
"""What unlike sounds cost, against log-likelihood."""
_WORD_FOR_WORD, _SPLIT, _NO_WORD = 4.0, 3.0, 1.5
"""What it costs to think misheard: a word that exists, words in place of one, pieces that are no words."""
_NO_HOMOPHONE = 1.5
"""What it adds that one word was taken for another that sounds different: "thirsty" is a word, and a complaint."""
_COMMON, _ALL_COMMON = -7.5, 2.0
"""When all words of a window are likelier than the first, it costs the second more."""
_SPELLED_ALIKE = 0.8
"""How alike (Jaro-Winkler) a word that general English lacks and what it may be must be written: else it is a name."""
_SHORT_WORDS = -7.5
"""Words of one or two letters must be as common as this to be thought of."""
_SURE = -11.0
"""Words of the lexicon that are rarer in general English are never heard by mistake."""
_NEARLY_SAME = 0.1
"""What an honest homophone differs at most."""
_CLASS_APART = 0.45
"""What sounds of different classes differ, about: nothing is weighed that has too many of them."""
_FUNCTION_WORDS = -6.5
"""Likelier words are so short of sound that only a homophone is taken for one."""
_ABBREVIATION = 3
"""Letters of what may be an abbreviation."""
_ENDINGS = frozenset({"s", "es", "ed", "d", "'s", "ing", "in", "er", "ly", "y"})


class Soundalikes:
    """Finds words of `vocabulary`. `names` are those of the clinic's own people, `known` words of lists, `phrases` names of several
    words there, `spellings` other ways to write a word, `numbers` words of which any row may have been said."""

    def __init__(
        self,
        vocabulary: Iterable[str],
        names: Collection[str],
        known: Iterable[str],
        phrases: Collection[str],
        spellings: Mapping[str, str],
        numbers: Collection[str],
    ) -> None:
        self._names, self._phrases, self._spellings, self._numbers = names, phrases, spellings, numbers
        self._sure = {word for word in {*names, *known} if likelihood(word) < _SURE}
        self._sounds: dict[str, tuple[tuple[str, str], ...]] = {}
        self._by_skeleton: dict[str, list[str]] = {}
        for word in vocabulary:
            if word.isalpha() and (len(word) > 2 or likelihood(word) > _SHORT_WORDS) and word not in _NEVER_MEANT:
                self._sounds[word] = tuple((phones, phones.translate(CLASSES)) for phones in _ways(word, word in names))
                for key in {key for phones, _ in self._sounds[word] for key in _keys(phones)}:
                    self._by_skeleton.setdefault(key, []).append(word)
        self.of = lru_cache(maxsize=20_000)(self._of)

    def _of(self, window: Sequence[str]) -> tuple[tuple[str, float], ...]:
        """Words that a window of heard words may have been, and what it costs to think so."""
        if len(window) == 1 and window[0] in self._spellings:
            return ((self._spellings[window[0]], 0.0),)
        if len(window) > 1 and (all(word in self._numbers for word in window) or any(map(_spelled, window))):
            return ()
        joined = "".join(window)
        found = [(joined, _NO_WORD)] if len(window) > 1 and joined in self._sounds and " ".join(window) not in self._phrases else []
        if any(self._as_said(word, len(window)) for word in window):
            return tuple(found)
        phones = "".join(pronunciations(word)[0] for word in window)
        shape = phones.translate(CLASSES)
        base, all_words = _penalty(window), all(map(is_known, window))
        worst = _WORST_PIECES if not all_words else _WORST_WORDS if len(window) > 1 else _WORST_WORD
        for word in {word for key in _keys(phones) for word in self._by_skeleton.get(key, ())} - {*window, joined}:
            a_name = word in self._names
            most = (_WORST_NAME if a_name and len(window) > 1 else worst) * len(phones)
            allowed = max(1, int(most / _CLASS_APART))
            unlike = min(
                (
                    distance(phones, said, most)
                    for said, its_shape in self._sounds[word]
                    if Levenshtein.distance(shape, its_shape, score_cutoff=allowed) <= allowed
                ),
                default=9.0,
            )
            if unlike <= most and (len(window) > 1 or _credible(window[0], word, unlike)):
                spared = _ALL_COMMON if a_name and len(window) > 1 and base > _SPLIT else 0.0
                doubt = _NO_HOMOPHONE if len(window) == 1 and base > _NO_WORD and unlike > _NEARLY_SAME else 0.0
                found.append((word, _CHANNEL * unlike + base + doubt - spared))
        return tuple(found)

    def _as_said(self, word: str, words: int) -> bool:
        """Whether a word, one of so many, is certainly what was said, or nothing can be told of it."""
        abbreviation = len(word) <= (_ABBREVIATION if words == 1 else _ABBREVIATION - 1) and not is_known(word)
        return abbreviation or word in KEPT or word in self._sure or "'" in word or not word.isascii()


def _spelled(word: str) -> bool:
    """Whether a word is a letter: what is spelled is no word in pieces."""
    return len(word) == 1 and word != "a"


def _ways(word: str, a_name: bool) -> tuple[str, ...]:
    """Pronunciations; a name that starts with a vowel is also said with a long one."""
    ways = pronunciations(word)
    return (*ways, *("W" + way[1:] for way in ways if a_name and word[0] == "o" and way[0] in VOWELS))


def _credible(heard: str, word: str, unlike: float) -> bool:
    """Whether one heard word can have come from another, apart from its sound."""
    if (word.startswith(heard) and word[len(heard) :] in _ENDINGS) or (heard.startswith(word) and heard[len(word) :] in _ENDINGS):
        return False  # another form of the same word
    if likelihood(heard) <= UNKNOWN and JaroWinkler.similarity(heard, word) < _SPELLED_ALIKE:
        return False
    return likelihood(word) < _FUNCTION_WORDS or unlike <= _NEARLY_SAME


def _penalty(window: Sequence[str]) -> float:
    if not all(is_known(word) and likelihood(word) > UNKNOWN for word in window):
        return _NO_WORD
    if len(window) == 1:
        return _WORD_FOR_WORD
    return _SPLIT + (_ALL_COMMON if all(likelihood(word) > _COMMON for word in window) else 0.0)


def _keys(phones: str) -> set[str]:
    """The consonants of a pronunciation by their classes, and that with any one of them missing; an h is hardly heard."""
    skeleton = "".join(phone for phone in phones.translate(CLASSES) if phone not in "hyV")
    keys = {skeleton}
    if len(skeleton) > 2:
        keys |= {skeleton[:at] + skeleton[at + 1 :] for at in range(len(skeleton))}
    return keys
