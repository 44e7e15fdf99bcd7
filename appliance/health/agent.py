"""Does the agent take calls on its socket, and does it report?"""

from __future__ import annotations

import socket

from appliance.health import Result, Subject, from_condition
from appliance.reports.conditions import agent_condition
from appliance.reports.files import AgentReport, agent_report_path, read_report

SLOW = False
ANSWER_SECONDS = 1.0


def check(subject: Subject) -> Result:
    """Connect to the link's socket as a line would, and judge the report."""
    path = subject.machine.link_path
    report = read_report(agent_report_path(subject.machine.paths.run), AgentReport, subject.clock())
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(ANSWER_SECONDS)
            link.connect(str(path))
    except PermissionError:
        if report is not None:
            return from_condition("agent", agent_condition(report))
        return Result("agent", "unknown", f"This user may not connect to {path}.", "Run `appliance check` as the appliance's user.")
    except OSError as error:
        return Result(
            "agent",
            "broken",
            f"The agent does not answer at {path} ({error.strerror or 'no answer'}), so callers hear an apology.",
            "Start it (systemctl restart appliance-agent) and read its log (journalctl -u appliance-agent).",
        )
    if report is None:
        return Result(
            "agent",
            "warning",
            "The agent takes connections but has stopped reporting, so it may be stuck.",
            "Restart it (systemctl restart appliance-agent) when no call is in progress.",
        )
    return from_condition("agent", agent_condition(report))
