"""What the machine's page says, as plain words: built from the reports and the journal, rendered by templates/machine.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.config import Clinic, Machine
from appliance.reports.conditions import Condition
from appliance.reports.files import AgentReport, LineReport
from appliance.status.journal import Journal
from appliance.status.plots import Plot, calls_plot, latency_plot
from appliance.status.rows import (
    CallRow,
    Finding,
    LiveCall,
    Row,
    engine_rows,
    latency_rows,
    live_calls,
    past_call,
    proof_rows,
    since_start_rows,
    today_rows,
)


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
class Page:
    """The whole page in words, from the top."""

    clinic: str
    now: datetime
    headline: Condition
    parts: tuple[tuple[str, Condition], ...]
    calls_now: str
    capacity: str
    calls_today: str
    today: tuple[Row, ...]
    latest: tuple[CallRow, ...]
    no_calls: str
    live: tuple[LiveCall, ...]
    latency: tuple[Row, ...]
    plots: tuple[tuple[str, Plot | None], ...]
    proofs: tuple[Row, ...]
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
        now=facts.now,
        headline=headline(facts),
        parts=parts,
        calls_now="–" if facts.line is None else str(len(facts.line.calls)),
        capacity="" if facts.line is None else f"of {facts.line.capacity} at once",
        calls_today="–" if journal is None else str(journal.calls_today),
        today=() if journal is None else tuple(today_rows(journal)),
        latest=() if journal is None else tuple(past_call(call) for call in journal.latest),
        no_calls="The database cannot be read at the moment." if journal is None else "No calls yet.",
        live=live_calls(facts.line, facts.now.timestamp()),
        latency=latency_rows(journal),
        plots=() if journal is None else (("calls", calls_plot(journal)), ("latency", latency_plot(journal))),
        proofs=proof_rows(facts.findings),
        engines=engine_rows(machine, facts.agent),
        since_start=since_start_rows(facts.line),
        attention=tuple(finding for finding in facts.findings if finding.state != "ok" and finding.name not in shown_above),
    )


def headline(facts: Facts) -> Condition:
    """Whether calls are answered, in three words and a sentence."""
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
