"""Turns to figures: percentiles by kind of answer and overall, cut-offs, interruptions, words misheard. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np
from rapidfuzz.distance import Levenshtein

from appliance.bench.wire.answers import KINDS
from appliance.bench.wire.turns import Interruption, Turn
from appliance.telephony.caller.prompt_book import words_of

_Thing = TypeVar("_Thing")
Figures = dict[str, Any]
"""Numbers by name; None for a percentile of nothing."""


def percentile_ms(seconds: Iterable[float | None], at: float) -> float | None:
    """Milliseconds that `at` % do not exceed; None entries do not count."""
    known = [second for second in seconds if second is not None]
    return 1000 * float(np.percentile(known, at)) if known else None


def gap_figures(turns: Sequence[Turn]) -> Figures:
    """The headline of a set of turns: gaps to the first audio that depends on the turn."""
    info = [turn.info for turn in turns]
    return {
        "turns": len(turns),
        "right": share(turns, lambda turn: turn.right),
        "p50_ms": percentile_ms(info, 50),
        "p95_ms": percentile_ms(info, 95),
        "p99_ms": percentile_ms(info, 99),
        "first_audio_p50_ms": percentile_ms((turn.first for turn in turns), 50),
        "cut_off": share(turns, lambda turn: turn.cut_off),
    }


def by_kind(turns: Sequence[Turn]) -> dict[str, Figures]:
    """gap_figures for each kind of answer that occurred."""
    groups = {kind: [turn for turn in turns if turn.kind == kind] for kind in KINDS}
    return {kind: gap_figures(group) for kind, group in groups.items() if group}


def cut_off_figures(turns: Sequence[Turn]) -> Figures:
    """How many answers were cut off, apart for those without and with pauses inside."""
    plain, paused = ([turn for turn in turns if turn.paused is wanted] for wanted in (False, True))
    return {
        "false_cutoffs": share(turns, lambda turn: turn.cut_off),
        "false_cutoffs_plain": share(plain, lambda turn: turn.cut_off),
        "false_cutoffs_paused": share(paused, lambda turn: turn.cut_off),
        "turns_paused": len(paused),
    }


def interruption_figures(found: Sequence[Interruption]) -> Figures:
    """How soon the agent is quiet when it is talked over, and how often a mere sound silences it."""
    stopped = [one.stopped_after for one in found if one.manner == "barge_in"]
    noises = [one for one in found if one.manner == "noise"]
    kinds = sorted({one.sound for one in noises})
    return {
        "barge_ins": len(stopped),
        "barge_in_p50_ms": percentile_ms(stopped, 50),
        "barge_in_p95_ms": percentile_ms(stopped, 95),
        "noises": len(noises),
        "false_stops": share(noises, _stopped),
        "false_stops_by_noise": {kind: share([one for one in noises if one.sound == kind], _stopped) for kind in kinds},
    }


def words_misheard(turns: Iterable[Turn]) -> float | None:
    """Word errors over words said, of the turns that were not cut off."""
    pairs = [(words_of(turn.words), words_of(turn.heard)) for turn in turns if not turn.cut_off]
    said = sum(len(words) for words, _ in pairs)
    return sum(Levenshtein.distance(words, heard) for words, heard in pairs) / said if said else None


def share(things: Sequence[_Thing], holds: Callable[[_Thing], bool]) -> float | None:
    """0 to 1; None of nothing."""
    return sum(map(holds, things)) / len(things) if things else None


def _stopped(one: Interruption) -> bool:
    return one.stopped_after is not None
