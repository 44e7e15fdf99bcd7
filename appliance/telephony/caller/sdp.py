"""The part of SDP (RFC 8866) and of offer and answer (RFC 3264) that a telephone with G.711 and DTMF needs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from appliance.telephony.caller.g711 import Codec

PAYLOAD_TYPES: dict[int, Codec] = {0: "PCMU", 8: "PCMA"}
_DTMF_OFFERED = 101


@dataclass(frozen=True)
class Media:
    """Where and how one side wants its audio."""

    host: str
    port: int
    codec: Codec
    dtmf_type: int | None
    """The payload type of telephone-event (RFC 4733); None when that side takes no digits in RTP."""
    direction: str
    """sendrecv, sendonly, recvonly or inactive, as that side sees it."""

    @property
    def on_hold(self) -> bool:
        """That side does not listen to us for now."""
        return self.direction in ("sendonly", "inactive") or self.host == "0.0.0.0"  # the older way to hold, RFC 2543


def offer(
    host: str,
    port: int,
    codecs: tuple[Codec, ...],
    *,
    dtmf_type: int = _DTMF_OFFERED,
    direction: str = "sendrecv",
    version: int = 1,
) -> bytes:
    """An SDP body with these codecs in order of preference."""
    numbers = {codec: number for number, codec in PAYLOAD_TYPES.items()}
    formats = [*(numbers[codec] for codec in codecs), dtmf_type]
    lines = [
        "v=0",
        f"o=caller 1 {version} IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {' '.join(map(str, formats))}",
        *(f"a=rtpmap:{numbers[codec]} {codec}/8000" for codec in codecs),
        f"a=rtpmap:{dtmf_type} telephone-event/8000",
        f"a=fmtp:{dtmf_type} 0-15",
        "a=ptime:20",
        f"a={direction}",
    ]
    return "".join(line + "\r\n" for line in lines).encode()


def answer(host: str, port: int, theirs: Media, *, version: int) -> bytes:
    """The answer to their offer: their codec, their number for digits, and the mirror of their direction."""
    mirrored = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(theirs.direction, theirs.direction)
    return offer(host, port, (theirs.codec,), dtmf_type=theirs.dtmf_type or _DTMF_OFFERED, direction=mirrored, version=version)


def parse(body: bytes) -> Media:
    """Read the first audio stream. Raises ValueError when it has no G.711."""
    text = body.decode("utf-8", "replace")
    media = re.search(r"^m=audio (\d+)(?:/\d+)? \S+((?: \d+)+)", text, re.MULTILINE)
    connections = list(re.finditer(r"^c=IN IP[46] ([^\s/]+)", text, re.MULTILINE))
    if not media or not connections:
        raise ValueError("the SDP has no audio stream with an address")
    inside = next((c for c in connections if c.start() > media.start()), connections[0])
    codec = next((PAYLOAD_TYPES[int(number)] for number in media[2].split() if int(number) in PAYLOAD_TYPES), None)
    if codec is None:
        raise ValueError("the SDP offers neither PCMU nor PCMA")
    dtmf = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", text, re.MULTILINE | re.IGNORECASE)
    direction = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)\s*$", text, re.MULTILINE)
    return Media(inside[1], int(media[1]), codec, int(dtmf[1]) if dtmf else None, direction[1] if direction else "sendrecv")
