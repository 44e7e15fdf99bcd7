"""How well digits that people spoke are heard over the telephone: .venv/bin/python tests/bench/digits_over_sip.py FOLDER

FOLDER holds recordings {digit}_{speaker}_{take}.wav (8 kHz). A caller of our own plays them over SIP and RTP (G.711 mu-law) to a
real line, whose frames the real vosk hears with models/vosk-digits, one utterance after the other, as the agent would. With
--strings N it plays N strings of 4 to 8 of them, joined with pauses of 20 to 200 ms.

Prints one JSON object: how many utterances, the share heard word for word, the share of digits wrong, lost or added, and what was
heard instead of single digits.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from appliance.speech.engines import Vocabulary
from appliance.speech.recognizer_vosk import load
from appliance.telephony.wav import load_wav
from tests.bench.hearing import word_errors
from tests.support.digits_by_phone import Samples, heard_over_sip

MODEL = Path(__file__).parents[2] / "models" / "vosk-digits"
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
AT_A_TIME = 100
"""Utterances after which the line and the calls are new ones."""
Said = tuple[list[str], Samples]
"""Words and their sound."""


def single(paths: Sequence[Path]) -> list[Said]:
    """Each recording by itself."""
    return [([DIGITS[int(path.name[0])]], load_wav(path, 8_000)) for path in paths]


def strings(recordings: Sequence[Said], count: int) -> Iterator[Said]:
    """Digits drawn at random, as telephone numbers are read out."""
    dice = random.Random(5)
    for _ in range(count):
        chosen = dice.choices(recordings, k=dice.randint(4, 8))
        pauses = [np.zeros(int(8_000 * dice.uniform(0.02, 0.2)), np.int16) for _ in chosen]
        sound = np.concatenate([part for (_, samples), pause in zip(chosen, pauses, strict=True) for part in (samples, pause)])
        yield [words[0] for words, _ in chosen], sound


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="digits of people through the whole SIP path")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--speaker", default="theo", help="whose recordings (default: theo, whom the model was not trained on)")
    parser.add_argument("--takes", type=int, default=10, help="recordings of each digit (default: 10)")
    parser.add_argument("--strings", type=int, default=0, metavar="N", help="play N strings of digits instead of single ones")
    parser.add_argument("--model", type=Path, default=MODEL, metavar="FOLDER")
    arguments = parser.parse_args()
    found = [sorted(arguments.folder.glob(f"{digit}_{arguments.speaker}_*.wav")) for digit in range(len(DIGITS))]
    said = single([path for paths in found for path in paths[: arguments.takes]])
    if not said:
        sys.exit(f"{arguments.folder} holds no recordings of {arguments.speaker} named like 7_theo_0.wav.")
    said = list(strings(said, arguments.strings)) if arguments.strings else said
    recognizer = load(Vocabulary((), (), ()), models=[arguments.model])
    heard: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, len(said), AT_A_TIME):
            heard += heard_over_sip(Path(folder) / str(first), [sound for _, sound in said[first : first + AT_A_TIME]], recognizer)
    pairs = [(words, text.split()) for (words, _), text in zip(said, heard, strict=True)]
    errors = sum(word_errors(words, text) for words, text in pairs)
    wrong = Counter(f"{words[0]} as {' '.join(text) or 'nothing'}" for words, text in pairs if len(words) == 1 and text != words)
    shares = {
        "right": round(sum(words == text for words, text in pairs) / len(pairs), 4),
        "digit_errors": round(errors / sum(len(words) for words, _ in pairs), 4),
    }
    print(json.dumps({"utterances": len(pairs), **shares, "wrong": dict(wrong.most_common())}))


if __name__ == "__main__":
    main()
