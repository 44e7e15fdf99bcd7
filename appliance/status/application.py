"""The status page's Flask application: five addresses, all of them reading, none of them needing the agent or the line."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask, Response, jsonify, render_template
from werkzeug.exceptions import HTTPException

from appliance.config import Clinic, Machine
from appliance.reports.conditions import agent_condition, line_condition, registration_condition
from appliance.reports.files import AgentReport, LineReport, agent_report_path, read_report
from appliance.status.journal import read_journal
from appliance.status.metrics import CONTENT_TYPE, metrics_text
from appliance.status.page import Facts, Finding, build_page, ready_problems

Checks = Callable[[], Sequence[Finding]]
"""Runs the cheap health checks; filled in by whoever starts the page, because health and status do not import one another."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_app(machine: Machine, clinic: Clinic, checks: Checks | None = None, *, clock: Callable[[], float] = time.time) -> Flask:
    """The application. `checks` may be None (then /health says so); `clock` gives seconds since 1970."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it, its base class does not
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["TRUSTED_HOSTS"] = _trusted_hosts(machine.status.host)
    zone = ZoneInfo(clinic.clinic.timezone)

    def facts() -> Facts:
        now = clock()
        local = datetime.fromtimestamp(now, zone)
        line = read_report(machine.line_report_path, LineReport, now)
        agent = read_report(agent_report_path(machine.paths.run), AgentReport, now)
        return Facts(
            now=local,
            line=line,
            agent=agent,
            journal=read_journal(machine.database_path, local.date()),
            registration_condition=registration_condition(line, machine.sip.registration_seconds, now),
            line_condition=line_condition(line),
            agent_condition=agent_condition(agent),
        )

    @app.get("/")
    def index() -> str:
        found = () if checks is None else checks()
        return render_template("status.html", page=build_page(machine, clinic, replace(facts(), findings=found)))

    @app.get("/live")
    def live() -> Response:
        return jsonify(live=True)

    @app.get("/ready")
    def ready() -> tuple[Response, int]:
        problems = ready_problems(facts())
        return jsonify(ready=not problems, reasons=[asdict(problem) for problem in problems]), 503 if problems else 200

    @app.get("/health")
    def health() -> Response:
        if checks is None:
            return jsonify(
                state="unknown", sentence="The page was started without the checks; `appliance status` has them.", checks=[]
            )
        found = checks()
        return jsonify(state=_worst(found), checks=[_as_json(finding) for finding in found])

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(metrics_text(facts()), content_type=CONTENT_TYPE)

    @app.errorhandler(HTTPException)
    def plain_error(error: HTTPException) -> tuple[Response, int]:
        return Response(f"{error.code} {error.name}\n", content_type="text/plain; charset=utf-8"), error.code or 500

    @app.after_request
    def guarded(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return app


def _as_json(finding: Finding) -> dict[str, str]:
    return {"name": finding.name, "state": finding.state, "sentence": finding.sentence, "repair": finding.repair}


def _worst(found: Sequence[Finding]) -> str:
    states = {finding.state for finding in found}
    return next((state for state in ("broken", "warning", "unknown") if state in states), "ok")


def _trusted_hosts(host: str) -> list[str] | None:
    """On loopback, the names a browser may call us by, so that no web page reaches us by a name of its own (DNS rebinding)."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return None
    return ["localhost", "127.0.0.1", "[::1]", host] if loopback else None
