"""Which words a few heard words may have been, by their sound, and what it costs to think so (in log-likelihood)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
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
_UNLIMITED = 99.0
_ABBREVIATION = 3
"""Letters of what may be an abbreviation."""
_ENDINGS = frozenset({"s", "es", "ed", "d", "'s", "ing", "in", "er", "ly", "y"})


@dataclass(frozen=True)
class _Kin:
    """Every pronunciation of the words that share a key: the word, its phones, and their classes, each at the same place."""

    words: tuple[str, ...]
    phones: tuple[str, ...]
    shapes: tuple[str, ...]


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
        self._written = {
            word
            for word in vocabulary
            if word.isalpha() and (len(word) > 2 or likelihood(word) > _SHORT_WORDS) and word not in _NEVER_MEANT
        }
        self._by_key = _by_key({word: _ways(word, word in names) for word in sorted(self._written)})
        self.of = lru_cache(maxsize=20_000)(self._of)

    def _of(self, window: Sequence[str]) -> tuple[tuple[str, float], ...]:
        """Words that a window of heard words may have been, and what it costs to think so."""
        if len(window) == 1 and window[0] in self._spellings:
            return ((self._spellings[window[0]], 0.0),)
        if len(window) > 1 and (all(word in self._numbers for word in window) or any(map(_spelled, window))):
            return ()
        joined = "".join(window)
        found = (
            [(joined, _NO_WORD)] if len(window) > 1 and joined in self._written and " ".join(window) not in self._phrases else []
        )
        if any(self._as_said(word, len(window)) for word in window):
            return tuple(found)
        phones = "".join(pronunciations(word)[0] for word in window)
        base, all_words = _penalty(window), all(map(is_known, window))
        worst = (_WORST_PIECES if not all_words else _WORST_WORDS if len(window) > 1 else _WORST_WORD) * len(phones)
        worst_name = _WORST_NAME * len(phones) if len(window) > 1 else worst
        unlike: dict[str, float] = {}
        most_apart, most_apart_name = _classes_apart(worst), _classes_apart(worst_name)
        for word, said, apart in self._nearly(phones, max(most_apart, most_apart_name)):
            a_name = word in self._names
            if apart > (most_apart_name if a_name else most_apart) or word in window or word == joined:
                continue
            most = worst_name if a_name else worst
            if len(window) == 1:
                most = min(most, _most_credible(window[0], word))
            most = min(most, unlike.get(word, most))
            if most >= 0 and (cost := distance(phones, said, most)) <= most:
                unlike[word] = cost
        for word, cost in unlike.items():
            spared = _ALL_COMMON if word in self._names and len(window) > 1 and base > _SPLIT else 0.0
            doubt = _NO_HOMOPHONE if len(window) == 1 and base > _NO_WORD and cost > _NEARLY_SAME else 0.0
            found.append((word, _CHANNEL * cost + base + doubt - spared))
        return tuple(found)

    def _nearly(self, phones: str, most: int) -> set[tuple[str, str, int]]:
        """Words, each with a pronunciation and in how many classes of sounds it differs from `phones`: in no more than `most`."""
        shape = phones.translate(CLASSES)
        found: set[tuple[str, str, int]] = set()
        for key in _keys(phones):
            if kin := self._by_key.get(key):
                near = process.extract(shape, kin.shapes, scorer=Levenshtein.distance, score_cutoff=most, limit=None)
                found.update((kin.words[at], kin.phones[at], apart) for _, apart, at in near)
        return found

    def _as_said(self, word: str, words: int) -> bool:
        """Whether a word, one of so many, is certainly what was said, or nothing can be told of it."""
        abbreviation = len(word) <= (_ABBREVIATION if words == 1 else _ABBREVIATION - 1) and not is_known(word)
        return abbreviation or word in KEPT or word in self._sure or "'" in word or not word.isascii()


def _classes_apart(unlike: float) -> int:
    """In how many classes sounds can differ that are no more unlike than this."""
    return max(1, int(unlike / _CLASS_APART))


def _spelled(word: str) -> bool:
    """Whether a word is a letter: what is spelled is no word in pieces."""
    return len(word) == 1 and word != "a"


def _ways(word: str, a_name: bool) -> tuple[str, ...]:
    """Pronunciations; a name that starts with a vowel is also said with a long one."""
    ways = pronunciations(word)
    return (*ways, *("W" + way[1:] for way in ways if a_name and word[0] == "o" and way[0] in VOWELS))


def _most_credible(heard: str, word: str) -> float:
    """The most that one heard word may differ, in all, to have come from another; negative when it cannot have."""
    if (word.startswith(heard) and word[len(heard) :] in _ENDINGS) or (heard.startswith(word) and heard[len(word) :] in _ENDINGS):
        return -1.0  # another form of the same word
    if likelihood(heard) <= UNKNOWN and JaroWinkler.similarity(heard, word) < _SPELLED_ALIKE:
        return -1.0
    return _UNLIMITED if likelihood(word) < _FUNCTION_WORDS else _NEARLY_SAME


def _by_key(ways: Mapping[str, Sequence[str]]) -> Mapping[str, _Kin]:
    """For each key of a pronunciation, all pronunciations of the words that have it."""
    members: dict[str, list[tuple[str, str]]] = {}
    for word, sounds in ways.items():
        for key in {key for phones in sounds for key in _keys(phones)}:
            members.setdefault(key, []).extend((word, phones) for phones in sounds)
    shape = {phones: phones.translate(CLASSES) for sounds in ways.values() for phones in sounds}
    return {
        key: _Kin(tuple(word for word, _ in kin), tuple(phones for _, phones in kin), tuple(shape[phones] for _, phones in kin))
        for key, kin in members.items()
    }


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
