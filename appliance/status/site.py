"""What the page's addresses share: the settings, the facts, who may sign in, and how an answer is rendered."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import g, render_template, request

from appliance.config import Clinic, Machine
from appliance.reports.conditions import Condition, agent_condition, line_condition, registration_condition
from appliance.reports.files import AgentReport, LineReport, agent_report_path, read_report
from appliance.status.access import Access
from appliance.status.database import StaffDatabase
from appliance.status.events import Pulse, Streams
from appliance.status.journal import read_journal
from appliance.status.page import Facts, headline
from appliance.status.patient_data import PatientData
from appliance.status.rows import Finding
from appliance.status.sessions import Sessions
from appliance.status.users import Users
from appliance.status.words import ENGLISH, Words, installed, words

Checks = Callable[[], Sequence[Finding]]
"""Runs the cheap health checks; filled in by whoever starts the page, because health and status do not import one another."""
CHECKS_SECONDS = 3.0
"""The page looks at its checks at most so often, however many people watch it."""
LANGUAGE_COOKIE = "language"


class Site:
    """One status page. `clock` gives seconds since 1970."""

    def __init__(self, machine: Machine, clinic: Clinic, checks: Checks | None, clock: Callable[[], float]) -> None:
        self.machine = machine
        self.clinic = clinic
        self.checks = checks
        self.clock = clock
        staff = StaffDatabase(machine.staff_database_path)
        self.staff = staff
        self.users = Users(staff, clock)
        self.access = Access(machine.status, self.users, Sessions(staff, clock, machine.status.idle_minutes * 60.0))
        self.patient_data = PatientData(machine.database_path, machine.records.key_file, staff, clock)
        self.streams = Streams()
        self.pulses = {"machine": Pulse(self._machine_pulse), "desk": Pulse(lambda: self.patient_data.pulse(self.today()))}
        self._zone = ZoneInfo(clinic.clinic.timezone)
        self._findings: tuple[float, Sequence[Finding]] = (-CHECKS_SECONDS, ())

    def now(self) -> datetime:
        """The clinic's time, with its zone."""
        return datetime.fromtimestamp(self.clock(), self._zone)

    def today(self) -> date:
        """The clinic's date."""
        return self.now().date()

    def facts(self) -> Facts:
        """What the reports and the database say now; without the checks' findings."""
        local = self.now()
        now = local.timestamp()
        line = read_report(self.machine.line_report_path, LineReport, now)
        agent = read_report(agent_report_path(self.machine.paths.run), AgentReport, now)
        return Facts(
            now=local,
            line=line,
            agent=agent,
            journal=read_journal(self.machine.database_path, local.date(), self.machine.records.key_file),
            registration_condition=registration_condition(line, self.machine.sip.registration_seconds, now),
            line_condition=line_condition(line),
            agent_condition=agent_condition(agent),
        )

    def facts_and_findings(self) -> Facts:
        """The same with what the checks found, at most CHECKS_SECONDS ago."""
        when, found = self._findings
        if self.checks is not None and time.monotonic() - when >= CHECKS_SECONDS:
            found = self.checks()
            self._findings = (time.monotonic(), found)
        return replace(self.facts(), findings=found)

    def words(self) -> Words:
        """The reader's language: the one chosen on the page, else the browser's, else English."""
        chosen = request.cookies.get(LANGUAGE_COOKIE)
        if chosen in installed():
            return words(chosen)
        return words(request.accept_languages.best_match(installed()) or ENGLISH)

    def render(self, template: str, *, pulse: str = "", **values: object) -> str:
        """A page. `pulse` names what makes it fetch itself again; "" for one that stays as it is."""
        visitor = g.get("visitor")
        said = self.words()
        return render_template(
            template,
            t=said,
            languages=installed(),
            clinic_name=self.clinic.clinic.name,
            user=visitor.user if visitor else None,
            form_token=self.access.form_token() if visitor else "",
            pulse=pulse,
            seen=self.pulses[pulse].word() if pulse else "",
            now=self.now(),
            **values,
        )

    def state(self) -> Condition:
        """Whether calls are answered, for everybody who signed in."""
        return headline(self.facts())

    def _machine_pulse(self) -> object:
        facts = self.facts_and_findings()
        line, agent, journal = facts.line, facts.agent, facts.journal
        conditions = (facts.line_condition.state, facts.registration_condition.state, facts.agent_condition.state)
        counts = line and (
            line.calls,
            line.calls_total,
            line.refused_busy,
            line.refused_source,
            line.apologies,
            line.dropped_frames,
        )
        engines = agent and (agent.rung, agent.chat, agent.models)
        findings = [(finding.name, finding.state) for finding in facts.findings]
        return (conditions, counts, engines, journal and (journal.today, journal.latest), findings)
