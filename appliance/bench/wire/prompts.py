"""Which prompt a sentence of the agent's is: so the caller knows what was asked, and the bench what was understood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from appliance.conversation.situations import by_situation
from appliance.languages import load_prompts
from appliance.telephony.caller.prompt_book import PLACEHOLDER

_KEYS = "press_"
"""Prompts that only tell keys; what was asked stands before them."""
_SENTENCE = re.compile(r"(?<!\bDr\.)(?<!A\.I\.)(?<=[.?!])\s+")


class Prompts:
    """The sentences of all prompts of a language, each known by the situation of its prompt; those that tell keys by none.

    The transcript is what was written, not what was heard, so a sentence is one of a prompt's to the letter or is not.
    """

    def __init__(self, prompts: Mapping[str, Sequence[str]]) -> None:
        listed = by_situation({name: wordings for name, wordings in prompts.items() if not name.startswith(_KEYS)})
        self._patterns = [
            (situation, *_pattern(sentence))
            for situation, wordings in listed.items()
            for wording in wordings
            for sentence in sentences(wording)
        ]

    @classmethod
    def of(cls, language: str) -> Prompts:
        """Those of an installed language."""
        return cls(load_prompts(language))

    def situations_of(self, sentence: str) -> list[str]:
        """Every situation that has a prompt with this sentence, those with the most words in common first."""
        found = sorted(((letters, name) for name, letters, pattern in self._patterns if pattern.fullmatch(sentence)), reverse=True)
        return [name for letters, name in found if letters]

    def asked_by(self, reply: str) -> str | None:
        """The situation of the last sentence that is a prompt's, keys aside: what the caller is expected to answer."""
        return next((found[0] for sentence in reversed(sentences(reply)) if (found := self.situations_of(sentence))), None)


def sentences(words: str) -> list[str]:
    """The sentences of a reply; a title or an abbreviation ends none."""
    return [sentence for sentence in _SENTENCE.split(words) if sentence]


def _pattern(sentence: str) -> tuple[int, re.Pattern[str]]:
    """How many letters of a sentence are its own, and what it looks like with values filled in."""
    own = PLACEHOLDER.split(sentence)
    return sum(map(str.isalpha, "".join(own))), re.compile(".+".join(map(re.escape, own)))
