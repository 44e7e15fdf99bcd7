"""How well digits that people spoke are heard over the telephone: .venv/bin/python tests/bench/digits_over_sip.py FOLDER

FOLDER holds recordings {digit}_{speaker}_{take}.wav (8 kHz). A caller of our own plays them over SIP and RTP (G.711 mu-law) to a
real line, whose frames the real vosk hears with models/vosk-digits, one utterance after the other, as the agent would.

Prints one JSON object: the recordings, the share heard as the one right word, and how often which digit was heard as what.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from appliance.speech.engines import Vocabulary
from appliance.speech.recognizer_vosk import load
from appliance.telephony.wav import load_wav
from tests.support.digits_by_phone import heard_over_sip

MODEL = Path(__file__).parents[2] / "models" / "vosk-digits"
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="digits of people through the whole SIP path")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--speaker", default="theo", help="whose recordings (default: theo, whom the model was not trained on)")
    parser.add_argument("--takes", type=int, default=10, help="recordings of each digit (default: 10)")
    parser.add_argument("--model", type=Path, default=MODEL, metavar="FOLDER")
    arguments = parser.parse_args()
    paths = [
        path
        for digit in range(len(DIGITS))
        for path in sorted(arguments.folder.glob(f"{digit}_{arguments.speaker}_*.wav"))[: arguments.takes]
    ]
    if not paths:
        sys.exit(f"{arguments.folder} holds no recordings of {arguments.speaker} named like 7_theo_0.wav.")
    recognizer = load(Vocabulary((), (), ()), models=[arguments.model])
    with tempfile.TemporaryDirectory() as folder:
        heard = heard_over_sip(Path(folder) / "line", [load_wav(path, 8_000) for path in paths], recognizer)
    wanted = [DIGITS[int(path.name[0])] for path in paths]
    right = sum(text == digit for text, digit in zip(heard, wanted, strict=True))
    wrong = Counter(f"{digit} as {text or 'nothing'}" for text, digit in zip(heard, wanted, strict=True) if text != digit)
    print(json.dumps({"recordings": len(paths), "right": round(right / len(paths), 4), "wrong": dict(wrong.most_common())}))


if __name__ == "__main__":
    main()
