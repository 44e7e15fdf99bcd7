"""SIP messages as plain text (RFC 3261, section 7), the few of them that a test telephone needs."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field


@dataclass
class SipMessage:
    """A request or a response: its first line, headers in order, and a body."""

    first: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @classmethod
    def parse(cls, datagram: bytes) -> "SipMessage":
        """Read one message."""
        head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        return cls(first, [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)], body)

    def encode(self) -> bytes:
        """The message as it goes over the wire."""
        lines = [self.first, *(f"{name}: {value}" for name, value in self.headers), f"Content-Length: {len(self.body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name: str) -> str:
        """The first value of a header, "" when it is not there."""
        return next(iter(self.all(name)), "")

    @property
    def status(self) -> int:
        """The status of a response, 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """The method of a request, or of the request that a response answers."""
        return self.get("CSeq").split()[-1] if self.status else self.first.split()[0]


def uri_in(address: str) -> str:
    """The URI inside a From, To or Contact value."""
    found = re.search(r"<([^>]+)>", address)
    return found[1] if found else address.split(";")[0]


def tag_in(address: str) -> str:
    """The tag of a From or To value, "" when there is none."""
    found = re.search(r";\s*tag=([^;\s]+)", address)
    return found[1] if found else ""


def new_branch() -> str:
    """A branch that no other transaction has."""
    return f"z9hG4bK{secrets.token_hex(8)}"


def digest_answer(challenge: str, method: str, uri: str, user: str, password: str) -> str:
    """The Authorization value for a Digest challenge without qop or with qop=auth (RFC 2617)."""
    parts = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.removeprefix("Digest")))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()  # noqa: S324  # the algorithm that PBXs ask for

    nonce, realm = parts["nonce"], parts["realm"]
    secret, wanted = md5(f"{user}:{realm}:{password}"), md5(f"{method}:{uri}")
    value = f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5'
    if "qop" in parts:
        proof = md5(f"{secret}:{nonce}:00000001:beef:auth:{wanted}")
        return f'{value}, qop=auth, nc=00000001, cnonce="beef", response="{proof}"'
    return f'{value}, response="{md5(f"{secret}:{nonce}:{wanted}")}"'
