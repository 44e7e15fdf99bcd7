"""Where a text is cut into pieces for a voice that renders one piece after another, and how long the silence after each is.

The first piece is the shortest, since the caller waits for it; later ones are rendered while the ones before are heard, and
longer pieces sound better. Cuts are made only where a speaker breathes: after sentences, and after clauses of long ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from appliance.speech.loudness import CLAUSE_PAUSE_SECONDS, SENTENCE_PAUSE_SECONDS

FIRST_PIECE = 45
"""Letters of a first sentence that is left whole: about three seconds of speech."""
PIECE = 120
SHORTEST = 12
"""Letters: of a shorter piece a neural voice makes an odd melody."""
_SENTENCE_END = re.compile(r"(?<=[.?!…])[\"”»)]*\s+(?=\S)")
_CLAUSE_END = re.compile(r"(?<=[,;:—])\s+(?=\S)")


@dataclass(frozen=True)
class Piece:
    """A piece with its punctuation, which tells the voice how to end it, and the silence after it when another one follows."""

    text: str
    pause_seconds: float


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text, in order; nothing for a text without letters or digits."""
    room = FIRST_PIECE
    for sentence in _SENTENCE_END.split(text.strip()):
        *clauses, last = _clauses(sentence, room)
        for clause, pause in [*((clause, CLAUSE_PAUSE_SECONDS) for clause in clauses), (last, SENTENCE_PAUSE_SECONDS)]:
            if any(letter.isalnum() for letter in clause):
                yield Piece(clause, pause)
                room = PIECE


def _clauses(sentence: str, room: int) -> Iterator[str]:
    """A sentence whole when there is room for it; else the first clause that is long enough, and the rest treated alike."""
    while len(sentence) > room:
        cut = next((end for end in _CLAUSE_END.finditer(sentence) if _good_cut(sentence, end.start(), room)), None)
        if cut is None:
            break
        yield sentence[: cut.start()]
        sentence, room = sentence[cut.end() :], PIECE
    yield sentence


def _good_cut(sentence: str, at: int, room: int) -> bool:
    """Neither side too short; the first piece is cut at the first such place, later ones at the last before they are too long."""
    if at < SHORTEST or len(sentence) - at <= SHORTEST:
        return False
    if room == FIRST_PIECE:
        return True
    later = _CLAUSE_END.search(sentence, at + 1)
    return later is None or later.start() > room or len(sentence) - later.start() <= SHORTEST
