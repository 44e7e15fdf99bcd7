"""What a caller may say, as data: the words in pieces, of which kind, and how a right reply is told from a wrong one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["opening", "yes_no", "name", "birth_date", "phone", "choice", "sentence", "question", "nothing_else", "other"]
KINDS: tuple[Kind, ...] = (
    "opening", "yes_no", "name", "birth_date", "phone", "choice", "sentence", "question", "nothing_else", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """One utterance. `pieces` are its words; between two of them people pause in mid-phrase, and nobody would think them done.

    It was understood when the reply says one of `values` (this call's own dates, times, names, numbers, which nobody could know
    before); for an answer without any the reply must ask or say one of the situations `leads_to`, to which only this answer leads.
    """

    kind: Kind
    pieces: tuple[str, ...]
    values: tuple[str, ...] = ()
    leads_to: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(self.pieces)
