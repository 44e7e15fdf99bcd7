"""The ear of the gpu profile, and the second pass of the cpu profile: a Whisper model, run by faster-whisper's CTranslate2.

    frame -> now and then, in a worker: the utterance so far -> partial text     one at most waits for each call
    utterance -> was it speech? -> the shortest window that holds it -> guards -> final text

Whisper hears sentences, not frames, so partials are whole decodes of what there is so far: never in the way of `feed`, and on a
processor only while they are cheap. What was asked becomes the sentence that Whisper takes as said before (whisper_hints), and what
nobody said is thrown away (whisper_guards). Nothing is imported from faster-whisper before `load`: it costs half a second.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from appliance.faults import TheirFault
from appliance.provision.first_load import survive
from appliance.speech.audio import SAMPLE_RATE, samples_of
from appliance.speech.drafts import Draft
from appliance.speech.engines import Device, Vocabulary
from appliance.speech.utterance import Utterance
from appliance.speech.whisper_guards import Objection, Written, objection
from appliance.speech.whisper_hints import Hints, hints
from appliance.speech.whisper_model import FULL_SECONDS, WINDOWS, Ctranslate2, Whisper
from appliance.speech.whisper_text import as_heard

FILES = ("model.bin", "config.json", "tokenizer.json")
REPAIR = "Fetch the model again with `appliance models fetch`, or name another one."
TRIAL_SECONDS = 300
"""For the first load in a process of its own; a large model on a slow disk takes a minute."""
CUDA_TYPES = ("float16", "int8_float16", "int8_bfloat16", "float32")
"""Kinds of arithmetic, the best first; which of them a graphics card has, it tells."""
CPU_BEAMS, CUDA_BEAMS = 1, 5
CORES_AT_ONCE = 4
"""A decode uses so many cores at most; more at once only where there are as many again."""
CUDA_AT_ONCE = 4
FIRST_PARTIAL_SECONDS, NEXT_PARTIAL_SECONDS = 0.8, 0.6
FORGETTING = 0.8
"""By so much a dear partial becomes cheaper each time none was made: one slow moment does not end them for good."""
CHEAP_SHARE = 0.35
"""A partial may take so much of the time until the next one, or the processor would be busy with what is thrown away."""


class WhisperRecognizer:
    """One model for all calls."""

    def __init__(self, whisper: Whisper, told: Hints, *, device: Device, workers: int) -> None:
        self._hints = told
        self._device = device
        self._threads = ThreadPoolExecutor(workers, "whisper")
        self.last_partial_seconds = 0.0
        """What the latest partial cost, of any call."""
        self.whisper = whisper
        self.workers = workers
        """How many utterances are decoded at once."""

    def hearing(self) -> WhisperHearing:
        """An ear for one call."""
        return WhisperHearing(self)

    def hear(self, pcm: bytes, situation: str, patience: float | None = None) -> tuple[Written, Objection | None] | None:
        """What a whole utterance says, and why it is not believed; None when others were decoded for `patience` seconds first."""
        with self.whisper.slot(patience) as free:
            return self._write(pcm, situation, quick=False) if free else None

    def partial(self, pcm: bytes, situation: str) -> Future[str | None] | None:
        """The text of an utterance that goes on, in a worker; None where that is not worth its cost, or nobody is free."""
        if not worth_a_partial(len(pcm) / 2 / SAMPLE_RATE, self.last_partial_seconds, self._device):
            self.last_partial_seconds *= FORGETTING
            return None
        return self._threads.submit(self._partial, pcm, situation)

    def _partial(self, pcm: bytes, situation: str) -> str | None:
        with self.whisper.slot(0) as free:
            if not free:
                return None
            began = time.monotonic()
            written, objected = self._write(pcm, situation, quick=True)
            self.last_partial_seconds = time.monotonic() - began
        return None if objected else written.text

    def _write(self, pcm: bytes, situation: str, *, quick: bool) -> tuple[Written, Objection | None]:
        hint = self._hints.hint(situation)
        as_said = as_heard(hint)

        def believed(written: Written) -> bool:
            return objection(written, self._hints, as_said) is None

        written = self.whisper.write(samples_of(pcm), hint, believed, quick=quick)
        return written, objection(written, self._hints, as_said)


class WhisperHearing:
    """One caller's ear."""

    def __init__(self, recognizer: WhisperRecognizer) -> None:
        self._recognizer = recognizer
        self._situation = ""
        self._utterance = Utterance()
        self._frames = self._asked_at = 0
        self._pending: Future[str | None] | None = None
        self._partial = ""
        self._draft: Draft | None = None

    def expect(self, situation: str) -> None:
        """The next utterance is decoded as an answer to `situation`, or as anything else a caller may say."""
        self._situation = situation
        self._draft = None

    def feed(self, frame: bytes) -> str:
        """Hear 20 ms more; the text of the latest partial decode, which is some tenths of a second behind."""
        if self._utterance.take(frame):
            self._frames += 1
        if self._pending is not None and self._pending.done():
            self._partial = self._pending.result() or self._partial
            self._pending = None
        since = FIRST_PARTIAL_SECONDS if self._asked_at == 0 else NEXT_PARTIAL_SECONDS
        if self._pending is None and self._frames - self._asked_at >= since * 50 and self._utterance.spoken:
            self._asked_at = self._frames
            self._pending = self._recognizer.partial(self._utterance.pcm, self._situation)
        return self._partial

    def draft(self) -> Callable[[], str]:
        """The utterance so far, decoded by whoever calls what is returned; the same draft while nothing is said after it."""
        if not self._utterance.spoken:
            return str
        if self._draft is None or not self._draft.holds_for(self._utterance):
            pcm, situation = self._utterance.pcm, self._situation
            self._draft = Draft(lambda: _text(self._recognizer.hear(pcm, situation)), self._utterance)
        return self._draft

    def finish(self) -> str:
        """The final text of the utterance, the draft's if nothing was said after it; "" when nobody spoke or what was written
        cannot be believed."""
        draft = self.draft()
        self.abandon()
        return draft()

    def abandon(self) -> None:
        """Forget the utterance in progress; a partial that is being decoded will be dropped."""
        self._utterance.clear()
        self._pending = self._draft = None
        self._partial = ""
        self._frames = self._asked_at = 0

    def close(self) -> None:
        """The call is over; closing twice does no harm."""
        self.abandon()


