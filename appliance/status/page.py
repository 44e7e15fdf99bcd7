"""What the status page says, as plain words: built from the reports and the journal, rendered by templates/status.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from appliance.config import Clinic, Machine
from appliance.reports.conditions import Condition, State
from appliance.reports.files import AgentReport, LineReport
from appliance.status.journal import Journal, PastCall

OUTCOMES: dict[str | None, tuple[str, State]] = {
    "done": ("Done", "ok"),
    "transferred": ("Handed to a person", "ok"),
    "refused": ("Refused", "unknown"),
    "emergency": ("Emergency", "warning"),
    "crisis": ("Crisis", "warning"),
    "wrong_number": ("Wrong number", "unknown"),
    "hung_up_after_silence": ("Silence", "unknown"),
    "abandoned": ("Caller hung up", "unknown"),
    "apology": ("Apology played", "broken"),
    "failed": ("Cut off", "broken"),
    None: ("In progress", "unknown"),
}
"""How each outcome of a call is named on the page, and how much attention it deserves."""


class Finding(Protocol):
    """What the page needs of a health check's result."""

    @property
    def name(self) -> str: ...  # noqa: D102 - the words of health.Result
    @property
    def state(self) -> State: ...  # noqa: D102 - the words of health.Result
    @property
    def sentence(self) -> str: ...  # noqa: D102 - the words of health.Result
    @property
    def repair(self) -> str: ...  # noqa: D102 - the words of health.Result


@dataclass(frozen=True)
class Facts:
    """Everything one rendering of the page rests on; None where a process or the database could not be read."""

    now: datetime
    line: LineReport | None
    agent: AgentReport | None
    journal: Journal | None
    registration_condition: Condition
    line_condition: Condition
    agent_condition: Condition
    findings: Sequence[Finding] = ()


@dataclass(frozen=True)
class Row:
    """A label and its value."""

    label: str
    value: str
    state: State | None = None


@dataclass(frozen=True)
class CallRow:
    """One line of the table of calls."""

    when: str
    machine_time: str
    outcome: str
    state: State
    length: str
    turns: int


@dataclass(frozen=True)
class Page:
    """The whole page in words, from the top."""

    clinic: str
    written: str
    headline: Condition
    parts: tuple[tuple[str, Condition], ...]
    calls_now: str
    capacity: str
    calls_today: str
    today: tuple[Row, ...]
    latest: tuple[CallRow, ...]
    no_calls: str
    engines: tuple[Row, ...]
    since_start: tuple[Row, ...]
    attention: tuple[Finding, ...]


def ready_problems(facts: Facts) -> list[Condition]:
    """What keeps the appliance from answering the next call well; empty when it is ready."""
    conditions = (facts.line_condition, facts.registration_condition, facts.agent_condition)
    return [condition for condition in conditions if condition.state in ("broken", "unknown")]


def build_page(machine: Machine, clinic: Clinic, facts: Facts) -> Page:
    """Put the facts into words."""
    parts = (
        ("Registration", facts.registration_condition),
        ("Line", facts.line_condition),
        ("Agent", facts.agent_condition),
    )
    shown_above = {name.lower() for name, _ in parts}
    journal = facts.journal
    return Page(
        clinic=clinic.clinic.name,
        written=facts.now.strftime("%A %-d %B, %H:%M:%S"),
        headline=_headline(facts),
        parts=parts,
        calls_now="–" if facts.line is None else str(len(facts.line.calls)),
        capacity="" if facts.line is None else f"of {facts.line.capacity} at once",
        calls_today="–" if journal is None else str(journal.calls_today),
        today=() if journal is None else tuple(_today(journal)),
        latest=() if journal is None else tuple(_row(call, facts.now) for call in journal.latest),
        no_calls="The database cannot be read at the moment." if journal is None else "No calls yet.",
        engines=_engines(machine, facts.agent),
        since_start=_since_start(facts.line),
        attention=tuple(finding for finding in facts.findings if finding.state != "ok" and finding.name not in shown_above),
    )


def _headline(facts: Facts) -> Condition:
    if facts.line_condition.state != "ok":
        return Condition("broken", "Not answering calls", "The line is down.")
    if facts.registration_condition.state == "broken":
        return Condition("broken", "No calls are arriving", "The PBX does not list this extension.")
    if facts.agent_condition.state == "broken":
        return Condition("broken", "Callers hear an apology", "The agent is down; callers are handed to a person.")
    if facts.registration_condition.state != "ok":
        return Condition("warning", "Registering with the PBX", "Calls arrive once the PBX has said yes.")
    if facts.agent_condition.state != "ok":
        return Condition("warning", "Answering calls, with less understanding", "The encoder is not loaded.")
    wrong = [finding for finding in facts.findings if finding.state in ("warning", "broken")]
    if wrong:
        return Condition("warning", "Answering calls", "Something below needs attention.")
    return Condition("ok", "Answering calls", "Everything is as it should be.")


def _today(journal: Journal) -> list[Row]:
    known = [Row(words, str(journal.today[key]), state) for key, (words, state) in OUTCOMES.items() if key in journal.today]
    return known + [Row(str(key), str(count), "unknown") for key, count in journal.today.items() if key not in OUTCOMES]


def _row(call: PastCall, now: datetime) -> CallRow:
    words, state = OUTCOMES.get(call.outcome, (str(call.outcome), "unknown"))
    return CallRow(_when(call.started, now), call.started.isoformat(timespec="minutes"), words, state, _length(call), call.turns)


def _when(started: datetime, now: datetime) -> str:
    days = (now.date() - started.date()).days
    if days == 0:
        return started.strftime("%H:%M")
    return started.strftime("Yesterday %H:%M" if days == 1 else "%-d %b %H:%M")


def _length(call: PastCall) -> str:
    if call.ended is None:
        return "–"
    seconds = max(0, round((call.ended - call.started) / timedelta(seconds=1)))
    return f"{seconds // 60}:{seconds % 60:02d}"


def _engines(machine: Machine, agent: AgentReport | None) -> tuple[Row, ...]:
    if agent is None:
        return (Row("Profile", machine.profile),)
    rungs = {"encoder": "Encoder", "phrases": "Example phrases"}
    chats = {
        "model": ", then an instruct model",
        "server": ", then an instruct model's server",
        "failed": "; the instruct model failed",
    }
    models = tuple(Row(f"Model {model.name}", f"{model.file.rsplit('/', 1)[-1]} · {model.sha256[:12]}") for model in agent.models)
    return (
        Row("Profile", agent.profile),
        Row("Speech recognition", agent.recognizer),
        Row("Understanding", rungs.get(agent.rung, agent.rung) + chats.get(agent.chat, "")),
        Row("Voice", agent.synthesizer),
        *models,
    )


def _since_start(line: LineReport | None) -> tuple[Row, ...]:
    if line is None:
        return ()
    dropped = line.dropped_frames

    def counted(label: str, count: int) -> Row:
        return Row(label, f"{count:,}", "warning" if count else None)

    return (
        Row("Calls", f"{line.calls_total:,}"),
        counted("Refused, all lines busy", line.refused_busy),
        counted("Refused, unknown address", line.refused_source),
        counted("Apologies played", line.apologies),
        counted("Sound lost, caller to agent", dropped.to_agent),
        counted("Sound lost, agent to caller", dropped.to_caller),
    )
