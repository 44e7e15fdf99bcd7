"""The status page's Flask application: its addresses, what every answer carries, and how it says that something is wrong."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Callable

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from appliance.config import Clinic, Machine
from appliance.faults import Fault
from appliance.status import addresses_account, addresses_desk, addresses_machine, addresses_probes, addresses_signing_in
from appliance.status.access import STALE_FORM
from appliance.status.site import Checks, Site

_log = logging.getLogger(__name__)

LARGEST_FORM = 16 * 1024
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def create_app(machine: Machine, clinic: Clinic, checks: Checks | None = None, *, clock: Callable[[], float] = time.time) -> Flask:
    """The application. `checks` may be None (then /health says so); `clock` gives seconds since 1970."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it, its base class does not
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config["TRUSTED_HOSTS"] = _trusted_hosts(machine.status.host)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    site = Site(machine, clinic, checks, clock)
    site.access.guard(app)
    for addresses in (addresses_probes, addresses_machine, addresses_signing_in, addresses_account, addresses_desk):
        addresses.add_to(app, site)

    @app.errorhandler(HTTPException)
    def wrong(error: HTTPException) -> tuple[Response, int]:
        code = error.code or 500
        if g.get("visitor") is None or g.visitor.fresh:
            return Response(f"{code} {error.name}\n", content_type="text/plain; charset=utf-8"), code
        return Response(site.render("wrong.html", code=code, stale=error.description == STALE_FORM)), code

    @app.errorhandler(Fault)
    def fault(problem: Fault) -> tuple[Response, int]:
        _log.error("%s", problem)
        return Response("503 The status page's own database cannot be used.\n", content_type="text/plain; charset=utf-8"), 503

    @app.after_request
    def guarded(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if machine.status.tls_certificate_file is not None:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    return app


def _trusted_hosts(host: str) -> list[str] | None:
    """On loopback, the names a browser may call us by, so that no web page reaches us by a name of its own (DNS rebinding)."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return None
    return ["localhost", "127.0.0.1", "[::1]", host] if loopback else None
