"""Sentences that answer a question for a value, for a recogniser that can be told what to expect.

A closed grammar forces what it hears into its words. So it is asked second, and only about an answer that a decoder of everything
heard as values with a few short words in between that are none, as "four to won" for "four two one". Whatever has two such words in
a row, or a longer one, is a caller saying something else, and stays as it was heard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from appliance.speech.engines import Vocabulary
from appliance.speech.spoken_values import LANGUAGES, SpokenValues

KINDS = frozenset({"birth", "phone"})
"""Kinds of answers (languages/<code>/speech/answers.toml) that consist of numbers mostly."""
LINES = 3000
LONGEST_STRAY = 3
"""Letters of a word that may be a number misheard; "help" has four."""


@dataclass(frozen=True)
class ValueGrammar:
    """Example answers of a kind, and their words."""

    lines: Sequence[str]
    words: frozenset[str]

    def doubts(self, heard: str) -> bool:
        """Whether `heard` is an answer of this kind in which some numbers seem to be misheard."""
        words = heard.split()
        strays = [place for place, word in enumerate(words) if word not in self.words]
        short = all(len(words[place]) <= LONGEST_STRAY for place in strays)
        apart = all(later - earlier > 1 for earlier, later in pairwise(strays))
        return bool(strays) and short and apart and 2 * len(strays) < len(words)


def value_grammars(vocabulary: Vocabulary, language: str, knows: Callable[[str], bool]) -> Mapping[str, ValueGrammar]:
    """By situation, the grammar of its answers, of lines whose words are all known; none for a language without answers."""
    if not (LANGUAGES / language / "speech" / "answers.toml").exists():
        return {}
    values = SpokenValues(vocabulary, language)
    grammars = {}
    for answers in values.kinds:
        if answers.kind in KINDS:
            lines = list(dict.fromkeys(values.lines(answers.kind, LINES)))
            known = {word for word in {word for line in lines for word in line.split()} if knows(word)}
            usable = [line for line in lines if known.issuperset(line.split())]
            if usable:
                grammar = ValueGrammar(usable, frozenset(word for line in usable for word in line.split()))
                grammars.update(dict.fromkeys(answers.asked, grammar))
    return grammars
