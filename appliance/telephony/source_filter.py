"""Requests from anybody but the PBX are swallowed before the telephone library sees them: no answer, no slot, no work.

The library answers 100 or 486 on its own, long before it asks us. Therefore a module of ours stands in front of its transaction
layer (pjsip hands each request to its modules in the order of their priority) and takes a stranger's request away. The sender's
address is read by the library's own conversion of a received message, so no private structure is guessed at.

TCP and TLS connections are accepted by the kernel; those of strangers are shut down by `drop_strangers_connections`.
"""

from __future__ import annotations

import ctypes
import logging
import os
import re
import socket
import stat
from collections import deque
from collections.abc import Set
from pathlib import Path

import pjsua2 as pj

from appliance.telephony.addresses import header
from appliance.telephony.native import LIBRARY, call_capacity, calls_in_library

_log = logging.getLogger(__name__)
_BEFORE_TRANSACTIONS = 4  # the transport layer has 8, the transaction layer 16
_ON_REQUEST = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_NAME = b"source-filter"
_IN_A_DIALOG = re.compile(r"^(?:To|t)[ \t]*:.*;[ \t]*tag=", re.IGNORECASE | re.MULTILINE)
_SERVED = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "UPDATE", "PRACK", "INFO", "NOTIFY", "REFER"})
_DECLINE, _NOT_IMPLEMENTED = 603, 501
_PROBE = (
    "OPTIONS sip:probe@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKprobe\r\nMax-Forwards: 1\r\n"
    "From: <sip:probe@127.0.0.1>;tag=1\r\nTo: <sip:probe@127.0.0.1>\r\nCall-ID: probe\r\nCSeq: 1 OPTIONS\r\n"
    "Content-Length: 0\r\n\r\n"
)


class _Text(ctypes.Structure):
    _fields_ = (("start", ctypes.c_char_p), ("length", ctypes.c_ssize_t))


class _Module(ctypes.Structure):
    """`struct pjsip_module` of pjsip/sip_module.h."""

    _fields_ = (
        ("previous", ctypes.c_void_p),
        ("next", ctypes.c_void_p),
        ("name", _Text),
        ("id", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("load", ctypes.c_void_p),
        ("start", ctypes.c_void_p),
        ("stop", ctypes.c_void_p),
        ("unload", ctypes.c_void_p),
        ("on_rx_request", _ON_REQUEST),
        ("on_rx_response", ctypes.c_void_p),
        ("on_tx_request", ctypes.c_void_p),
        ("on_tx_response", ctypes.c_void_p),
        ("on_tsx_state", ctypes.c_void_p),
    )


_convert = LIBRARY["_ZN2pj9SipRxData6fromPjER13pjsip_rx_data"]  # pj::SipRxData::fromPj(pjsip_rx_data&)
_convert.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
_convert.restype = None
_respond = LIBRARY.pjsip_endpt_respond_stateless
_respond.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
_register = LIBRARY.pjsip_endpt_register_module
_register.argtypes = [ctypes.c_void_p, ctypes.c_void_p]


class SourceFilter:
    """The module in front of the library. `refused_source` counts strangers' requests, `refused_busy` calls beyond capacity."""

    def __init__(self, allowed: Set[str]) -> None:
        self.allowed = allowed
        self.refused_source = 0
        self.refused_busy = 0
        self.works = False
        self._probe_source: str | None = None
        self._known_calls: deque[str] = deque(maxlen=64)
        self._callback = _ON_REQUEST(self._on_request)  # kept: the library calls it for as long as the process lives
        self._module = _Module(name=_Text(_NAME, len(_NAME)), id=-1, priority=_BEFORE_TRANSACTIONS, on_rx_request=self._callback)

    def install(self, endpoint: pj.Endpoint) -> None:
        """Register the module and try it with one datagram to ourselves; `endpoint` is started and belongs to this thread.

        When the trial fails, `works` stays False, and calls of strangers are only refused once the library has offered them.
        """
        if _register(LIBRARY.pjsua_get_pjsip_endpt(), ctypes.addressof(self._module)) == 0:
            self.works = self._catches_a_probe(endpoint)
        if not self.works:
            _log.error("the source filter failed its self-test; strangers' calls will be refused with an answer")

    def _catches_a_probe(self, endpoint: pj.Endpoint) -> bool:
        settings = pj.TransportConfig()
        settings.boundAddress = "127.0.0.1"
        transport = endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, settings)
        ours = endpoint.transportGetInfo(transport).localAddress
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            self._probe_source = f"127.0.0.1:{port}"
            probe.sendto(_PROBE.format(port=port).encode(), ("127.0.0.1", int(ours.rsplit(":", 1)[1])))
            for _ in range(100):
                endpoint.libHandleEvents(10)
                if self._probe_source is None:
                    break
        caught, self._probe_source = self._probe_source is None, None
        endpoint.transportClose(transport)
        return caught

    def _on_request(self, received: int) -> int:
        """Called by the library with a `pjsip_rx_data`; 1 takes the request away from it, 0 lets it through."""
        try:
            message = pj.SipRxData()
            _convert(int(message.this), received)
            source = message.srcAddress
            if source == self._probe_source:
                self._probe_source = None
                return 1
            if source.rsplit(":", 1)[0].strip("[]") not in self.allowed:
                self.refused_source += 1
                return 1
            refusal = self._refusal(message.info.removeprefix("Request msg ").split("/")[0], message.wholeMsg)
            if refusal is not None:
                _respond(LIBRARY.pjsua_get_pjsip_endpt(), received, refusal, None, None, None)
                return 1
        except Exception:  # noqa: BLE001  # what cannot be judged is not let in
            _log.exception("the source filter dropped a request that it could not read")
            return 1
        return 0

    def _refusal(self, method: str, text: str) -> int | None:
        """With which status a request of the PBX is refused here, or None when it may pass.

        Of the library's other abilities, presence and messages would be answered 200 and lead nowhere.
        """
        if method not in _SERVED:
            return _NOT_IMPLEMENTED
        if method == "INVITE":
            self._count_if_busy(text)
        return _DECLINE if method == "REFER" and not _IN_A_DIALOG.search(text) else None

    def _count_if_busy(self, invite: str) -> None:
        """The library answers 486 by itself when its calls are used up, and tells nobody."""
        call = header(invite, "Call-ID") or header(invite, "i") or ""
        if call in self._known_calls or _IN_A_DIALOG.search(invite):
            return
        self._known_calls.append(call)
        if calls_in_library() >= call_capacity():
            self.refused_busy += 1


def drop_strangers_connections(allowed: Set[str]) -> int:
    """Shut down this process's TCP connections with anybody outside `allowed`; returns how many.

    The library can hold 64 descriptors, so idle connections from strangers would keep calls out; it has no hook for accepting.
    """
    dropped = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if not stat.S_ISSOCK(entry.stat().st_mode):
                continue
            with socket.socket(fileno=os.dup(int(entry.name))) as copy:
                if copy.family not in (socket.AF_INET, socket.AF_INET6) or copy.type != socket.SOCK_STREAM:
                    continue
                if copy.getpeername()[0] not in allowed:
                    copy.shutdown(socket.SHUT_RDWR)
                    dropped += 1
        except OSError:  # closed meanwhile, or not connected
            continue
    return dropped
