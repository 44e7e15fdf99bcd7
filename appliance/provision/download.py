"""One file from an address into a part file, going on where a broken download stopped.

HTTP ranges: RFC 9110 section 14; If-Range: section 13.1.5. Proxies come from the environment (https_proxy, no_proxy).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3

from appliance import __version__
from appliance.faults import TheirFault

Show = Callable[[int], None]
"""Told how many bytes of the file are here."""
_CHUNK = 1 << 18
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that say "not now" rather than "never"."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for a source."""

    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    window_seconds: float = 30.0
    least_bytes: int = 64 << 10
    """What a window must bring; a source slower than this counts as broken."""
    pauses: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0)
    """Before each further attempt; attempts that bring something are not counted."""


class _NotNow(Exception):
    """This attempt failed; another may not."""


class _StartOver(_NotNow):
    """The part that is here is of no use to this source."""


def download(address: str, part: Path, *, size: int, checked: bool, show: Show, patience: Patience) -> None:
    """Bring `address` into `part`, `size` bytes of it.

    `checked`: a published checksum will judge the whole, so an earlier part is taken up again even when the source
    cannot say that the file is still the same. Raises TheirFault when the source has no such file or another one, or
    when every attempt failed; then the part stays for the next time.
    """
    pauses = iter(patience.pauses)
    while True:
        before = _size(part)
        try:
            _attempt(address, part, size, checked, show, patience)
        except (_NotNow, requests.RequestException, urllib3.exceptions.HTTPError, OSError) as failure:
            _give_up_at_once(failure, address, part)
            if isinstance(failure, _StartOver):
                part.unlink(missing_ok=True)
            if _size(part) - before >= patience.least_bytes:
                pauses = iter(patience.pauses)
            pause = next(pauses, None)
            if pause is None:
                raise TheirFault(
                    f"{address} could not be fetched: {_reason(failure)}.",
                    repair="See that this machine reaches it, then run the command again: it goes on where it stopped.",
                ) from failure
            time.sleep(pause)
        else:
            return


def _give_up_at_once(failure: Exception, address: str, part: Path) -> None:
    """Raises TheirFault for what no further attempt makes better."""
    if isinstance(failure, (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.TooManyRedirects)):
        raise TheirFault(f"{address} is not an address that files can be had from.", repair="Correct --mirror.") from failure
    from_the_network = (requests.RequestException, ConnectionError, TimeoutError)
    if isinstance(failure, OSError) and not isinstance(failure, from_the_network):
        raise TheirFault(f"{part} cannot be written ({failure.strerror}).", repair="Make room, or make it writable.") from failure


def _attempt(address: str, part: Path, size: int, checked: bool, show: Show, patience: Patience) -> None:
    note = part.with_name(part.name + ".version")
    version = note.read_text(encoding="utf-8") if note.exists() else ""
    have = _size(part) if version or checked else 0
    if have == size:
        return
    headers = {"User-Agent": f"clinic-voice-appliance/{__version__}", "Accept-Encoding": "identity"}
    if 0 < have < size:
        headers["Range"] = f"bytes={have}-"
        if version:
            headers["If-Range"] = version
    timeouts = (patience.connect_seconds, patience.silence_seconds)
    with requests.get(address, headers=headers, stream=True, timeout=timeouts) as answer:
        start = _start_of(answer, address, have, size)
        note.write_text(_version_of(answer), encoding="utf-8")
        with part.open("r+b" if start else "wb") as stream:
            stream.seek(start)
            stream.truncate()
            _copy(answer, stream.write, start, size, show, patience)
            stream.flush()
            os.fsync(stream.fileno())
    if (got := _size(part)) != size:
        raise _NotNow(f"the connection ended after {got} of {size} bytes")


def _start_of(answer: requests.Response, address: str, have: int, size: int) -> int:
    """From which byte on the answer goes. _NotNow when another attempt may help, TheirFault when none will."""
    if urlsplit(address).scheme == "https" and urlsplit(answer.url).scheme != "https":
        raise TheirFault(
            f"{address} leads to an address without TLS.", repair="Report it to whoever keeps that source; nothing was fetched."
        )
    if answer.status_code == 206:
        found = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
        if not found or int(found[1]) != have:
            raise _StartOver("it sent another part of the file than it was asked for")
        start, whole = have, int(found[2]) if found[2] != "*" else size
    elif answer.status_code == 200:
        length = answer.headers.get("Content-Length", "")
        start, whole = 0, int(length) if length.isdecimal() else size
    elif answer.status_code == 416:
        raise _StartOver("it has no such part of the file")
    elif answer.status_code in _RETRIED:
        raise _NotNow(f"it answered {answer.status_code} {answer.reason}")
    else:
        raise TheirFault(
            f"{address} answered {answer.status_code} {answer.reason}.",
            repair="Correct --mirror, or fetch the file elsewhere and give its folder with --from.",
        )
    if whole != size:
        raise TheirFault(
            f"{address} is refused: it has {whole} bytes, and the manifest says {size}.",
            repair="It is not the file the manifest names; look for the right one, and give its folder with --from.",
        )
    return start


def _version_of(answer: requests.Response) -> str:
    """What tells this version of the file from others (RFC 9110 section 8.8): only a strong ETag may join parts."""
    tag = answer.headers.get("ETag", "")
    return "" if tag.startswith("W/") else tag


def _copy(
    answer: requests.Response, write: Callable[[bytes], object], start: int, size: int, show: Show, patience: Patience
) -> None:
    done, marked, since = start, start, time.monotonic()
    show(done)
    while chunk := answer.raw.read1(_CHUNK):
        done += len(chunk)
        if done > size:
            raise _NotNow("it sent more than it had announced")
        write(chunk)
        show(done)
        if (now := time.monotonic()) - since >= patience.window_seconds:
            if done - marked < patience.least_bytes:
                raise _NotNow(f"it brought {done - marked} bytes in {now - since:.0f} s")
            marked, since = done, now


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _reason(failure: Exception) -> str:
    """Few words; the library's own sentences repeat the address and name its internals."""
    if isinstance(failure, _NotNow):
        return str(failure)
    if isinstance(failure, requests.exceptions.SSLError):
        return "its certificate is not trusted here"
    if isinstance(failure, requests.exceptions.ProxyError):
        return "the proxy does not let it through"
    if isinstance(failure, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return "it was silent for too long"
    if isinstance(failure, requests.ConnectionError):
        return "no connection"
    return "the connection broke"
