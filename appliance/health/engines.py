"""Do callers hear, and are they heard by, the engines that the profile names, or did the agent step down to lesser ones?"""

from __future__ import annotations

from appliance.health import Result, Subject
from appliance.reports.files import AgentReport, SteppedDown, agent_report_path, read_report

SLOW = False
NOUNS = {"recognizer": "recogniser", "synthesizer": "voice"}


def check(subject: Subject) -> Result:
    """Read the agent's report."""
    report = read_report(agent_report_path(subject.machine.paths.run), AgentReport, subject.clock())
    if report is None:
        return Result(
            "engines", "unknown", "The agent is down, so nobody knows which engines it would use.", "Start the agent first."
        )
    if not report.stepped_down:
        return Result("engines", "ok", f"The engines are those of the profile {report.profile}: {_in_use(report)}.")
    sentence = " ".join(_sentence(step) for step in report.stepped_down)
    repairs = dict.fromkeys(step.repair for step in report.stepped_down)
    return Result("engines", "warning", sentence, f"{' '.join(repairs)} Then restart the agent.")


def _sentence(step: SteppedDown) -> str:
    instead = f"{step.used} takes its place" if step.used else "callers in it are given to a person"
    return f"For {step.language} the {NOUNS[step.kind]} {step.wanted} is not in use, {instead}: {step.why}"


def _in_use(report: AgentReport) -> str:
    return f"recogniser {report.recognizer}, voice {report.synthesizer}"
