"""The line's extension at the PBX: its registration (RFC 3261, section 10), and where its calls come in."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pjsua2 as pj

from appliance.config import Sip
from appliance.telephony.guarded import guarded

_log = logging.getLogger(__name__)
_SRTP = {"off": pj.PJMEDIA_SRTP_DISABLED, "optional": pj.PJMEDIA_SRTP_OPTIONAL, "mandatory": pj.PJMEDIA_SRTP_MANDATORY}
_RETRY_SECONDS = 5
_REFUSED_RETRY_SECONDS = 60.0
"""After a refusal the library gives up; a PBX whose administrator has corrected the password should be found again."""

State = Literal["registered", "trying", "failed", "off"]


@dataclass
class Registration:
    """What became of the registration; times are Unix seconds. `last_ok_at` tells more than `state`: it is the age of the truth."""

    state: State
    last_ok_at: float | None = None
    last_code: int | None = None
    reason: str = ""


class LineAccount(pj.Account):  # type: ignore[misc]  # the library has no types
    """The extension. `on_call(prm)` gets each incoming call inside the library's callback and must not end it there."""

    def __init__(self, sip: Sip, on_call: Callable[[Any], None], on_change: Callable[[], None]) -> None:
        super().__init__()
        self._sip = sip
        self._on_call = on_call
        self._on_change = on_change
        self._refused_at: float | None = None
        self._granted_seconds = sip.registration_seconds
        self.registration = Registration("trying" if sip.registration else "off")
        self.create(_settings(sip))

    @guarded
    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        """The library offers a call."""
        self._on_call(prm)

    @guarded
    def onRegState(self, prm: Any) -> None:  # noqa: N802
        """The registrar answered, or did not."""
        self._note(prm.code, prm.reason, prm.expiration)

    def _note(self, code: int, reason: str, expiration: int) -> None:
        known = self.registration
        known.last_code, known.reason = code, reason
        if code // 100 == 2 and expiration > 0:
            known.state, known.last_ok_at = "registered", time.time()
            self._granted_seconds = expiration  # a PBX may grant more or less than was asked for
        elif code // 100 == 2:
            known.state = "off"
        elif code // 100 == 4 and code not in (408, 480, 491):
            known.state, self._refused_at = "failed", time.monotonic()
            _log.error("the PBX refused the registration: %d %s", code, reason)
        else:
            known.state = "trying"
            _log.warning("the registration did not succeed: %d %s", code, reason)
        self._on_change()

    def tick(self) -> None:
        """Once a second: doubt an old registration, and ask again after a refusal."""
        known = self.registration
        if known.state == "registered" and time.time() - (known.last_ok_at or 0.0) > self._granted_seconds:
            known.state, known.reason = "trying", "the registration has expired without an answer to its renewal"
            self._on_change()
        if self._refused_at is not None and time.monotonic() - self._refused_at > _REFUSED_RETRY_SECONDS:
            self._refused_at = None
            try:
                self.setRegistration(True)
            except pj.Error as error:
                _log.warning("the registration could not be tried again: %s", error.reason)

    def leave(self) -> None:
        """Take the registration back; the answer arrives in the steps that follow."""
        if self.registration.state == "registered":
            try:
                self.setRegistration(False)
            except pj.Error as error:
                _log.info("the registration could not be taken back: %s", error.reason)


def _settings(sip: Sip) -> pj.AccountConfig:
    settings = pj.AccountConfig()
    settings.idUri = f"sip:{sip.extension}@{sip.registrar_host}"
    if sip.registration:
        settings.regConfig.registrarUri = f"sip:{sip.registrar};transport={sip.transport}"
        settings.regConfig.timeoutSec = sip.registration_seconds
        settings.regConfig.retryIntervalSec = _RETRY_SECONDS
        settings.regConfig.firstRetryIntervalSec = 2
        settings.regConfig.randomRetryIntervalSec = 2
    login = sip.authentication_id or sip.extension
    settings.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", login, 0, sip.secret()))
    media = settings.mediaConfig
    media.transportConfig.port = sip.rtp_ports[0]
    media.transportConfig.portRange = sip.rtp_ports[1] - sip.rtp_ports[0]
    media.transportConfig.boundAddress = sip.local_address
    media.srtpUse = _SRTP[sip.srtp]
    media.srtpSecureSignaling = 1 if sip.transport == "tls" and sip.srtp == "mandatory" else 0
    return settings
