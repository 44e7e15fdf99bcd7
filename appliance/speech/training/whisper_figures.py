"""`python -m appliance.speech.training.whisper_figures --audio FOLDER --model FOLDER`: how a Whisper hears digits.

Through the appliance's own recogniser and G.711, of one speaker: single digits and strings, in windows that fit and of 30 s.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from appliance.speech.audio import SAMPLE_RATE, Samples
from appliance.speech.engines import Vocabulary
from appliance.speech.recognizer_whisper import load
from appliance.speech.training.spoken_digits import DIGITS, Takes, read_recordings, telephone
from appliance.speech.whisper_model import FULL_SECONDS, WINDOWS, Whisper

SINGLE, STRINGS = 100, 40
SHORTEST, LONGEST = 3, 6
LEAD, TAIL, GAP = 0.3, 0.6, 0.1
"""Seconds of quiet before, after and between."""


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m appliance.speech.training.whisper_figures", description=__doc__)
    parser.add_argument(
        "--audio", type=Path, required=True, metavar="FOLDER", help="recordings {digit}_{speaker}_{take}.wav, 8 kHz"
    )
    parser.add_argument("--model", type=Path, required=True, metavar="FOLDER", help="the Whisper model")
    parser.add_argument("--speaker", default="theo", help="whose digits (default: theo, whom the project's model never heard)")
    arguments = parser.parse_args()
    takes = read_recordings(arguments.audio)[arguments.speaker]
    whisper = load(Vocabulary([], [], []), models=[arguments.model]).whisper
    dice = Random(7)  # noqa: S311  # which recordings, not secrets
    single = [[number % len(DIGITS)] for number in range(SINGLE)]
    strings = [[dice.randrange(len(DIGITS)) for _ in range(dice.randint(SHORTEST, LONGEST))] for _ in range(STRINGS)]
    said = [(numbers, sound(numbers, takes, dice)) for numbers in (*single, *strings)]
    figures = {}
    for name, windows in (("fitting", WINDOWS), (f"{FULL_SECONDS} s", (FULL_SECONDS,))):
        model = whisper.in_windows(*windows)
        figures[name] = {"single": measured(model, said[:SINGLE]), "strings": measured(model, said[SINGLE:])}
    print(json.dumps({"speaker": arguments.speaker, "windows": figures}, indent=1))  # noqa: T201  # what this command is for


def sound(numbers: Sequence[int], takes: Takes, dice: Random) -> Samples:
    """Digits said one after the other over a telephone, 16 kHz."""
    quiet = np.zeros(int(GAP * 8_000), np.float32)
    spoken = [part for number in numbers for part in (dice.choice(takes[number]), quiet)]
    lead, tail = (np.zeros(int(seconds * 8_000), np.float32) for seconds in (LEAD, TAIL))
    return telephone(np.concatenate([lead, *spoken, tail]))


def measured(model: Whisper, said: Sequence[tuple[Sequence[int], Samples]]) -> dict[str, float]:
    """Share heard without a fault, wrong words per word said, and CPU and sound seconds of one text."""
    began, right, wrong, words = time.process_time(), 0, 0, 0
    for numbers, samples in said:
        wanted, heard = [DIGITS[number] for number in numbers], model.write(samples, "", lambda _: True).text.split()
        right += wanted == heard
        wrong += distance(wanted, heard)
        words += len(wanted)
    return {
        "exact": round(right / len(said), 3),
        "word_errors": round(wrong / words, 3),
        "cpu_seconds": round((time.process_time() - began) / len(said), 3),
        "sound_seconds": round(sum(len(samples) for _, samples in said) / len(said) / SAMPLE_RATE, 2),
    }


def distance(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """The fewest words to change, add or leave out (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(wanted, 1):
        before, row[0] = row[0], number
        for at, other in enumerate(heard, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]


if __name__ == "__main__":
    main()
