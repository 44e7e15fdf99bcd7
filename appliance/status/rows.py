"""The rows of the status page's tables and lists: labels and values in English, translated when they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from appliance.config import Machine
from appliance.reports.conditions import State
from appliance.reports.files import AgentReport, LineReport
from appliance.status.journal import Journal, PastCall, percentile

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
class Row:
    """A label and its value."""

    label: str
    value: str
    state: State | None = None


@dataclass(frozen=True)
class CallRow:
    """One line of the table of calls."""

    began: datetime
    outcome: str
    state: State
    length: str
    turns: int


@dataclass(frozen=True)
class LiveCall:
    """A call in progress: what it is doing, and for how long."""

    state: str
    length: str


STATES = {"ringing": "Ringing", "talking": "Talking", "held": "On hold", "transferring": "Being handed over", "apology": "Apology"}
"""The line's words for what a call is doing."""


def today_rows(journal: Journal) -> list[Row]:
    """Outcomes of today, in the order of OUTCOMES."""
    known = [Row(words, str(journal.today[key]), state) for key, (words, state) in OUTCOMES.items() if key in journal.today]
    return known + [Row(str(key), str(count), "unknown") for key, count in journal.today.items() if key not in OUTCOMES]


def past_call(call: PastCall) -> CallRow:
    """One line of the table of calls."""
    words, state = OUTCOMES.get(call.outcome, (str(call.outcome), "unknown"))
    return CallRow(call.started, words, state, _length(call), call.turns)


def _length(call: PastCall) -> str:
    if call.ended is None:
        return "–"
    return _clock((call.ended - call.started) / timedelta(seconds=1))


def live_calls(line: LineReport | None, now: float) -> tuple[LiveCall, ...]:
    """The calls in progress, the oldest first. Their ids stay here."""
    calls = sorted(line.calls, key=lambda call: call.since) if line else []
    return tuple(LiveCall(STATES.get(call.state, call.state), _clock(now - call.since)) for call in calls)


def latency_rows(journal: Journal | None) -> tuple[Row, ...]:
    """How long callers waited today for an answer."""
    gaps = journal.all_gaps if journal else []
    if not gaps:
        return (Row("Half of the answers", "not measured yet"), Row("95 of 100 answers", "not measured yet"))

    def within(label: str, share: float, limit: int) -> Row:
        gap = percentile(gaps, share)
        return Row(label, f"within {gap / 1000:.2f} s", "warning" if gap > limit else None)

    return (within("Half of the answers", 0.5, 1500), within("95 of 100 answers", 0.95, 3000), Row("Answers", f"{len(gaps):,}"))


def proof_rows(findings: Sequence[Finding]) -> tuple[Row, ...]:
    """What the checks say about the machine, good news too: somebody asks for it."""
    said = {finding.name: finding for finding in findings}
    missing = {"backup": "None configured."}
    return tuple(
        Row(label, said[name].sentence, said[name].state)
        if name in said
        else Row(label, missing.get(name, "Not checked by this page; `appliance check` has it."), "unknown")
        for name, label in (
            ("no_egress", "Nothing leaves the building"), ("backup", "Last backup"),
            ("encryption", "Encryption"), ("disk", "Disk"), ("database", "Database"),
            ("models", "Models"), ("certificates", "Certificates"), ("clock_sync", "Clock"),
        )
    )  # fmt: skip


def _clock(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def engine_rows(machine: Machine, agent: AgentReport | None) -> tuple[Row, ...]:
    """Engines, rung and models in use."""
    if agent is None:
        return (Row("Profile", machine.profile),)
    rungs = {"encoder": "Encoder", "phrases": "Example phrases"}
    chats = {
        "model": ", then an instruct model",
        "server": ", then an instruct model's server",
        "failed": "; the instruct model failed",
    }
    models = tuple(Row(f"Model {model.name}", f"{model.file.rsplit('/', 1)[-1]} · {model.sha256}") for model in agent.models)
    return (
        Row("Profile", agent.profile),
        Row("Speech recognition", agent.recognizer),
        Row("Understanding", rungs.get(agent.rung, agent.rung) + chats.get(agent.chat, "")),
        Row("Voice", agent.synthesizer),
        *models,
    )


def since_start_rows(line: LineReport | None) -> tuple[Row, ...]:
    """The line's counts."""
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
