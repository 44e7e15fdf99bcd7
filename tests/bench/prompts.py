"""How the sentences sound that every caller hears: run `python tests/bench/prompts.py [--language es] [--piper FILE] [--all]`.

Every constant sentence and a few with values is rendered, and what is out of bounds is shown (with --all, everything): level and
peak in dBFS, clipped samples, silence before, after and longest within (ms), duration (s), letters a second, and the worst step
between neighbouring samples where sound meets a pause, in parts of the worst within the sound: above 1 it would be heard as a
click. Exit status 1 when anything is out of bounds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import numpy as np

from appliance import speech
from appliance.config import load_clinic
from appliance.languages import Wording, constant_sentences, load_prompts
from appliance.languages.speakable import speakable
from appliance.speech.audio import SAMPLE_RATE, Samples, active_level, block_levels, dbfs, samples_of
from appliance.speech.engines import Synthesizer
from appliance.understanding.which_language import installed, voice

CLINIC = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
LEVELS, PEAK, CLICK = (-21.5, -18.5), -2.9, 1.0
LEAD_MS, TAIL_MS, PAUSE_MS = (20, 60), (50, 120), 700
LETTERS_A_SECOND = (6, 18)
SHORTEST_PAUSE_MS = 100
"""Silence within words, before a p, t or k, is shorter; the sound after it is a small bang by nature."""
_BLOCK = SAMPLE_RATE // 1_000
_SILENT = 10 ** (-60 / 20)


@dataclass(frozen=True)
class Sound:
    """What can be measured of one sentence."""

    level: float
    peak: float
    clipped: int
    lead_ms: int
    tail_ms: int
    pause_ms: int
    seconds: float
    letters_a_second: float
    join: float

    def faults(self) -> list[str]:
        """What is out of bounds."""
        checks = {
            "level": LEVELS[0] <= self.level <= LEVELS[1],
            "peak": self.peak <= PEAK,
            "clipped": not self.clipped,
            "lead": LEAD_MS[0] <= self.lead_ms <= LEAD_MS[1],
            "tail": TAIL_MS[0] <= self.tail_ms <= TAIL_MS[1],
            "pause": self.pause_ms <= PAUSE_MS,
            "pace": self.seconds < 1.5 or LETTERS_A_SECOND[0] <= self.letters_a_second <= LETTERS_A_SECOND[1],
            "click": self.join <= CLICK,
        }
        return [name for name, passed in checks.items() if not passed]


def measure(samples: Samples, text: str) -> Sound:
    """The figures of a sentence in words that was rendered."""
    peaks = np.abs(samples)
    silent = block_levels(samples, _BLOCK) < _SILENT
    runs = list(_runs(silent))
    inner = [end - start for start, end in runs if start and end < len(silent)]
    pauses = [run for run in runs if not run[0] or run[1] == len(silent) or run[1] - run[0] >= SHORTEST_PAUSE_MS]
    edges = [edge * _BLOCK for pause in pauses for edge in pause if 0 < edge < len(silent)]
    steps = np.abs(np.diff(samples))
    joins = np.zeros(len(steps), np.bool_)
    for edge in edges:
        joins[max(0, edge - _BLOCK) : edge + _BLOCK] = True
    seconds = len(samples) / SAMPLE_RATE
    return Sound(
        level=dbfs(active_level(samples)),
        peak=dbfs(float(peaks.max(initial=0))),
        clipped=int(np.sum(peaks >= 0.999)),
        lead_ms=runs[0][1] if runs and not runs[0][0] else 0,
        tail_ms=len(silent) - runs[-1][0] if runs and runs[-1][1] == len(silent) else 0,
        pause_ms=max(inner, default=0),
        seconds=seconds,
        letters_a_second=sum(letter.isalpha() for letter in text) / seconds if seconds else 0.0,
        join=float(steps[joins].max(initial=0)) / max(float(steps[~joins].max(initial=0)), 1e-9),
    )


def _runs(flags: Sequence[bool] | np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for at, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = at
        elif not flag and start is not None:
            yield start, at
            start = None


def sentences(language: str) -> list[str]:
    """Every constant sentence of the sample clinic in a language, and some with the values of a call."""
    prompts = load_prompts(language)
    wording = Wording(language, prompts, date(2026, 11, 23))
    openings = [(datetime(2026, 11, 27, 9, 5), "Dr. Okafor"), (datetime(2026, 11, 30, 12), "Dr. Whitfield")]
    with_values = [
        wording.say("offer_slots", {"openings": openings}),
        wording.say("confirm_booking_for", {"start": openings[0][0], "provider": "Dr. Okafor", "name": "Sofía Ramírez"}),
        wording.say("opening_hours", {"groups": [(0, 4, time(8), time(17, 30))]}),
        wording.say("the_address", {"address": "412 Maple Street, Suite 2, Cedar Hill"}),
        wording.say("confirm_message", {"message": "call me about my results", "phone": "4135550173"}),
    ]
    return [*constant_sentences(prompts, {"clinic": load_clinic(CLINIC).clinic.name}), *with_values]


def main() -> int:
    """Print one line for each sentence out of bounds, and the middle and the extremes of all."""
    parser = argparse.ArgumentParser(description="how the sentences sound that every caller hears")
    parser.add_argument("--language", choices=installed(), action="append", help="(default: all)")
    parser.add_argument("--piper", type=Path, metavar="FILE", help="a Piper voice for the language, in place of espeak-ng")
    parser.add_argument("--all", action="store_true", help="show every sentence")
    arguments = parser.parse_args()
    failed = 0
    for language in arguments.language or installed():
        found = []
        synthesizer: Synthesizer = (
            speech.synthesizer("piper")(models=[arguments.piper])
            if arguments.piper
            else speech.synthesizer("espeak")(voice(language, "espeak"))
        )
        print(f"\n{language}: {synthesizer.voice}\n level   peak  clip  lead  tail  pause  seconds  letters/s   join")
        for text in sentences(language):
            sound = measure(samples_of(b"".join(synthesizer.speak(text))), speakable(text, language))
            found.append(sound)
            faults = sound.faults()
            failed += bool(faults)
            if faults or arguments.all:
                print(f"{row(sound)}  {'!' if faults else ' '}{','.join(faults)} {text}")
        for name, share in (("least", 0), ("middle", 50), ("most", 100)):
            figures = np.percentile([list(vars(sound).values()) for sound in found], share, axis=0)
            print(f"{row(Sound(*figures))}  {name} of {len(found)}")
    return 1 if failed else 0


def row(sound: Sound) -> str:
    """One line of the table."""
    return (
        f"{sound.level:6.1f} {sound.peak:6.1f} {sound.clipped:5.0f} {sound.lead_ms:5.0f} {sound.tail_ms:5.0f} {sound.pause_ms:6.0f}"
        f" {sound.seconds:8.2f} {sound.letters_a_second:10.1f} {sound.join:6.2f}"
    )


if __name__ == "__main__":
    sys.exit(main())
