"""What people set for themselves: the second factor, and the language."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
import segno
from flask import Flask, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from appliance.status.access import needs, own_address, user
from appliance.status.addresses_signing_in import Answer, form_field
from appliance.status.site import LANGUAGE_COOKIE, Site
from appliance.status.users import User, totp_step
from appliance.status.words import installed

YEAR_SECONDS = 365 * 24 * 3600
SECRET_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
SECRET_LENGTH = 32


@dataclass(frozen=True)
class Offer:
    """A secret (base32) for an authenticator app, and the path of an SVG of `size` squares a side that shows it as a QR code."""

    secret: str
    picture: str
    size: int


def add_to(app: Flask, site: Site) -> None:
    """Add these addresses to the application."""

    @app.get("/account")
    @needs("signed-in")
    def account() -> str:
        return site.render("account.html", offer=None if user().has_totp else _offer(site, user(), pyotp.random_base32()))

    @app.post("/account")
    @needs("signed-in")
    def second_factor() -> Answer:
        if user().has_totp:
            site.users.keep_totp(user().name, None)
            return redirect("/account", 303)
        secret = form_field("secret")
        if len(secret) != SECRET_LENGTH or not SECRET_SIGNS.issuperset(secret):
            abort(400)
        if totp_step(secret, form_field("code"), site.clock()) is None:
            return site.render(
                "account.html", problem="That code does not fit; try the next one.", offer=_offer(site, user(), secret)
            ), 422
        site.users.keep_totp(user().name, secret)
        return redirect("/account", 303)

    @app.get("/language/<code>")
    @needs("anyone")
    def language(code: str) -> AnyResponse:
        if code not in installed():
            abort(404)
        answer = redirect(own_address(request.args.get("next", "/")), 303)
        answer.set_cookie(LANGUAGE_COOKIE, code, max_age=YEAR_SECONDS, samesite="Strict", httponly=True, path="/")
        return answer


def _offer(site: Site, who: User, secret: str) -> Offer:
    """What an authenticator app needs: the secret, and the same as a picture to photograph."""
    address = pyotp.TOTP(secret).provisioning_uri(name=who.name, issuer_name=site.clinic.clinic.name)
    rows = [[bool(module) for module in row] for row in segno.make(address, micro=False).matrix]
    squares = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return Offer(secret, "".join(squares), len(rows))
