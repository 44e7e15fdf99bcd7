"""One row of `appliance bench engines`, measured in a process that does nothing else: its arguments and its figures are JSON.

An ear hears a spoken sentence at the pace of a telephone, and the final text is asked for after as much silence as the appliance
waits for before it drafts one; a voice speaks a sentence. The first time warms up and is not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from appliance import speech
from appliance.conversation.endpointing import DRAFT_MS
from appliance.speech import synthesizer_espeak
from appliance.speech.audio import FRAME_BYTES, SAMPLE_RATE, frames, over_the_telephone
from appliance.speech.engines import Device, Hearing, Synthesizer, Vocabulary
from appliance.understanding import phrases, which_language

FRAME_SECONDS = 0.02
BEFORE_SECONDS = 0.3
CALLERS = {"en": "four one three five five five two six eight", "es": "cuatro uno tres cinco cinco cinco dos seis ocho"}
"""Numbers, which small models too can hear; spoken by espeak-ng, since what a caller sounds like costs the same."""
AGENT = {
    "en": "I have Tuesday, December first, at nine thirty. Does that suit you?",
    "es": "Tengo el martes, primero de diciembre, a las nueve y media. ¿Le conviene?",
}
PATIENTS = ("Margaret Doyle", "Daniel Kowalski", "Priya Nair", "Sofia Ramirez")
DOCTORS = ("Amara Okafor", "James Whitfield")


def measure(kind: str, engine: str, language: str, models: Sequence[Path], device: Device, repeats: int) -> dict[str, float]:
    """Figures of one engine: seconds to load; processor and wall seconds for each second of sound; how long one waits (ms)."""
    began = time.perf_counter()
    if kind == "recognizer":
        ear = speech.recognizer(engine)(vocabulary(language), language=language, models=models, device=device)
        loaded = time.perf_counter() - began
        sound, hearing = spoken(language), ear.hearing()
        times = [_heard(hearing, sound) for _ in range(repeats + 1)][1:]
        hearing.close()
    else:
        voice = speech.synthesizer(engine)("" if models else which_language.voice(language, engine), models=models, device=device)
        loaded = time.perf_counter() - began
        times = [_said(voice, AGENT[language]) for _ in range(repeats + 1)][1:]
    processor, wall, waited, *again = np.median(times, axis=0).tolist()
    found = {
        "load_s": loaded,
        "mb": round(_memory_mb()),
        "cpu": processor,
        "wall": wall,
        "wait_ms": round(waited),
        "worst": round(max(figures[2] for figures in times)),
    }
    return found | ({"again": round(again[0])} if again else {})


def spoken(language: str) -> bytes:
    """What the caller says, and the silence after it until a draft is asked for."""
    caller = synthesizer_espeak.load(synthesizer_espeak.Voice(which_language.voice(language, "espeak") + "+f3"))
    said = np.frombuffer(b"".join(caller.speak(CALLERS[language])), "<i2")
    loud = np.flatnonzero(np.abs(said) > 300)
    silence = [bytes(2 * int(seconds * SAMPLE_RATE)) for seconds in (BEFORE_SECONDS, DRAFT_MS / 1000)]
    return over_the_telephone(silence[0] + said[loud[0] : loud[-1]].tobytes() + silence[1])


def vocabulary(language: str) -> Vocabulary:
    """A small clinic's."""
    return Vocabulary(phrases.everyday_lines(language, 3, seed=1), PATIENTS, DOCTORS)


def _heard(hearing: Hearing, pcm: bytes) -> tuple[float, ...]:
    """Processor and wall seconds for each second of sound; milliseconds of the draft, and of the final text after it."""
    hearing.expect("ask_phone")
    worked, due, busy = _processor_seconds(), time.perf_counter(), 0.0
    for frame in frames(pcm):
        due += FRAME_SECONDS
        time.sleep(max(0.0, due - time.perf_counter()))
        began = time.perf_counter()
        hearing.feed(frame)
        busy += time.perf_counter() - began
    began = time.perf_counter()
    hearing.draft()()
    waited = time.perf_counter() - began
    hearing.finish()
    again = time.perf_counter() - began - waited
    worked = _processor_seconds() - worked
    seconds = len(pcm) / FRAME_BYTES * FRAME_SECONDS
    return worked / seconds, (busy + waited + again) / seconds, 1000 * waited, 1000 * again


def _said(synthesizer: Synthesizer, text: str) -> tuple[float, ...]:
    """Processor and wall seconds for each second of speech, and milliseconds to the first of it."""
    worked, began, first, samples = _processor_seconds(), time.perf_counter(), 0.0, 0
    for chunk in synthesizer.speak(text):
        first = first or time.perf_counter() - began
        samples += len(chunk) // 2
    wall, seconds = time.perf_counter() - began, samples / SAMPLE_RATE
    return (_processor_seconds() - worked) / seconds, wall / seconds, 1000 * first


def _processor_seconds() -> float:
    """Of this process and of those it started that are over."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def _run(row: dict[str, Any]) -> dict[str, float]:
    models = [Path(row["model"])] if row["model"] else []
    return measure(row["kind"], row["engine"], row["language"], models, row["device"], row["repeats"])


if __name__ == "__main__":
    json.dump(_run(json.loads(sys.argv[1])), sys.stdout)
