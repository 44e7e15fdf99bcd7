"""Is the line process alive?"""

from __future__ import annotations

from appliance.health import Result, Subject, from_condition
from appliance.reports.conditions import line_condition
from appliance.reports.files import LineReport, read_report

SLOW = False


def check(subject: Subject) -> Result:
    """Judge by the age of run/line.json."""
    report = read_report(subject.machine.line_report_path, LineReport, subject.clock())
    return from_condition("line", line_condition(report))