def worth_a_partial(heard_seconds: float, last_cost: float, device: Device) -> bool:
    """Whether to decode an utterance of `heard_seconds` that is not over: it fits one window, and on a processor the last
    such decode (of any call) took little of the time until the next."""
    if heard_seconds >= FULL_SECONDS:
        return False
    return device == "cuda" or last_cost <= CHEAP_SHARE * NEXT_PARTIAL_SECONDS


def load(
    vocabulary: Vocabulary,
    *,
    language: str = "en",
    models: Sequence[Path] = (),
    device: Device = "cpu",
) -> WhisperRecognizer:
    """A recogniser over the folder of a Whisper model in CTranslate2's format (model.bin, config.json, tokenizer.json).

    The first load happens in a process of its own. Raises TheirFault, naming the folder, for a model that is missing, broken or
    does not know the language; and when device="cuda" is asked of a machine where CTranslate2 finds no graphics card.
    """
    folder = _folder(models)
    told = hints(vocabulary, language)
    at_once, beams = _shares(device)
    survive(__name__, [str(folder), device], TRIAL_SECONDS, path=folder, repair=REPAIR)
    opened = _opened(folder, device, at_once)
    if language != "en" and not (opened.model.is_multilingual and opened.hf_tokenizer.token_to_id(f"<|{language}|>")):
        raise TheirFault(f"{folder}: this Whisper model does not know the language {language!r}.", repair="Name another model.")
    whisper = Whisper(opened, _tokens(opened, language), at_once=at_once, beams=beams)
    return WhisperRecognizer(whisper, told, device=device, workers=at_once)


def _folder(models: Sequence[Path]) -> Path:
    if not models:
        raise TheirFault("Whisper needs a model and none is named.", repair="Name its folder; `appliance models list` shows some.")
    folder = models[0]
    for name in FILES:
        path = folder / name
        if not path.is_file() or not path.stat().st_size:
            wrong = "is empty" if path.is_file() else "is missing"
            raise TheirFault(f"{path}: this file of the Whisper model {wrong}.", repair=REPAIR)
    return folder


def _shares(device: Device) -> tuple[int, int]:
    """Decodes at once, and beams. Raises TheirFault when there is no CUDA."""
    if device == "cpu":
        return max(1, (os.cpu_count() or 1) // CORES_AT_ONCE), CPU_BEAMS
    import ctranslate2

    if not ctranslate2.get_cuda_device_count():
        raise TheirFault(
            "Whisper is to run on CUDA, and CTranslate2 finds no graphics card on this machine.",
            repair="Install NVIDIA's driver with CUDA 12, or choose the profile cpu.",
        )
    return CUDA_AT_ONCE, CUDA_BEAMS


def _opened(folder: Path, device: Device, at_once: int) -> Ctranslate2:
    import ctranslate2
    from faster_whisper import WhisperModel

    offered = ctranslate2.get_supported_compute_types(device)
    opened: Ctranslate2 = WhisperModel(
        str(folder),
        device=device,
        compute_type="int8" if device == "cpu" else next(kind for kind in CUDA_TYPES if kind in offered),
        cpu_threads=min(CORES_AT_ONCE, os.cpu_count() or 1),
        num_workers=at_once,
        local_files_only=True,
    )
    return opened


def _tokens(opened: Ctranslate2, language: str) -> Any:
    from faster_whisper.tokenizer import Tokenizer

    return Tokenizer(opened.hf_tokenizer, opened.model.is_multilingual, task="transcribe", language=language)


def _text(heard: tuple[Written, Objection | None] | None) -> str:
    return heard[0].text if heard and not heard[1] else ""


def _complaint(folder: Path, device: Device) -> str | None:
    """What is wrong with a model that opens: it cannot write a second of noise down in a short and in the full window."""
    opened = _opened(folder, device, 1)
    noise = np.random.default_rng(1).normal(0, 0.01, SAMPLE_RATE).astype(np.float32)
    for window in (WINDOWS[0], FULL_SECONDS):
        whisper = Whisper(opened, _tokens(opened, "en"), at_once=1, beams=1, windows=(window,))
        written = whisper.write(noise, "", lambda _: True)
        if not (0 <= written.nobody <= 1 and math.isfinite(written.log_probability)):
            return "it computes what is no probability"
    return None


if __name__ == "__main__":
    sys.exit(_complaint(Path(sys.argv[1]), "cuda" if sys.argv[2] == "cuda" else "cpu"))
