"""How well labelled utterances are understood: intents, slots, alarms, and whether confidence can be trusted.

A row is right when its intent, or one that it accepts, is read. Slots are compared as spoken words, without small words at their
ends; those labelled true or false (new_patient) are not compared.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from appliance.faults import TheirFault
from appliance.understanding import INTENTS, SLOTS, Understanding
from appliance.understanding.cascade import ALARMS
from appliance.understanding.wording import spoken_words

_ENDS = frozenset({"the", "a", "an", "my", "on", "at", "to", "for", "in", "of", "with", "dr", "doctor"})
REPAIR = 'Write a JSON object a line: {"text": "...", "intent": "...", "slots": {}, "asked": null, "accept": []}.'


@dataclass(frozen=True)
class Row:
    """One labelled utterance: what was said, in answer to what, and what it means."""

    text: str
    intent: str
    asked: str | None = None
    accepted: frozenset[str] = frozenset()
    """Other intents that are right, too."""
    slots: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The mentions of each slot; none where the label is true or false, which no words say."""


@dataclass(frozen=True)
class Intent:
    """How one intent fares: of `rows` so labelled the share read so, and of those read so the share that are."""

    rows: int
    precision: float | None
    """None when nothing was read so."""
    recall: float


@dataclass(frozen=True)
class Slots:
    """How slots fare: exact spans of `labelled` mentions, and the share of which at least a word was found."""

    labelled: int
    precision: float
    recall: float
    f1: float
    touched: float


@dataclass(frozen=True)
class Figures:
    """All shares are 0 to 1; None where there was nothing to count."""

    rows: int
    accuracy: float
    macro: float
    """Mean of the recalls of the intents that have rows."""
    intents: Mapping[str, Intent]
    slots: Slots
    alarm_recall: Mapping[str, float | None]
    """Of rows labelled emergency and crisis, the share that raised the alarm."""
    alarm_rows: Mapping[str, int]
    false_alarms: int
    """Rows that mean no alarm and raised one."""
    unsure_below: float
    sure_share: float
    sure_accuracy: float | None
    """Of the answers that are no guesses, the share that are right."""
    unsure_share: float
    unsure_accuracy: float | None
    confusions: Sequence[tuple[str, str, int]]
    """Label, what was read instead, how often; the most frequent first."""

    def as_json(self) -> dict[str, object]:
        """One object with the names of these fields."""
        return asdict(self)


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSONL file. Raises TheirFault naming file and line of the first that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise TheirFault(f"{path} cannot be read ({reason}).", repair="Correct the path that was given.") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                rows.append(_row(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise TheirFault(f"{path}, line {number}: this is no labelled utterance ({error}).", repair=REPAIR) from error
    if not rows:
        raise TheirFault(f"{path} holds no utterances.", repair=REPAIR)
    return rows


def evaluate(rows: Iterable[Row], understand: Callable[[str, str | None], Understanding], unsure: float) -> Figures:
    """Understand every row and count."""
    read = [(row, understand(row.text, row.asked)) for row in rows]
    right = [told.intent == row.intent or told.intent in row.accepted for row, told in read]
    sure = [told.confidence >= unsure for _, told in read]
    intents = {intent: _intent(intent, read, right) for intent in INTENTS if any(row.intent == intent for row, _ in read)}
    confusions = Counter((row.intent, told.intent) for (row, told), well in zip(read, right, strict=True) if not well)
    return Figures(
        rows=len(read),
        accuracy=sum(right) / len(read),
        macro=sum(one.recall for one in intents.values()) / len(intents),
        intents=intents,
        slots=_slots(read),
        alarm_recall={
            kind: _share([_raised_for(kind, row, told) for row, told in read if row.intent == kind]) for kind in sorted(ALARMS)
        },
        alarm_rows={kind: sum(row.intent == kind for row, _ in read) for kind in sorted(ALARMS)},
        false_alarms=sum(_raised(told) for row, told in read if not ({row.intent} | row.accepted) & ALARMS),
        unsure_below=unsure,
        sure_share=sum(sure) / len(read),
        sure_accuracy=_share([well for well, is_sure in zip(right, sure, strict=True) if is_sure]),
        unsure_share=1 - sum(sure) / len(read),
        unsure_accuracy=_share([well for well, is_sure in zip(right, sure, strict=True) if not is_sure]),
        confusions=[(label, told, count) for (label, told), count in confusions.most_common()],
    )


def _row(told: Mapping[str, object]) -> Row:
    text, intent, asked = told["text"], told["intent"], told.get("asked")
    accept, slots = told.get("accept") or [], told.get("slots") or {}
    if not isinstance(text, str) or not (asked is None or isinstance(asked, str)) or not isinstance(accept, list):
        raise TypeError("text and asked are words, accept is a list")
    for name in (intent, *accept):
        if name not in INTENTS:
            raise ValueError(f"there is no intent {name!r}")
    if not isinstance(slots, dict):
        raise TypeError("slots is an object")
    if unknown := sorted(set(slots) - set(SLOTS)):
        raise ValueError(f"there is no slot {unknown[0]!r}")
    mentions = {slot: [one for one in _mentions(words) if isinstance(one, str)] for slot, words in slots.items()}
    return Row(text, str(intent), asked, frozenset(accept), mentions)


def _mentions(words: object) -> list[object]:
    return words if isinstance(words, list) else [words]


def _intent(intent: str, read: Sequence[tuple[Row, Understanding]], right: Sequence[bool]) -> Intent:
    labelled = [well for (row, _), well in zip(read, right, strict=True) if row.intent == intent]
    told = [well for (_, told), well in zip(read, right, strict=True) if told.intent == intent]
    return Intent(len(labelled), _share(told), sum(labelled) / len(labelled))


def _slots(read: Sequence[tuple[Row, Understanding]]) -> Slots:
    labelled = found = exact = touched = 0
    for row, told in read:
        spans: dict[str, list[list[str]]] = defaultdict(list)
        for slot, words in told.slots.items():
            spans[slot] = [_core(str(span)) for span in _mentions(words)]
        found += sum(len(several) for slot, several in spans.items() if row.slots.get(slot) != [])
        for slot, mentions in row.slots.items():
            for mention in mentions:
                labelled += 1
                exact += _core(mention) in spans[slot]
                touched += any(set(_core(mention)) & set(span) for span in spans[slot])
    precision, recall = exact / found if found else 0.0, exact / labelled if labelled else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Slots(labelled, precision, recall, f1, touched / labelled if labelled else 0.0)


def _core(words: str) -> list[str]:
    spoken = [word.spoken for word in spoken_words(words)]
    while spoken and spoken[0] in _ENDS:
        spoken.pop(0)
    while spoken and spoken[-1] in _ENDS:
        spoken.pop()
    return spoken


def _raised(told: Understanding) -> bool:
    return told.emergency or told.crisis or told.intent in ALARMS


def _raised_for(kind: str, row: Row, told: Understanding) -> bool:
    """Whether the alarm was raised; the other one counts only where the row accepts it."""
    own = told.intent == kind or (told.emergency if kind == "emergency" else told.crisis)
    return own or (_raised(told) and bool(row.accepted & ALARMS))


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
