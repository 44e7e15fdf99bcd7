"""Signing in and out, and choosing the first password."""

from __future__ import annotations

import math

from flask import Flask, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from appliance.status.access import needs, own_address, visitor
from appliance.status.site import Site
from appliance.status.users import Refused, User, password_problem

LONGEST_FIELD = 1000

Answer = str | AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]


def add_to(app: Flask, site: Site) -> None:
    """Add these addresses to the application."""

    @app.route("/sign-in", methods=["GET", "POST"])
    @needs("anyone")
    def sign_in() -> Answer:
        onward = own_address(request.values.get("next", "/"))
        if visitor().fresh:
            return redirect("/", 303)
        if request.method == "GET":
            return redirect(onward, 303) if visitor().user else site.render("sign_in.html", onward=onward)
        found = site.users.check(form_field("name"), form_field("password"), form_field("code"), request.remote_addr or "")
        if isinstance(found, Refused):
            return _refused(site, "sign_in.html", found, onward=onward, name=form_field("name"))
        return _welcome(site, found, onward)

    @app.route("/set-up", methods=["GET", "POST"])
    @needs("anyone")
    def set_up() -> Answer:
        if visitor().fresh:
            return redirect("/", 303)
        if request.method == "GET":
            return site.render("set_up.html")
        name, password = form_field("name"), form_field("password")
        problem = password_problem(name, password)
        if problem is None and password != form_field("again"):
            problem = "The two passwords differ."
        if problem:
            return site.render("set_up.html", problem=problem, name=name, code=form_field("code")), 422
        found = site.users.set_up(name, form_field("code"), password, request.remote_addr or "")
        if isinstance(found, Refused):
            return _refused(site, "set_up.html", found, name=name)
        return _welcome(site, found, "/")

    @app.post("/sign-out")
    @needs("signed-in")
    def sign_out() -> AnyResponse:
        site.access.sign_out()
        return redirect("/sign-in", 303)


def form_field(name: str) -> str:
    """What was typed into a field, cut off where nobody types on."""
    return request.form.get(name, "")[:LONGEST_FIELD]


def _welcome(site: Site, found: User, onward: str) -> Response | AnyResponse:
    site.access.sign_in(found)
    return redirect(onward, 303)


def _refused(site: Site, template: str, refused: Refused, **values: str) -> Answer:
    seconds = math.ceil(refused.wait_seconds)
    page = site.render(template, problem="wrong", wait_seconds=seconds, **values)
    return (page, 429, {"Retry-After": str(seconds)}) if seconds else (page, 403)
