from __future__ import annotations

import random
from pathlib import Path

from tests.status.desk import Desk, form_of

SEED = 20261123
REQUESTS = 1000
PATHS = (
    "/", "/messages", "/appointments", "/audit", "/account", "/sign-in", "/set-up", "/sign-out", "/live", "/ready", "/health",
    "/metrics", "/language/es", "/language/%00", "/messages/m0/take", "/messages/%2e%2e/done", "/static/../page.py", "/events",
    "/static/status.css", "//", "/%ff", "/\u00f1", "/" + "a" * 3000,
)  # fmt: skip
METHODS = ("GET", "GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE")
WORDS = (
    "",
    "m0",
    "it.admin",
    "é",
    "\x00",
    "x" * 20_000,
    "2026-11-24",
    "0001-01-01",
    "9" * 30,
    "'; DROP TABLE users; --",
    "{{7*7}}",
)
NAMES = ("form", "name", "password", "code", "again", "secret", "next", "day", "live", "seen")


def test_a_thousand_random_requests_never_get_a_500(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.fill()
    desk.add("it.admin", "operator")
    desk.add("maria.lopez", "front-desk")
    clients = [desk.client(), desk.client("it.admin"), desk.client("maria.lopez")]
    tokens = [form_of(clients[0], "/sign-in"), form_of(clients[1], "/"), form_of(clients[2], "/account")]
    dice = random.Random(SEED)
    seen: set[int] = set()
    for number in range(REQUESTS):
        which = dice.randrange(len(clients))
        method, path = dice.choice(METHODS), dice.choice(PATHS)
        fields = {dice.choice(NAMES): dice.choice(WORDS) for _ in range(dice.randrange(4))}
        if dice.random() < 0.5:
            fields["form"] = tokens[which]
        headers = {"X-Live": "1"} if dice.random() < 0.2 else {}
        if dice.random() < 0.1:
            headers["Cookie"] = f"session={dice.choice(WORDS[:3])}; language={dice.choice(('xx', 'es', '../en'))}"
        if dice.random() < 0.05:
            headers["Host"] = dice.choice(("evil.example", "localhost:99999", ""))
        query = {dice.choice(NAMES): dice.choice(WORDS)} if dice.random() < 0.4 else {}
        data = fields if method in ("POST", "PUT") else None
        answer = clients[which].open(path, method=method, data=data, query_string=query, headers=headers, buffered=False)
        answer.close()  # of a stream only the head is asked for
        seen.add(answer.status_code)
        assert answer.status_code in range(200, 500) or (answer.status_code, path) == (503, "/ready"), (
            number,
            method,
            path,
            fields,
        )
    assert {200, 303, 400, 403, 404, 405} <= seen
