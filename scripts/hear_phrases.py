"""Phrases as a telephone recogniser hears them: makes appliance/languages/en/misheard from the other phrases.

Synthetic callers (flite, espeak-ng) say a share of the lines over a narrow-band call (G.711 mu-law); pocketsphinx hears them, by
its general language model or by the clinic's. What was heard wrongly, but not beyond recognition, is kept with its slots.
Run from the repository's root, after scripts/prepare:  .venv/bin/python scripts/hear_phrases.py [--share 0.25] [--seed 1]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import numpy as np
import pocketsphinx
from rapidfuzz.distance import Levenshtein
from rich.progress import track

from appliance.config import load_clinic
from appliance.speech.audio import frames, over_the_telephone, pcm_of, resample
from appliance.speech.engines import Vocabulary
from appliance.speech.recognizer_sphinx import load
from appliance.speech.sphinx_library import acoustic_model, in_memory
from appliance.speech.telephone_band import adaptation
from appliance.telephony.caller.voice import synthesize
from appliance.understanding.phrases import FOLDER, Example, Phrase, everyday_lines, fill, load_phrases

CLINIC = Path(__file__).parent / "sample" / "clinic.toml"
VOICES = ("slt", "rms", "awb", "espeak-ng:en-us")
BEYOND_RECOGNITION = 0.45
"""Share of wrong words above which nobody could tell what was meant."""

Hear = Callable[[bytes], str]


def caller_says(text: str, voice: str) -> bytes:
    """PCM (16 kHz, 16 bit) of a synthetic caller on the telephone."""
    spoken = resample(synthesize(text, voice).astype(np.float32) / 32_768, 8_000, 16_000)
    return over_the_telephone(bytes(6_400) + pcm_of(spoken) + bytes(12_800))


def general_ear(files: ExitStack) -> Hear:
    """An ear for any English, as it comes with pocketsphinx."""
    adapted = files.enter_context(in_memory(adaptation()))
    decoder = pocketsphinx.Decoder(hmm=str(acoustic_model()), mllr=adapted, loglevel="FATAL")

    def hear(pcm: bytes) -> str:
        decoder.start_utt()
        decoder.process_raw(pcm, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        return found.hypstr if found else ""

    return hear


def clinic_ear() -> Hear:
    """The embedded profile's ear for the sample clinic."""
    clinic = load_clinic(CLINIC)
    names, providers = [p.name for p in clinic.patients], [p.name.partition(",")[0] for p in clinic.providers]
    recognizer = load(Vocabulary(everyday_lines("en", 4, 1), names, providers, clinic.clinic.insurers))

    def hear(pcm: bytes) -> str:
        hearing = recognizer.hearing()
        for frame in frames(pcm):
            hearing.feed(frame)
        text = hearing.finish()
        hearing.close()
        return text

    return hear


def transferred(said: Example, heard: list[str]) -> list[str] | None:
    """The slot of each heard word, or None where a slot's words were lost.

    Where several words were heard as others, a heard word takes the slot of the said one that stands where it stands, by letters.
    """
    slots = [label[2:] for label in said.labels]
    labels: list[str] = []
    for step in Levenshtein.opcodes(list(said.words), heard):
        by_letter = [slots[number] for number in range(step.src_start, step.src_end) for _ in said.words[number]] or [""]
        words = heard[step.dest_start : step.dest_end]
        letters, at = sum(map(len, words)), 0
        for word in words:
            labels.append(by_letter[min(len(by_letter) - 1, int((at + len(word) / 2) / letters * len(by_letter)))])
            at += len(word)
    return labels if set(labels) - {""} == set(slots) - {""} else None


def marked(words: list[str], labels: list[str]) -> str:
    """Words with their slots in the notation of the phrase files."""
    pieces: list[tuple[str, list[str]]] = []
    for word, slot in zip(words, labels, strict=True):
        if slot and pieces and pieces[-1][0] == slot:
            pieces[-1][1].append(word)
        else:
            pieces.append((slot, [word]))
    return " ".join(f"[{' '.join(inside)}]({slot})" if slot else " ".join(inside) for slot, inside in pieces)


def misheard(phrases: list[Phrase], ears: list[Hear], rng: Random) -> Iterator[tuple[Phrase, str]]:
    """The phrases that were heard with a few errors, and how."""
    for phrase in track(phrases, "Listening"):
        said = fill(phrase, rng)
        heard = rng.choice(ears)(caller_says(" ".join(said.words), rng.choice(VOICES))).split()
        errors = Levenshtein.distance(list(said.words), heard) / len(said.words)
        labels = transferred(said, heard)
        if heard and labels and 0 < errors <= BEYOND_RECOGNITION:
            yield phrase, marked(heard, labels)


def main() -> None:
    """Listen, and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=0.25, help="share of the lines that are spoken (default: 0.25)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = Random(arguments.seed)  # noqa: S311  # training data, not secrets
    spoken = [phrase for phrase in load_phrases("en") if len(phrase.text.split()) > 2 and phrase.kind != "misheard"]
    chosen = rng.sample(spoken, round(arguments.share * len(spoken)))
    folder = FOLDER / "en" / "misheard"
    folder.mkdir(exist_ok=True)
    with ExitStack() as files:
        for phrase, line in misheard(chosen, [general_ear(files), clinic_ear()], rng):
            path = folder / f"{phrase.intent}.txt"
            new = not path.exists()
            with path.open("a", encoding="utf-8") as file:
                if new:
                    file.write("# As a telephone recogniser heard it; made by scripts/hear_phrases.py.\n")
                when = ", ".join(name + ("!" if phrase.only_then else "") for name in phrase.asked)
                file.write(f"{when} | {line}\n" if when else f"{line}\n")


if __name__ == "__main__":
    main()
