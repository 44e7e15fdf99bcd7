"""Which addresses are in the building: what callers say may be sent to no other."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_PRIVATE = tuple(
    ipaddress.ip_network(block) for block in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
"""Loopback, RFC 1918 section 3, and unique local addresses (RFC 4193 section 3.1)."""


def is_private(address: str) -> bool:
    """Whether an IP address is of this machine or of a private network. ValueError when it is no IP address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found in block for block in _PRIVATE if block.version == found.version)


def checked_address(address: str) -> str:
    """A base address such as http://192.168.1.20:8080/v1 without its last slash; ValueError says what is wrong with it.

    A host given by name passes here and is judged by the addresses it has when it is asked.
    """
    parts = urlsplit(address)
    if (
        parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
    ):  # a port out of range is a ValueError of its own
        raise ValueError("write an address such as http://192.168.1.20:8080/v1")
    if parts.username or parts.query or parts.fragment:
        raise ValueError("write the address without a user, a password, a query or a fragment")
    try:
        inside = is_private(parts.hostname)
    except ValueError:
        inside = True
    if not inside:
        raise ValueError(f"{parts.hostname} is outside the building; only loopback and private addresses may hear callers")
    return address.rstrip("/")
