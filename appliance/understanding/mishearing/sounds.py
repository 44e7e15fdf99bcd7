"""How words sound, and how much alike two sounds are: the ground on which mishearings are made for training and put right in calls.

A pronunciation is a string with one sign for each phone: capital letters are vowels, the others consonants. Known words are
pronounced as in the dictionary that comes with pocketsphinx (cmudict), others by the rules of `spelling_sounds`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path

from appliance.understanding.mishearing.spelling_sounds import by_rule

_PHONES = """
AA=A AE=E AH=U AO=O AW=Q AY=I EH=H ER=Ur EY=Z IH=J IY=N OW=W OY=V UH=X UW=L
B=b CH=c D=d DH=x F=f G=g HH=h JH=j K=k L=l M=m N=n NG=q P=p R=r S=s SH=$ T=t TH=^ V=v W=w Y=y Z=z ZH=%
"""
_SIGNS = dict(entry.split("=") for entry in _PHONES.split())
VOWELS = frozenset("AEUOQIHZJNWVXL")
CLASSES = str.maketrans(
    {**dict.fromkeys(VOWELS, "V"), **{sign: kin[0] for kin in ("pb", "td", "kg", "fv^x", "sz", "$cj%", "mnq") for sign in kin}}
)
"""Turns a pronunciation into one in which sounds that are easily taken for one another are the same."""

_NEAR = {
    0.05: "UJ ^x",
    0.1: "AO HJ EH UX JN XL sz UH UE UA",
    0.15: "td OW nq UO HZ UW UL UN XO QA ZN",
    0.2: "pb kg fv ^f $% cj UI UZ AU EA",
    0.25: "$c %j xd xv",
    0.3: "mn ^t tc dj",
    0.35: "vb s$ z% ^s zj ct xz",
    0.5: "lr lw vw fp bv yl mq rw hf",
}
_ALIKE = {frozenset(pair): cost for cost, pairs in _NEAR.items() for pair in pairs.split()}
_OTHER_VOWEL, _OTHER = 0.3, 1.0
_LOST: Mapping[str, float] = {
    "h": 0.3,
    "r": 0.4,
    "t": 0.45,
    "d": 0.45,
    "y": 0.35,
    "w": 0.45,
    "U": 0.35,
    "J": 0.4,
    "n": 0.55,
    "l": 0.5,
}
_LOST_VOWEL, _LOST_CONSONANT = 0.5, 0.7
_ALL = sorted(set("".join(_SIGNS.values())))
_LOSSES = {phone: _LOST.get(phone, _LOST_VOWEL if phone in VOWELS else _LOST_CONSONANT) for phone in _ALL}
_COSTS = {
    one: {
        other: 0.0
        if one == other
        else _ALIKE.get(frozenset(one + other), _OTHER_VOWEL if one in VOWELS and other in VOWELS else _OTHER)
        for other in _ALL
    }
    for one in _ALL
}
_CHEAP_DETOUR = "U"
"""The one phone that may cost less to take another for and then lose than that other costs to lose: all else stays in its place."""


@cache
def _dictionary() -> Mapping[str, str]:
    """Words with their pronunciations, a space between: lists of them would cost memory, and the garbage collector's time."""
    package = find_spec("pocketsphinx")
    if package is None or package.origin is None:  # a broken installation: every word then sounds as it is spelled
        return {}
    known: dict[str, str] = {}
    with (Path(package.origin).parent / "model" / "en-us" / "cmudict-en-us.dict").open(encoding="utf-8") as lines:
        for line in lines:
            word, *phones = line.split()
            plain = word.partition("(")[0]
            said = "".join(_SIGNS[phone] for phone in phones)
            known[plain] = f"{known[plain]} {said}" if plain in known else said
    return known


def dictionary_words() -> Collection[str]:
    """Every word of the dictionary, lower case."""
    return _dictionary().keys()


def is_known(word: str) -> bool:
    """Whether the dictionary has the word."""
    return word in _dictionary()


@lru_cache(maxsize=20_000)
def pronunciations(word: str) -> tuple[str, ...]:
    """Every way a lower-case word is said; a possessive as its owner's with an s; by rule when the dictionary lacks it."""
    known = _dictionary()
    if found := known.get(word) or known.get(word.replace("'", "")):
        return tuple(dict.fromkeys(found.split()))
    if word.endswith("'s"):
        return tuple(f"{phones}z" for phones in pronunciations(word[:-2]))
    return (by_rule(word),)


def pronounce(words: str) -> str:
    """The first pronunciation of each word, in a row."""
    return "".join(pronunciations(word)[0] for word in words.split())


def substitution(one: str, other: str) -> float:
    """What it costs to take one phone for another: 0 the same, 1 nothing alike."""
    return _COSTS[one][other]


def loss(phone: str) -> float:
    """What it costs to miss a phone, or to hear one that was not said."""
    return _LOSSES[phone]


def distance(one: str, other: str, most: float = 99.0) -> float:
    """The least cost of taking one pronunciation for the other, 0 when they sound the same; anything over `most` if over it."""
    begin, end = 0, min(len(one), len(other))
    while begin < end and one[begin] == other[begin] != _CHEAP_DETOUR:
        begin += 1
    same_end = 0
    while same_end < end - begin and one[-1 - same_end] == other[-1 - same_end] != _CHEAP_DETOUR:
        same_end += 1
    one, other = one[begin : len(one) - same_end], other[begin : len(other) - same_end]
    lost_of_other = [_LOSSES[phone] for phone in other]
    row = [0.0, *accumulate(lost_of_other)]
    for phone in one:
        lost, costs = _LOSSES[phone], _COSTS[phone]
        above, here = row, row[0] + lost
        row = [here]
        for place, wanted in enumerate(other):
            here += lost_of_other[place]  # plain comparisons: this is the innermost loop, and min() takes twice as long
            if (other_way := above[place + 1] + lost) < here:
                here = other_way
            if (other_way := above[place] + costs[wanted]) < here:
                here = other_way
            row.append(here)
        if min(row) > most:
            return most + 1
    return row[-1]
