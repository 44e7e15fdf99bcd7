"""What a report means for the people in the clinic: one state, one sentence, one repair.

The status page, `/ready` and the health checks all judge by these functions, so they cannot contradict each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from appliance.reports.files import AgentReport, LineReport, Registration

State = Literal["ok", "warning", "broken", "unknown"]

_REFUSED_CODES = frozenset({401, 403, 404, 407})


@dataclass(frozen=True)
class Condition:
    """How one thing stands. `repair` is empty only when there is nothing to repair."""

    state: State
    sentence: str
    repair: str = ""


def ago(seconds: float) -> str:
    """An age in words, never more precise than a reader needs."""
    whole = max(0, round(seconds))
    if whole < 2:
        return "a moment ago"
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if whole >= 2 * size:
            return f"{whole // size} {unit}s ago"
    return f"{whole} seconds ago"


def line_condition(line: LineReport | None) -> Condition:
    """Whether the line process is alive."""
    if line is None:
        return Condition(
            "broken",
            "The line process is down or stuck, so no call can be answered.",
            "Start it (systemctl restart appliance-line) and read its log (journalctl -u appliance-line).",
        )
    return Condition("ok", f"The line is up, with {len(line.calls)} of {line.capacity} calls in use.")


def agent_condition(agent: AgentReport | None) -> Condition:
    """Whether the agent process is alive, and whether it understands with its best rung."""
    if agent is None:
        return Condition(
            "broken",
            "The agent process is down or stuck, so callers hear an apology and are handed to a person.",
            "Start it (systemctl restart appliance-agent) and read its log (journalctl -u appliance-agent).",
        )
    if agent.rung == "phrases":
        return Condition(
            "warning",
            "The agent is up, but understands by example phrases only because the encoder is not loaded.",
            "Run `appliance check`, which says what is wrong with the encoder's files, then restart the agent.",
        )
    if agent.chat == "failed":
        return Condition(
            "warning",
            "The agent is up, but the instruct model that appliance.toml names is not in use.",
            "Run `appliance check`, which says what is wrong with it, then restart the agent.",
        )
    return Condition("ok", "The agent is up.")


def registration_condition(line: LineReport | None, registration_seconds: int, now: float) -> Condition:
    """Whether the PBX still sends calls here, judged by the age of its last 200 to a REGISTER."""
    if line is None:
        return Condition(
            "unknown", "The line is down, so nobody knows whether the PBX still lists this extension.", "Start the line first."
        )
    registration = line.registration
    if registration.state == "off":
        return Condition("ok", "Registration is switched off in appliance.toml; calls come straight from the PBX's address.")
    repair = _repair_registration(registration)
    age = None if registration.last_ok_at is None else max(0.0, now - registration.last_ok_at)
    if age is None and registration.state == "trying":
        return Condition("warning", "The line is registering with the PBX for the first time.", repair)
    if age is None:
        return Condition("broken", f"The PBX has never accepted this extension{_because(registration)}.", repair)
    if registration.state == "failed" or age > registration_seconds:
        return Condition(
            "broken",
            f"Registration is lost: the PBX last said yes {ago(age)}{_because(registration)}.",
            repair,
        )
    if registration.state == "trying":
        return Condition("warning", f"The line is registering again; the PBX last said yes {ago(age)}.", repair)
    return Condition("ok", f"Registered with the PBX, which last said yes {ago(age)}.")


def _because(registration: Registration) -> str:
    if registration.last_code is None or registration.last_code == 200:
        return ""
    return f"; its last answer was {registration.last_code} {registration.reason}".rstrip()


def _repair_registration(registration: Registration) -> str:
    if registration.last_code in _REFUSED_CODES:
        return "Compare sip.extension, sip.authentication_id and the password in appliance.toml with the extension in the PBX."
    return "Check that the PBX runs and that sip.registrar and sip.transport in appliance.toml are its address and transport."
