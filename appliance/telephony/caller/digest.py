"""Answers to a SIP digest challenge (RFC 3261 section 22, RFC 7616, RFC 8760): MD5 and SHA-256, with and without qop=auth."""

from __future__ import annotations

import hashlib
import secrets
from urllib.request import parse_http_list, parse_keqv_list

_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def authorization(challenge: str, *, method: str, uri: str, user: str, password: str) -> str | None:
    """The value of Authorization for one WWW-Authenticate or Proxy-Authenticate; None when its scheme is not one of ours."""
    scheme, _, rest = challenge.partition(" ")
    asked = parse_keqv_list(parse_http_list(rest))
    algorithm = asked.get("algorithm", "MD5")
    if scheme.lower() != "digest" or algorithm.upper() not in _HASHES or not {"realm", "nonce"} <= asked.keys():
        return None

    def digest(text: str) -> str:
        return _HASHES[algorithm.upper()](text.encode()).hexdigest()

    secret, wanted = digest(f"{user}:{asked['realm']}:{password}"), digest(f"{method}:{uri}")
    fields = {"username": user, "realm": asked["realm"], "nonce": asked["nonce"], "uri": uri}
    bare = {"algorithm": algorithm}
    if "auth" in [choice.strip() for choice in asked.get("qop", "").split(",")]:
        client = secrets.token_hex(8)
        fields |= {"cnonce": client, "response": digest(f"{secret}:{asked['nonce']}:00000001:{client}:auth:{wanted}")}
        bare |= {"qop": "auth", "nc": "00000001"}
    else:
        fields["response"] = digest(f"{secret}:{asked['nonce']}:{wanted}")
    if "opaque" in asked:
        fields["opaque"] = asked["opaque"]
    return "Digest " + ", ".join([*(f'{key}="{value}"' for key, value in fields.items()), *(f"{k}={v}" for k, v in bare.items())])
