"""Does the PBX still list the extension? The age of its last 200 decides, not what the line hopes."""

from __future__ import annotations

from appliance.health import Result, Subject, from_condition
from appliance.reports.conditions import registration_condition
from appliance.reports.files import LineReport, read_report

SLOW = False


def check(subject: Subject) -> Result:
    """Compare the age of the last 200 with sip.registration_seconds."""
    now = subject.clock()
    report = read_report(subject.machine.line_report_path, LineReport, now)
    return from_condition("registration", registration_condition(report, subject.machine.sip.registration_seconds, now))
