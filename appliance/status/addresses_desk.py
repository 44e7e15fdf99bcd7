"""The front desk: messages for staff, to take and to have done, and the day's appointments. Every look is audited."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from appliance.status.access import LIVE, needs, user
from appliance.status.patient_data import Look
from appliance.status.site import Site

FARTHEST = timedelta(days=400)
"""Nobody's work at the front desk lies further away than a year."""


def add_to(app: Flask, site: Site) -> None:
    """Add these addresses to the application."""

    def look(why: str) -> Look:
        return Look(user().name, f"{why}, live update" if LIVE in request.headers else why)

    @app.get("/messages")
    @needs("front-desk")
    def messages() -> str:
        found = site.patient_data.messages(look("working on messages"))
        waiting = None if found is None else [message for message in found if message.done_at is None]
        done = [message for message in found or () if message.done_at is not None]
        return site.render("messages.html", pulse="desk", waiting=waiting, done=done, state=site.state(), zone=site.now().tzinfo)

    @app.post("/messages/<message>/<act>")
    @needs("front-desk")
    def mark(message: str, act: str) -> AnyResponse:
        if act not in ("take", "give-back", "done", "reopen"):
            abort(404)
        # somebody else may have been quicker: the page that follows shows how things stand
        site.patient_data.mark(message, act, user().name)
        return redirect("/messages", 303)

    @app.get("/appointments")
    @needs("front-desk")
    def appointments() -> str:
        day = _day(request.args.get("day", ""), site.today())
        why = "the day's work" if day == site.today() else "planning another day"
        found = site.patient_data.appointments(day, look(why))
        names = {provider.id: provider.name for provider in site.clinic.providers}
        one = timedelta(days=1)
        return site.render(
            "appointments.html",
            pulse="desk",
            day=day,
            before=day - one,
            after=day + one,
            appointments=found,
            names=names,
            state=site.state(),
        )


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        abort(404)
    if abs(day - today) > FARTHEST:
        abort(404)
    return day
