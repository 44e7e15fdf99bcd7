"""From the times of packets to turns: gaps, cut-offs, interruptions. Pure.

A turn ends with the caller's last audible sample and is answered by the first audio that depends on it: the reply's sentences are
looked at in order, and those that would have been said whatever the caller had said (no value of this turn in them, and no step
that only an understood turn leads to) do not count; the time they take is skipped in the agent's audio.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from appliance.bench.wire.answers import Answer, Kind
from appliance.bench.wire.levels import AUDIBLE_DBFS, onsets
from appliance.bench.wire.prompts import Prompts, sentences
from appliance.bench.wire.record import CallRecord, Frame, Said

PAUSE = 0.45
"""Seconds of quiet after which the agent has stopped; within a prompt synthesizers pause for less."""
_SENTENCE_PAUSE = 0.1
_USUAL_RATE = 0.06
"""Seconds per letter, when a run has not shown the agent's own."""
_CAUTION = 0.75
"""Of the estimated length of a sentence that does not count, so much is skipped at least; then the next pause is looked for."""


@dataclass(frozen=True)
class Span:
    """The agent spoke: arrival of the first and the last audible frame."""

    start: float
    last: float


@dataclass(frozen=True)
class Turn:
    """One thing the caller said and what came of it; gaps in seconds, None where there is none."""

    kind: Kind
    manner: str
    paused: bool
    ended: float
    """When the caller was done."""
    cut_off: bool
    """The agent began to speak, or took the turn, before."""
    first: float | None
    """From the caller's end to any speech of the agent."""
    info: float | None
    """To the first speech that depends on the turn; only for a turn that was understood."""
    right: bool
    """The reply says a value of this turn, or takes the step that only this turn leads to."""
    by_value: bool
    """It was a value."""
    words: str
    heard: str


@dataclass(frozen=True)
class Interruption:
    """The caller made a sound while the agent spoke. `stopped_after`: seconds until the last audible packet; None: it went on."""

    manner: str
    sound: str
    stopped_after: float | None


def spans(frames: Sequence[Frame], pause: float = PAUSE) -> list[Span]:
    """When the agent spoke. Frames in the order of their arrival."""
    found: list[Span] = []
    begins = onsets([frame.level for frame in frames])
    for frame, onset in zip(frames, begins, strict=True):
        if frame.level <= AUDIBLE_DBFS:
            continue
        if found and frame.at - found[-1].last <= pause:
            found[-1] = Span(found[-1].start, frame.at)
        elif onset:
            found.append(Span(frame.at, frame.at))
    return found


def turns_of(record: CallRecord, prompts: Prompts, rate: float = _USUAL_RATE) -> list[Turn]:
    """Every answer of a call that was said to its end; `rate` is the agent's speed in seconds per letter."""
    answers = [said for said in record.said if said.manner != "noise" and record.complete(said)]
    speech = spans(record.frames)
    turns = []
    for number, said in enumerate(answers):
        until = record.began(answers[number + 1]) if number + 1 < len(answers) else float("inf")
        turns.append(_turn(record, said, until, speech, prompts, rate))
    return turns


def _turn(record: CallRecord, said: Said, until: float, speech: Sequence[Span], prompts: Prompts, rate: float) -> Turn:
    began, ended = record.began(said), record.ended(said)
    over = next((span for span in speech if span.start < began <= span.last + PAUSE), None) if said.manner == "barge_in" else None
    first = next((span.start for span in speech if began <= span.start < until and span is not over), None)
    inside = [line for line in record.lines if began < line.at < until]
    heard = " ".join(line.words for line in inside if line.who == "caller")
    reply = [sentence for line in inside if line.who == "agent" for sentence in sentences(line.words)]
    taken_early = any(line.who == "caller" and line.at < ended for line in inside)
    cut_off = taken_early or (first is not None and first < ended)
    right, by_value = understood(reply, said.answer, prompts)
    telling = next((at for at, sentence in enumerate(reply) if depends(sentence, said.answer, prompts)), None)
    info = None
    if right and telling is not None and first is not None and not cut_off:
        skipped = sum(len(sentence) for sentence in reply[:telling])
        at = _after(record.frames, first, skipped * rate) if telling else first
        info = at - ended if at is not None else None
    return Turn(
        kind=said.answer.kind,
        manner=said.manner,
        paused=bool(said.pauses),
        ended=ended,
        cut_off=cut_off,
        first=first - ended if first is not None and not cut_off else None,
        info=info,
        right=right,
        by_value=by_value,
        words=said.answer.text,
        heard=heard,
    )


def understood(reply: Sequence[str], answer: Answer, prompts: Prompts) -> tuple[bool, bool]:
    """Whether the reply shows that this very answer was understood, and whether it does so by a value of the answer."""
    by_value = any(_says_value(sentence, answer) for sentence in reply)
    by_step = not answer.values and any(_steps(sentence, answer, prompts) for sentence in reply)
    return by_value or by_step, by_value


def depends(sentence: str, answer: Answer, prompts: Prompts) -> bool:
    """Whether a sentence would not have been said if the answer had been another, or had not been understood."""
    return _says_value(sentence, answer) or _steps(sentence, answer, prompts)


def _steps(sentence: str, answer: Answer, prompts: Prompts) -> bool:
    return not answer.leads_to.isdisjoint(prompts.situations_of(sentence))


def _says_value(sentence: str, answer: Answer) -> bool:
    return any(value.lower() in sentence.lower() for value in answer.values)


def _after(frames: Sequence[Frame], first: float, length: float) -> float | None:
    """Where the agent begins anew after a pause, no earlier than `length` (less a caution) after `first`."""
    earliest = first + _CAUTION * length
    return next((span.start for span in spans(frames, _SENTENCE_PAUSE) if span.start >= earliest), None)


def seconds_per_letter(records: Sequence[CallRecord]) -> float:
    """The agent's speed, from the prompts that it said to their end."""
    rates = []
    for record in records:
        interrupted = [record.began(said) for said in record.said if said.manner != "answer" and record.complete(said)]
        for span in spans(record.frames):
            said = [line for line in record.lines if line.who == "agent" and line.at <= span.start]
            if said and not any(span.start <= at <= span.last + PAUSE for at in interrupted):
                rates.append((span.last - span.start) / max(1, len(said[-1].words)))
    return median(rates) if rates else _USUAL_RATE


def interruptions(record: CallRecord, rate: float = _USUAL_RATE) -> list[Interruption]:
    """Every sound that the caller made over a prompt. One made when the prompt was already over is left out."""
    speech, found = spans(record.frames), []
    for said in record.said:
        if said.manner == "answer" or not record.complete(said):
            continue
        began = record.began(said)
        span = next((span for span in speech if span.start < began <= span.last), None)
        line = next((line for line in reversed(record.lines) if span and line.who == "agent" and line.at <= span.start), None)
        if span is None or line is None:
            continue
        by_itself = span.start + _CAUTION * rate * len(line.words)
        """When the prompt would have ended, at the earliest."""
        stopped = span.last < by_itself or said.manner == "barge_in"
        found.append(Interruption(said.manner, said.answer.text, span.last - began if stopped else None))
    return found


def greeting_after(record: CallRecord) -> float | None:
    """Seconds from the caller's ACK to the greeting's first audible packet."""
    first = next(iter(spans(record.frames)), None)
    return first.start - record.acknowledged_at if first and record.acknowledged_at is not None else None
