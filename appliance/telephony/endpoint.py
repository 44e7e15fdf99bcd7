"""The SIP endpoint of the process: start, transports, codecs, its log, and the one order in which it may be taken down."""

from __future__ import annotations

import logging
import time
from collections import deque
from typing import Any

import pjsua2 as pj

from appliance.config import Sip
from appliance.faults import OurFault, TheirFault
from appliance.telephony import native
from appliance.telephony.addresses import without_addresses

_log = logging.getLogger(__name__)
USER_AGENT = "Clinic Voice Appliance"
CAPACITY = 4
_LEVEL_WARNING = 2  # from 3 on the library prints telephone numbers
_PYTHON_LEVELS = {0: logging.CRITICAL, 1: logging.ERROR, 2: logging.WARNING}
_CODECS = {"G722/": 255, "PCMA/": 254, "PCMU/": 254}


class _LibraryLog(pj.LogWriter):  # type: ignore[misc]  # the library has no types
    """Keeps what the library says, from whichever of its threads, until the owner thread writes it down."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: deque[tuple[int, str]] = deque(maxlen=200)

    def write(self, entry: Any) -> None:
        """Called by the library."""
        try:
            self.entries.append((entry.level, entry.msg))
        except Exception:  # noqa: BLE001  # an exception that leaves a callback corrupts the library; a lost log line does not
            self.entries.append((1, "a log line could not be read"))


class SipEndpoint:
    """The endpoint. It belongs to the thread that made it: every method here, and every call into pjsua2 anywhere else."""

    def __init__(self, sip: Sip) -> None:
        self._sip = sip
        self._library_log = _LibraryLog()
        native.silence_start_up()
        self.library = pj.Endpoint()
        self.library.libCreate()
        self.library.libInit(self._settings())
        if native.call_capacity() != CAPACITY:
            raise OurFault(
                f"This build of pjsua2 holds {native.call_capacity()} calls instead of {CAPACITY}.",
                repair="Install the pjsua2-python version that setup.cfg names.",
            )
        native.shorten_transactions()
        native.level_g722()
        self.library.audDevManager().setNullDev()
        self.library.libStart()
        for codec in self.library.codecEnum2():
            self.library.codecSetPriority(codec.codecId, _priority(codec.codecId))

    def _settings(self) -> pj.EpConfig:
        settings = pj.EpConfig()
        settings.uaConfig.threadCnt = 0
        settings.uaConfig.mainThreadOnly = False
        settings.uaConfig.maxCalls = CAPACITY
        settings.uaConfig.userAgent = USER_AGENT
        settings.medConfig.clockRate = 16_000
        settings.medConfig.channelCount = 1
        settings.medConfig.audioFramePtime = 20
        settings.medConfig.ptime = 20
        settings.medConfig.noVad = True
        settings.medConfig.ecTailLen = 0
        settings.logConfig.level = _LEVEL_WARNING
        settings.logConfig.consoleLevel = _LEVEL_WARNING
        settings.logConfig.msgLogging = 0
        settings.logConfig.decor = 0
        settings.logConfig.writer = self._library_log
        return settings

    def open_transports(self) -> None:
        """Open what the settings ask for: UDP and TCP together (RFC 3261, section 18.1.1, wants both), or TLS alone.

        With TLS nothing else is open, so that nobody gets in by forging the PBX's address in a datagram.
        """
        kinds = {"tls": (pj.PJSIP_TRANSPORT_TLS,)}.get(self._sip.transport, (pj.PJSIP_TRANSPORT_UDP, pj.PJSIP_TRANSPORT_TCP))
        for kind in kinds:
            settings = pj.TransportConfig()
            settings.port = self._sip.local_port
            settings.boundAddress = self._sip.local_address
            if kind == pj.PJSIP_TRANSPORT_TLS:
                settings.tlsConfig.method = pj.PJSIP_TLSV1_2_METHOD
                settings.tlsConfig.proto = pj.PJ_SSL_SOCK_PROTO_TLS1_2  # the method alone lets TLS 1.0 and 1.1 in
                if self._sip.tls_ca_file is not None:
                    settings.tlsConfig.CaListFile = str(self._sip.tls_ca_file)
                    settings.tlsConfig.verifyServer = True
            try:
                self.library.transportCreate(kind, settings)
            except pj.Error as error:
                raise TheirFault(
                    f"appliance.toml: sip.local_port: {self._sip.local_address}:{self._sip.local_port} cannot be opened"
                    f" for SIP ({error.reason}).",
                    repair="Stop the program that uses the port, or give another address or port.",
                ) from error

    def step(self) -> None:
        """Handle what arrived, or wait up to 10 ms for it; then write down what the library had to say."""
        self.library.libHandleEvents(10)
        while self._library_log.entries:
            level, text = self._library_log.entries.popleft()
            _log.log(_PYTHON_LEVELS.get(level, logging.DEBUG), "pjsip: %s", without_addresses(text.strip()))

    def hang_up_all(self) -> None:
        """End every call and give the other sides half a second to hear of it, less when nobody is there."""
        self.library.hangupAllCalls()
        until = time.monotonic() + 0.5
        while time.monotonic() < until and (native.calls_in_library() or time.monotonic() < until - 0.4):
            self.step()

    def close(self) -> None:
        """Take the library down; no call may be referenced any more, and the process must end by `os._exit` soon."""
        self.library.audDevManager().setNoDev()
        self.library.libDestroy()


def _priority(codec: str) -> int:
    return next((priority for name, priority in _CODECS.items() if codec.startswith(name)), 0)
