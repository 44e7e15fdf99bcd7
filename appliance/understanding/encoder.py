"""The first rung of understanding: the project's own encoder, a GGUF run by llama.cpp on one thread in a few milliseconds.

    words ─> word pieces ─> encoder.gguf ─> one vector a piece ─┬─> heads.npz: intent of the utterance, tempered to a probability
                                                                └─> heads.npz: slot of each word (its first piece decides)

The situation in which something was said stands before the words: `ask dob | july twenty second eighty five`.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from queue import LifoQueue
from typing import Any

os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # before llama.cpp loads: an abort must not start a debugger

import llama_cpp
import numpy as np
import numpy.typing as npt

from appliance.faults import OurFault, TheirFault
from appliance.provision.first_load import survive
from appliance.provision.manifest import verify
from appliance.understanding import UNSURE, Resolution
from appliance.understanding.wording import Word, spoken_words

SEPARATOR = "|"
MAX_WORDS = 80
"""Longer utterances are read by their first and last words."""
MAX_PIECES = 128
"""And still longer ones by as many words as have so many pieces; llama.cpp keeps 120 kB for each."""
AT_ONCE = 2
"""Utterances of different calls that are read at the same time, a core each."""
REPAIR = "Restore models/encoder from the release, or make it anew with `python -m appliance.understanding.training`."
_ASKED_FOR = {"ask_dob": ("date", "date_of_birth"), "ask_provider": ("patient_name", "provider")}
"""Per situation, the slot that a bare answer may be taken for, and the one that was asked for."""
_SELF_TEST_SECONDS = 60
_REQUIRED_RIGHT = 0.9

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Heads:
    """What turns vectors into an intent and slots. Shapes: intent (intents, 2*width), slot (labels, width), biases by the first."""

    intents: tuple[str, ...]
    labels: tuple[str, ...]
    situations: frozenset[str]
    languages: frozenset[str]
    """Codes of the languages it learned."""
    edges: frozenset[str]
    """Small words that no span begins or ends with."""
    temperature: float
    unsure: float
    """Below this probability the intent is a guess."""
    intent_weight: Floats
    intent_bias: Floats
    slot_weight: Floats
    slot_bias: Floats


def situation_words(asked: str | None, known: frozenset[str]) -> list[str]:
    """The words that stand before an utterance for what was asked; none for what the encoder never saw."""
    return [*asked.split("_"), SEPARATOR] if asked in known and asked else []


def summary(vectors: Floats, first: int) -> Floats:
    """What the intent is read from: the first vector and the mean of those from the utterance's first piece on; (2*width,)."""
    return np.concatenate([vectors[0], vectors[first:].mean(axis=0)])


