"""What monitoring asks: alive, ready, every check, and the figures for Prometheus. No patient data, no sign-in on loopback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from flask import Flask, Response, jsonify

from appliance.status.access import needs
from appliance.status.metrics import CONTENT_TYPE, metrics_text
from appliance.status.page import ready_problems
from appliance.status.rows import Finding
from appliance.status.site import Site


def add_to(app: Flask, site: Site) -> None:
    """Add these addresses to the application."""

    @app.get("/live")
    @needs("probe")
    def live() -> Response:
        return jsonify(live=True)

    @app.get("/ready")
    @needs("probe")
    def ready() -> tuple[Response, int]:
        problems = ready_problems(site.facts())
        return jsonify(ready=not problems, reasons=[asdict(problem) for problem in problems]), 503 if problems else 200

    @app.get("/health")
    @needs("probe")
    def health() -> Response:
        if site.checks is None:
            return jsonify(
                state="unknown", sentence="The page was started without the checks; `appliance status` has them.", checks=[]
            )
        found = site.checks()
        return jsonify(state=_worst(found), checks=[_as_json(finding) for finding in found])

    @app.get("/metrics")
    @needs("probe")
    def metrics() -> Response:
        return Response(metrics_text(site.facts()), content_type=CONTENT_TYPE)


def _as_json(finding: Finding) -> dict[str, str]:
    return {"name": finding.name, "state": finding.state, "sentence": finding.sentence, "repair": finding.repair}


def _worst(found: Sequence[Finding]) -> str:
    states = {finding.state for finding in found}
    return next((state for state in ("broken", "warning", "unknown") if state in states), "ok")
