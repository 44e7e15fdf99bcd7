"""Writes down what the agent says, with pocketsphinx and a language model made of the agent's own prompts."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soxr
from pocketsphinx import Decoder, get_model_path
from pocketsphinx.lm import ArpaBoLM

from appliance.telephony.caller.g711 import SAMPLE_RATE, Samples
from appliance.telephony.caller.prompt_book import PLACEHOLDER, PromptBook, words_of

_MODEL_RATE = 16_000
_NOISE = 120
"""Standard deviation of the noise added to what is decoded. The acoustic model knows rooms with air in them; the digital silence
and the empty band above 4 kHz of a synthetic voice on G.711 cost a third of the prompts (67 % found without, 97 % with)."""
_DISCOUNT = 0.1
"""Share of probability left for words outside the prompts' own order: little, because the agent says little else."""
_VALUES = """
monday november first at eight thirty
tuesday december second at nine fifteen
wednesday january third at ten o'clock
thursday february fourth at eleven forty five
friday march fifth at noon
saturday april sixth at one in the afternoon
sunday may seventh at two in the morning
june eighth nineteen eighty five
july ninth nineteen forty eight
august tenth two thousand eighteen
september eleventh twenty twenty one
october twelfth nineteen ninety two
the thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
twentieth twenty first twenty second twenty third thirtieth thirty first
zero one two three four five six seven eight nine
five five five zero one seven three
three p m four p m five a m
doctor michael smith
maria garcia nurse practitioner
""".strip().splitlines()
"""What placeholders are mostly filled with, so that a spoken date does not come out as words of some other prompt."""


class PromptEar:
    """One listener for one call; not shared between threads. Audio in is 8 kHz; 20 ms of it take about 1 ms, at most 5 ms."""

    def __init__(self, book: PromptBook) -> None:
        with tempfile.TemporaryDirectory() as folder:
            dictionary, model = Path(folder, "words.dict"), Path(folder, "prompts.arpa")
            known = _write_dictionary({word for line in _lines(book) for word in line}, dictionary)
            _write_language_model(([word for word in line if word in known] for line in _lines(book)), model)
            # a second pass over the sentence would stop the audio of the call for a third of a second, and finds no more prompts
            self._decoder = Decoder(dict=str(dictionary), lm=str(model), fwdflat=False, loglevel="FATAL")
        self._resampler = soxr.ResampleStream(SAMPLE_RATE, _MODEL_RATE, 1, dtype="int16")
        self._noise = np.random.default_rng(1)
        self._listening = False

    def hear(self, samples: Samples) -> None:
        """Hear a little more of one sentence."""
        if not self._listening:
            self._decoder.start_utt()
            self._listening = True
        self._decode(self._resampler.resample_chunk(samples))

    def so_far(self) -> str:
        """What the sentence in progress sounds like until now."""
        return self._hypothesis() if self._listening else ""

    def finish(self) -> str:
        """The sentence is over: its words, "" when there were none."""
        if not self._listening:
            return ""
        self._decode(self._resampler.resample_chunk(np.zeros(0, np.int16), last=True))
        self._resampler.clear()
        self._decoder.end_utt()
        self._listening = False
        return self._hypothesis()

    def _decode(self, samples: Samples) -> None:
        if len(samples):  # the resampler keeps the first few; the decoder refuses an empty block
            noisy = samples + self._noise.normal(scale=_NOISE, size=len(samples))
            self._decoder.process_raw(noisy.clip(-32_768, 32_767).astype("<i2").tobytes())

    def _hypothesis(self) -> str:
        hypothesis = self._decoder.hyp()
        return hypothesis.hypstr if hypothesis else ""


def _lines(book: PromptBook) -> Iterator[list[str]]:
    """Each sentence twice, its placeholders filled with values of several kinds, and the values by themselves."""
    turn = 0
    for sentence in book.sentences():
        for _ in range(2):
            turn += 1
            yield words_of(PLACEHOLDER.sub(_VALUES[turn % len(_VALUES)], sentence))
    yield from (words_of(value) for value in _VALUES)


def _write_dictionary(wanted: set[str], path: Path) -> set[str]:
    """Write the pronunciations of the wanted words and return those that have one; a small dictionary loads ten times faster."""
    known = set()
    with Path(get_model_path("en-us/cmudict-en-us.dict")).open(encoding="utf-8") as every, path.open("w", encoding="utf-8") as few:
        for line in every:
            word = re.sub(r"\(\d+\)$", "", line.split(maxsplit=1)[0])  # "read(2)" is a second way to say "read"
            if word in wanted:
                few.write(line)
                known.add(word)
    return known


def _write_language_model(lines: Iterator[Sequence[str]], path: Path) -> None:
    model = ArpaBoLM(text="\n".join(" ".join(line) for line in lines if line), add_start=True, discount_mass=_DISCOUNT)
    model.compute()
    with path.open("w", encoding="utf-8") as file:
        model.write(file)