class Encoder:
    """Resolves utterances for any thread; those of more calls than there are llama.cpp contexts wait for one."""

    def __init__(self, folder: Path) -> None:
        self._heads = _read_heads(folder)
        self._llama = llama_cpp.Llama(
            str(folder / "encoder.gguf"),
            embedding=True,
            pooling_type=llama_cpp.LLAMA_POOLING_TYPE_NONE,
            n_ctx=MAX_PIECES,
            n_batch=MAX_PIECES,
            n_ubatch=MAX_PIECES,
            n_threads=1,  # a second thread waits for a busy core and makes the slowest calls fifty times slower
            n_threads_batch=1,
            verbose=False,
        )
        self._idle: LifoQueue[Any] = LifoQueue()
        self._idle.put(self._llama.ctx)
        for _ in range(1, min(AT_ONCE, os.cpu_count() or 1)):
            context = llama_cpp.llama_init_from_model(self._llama.model, self._llama.context_params)
            if not context:
                raise MemoryError("no room for another context")
            weakref.finalize(self, llama_cpp.llama_free, context)
            self._idle.put(context)
        self._every_piece = (ctypes.c_int8 * MAX_PIECES)(*[1] * MAX_PIECES)
        self._width: int = self._llama.n_embd()
        self._begin, self._end = self._llama.tokenize(b"")
        self._pieces = lru_cache(maxsize=20_000)(self._pieces_of)

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages it understands."""
        return self._heads.languages

    @property
    def unsure(self) -> float:
        """Below this probability an intent is a guess."""
        return self._heads.unsure

    def vector(self, text: str) -> Floats:
        """The meaning of `text`, whatever was asked: the mean of the last layer's vectors, of length 1; (width,)."""
        words = [word.spoken for word in spoken_words(text)][:MAX_WORDS] or [SEPARATOR]
        mean = self._vectors([piece for word in words for piece in self._pieces(word)])[1:-1].mean(axis=0)
        return np.asarray(mean / (np.linalg.norm(mean) or 1.0), dtype=np.float32)

    def resolve(self, text: str, asked: str | None) -> Resolution:
        """Intent, probability and slots of `text`; a slot said twice is the list of both. Text without a word is silence_noise."""
        heard = spoken_words(text)
        if not heard:
            return Resolution("silence_noise", 1.0)
        if len(heard) > MAX_WORDS:
            heard = heard[: MAX_WORDS // 2] + heard[-MAX_WORDS // 2 :]
        before = situation_words(asked, self._heads.situations)
        pieces = [self._pieces(word) for word in [*before, *(word.spoken for word in heard)]]
        while sum(map(len, pieces)) > MAX_PIECES - 2 and len(heard) > 1:
            del pieces[len(before) + len(heard) // 2], heard[len(heard) // 2]
        vectors = self._vectors([piece for word in pieces for piece in word])
        firsts = 1 + np.cumsum([0, *map(len, pieces[:-1])])
        utterance = firsts[len(before) :].clip(max=len(vectors) - 1)
        scores = (
            self._heads.intent_weight @ summary(vectors, int(utterance[0])) + self._heads.intent_bias
        ) / self._heads.temperature
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        second, best = (int(place) for place in chances.argsort()[-2:])
        tags = (vectors[utterance] @ self._heads.slot_weight.T + self._heads.slot_bias).argmax(axis=1)
        labels = [self._heads.labels[tag] for tag in tags]
        intent = self._heads.intents[best]
        if intent == "provide_info":
            labels = _as_asked(labels, asked)
        return Resolution(intent, float(chances[best]), _slots(text, heard, labels, self._heads.edges), self._heads.intents[second])

    def _vectors(self, pieces: Sequence[int]) -> Floats:
        """One vector a piece, between those of the signs for the beginning and the end; (pieces + 2, width).

        Asked of llama.cpp directly: its Python class would make a list of a float object for every number.
        """
        tokens = [self._begin, *pieces, self._end][:MAX_PIECES]
        held = (llama_cpp.llama_token * len(tokens))(*tokens)  # by this name: the batch holds no more than its address
        batch = llama_cpp.llama_batch_get_one(held, len(tokens))
        batch.logits = self._every_piece
        context = self._idle.get()
        try:
            if failure := llama_cpp.llama_encode(context, batch):
                raise OurFault(f"The encoder ends with code {failure} instead of an answer.", repair="Restart the agent.")
            found = llama_cpp.llama_get_embeddings(context)
            return np.ctypeslib.as_array(found, shape=(len(tokens), self._width)).copy()
        finally:
            self._idle.put(context)

    def _pieces_of(self, word: str) -> tuple[int, ...]:
        return tuple(self._llama.tokenize(word.encode(), add_bos=False, special=False))


def load(folder: Path) -> Encoder:
    """The encoder in `folder`, verified and tried out in a process of its own, for a broken GGUF can abort the one that loads it.

    Raises TheirFault naming the file that is missing, changed or broken.
    """
    verify(folder.parent, folder.name)
    module = "appliance.understanding.encoder"
    survive(module, [str(folder)], _SELF_TEST_SECONDS, path=folder / "encoder.gguf", repair=REPAIR)
    try:
        return Encoder(folder)
    except (ValueError, RuntimeError, MemoryError) as error:  # llama.cpp has no room for what it could load a moment ago
        raise TheirFault(f"{folder / 'encoder.gguf'} cannot be loaded ({error}).", repair=REPAIR) from error


def _read_heads(folder: Path) -> Heads:
    try:
        settings: dict[str, Any] = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
            weights = {
                name: arrays[name].astype(np.float32) for name in ("intent_weight", "intent_bias", "slot_weight", "slot_bias")
            }
        return Heads(
            tuple(settings["intents"]),
            tuple(settings["labels"]),
            frozenset(settings["situations"]),
            frozenset(settings.get("languages", ["en"])),
            frozenset(settings["edges"]),
            float(settings["temperature"]),
            float(settings.get("unsure", UNSURE)),
            **weights,
        )
    except (OSError, KeyError, ValueError) as error:
        raise TheirFault(f"{folder}: encoder.json or heads.npz cannot be read ({error}).", repair=REPAIR) from error


def _as_asked(labels: list[str], asked: str | None) -> list[str]:
    """In a bare answer the question decides between slots that sound alike: a day without a year is then a birth date."""
    slot, meant = _ASKED_FOR.get(asked or "", ("", ""))
    answered: list[str] = []
    for number, label in enumerate(labels):
        begins_after_one = number > 0 and slot and labels[number - 1][2:] == slot and label == f"B-{meant}"
        answered.append(f"I-{meant}" if begins_after_one or (slot and label[2:] == slot) else label)
    return answered


def _slots(text: str, heard: list[Word], labels: list[str], edges: frozenset[str]) -> dict[str, str | list[str]]:
    """Spans as the caller's own words, with the text's own spelling; small words and punctuation around them fall away."""
    spans: list[tuple[str, list[Word]]] = []
    for word, label in zip(heard, labels, strict=True):
        slot = label[2:]
        goes_on = bool(spans) and spans[-1][0] == slot and word.source - spans[-1][1][-1].source <= 1
        if goes_on and (label.startswith("I-") or word.source == spans[-1][1][-1].source or spans[-1][1][-1].spoken in edges):
            spans[-1][1].append(word)
        elif slot:
            spans.append((slot, [word]))
    pieces = text.split()
    found: dict[str, list[str]] = {}
    for slot, inside in spans:
        while inside and inside[0].spoken in edges:
            inside.pop(0)
        while inside and inside[-1].spoken in edges:
            inside.pop()
        words = " ".join(pieces[index] for index in dict.fromkeys(word.source for word in inside)).strip(' ,.;:!?"()[]')
        if words and words not in found.setdefault(slot, []):
            found[slot].append(words)
    return {slot: words[0] if len(words) == 1 else words for slot, words in found.items() if words}


def _self_test(folder: Path) -> str | None:
    """What is wrong with the encoder, or None: it must read nearly all golden utterances beside it as their authors meant them."""
    encoder = Encoder(folder)
    golden = [json.loads(line) for line in (folder / "golden.jsonl").read_text(encoding="utf-8").splitlines()]
    right = sum(encoder.resolve(row["text"], row.get("asked")).intent == row["intent"] for row in golden)
    return None if right >= _REQUIRED_RIGHT * len(golden) else f"only {right} of {len(golden)} golden utterances are understood"


if __name__ == "__main__":
    complaint = _self_test(Path(sys.argv[1]))
    if complaint:
        sys.exit(complaint)
