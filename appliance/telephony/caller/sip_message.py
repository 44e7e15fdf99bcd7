"""SIP messages as data: parse and write (RFC 3261 sections 7, 20 and 25). No sockets, no state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]
_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "r": "refer-to",
}
_URI = re.compile(r"sips?:(?:(?P<user>[^@;?>\s]*)@)?(?P<host>\[[^\]]+\]|[^:;?>\s]+)(?::(?P<port>\d+))?[^?>\s]*", re.IGNORECASE)


@dataclass(frozen=True)
class Uri:
    """A SIP URI: the whole text, and the parts that say where to send to."""

    text: str
    user: str
    host: str
    port: int


@dataclass(frozen=True)
class _Message:
    headers: Headers
    body: bytes

    def get(self, name: str) -> str:
        """The first header of this name (lower case), "" when there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every header of this name, in order."""
        return [value for key, value in self.headers if key == name]

    @property
    def cseq(self) -> tuple[int, str]:
        """The sequence number and the method it belongs to."""
        number, _, method = self.get("cseq").partition(" ")
        return (int(number), method.strip()) if number.isdigit() else (0, "")

    @property
    def branch(self) -> str:
        """The transaction's id, from the topmost Via."""
        return parameter(self.get("via").split(",")[0], "branch")


@dataclass(frozen=True)
class Request(_Message):
    """A SIP request."""

    method: str
    uri: str

    def __bytes__(self) -> bytes:
        return _write(f"{self.method} {self.uri} SIP/2.0", self)


@dataclass(frozen=True)
class Response(_Message):
    """A SIP response."""

    status: int
    reason: str

    def __bytes__(self) -> bytes:
        return _write(f"SIP/2.0 {self.status} {self.reason}", self)


def reply(
    request: Request, status: int, reason: str, *, tag: str, extra: Iterable[tuple[str, str]] = (), body: bytes = b""
) -> Response:
    """The response to a request (RFC 3261 section 8.2.6): Via, From, Call-ID, CSeq and Record-Route are copied, To gets our tag."""
    to = request.get("to")
    copied = [(name, value) for name, value in request.headers if name in ("via", "from", "call-id", "cseq", "record-route")]
    return Response((*copied, ("to", to if parameter(to, "tag") else f"{to};tag={tag}"), *extra), body, status, reason)


def parse(datagram: bytes) -> Request | Response:
    """Read one message. Raises ValueError when it is not SIP."""
    head, separator, body = datagram.partition(b"\r\n\r\n")
    start, *lines = head.decode("utf-8", "replace").split("\r\n")
    if not separator or not start:
        raise ValueError("a SIP message has a start line, headers and an empty line")
    headers = tuple(_header(line) for line in _unfold(lines))
    length = next((value for name, value in headers if name == "content-length"), "")
    body = body[: int(length)] if length.isdigit() else body
    if start.startswith("SIP/2.0 "):
        status, _, reason = start.removeprefix("SIP/2.0 ").partition(" ")
        if not re.fullmatch(r"[1-6]\d\d", status):
            raise ValueError(f"{status!r} is no SIP status")
        return Response(headers, body, int(status), reason)
    method, _, rest = start.partition(" ")
    uri, _, version = rest.rpartition(" ")
    if version != "SIP/2.0" or not method or not uri:
        raise ValueError(f"{start!r} is no SIP start line")
    return Request(headers, body, method, uri)


def parse_uri(text: str) -> Uri:
    """The SIP URI in `text`, which may be a header such as `"Name" <sip:200@pbx>;tag=1`. Raises ValueError when there is none."""
    found = _URI.search(text)
    if not found:
        raise ValueError(f"{text!r} holds no SIP URI such as sip:300@192.0.2.1:5070")
    # parameters outside <> belong to the header, not to the URI
    uri = found[0] if "<" in text else found[0].split(";")[0]
    return Uri(uri, found["user"] or "", found["host"].strip("[]"), int(found["port"] or 5060))


def parameter(header: str, name: str) -> str:
    """A parameter of a header value, such as the tag of From; "" when it is missing."""
    after = header.rpartition(">")[2] if ">" in header else header
    found = re.search(rf";\s*{re.escape(name)}\s*=\s*\"?([^;,\s\"]+)", after, re.IGNORECASE)
    return found[1] if found else ""


def _unfold(lines: Iterable[str]) -> list[str]:
    """Headers may go on in the next line after white space (RFC 3261 section 7.3.1)."""
    whole: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t") and whole:
            whole[-1] += " " + line.strip()
        else:
            whole.append(line)
    return whole


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ValueError(f"{line!r} is no SIP header")
    name = name.strip().lower()
    return _COMPACT.get(name, name), value.strip()


def _write(start: str, message: _Message) -> bytes:
    lines = [
        start,
        *(f"{_spelled(name)}: {value}" for name, value in message.headers),
        f"Content-Length: {len(message.body)}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + message.body


def _spelled(name: str) -> str:
    return {"call-id": "Call-ID", "cseq": "CSeq"}.get(name) or "-".join(part.capitalize() for part in name.split("-"))
