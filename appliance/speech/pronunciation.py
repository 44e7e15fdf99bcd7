"""How words sound: cmudict where it knows them, espeak-ng's rules for the rest (names above all), in the phones of pocketsphinx.

espeak-ng writes the International Phonetic Alphabet, one line for each word; the longest match in the table below is taken first.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from appliance.faults import TheirFault

ENGLISH = "en-us"
AS_WRITTEN = "es"
"""Spanish rules give vowels the values they have in most languages, which is how people say a name from elsewhere."""
_SOUNDS = """
AA = ɑː aː ɒ ɑ | AA R = ɑːɹ | AE = æ a | AH = ɐ ʌ ə | AH L = əl l̩ | AH N = n̩ | AO = ɔː ɔ | AO R = ɔːɹ oːɹ | AW = aʊ |
AW ER = aʊɚ | AY = aɪ | AY ER = aɪə aɪɚ | B = b | CH = tʃ | D = d | DH = ð | EH = ɛ | EH R = ɛɹ | ER = ɜː ɚ ɝ ɜ ø œ |
EY = eɪ eː e | F = f | G = ɡ g | HH = h ç | IH = ɪ ᵻ ɨ | IH R = ɪɹ | IY = iː i | IY AH = iə | JH = dʒ | K = x k |
L = l ɫ | M = m | N = n | N Y = ɲ | NG = ŋ | OW = oʊ əʊ oː o | OY = ɔɪ | P = p | R = ɹ r ʁ | S = s | SH = ʃ | T = ɾ t |
TH = θ | UH = ʊ | UH R = ʊɹ | UW = uː y u | V = v | W = w ʍ | Y = j | Z = z | ZH = ʒ
"""
_ARPABET = {
    sound: phones.strip()
    for phones, _, sounds in (entry.partition("=") for entry in _SOUNDS.split("|"))
    for sound in sounds.split()
}
_SOUND = re.compile("|".join(sorted(map(re.escape, _ARPABET), key=len, reverse=True)))


class Pronunciations:
    """The pronouncing dictionary of an engine, completed by espeak-ng."""

    def __init__(self, dictionary: Path) -> None:
        self._known = _read(dictionary)

    def of(self, words: Collection[str]) -> Mapping[str, Sequence[str]]:
        """Pronunciations of each word as phones separated by spaces; a word that makes no sound is left out.

        Raises TheirFault when espeak-ng is needed and missing.
        """
        found: dict[str, Sequence[str]] = {word: self._known[word] for word in words if word in self._known}
        unknown = []
        for word in sorted(set(words) - found.keys()):
            if (possessive := self._possessive(word)) is not None:
                found[word] = possessive
            else:
                unknown.append(word)
        english, as_written = by_rule(unknown), by_rule(unknown, AS_WRITTEN)
        for word in english:
            found[word] = list(dict.fromkeys(reading[word] for reading in (english, as_written) if word in reading))
        return found

    def _possessive(self, word: str) -> Sequence[str] | None:
        stem = word.removesuffix("'s")
        if stem == word or stem not in self._known:
            return None
        return [f"{phones} {_plural_sound(phones.split()[-1])}" for phones in self._known[stem]]


def by_rule(words: Iterable[str], voice: str = ENGLISH) -> Mapping[str, str]:
    """espeak-ng's pronunciation of each word by the rules of a language; words without a sound are left out.

    Raises TheirFault when espeak-ng is missing.
    """
    wanted = list(words)
    if not wanted:
        return {}
    program = shutil.which("espeak-ng")
    if program is None:
        raise TheirFault(
            "The program espeak-ng is not installed; names cannot be recognised without it.",
            repair="Install the Debian package espeak-ng.",
        )
    # the full stop and the empty line make each word a sentence of its own, which espeak-ng answers with a line of its own
    asked = "".join(f"{word}.\n\n" for word in wanted)
    answer = subprocess.run([program, "-q", "-v", voice, "--ipa"], input=asked, capture_output=True, text=True, check=True).stdout
    lines = [line.strip() for line in answer.splitlines() if line.strip()]
    half = len(wanted) // 2
    if len(lines) != len(wanted):  # some word has no sound of its own; slower, but each answer then belongs to its word
        return {} if len(wanted) == 1 else {**by_rule(wanted[:half], voice), **by_rule(wanted[half:], voice)}
    if voice == AS_WRITTEN:
        lines = [_spelt_sounds(line) for line in lines]
    return {word: phones for word, line in zip(wanted, lines, strict=True) if (phones := arpabet(line))}


def arpabet(ipa: str) -> str:
    """IPA in the 39 phones of cmudict; marks of stress and length, and sounds English lacks, are dropped."""
    return " ".join(_ARPABET[sound] for sound in _SOUND.findall(ipa.replace("ˈ", "").replace("ˌ", "").replace("\u0361", "")))


def _spelt_sounds(ipa: str) -> str:
    """Spanish IPA in signs whose English counterparts are right: a flapped r is no t, and a pure a is the one of "father"."""
    return ipa.translate(str.maketrans("ɾaβɣʎʝx", "ɹɑbɡjjh"))


@functools.cache
def _read(dictionary: Path) -> Mapping[str, Sequence[str]]:
    known: defaultdict[str, list[str]] = defaultdict(list)
    with dictionary.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, phones = line.strip().partition(" ")
            known[word.partition("(")[0]].append(phones)
    return known


def _plural_sound(phone: str) -> str:
    if phone in {"S", "Z", "SH", "ZH", "CH", "JH"}:
        return "IH Z"
    return "S" if phone in {"P", "T", "K", "F", "TH"} else "Z"
