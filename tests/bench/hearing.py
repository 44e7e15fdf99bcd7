"""How well the embedded profile's ear hears: run `python tests/bench/hearing.py [--voices slt,rms,awb,espeak] [--errors]`.

Synthetic callers (flite and espeak-ng) say the lines below over a narrow-band call (8 kHz, mu-law). The brackets mark the value
that matters; birth dates, telephone numbers and names are right when the appliance reads the same value from what was heard as from
what was said, and "false" counts those where it reads another one. The lines were written for this bench; they are not in
the phrases that the language models learn from.
"""

from __future__ import annotations

import argparse
import io
import resource
import subprocess
import sys
import time
import tomllib
import wave
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from appliance.config import load_clinic
from appliance.speech.audio import frames, over_the_telephone, pcm_of, resample, samples_of
from appliance.speech.engines import Recognizer, Vocabulary
from appliance.speech.recognizer_sphinx import load
from appliance.understanding.phrases import everyday_lines
from appliance.understanding.values import read

CLINIC = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
LINES = Path(__file__).with_name("hearing_lines.toml")
NOW = datetime(2026, 11, 23, 9)
VOICES = ("slt", "rms", "awb", "espeak")


@dataclass
class Score:
    """Sums over the lines of one kind."""

    lines: int = 0
    exact: int = 0
    values: int = 0
    false: int = 0
    errors: int = 0
    words: int = 0
    partial_seconds: float = 0.0
    final_seconds: float = 0.0
    audio_seconds: float = 0.0
    slowest_final: float = 0.0
    wrong: list[str] = field(default_factory=list)


def caller_says(text: str, voice: str) -> bytes:
    """PCM of a synthetic caller on the telephone, with 0.2 s of quiet before and 0.4 s after."""
    if voice == "espeak":
        command = ["espeak-ng", "-v", "en-us", "-s", "150", "--stdin", "--stdout"]
        data = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
        rate, pcm = 22_050, data[44:]
    else:
        data = subprocess.run(["flite", "-voice", voice, "-t", text, "-o", "/dev/stdout"], capture_output=True, check=True).stdout
        with wave.open(io.BytesIO(data)) as file:
            rate, pcm = file.getframerate(), file.readframes(file.getnframes())
    samples = samples_of(pcm) if rate == 16_000 else resample(samples_of(pcm), rate)
    return over_the_telephone(bytes(6_400) + pcm_of(samples) + bytes(12_800))


def word_errors(wanted: list[str], heard: list[str]) -> int:
    """Substitutions, deletions and insertions between two lists of words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def compare(kind: str | None, value: str, heard: str) -> tuple[bool, bool]:
    """Whether the value came through, and whether another one did in its place."""
    if kind is None:
        return f" {value} " in f" {heard} ", False
    said, understood = (read(kind, text, NOW) for text in (value, heard))
    return (understood == said, understood not in {None, said}) if said else (f" {value} " in f" {heard} ", False)


def sample_vocabulary() -> Vocabulary:
    """What the appliance would tell its ear about the sample clinic."""
    clinic = load_clinic(CLINIC)
    return Vocabulary(
        phrases=everyday_lines("en", 4, 1),
        patient_names=[patient.name for patient in clinic.patients],
        provider_names=[provider.name.partition(",")[0] for provider in clinic.providers],
        other_words=clinic.clinic.insurers,
    )


def measure(recognizer: Recognizer, voice: str, scores: dict[str, Score]) -> None:
    """One caller says every line."""
    hearing = recognizer.hearing()
    for kind, group in tomllib.loads(LINES.read_text(encoding="utf-8")).items():
        score = scores[kind]
        for marked in group["lines"]:
            text = marked.replace("[", "").replace("]", "")
            value = marked.partition("[")[2].partition("]")[0] or text
            pcm = caller_says(text, voice)
            hearing.expect(group["asked"])
            start = time.thread_time()
            for frame in frames(pcm):
                hearing.feed(frame)
            middle = time.thread_time()
            heard = hearing.finish()
            end = time.thread_time()
            score.lines += 1
            score.exact += heard == text
            right, false = compare(group.get("kind"), value, heard)
            score.values += right
            score.false += false
            score.errors += word_errors(text.split(), heard.split())
            score.words += len(text.split())
            score.partial_seconds += middle - start
            score.final_seconds += end - middle
            score.slowest_final = max(score.slowest_final, end - middle)
            score.audio_seconds += len(pcm) / 32_000
            if heard != text:
                score.wrong.append(f"{voice:7} {text}  ->  {heard}")
    hearing.close()


def row(name: str, score: Score) -> str:
    """One line of the table."""
    shares = (100 * part / score.lines for part in (score.values, score.false, score.exact))
    return (
        f"{name:20} {score.lines:5} {' '.join(f'{share:7.1f}' for share in shares)} {100 * score.errors / score.words:6.1f} "
        f"{score.partial_seconds / score.audio_seconds:9.3f} {score.final_seconds / score.audio_seconds:7.3f}"
    )


def main() -> None:
    """Print a table for each voice."""
    parser = argparse.ArgumentParser(description="how well the embedded profile's ear hears")
    parser.add_argument("--voices", default=",".join(VOICES))
    parser.add_argument("--errors", action="store_true", help="show every line that was not heard word for word")
    arguments = parser.parse_args()
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    recognizer = load(sample_vocabulary())
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"loaded in {time.perf_counter() - start:.1f} s, {grown:.0f} MB")
    for voice in arguments.voices.split(","):
        scores: dict[str, Score] = defaultdict(Score)
        measure(recognizer, voice, scores)
        print(f"\n{voice:20} lines  values%  false%  exact%   WER%  RTF live  final")
        for kind, score in scores.items():
            print(row(kind, score))
        if arguments.errors:
            print(*(line for score in scores.values() for line in score.wrong), sep="\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
