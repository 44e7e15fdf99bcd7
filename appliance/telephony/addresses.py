"""Reading and writing the addresses in SIP messages: who calls, and where a transfer goes."""

from __future__ import annotations

import re

_URI_USER = re.compile(r"(?:sips?:([^@>\s]+)@|tel:([^;>\s]+))", re.IGNORECASE)
_WITHHELD = frozenset({"anonymous", "unknown", "unavailable", "restricted", "private", "withheld", "asterisk"})


def header(message: str, name: str) -> str | None:
    """The first value of a header in a SIP message (RFC 3261, section 7.3), folded lines joined; None when it is not there."""
    head = re.split(r"\r?\n\r?\n", message, maxsplit=1)[0]
    unfolded = re.sub(r"\r?\n[ \t]+", " ", head)
    found = re.search(rf"^{re.escape(name)}[ \t]*:[ \t]*(.*?)[ \t]*$", unfolded, re.IGNORECASE | re.MULTILINE)
    return found[1].strip() if found else None


def user_of(address: str) -> str | None:
    """The user of a SIP or tel URI inside an address, or None when it names nobody."""
    found = _URI_USER.search(address)
    user = (found[1] or found[2]).split(":")[0].split(";")[0] if found else ""
    return None if not user or user.lower() in _WITHHELD else user


def caller_id(invite: str, remote: str) -> str | None:
    """The caller's number: what the PBX asserts (RFC 3325), else the From address `remote`; None when withheld (RFC 3323)."""
    privacy = {word.strip().lower() for word in (header(invite, "Privacy") or "").split(";")}
    if privacy & {"id", "user", "header"}:
        return None
    asserted = header(invite, "P-Asserted-Identity")
    return (user_of(asserted) if asserted else None) or user_of(remote)


def target_uri(target: str, registrar: str) -> str:
    """Where a transfer goes: an extension becomes an address at the PBX, a SIP URI stays as it is."""
    return target if re.match(r"sips?:", target, re.IGNORECASE) else f"sip:{target}@{registrar}"


def without_addresses(text: str) -> str:
    """The text with every SIP or tel URI cut out, because those hold telephone numbers and the log must not."""
    return re.sub(r"(\"[^\"]*\"\s*)?<?\b(?:sips?|tel):[^\s>;,]+>?", "<address>", text, flags=re.IGNORECASE)
