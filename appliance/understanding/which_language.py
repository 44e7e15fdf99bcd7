"""Which language an utterance is in, told by its words; and which language a caller asks for by its name.

Every word weighs as much as it is commoner among one language's example phrases than among the other's. Two words must tell, and
none may tell the opposite as loudly: a name, a "no", a borrowed "okay" or "gracias" change nothing. Names of people do not count.
A language that the appliance cannot converse in is told by its commonest words, or by its letters, so that it is not taken for its
nearest relation here: French is no Spanish.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from appliance.languages import FOLDER
from appliance.languages.vocabulary import vocabulary
from appliance.understanding import INTENTS
from appliance.understanding.values.lexer import fold

MOST = 4.0
"""No word weighs more, however common it is (natural logarithm of how many times commoner)."""
TELLING = 1.5
ENOUGH = 4.0
TELLING_WORDS = 2
UNKNOWN = "und"
"""The code of a language that is told by its letters alone (ISO 639-2: undetermined)."""
BORROWED = 2
"""A word that a language's phrases use no more often may be another language's, in a greeting that callers know."""
UNSEEN = 0.5
"""How often a word that a language's phrases never use is taken to have been used in them."""
_FILES = ("language.toml", "prompts.toml", "emergency.toml", "values.toml", "sample_values.toml")
_PRIVATE = frozenset({"patient_name", "provider", "phone", "pharmacy", "medication", "insurer"})
"""Slots whose words belong to no language."""
_STROKES = str.maketrans("đłø", "dlo")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_MARK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<slot>\w+)\)|\{\w+\}")


@dataclass(frozen=True)
class Named:
    """Languages that an utterance names, and whether it says that the caller lacks them."""

    languages: frozenset[str]
    refused: bool


@cache
def installed() -> tuple[str, ...]:
    """Codes of the languages that the appliance can converse in: those with words for everything."""
    needed = [*_FILES, *(f"phrases/{intent}.txt" for intent in INTENTS)]
    folders = (path.parent for path in sorted(FOLDER.glob("*/prompts.toml")))
    return tuple(folder.name for folder in folders if all((folder / name).exists() for name in needed))


def spoken(text: str, current: str, names: Collection[str] = ()) -> str:
    """The language of `text`: `current` unless its words clearly say another, which need not be one of those installed.

    `names` are people's, in any spelling.
    """
    said = " ".join(_words(text))
    people = _names(names)
    words = [word for word in _borrowed().sub(" ", said).split() if word not in people]
    if foreign := _foreign(words):
        return foreign
    for other in installed():
        if other != current and _clearly(words, other, current, introduced=bool(_introduction(other).match(said))):
            return other
    return current


def courtesy(text: str, current: str) -> str | None:
    """The other language of an utterance that is nothing but its courtesies and its yes or no ("no gracias"); else None.

    Speakers of `current` say such things too, so it is understood in the other language, and the call goes on as it was.
    """
    said = " ".join(_words(text))
    for other in installed():
        answers = vocabulary(other)["answers"]
        known = {*_about(other)["borrowed"], *answers["yes"], *answers["no"]}
        own = {*_about(current)["borrowed"], *vocabulary(current)["answers"]["yes"], *vocabulary(current)["answers"]["no"]}
        if other != current and said and not _any_of(known).sub(" ", said).split() and _any_of(own).sub(" ", said).split():
            return other
    return None


def named(text: str, current: str) -> Named:
    """The languages that `text`, said in the language `current`, names."""
    words = set(_words(text))
    languages = frozenset(code for code in installed() if words & set(_about(code)["names"]))
    return Named(languages, bool(words & set(_about(current)["refusals"])))


def voice(language: str, synthesizer: str) -> str:
    """The name of the synthesizer's voice for a language; KeyError when the language names none."""
    return str(_about(language)["voices"][synthesizer])


def leaning(text: str) -> str | None:
    """The installed language that the words of `text` tell most of, however few they are; None when they tell nothing.

    Words that stand within names too tell something here ("a las 4"): the answer changes no call's language.
    """
    words = dict.fromkeys(_words(text))
    first, *others = installed()
    weights = {language: sum(_weight(word, language, first) + _particle(word, language) for word in words) for language in others}
    language = max(weights, key=lambda one: abs(weights[one]))
    if abs(weights[language]) < TELLING:
        return None
    return language if weights[language] > 0 else first


def _particle(word: str, language: str) -> float:
    return TELLING if word in _about(language).get("name_particles", ()) else 0.0


