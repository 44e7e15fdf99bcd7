"""Who is asking, and may they: one decision before every request, made from what each address says it needs.

An address without such a word is not served at all, so a new one cannot be open by mistake.

    probe       /live /ready /health /metrics: loopback and status.monitors, else an operator
    anyone      what is needed to sign in
    home        / : decides by itself, from nobody's health page to everybody's own
    signed-in   any user
    operator    the machine's health; no patient data
    front-desk  messages and appointments; every look is audited
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from appliance.config import Status
from appliance.status.sessions import Sessions
from appliance.status.users import User, Users

Need = Literal["probe", "anyone", "home", "signed-in", "operator", "front-desk"]
_View = TypeVar("_View", bound=Callable[..., object])
_NEEDS = "appliance_needs"
LONGEST_TOKEN = 100
STALE_FORM = "stale form"
LIVE = "X-Live"
"""A request that the page makes by itself carries it, and does not count as a click."""


def needs(need: Need) -> Callable[[_View], _View]:
    """Say who may have an address."""

    def said(view: _View) -> _View:
        setattr(view, _NEEDS, need)
        return view

    return said


@dataclass(frozen=True)
class Visitor:
    """Who is asking."""

    user: User | None
    token: str
    """The session's, or that of a visit before signing in; what forms are bound to."""
    nearby: bool
    """Asks from this machine itself."""
    fresh: bool
    """No user was ever added."""

    def may(self, need: Need) -> bool:
        """Whether an address with this need is served to them."""
        match need:
            case "anyone" | "home":
                return True
            case "probe":
                return self.user is not None and self.user.role == "operator"
            case "signed-in":
                return self.user is not None
            case _:
                return self.user is not None and self.user.role == need


class Access:
    """Cookies, sessions and the tokens of forms. Its key is new at every start, which makes open forms stale and nothing else."""

    def __init__(self, settings: Status, users: Users, sessions: Sessions) -> None:
        self._settings = settings
        self._users = users
        self._sessions = sessions
        self._key = secrets.token_bytes(32)
        # Secure cookies are refused by some browsers on plain loopback, which no network sees anyway
        self._secure = settings.tls_certificate_file is not None
        prefix = "__Host-" if self._secure else ""
        # two, because a link from elsewhere comes without the Strict cookies, and must not put a visit's in the session's place
        self._session_cookie, self._visit_cookie = f"{prefix}session", f"{prefix}visit"

    def guard(self, app: Flask) -> None:
        """Ask before every request of this application."""
        app.before_request(self._before)
        app.after_request(self._after)

    def form_token(self) -> str:
        """What a form of this visitor must send back."""
        return hmac.new(self._key, visitor().token.encode(), hashlib.sha256).hexdigest()

    def sign_in(self, user: User) -> None:
        """A new session, never the token that was there before."""
        g.cookies = {self._session_cookie: self._sessions.begin(user.name)}

    def sign_out(self) -> None:
        """End this session."""
        self._sessions.end(visitor().token)
        g.cookies = {self._session_cookie: ""}

    def watch(self) -> Callable[[], bool]:
        """Tells, also after this request, whether this visitor's session still stands; asking is no click."""
        token = visitor().token
        return lambda: self._sessions.user(token, clicked=False) is not None

    def _before(self) -> AnyResponse | None:
        if request.endpoint is None:
            return None  # no such address: the 404 follows
        view = current_app.view_functions[request.endpoint]
        need: Need | None = "anyone" if request.endpoint == "static" else getattr(view, _NEEDS, None)
        if need is None:
            abort(403)
        address = request.remote_addr or ""
        trusted = _is_loopback(address) or address in self._settings.monitors
        if request.endpoint == "static" or (need == "probe" and trusted):
            return None  # served also when the page's own database is broken
        g.visitor = self._visitor()
        if not g.visitor.may(need):
            if g.visitor.user or need == "probe" or request.method != "GET" or LIVE in request.headers:
                abort(403)
            return redirect("/" if g.visitor.fresh else f"/sign-in?next={quote(request.full_path.rstrip('?'))}", 303)
        if request.method == "POST" and not hmac.compare_digest(self.form_token().encode(), request.form.get("form", "").encode()):
            abort(400, STALE_FORM)
        return None

    def _visitor(self) -> Visitor:
        nearby = _is_loopback(request.remote_addr or "")
        if not self._users.anybody():
            return Visitor(None, "", nearby, fresh=True)
        token = request.cookies.get(self._session_cookie, "")[:LONGEST_TOKEN]
        clicked = LIVE not in request.headers and "live" not in request.args and request.endpoint != "events"
        name = self._sessions.user(token, clicked=clicked) if token else None
        if found := self._users.find(name) if name else None:
            return Visitor(found, token, nearby, fresh=False)
        visit = request.cookies.get(self._visit_cookie, "")[:LONGEST_TOKEN]
        if not visit:
            visit = secrets.token_urlsafe(32)
            g.cookies = {self._visit_cookie: visit}
        return Visitor(None, visit, nearby, fresh=False)

    def _after(self, response: Response) -> Response:
        cookies: dict[str, str] = g.get("cookies", {})
        for name, value in cookies.items():
            age = None if value else 0
            response.set_cookie(name, value, secure=self._secure, httponly=True, samesite="Strict", path="/", max_age=age)
        return response


def visitor() -> Visitor:
    """Who is asking now."""
    found: Visitor = g.visitor
    return found


def user() -> User:
    """The user who is asking; only where an address needs one."""
    found = visitor().user
    if found is None:
        abort(403)
    return found


def own_address(path: str) -> str:
    """`path` when it is an address of this page and nothing else, so that no link signs somebody in and sends them elsewhere."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if plain else "/"


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
