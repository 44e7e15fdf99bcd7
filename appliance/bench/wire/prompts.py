"""Which prompt a sentence of the agent's is: so the caller knows what was asked, and the bench what was understood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from appliance.conversation.situations import by_situation
from appliance.languages import load_prompts
from appliance.telephony.caller.prompt_book import PLACEHOLDER, PromptBook

_LIKE = 0.6
_KEYS = "press_"
"""Prompts that only tell keys; what was asked stands before them."""
_SENTENCE = re.compile(r"(?<!\bDr\.)(?<!A\.I\.)(?<=[.?!])\s+")


class Prompts:
    """The sentences of all prompts of a language, each known by the situation of its prompt; those that tell keys by none."""

    def __init__(self, prompts: Mapping[str, Sequence[str]]) -> None:
        spoken = {name: wordings for name, wordings in prompts.items() if not name.startswith(_KEYS)}
        self._keys = frozenset(name for name in prompts if name.startswith(_KEYS))
        known = by_situation(spoken) | {name: list(prompts[name]) for name in self._keys}
        self._book = PromptBook({name: _worded(wordings) for name, wordings in known.items()})

    @classmethod
    def of(cls, language: str) -> Prompts:
        """Those of an installed language."""
        return cls(load_prompts(language))

    def situation_of(self, sentence: str) -> str | None:
        """Of one sentence; None when it is like no prompt's."""
        match = self._book.nearest(sentence)
        return match.situation if match and match.score >= _LIKE else None

    def asked_by(self, reply: str) -> str | None:
        """The situation of the last sentence that is like a prompt's, keys aside: what the caller is expected to answer."""
        situations = (self.situation_of(sentence) for sentence in reversed(sentences(reply)))
        return next((found for found in situations if found and found not in self._keys), None)


def sentences(words: str) -> list[str]:
    """The sentences of a reply; a title or an abbreviation ends none."""
    return [sentence for sentence in _SENTENCE.split(words) if sentence]


def _worded(wordings: Sequence[str]) -> list[str]:
    """Sentences with words of their own; one that is nothing but a value could be anything."""
    split = (sentence for wording in wordings for sentence in sentences(wording))
    return [sentence for sentence in split if re.search(r"\w", PLACEHOLDER.sub("", sentence))]