def _foreign(words: list[str]) -> str | None:
    """The language of `words` that nobody converses in here: two words or more are its own, and no language here has more."""
    letters = "".join(words)
    if 2 * sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters if letter.isalpha()) > len(letters):
        return UNKNOWN
    distinct = set(words)
    known = [{word for word in distinct if _counts(language)[word] > BORROWED} for language in installed()]
    own = {code: {word for word in distinct if _plain(word) in common} for code, common in _others().items()}
    hits = {code: len(found.difference(*known)) for code, found in own.items()}
    likeliest = max(hits, key=lambda code: (hits[code], len(own[code])))
    against = max(len(here - own[likeliest]) for here in known)
    return likeliest if hits[likeliest] >= TELLING_WORDS and hits[likeliest] > against else None


@cache
def _others() -> Mapping[str, frozenset[str]]:
    """Per language that only people speak here, its commonest words, plainly spelled."""
    table = tomllib.loads((FOLDER / "others.toml").read_text(encoding="utf-8"))
    return {code: frozenset(words.replace("-", " ").split()) for code, words in table.items()}


def _plain(word: str) -> str:
    """Without accents; the Vietnamese and the Polish stroke are none to Unicode."""
    return fold(word).translate(_STROKES)


def _clearly(words: list[str], other: str, current: str, *, introduced: bool) -> bool:
    weights = [_weight(word, other, current) for word in dict.fromkeys(words)] + [MOST] * introduced
    for_other = sum(weight >= TELLING for weight in weights)
    against = sum(weight <= -TELLING for weight in weights)
    return for_other >= TELLING_WORDS and sum(weights) >= ENOUGH and for_other > against


def _weight(word: str, other: str, current: str) -> float:
    in_other, in_current = _counts(other), _counts(current)
    if not in_other[word] and not in_current[word]:
        return 0.0
    commoner = (in_other[word] + UNSEEN) * in_current.total() / ((in_current[word] + UNSEEN) * in_other.total())
    return max(-MOST, min(MOST, math.log(commoner)))


@cache
def _counts(language: str) -> Counter[str]:
    """How often the language's phrases, prompts and spoken values use each word, people's names left out."""
    counts: Counter[str] = Counter()
    for path in sorted((FOLDER / language).glob("phrases/*.txt")):
        if path.stem == "change_language":  # who asks for another language often does so in that language
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                counts.update(_words(_MARK.sub(_unmarked, line.rpartition("|")[2])))
    prompts = tomllib.loads((FOLDER / language / "prompts.toml").read_text(encoding="utf-8"))
    values = vocabulary(language)
    for table in (prompts, values["numbers"], values["tables"], values["choice"]):
        for words in _strings(table):
            counts.update(_words(_MARK.sub(" ", words)))
    for word in _names(()):
        del counts[word]
    return counts


def _unmarked(mark: re.Match[str]) -> str:
    return f" {mark['words']} " if mark["words"] and mark["slot"] not in _PRIVATE else " "


def _strings(node: object) -> Iterator[str]:
    """Every text in a table, keys included: cardinals are keys, tables' words are values."""
    match node:
        case str():
            yield node
        case dict():
            for key, value in node.items():
                yield str(key)
                yield from _strings(value)
        case list():
            for item in node:
                yield from _strings(item)


def _names(others: Collection[str]) -> frozenset[str]:
    return _common_names() | {word for name in others for word in _words(name)}


@cache
def _common_names() -> frozenset[str]:
    """First and last names of every language, and the particles between them: "Maria de la Cruz" is no Spanish."""
    found: set[str] = set()
    for language in installed():
        found.update(_about(language).get("name_particles", ()))
        path = FOLDER / language / "sample_values.toml"
        if path.exists():
            samples = tomllib.loads(path.read_text(encoding="utf-8"))
            found.update(word for key in ("first_names", "last_names") for word in _words(str(samples.get(key, ""))))
    return frozenset(found)


@cache
def _borrowed() -> re.Pattern[str]:
    """The courtesies of every language that speakers of the others use too."""
    return _any_of({phrase for language in installed() for phrase in _about(language)["borrowed"]})


def _any_of(phrases: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")


@cache
def _introduction(language: str) -> re.Pattern[str]:
    """How people begin to say their name, in two words or more: "me llamo" tells the language even before an unknown name."""
    openings = [opening for opening in vocabulary(language)["name"]["sure_openings"] if " " in opening]
    return re.compile(rf"(?:{'|'.join(map(re.escape, openings))})(?!\S)")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


@cache
def _about(language: str) -> Mapping[str, Any]:
    path: Path = FOLDER / language / "language.toml"
    about: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return about
