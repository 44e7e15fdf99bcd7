"""The machine's page, who looked at what, and the stream of live updates."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from appliance.records import audit
from appliance.status import plots
from appliance.status.access import needs, visitor
from appliance.status.events import SIGNED_OUT
from appliance.status.page import build_page
from appliance.status.site import Site

AUDIT_ROWS = 100
EVENT_STREAM = "text/event-stream"


def add_to(app: Flask, site: Site) -> None:
    """Add these addresses to the application."""

    @app.get("/")
    @needs("home")
    def home() -> str | AnyResponse | tuple[str, int]:
        asking = visitor()
        if asking.fresh and not asking.nearby:
            return site.render("fresh.html"), 403
        if asking.user is None and not asking.fresh:
            return redirect("/sign-in", 303)
        if asking.user is not None and asking.user.role == "front-desk":
            return redirect("/messages", 303)
        page = build_page(site.machine, site.clinic, site.facts_and_findings())
        return site.render("machine.html", pulse="machine", page=page, fresh=asking.fresh, plots=plots)

    @app.get("/audit")
    @needs("operator")
    def audit_rows() -> str:
        with site.staff.reading() as connection:
            rows = audit.latest(connection, AUDIT_ROWS)
        said, now = site.words(), site.now()

        def when(row: audit.Row) -> str:
            return said.moment(datetime.fromisoformat(row.at).astimezone(now.tzinfo), now.date())

        return site.render("audit.html", rows=rows, when=when)

    @app.get("/events")
    @needs("home")
    def events() -> Response:
        asking = visitor()
        pulse = "desk" if asking.user and asking.user.role == "front-desk" else "machine"
        if asking.user is None and not asking.fresh:
            # a page that slept through its session, with patient data on it perhaps, must learn why it gets no stream
            return Response(SIGNED_OUT, content_type=EVENT_STREAM)
        if asking.user is None and not asking.nearby:
            abort(403)
        still_there = (lambda: not site.users.anybody()) if asking.fresh else site.access.watch()
        stream = site.streams.open(site.pulses[pulse], request.args.get("seen", ""), still_there)
        if stream is None:
            abort(503)
        return Response(stream, content_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})
