"""The telephone side of one call: a thin skin over the library's call object, whose callbacks never let an exception out."""

from __future__ import annotations

import logging
from typing import Any, Protocol

import pjsua2 as pj

from appliance.telephony import native
from appliance.telephony.guarded import guarded
from appliance.telephony.media_port import MediaPort

_log = logging.getLogger(__name__)
_DECLINE = 603
_DEFAULTS = True  # the library fills in what a command needs


class LegWatcher(Protocol):
    """Who is told what happens on a leg; on the owner thread, except `on_digit`."""

    def on_confirmed(self) -> None:
        """The caller acknowledged our answer."""

    def on_disconnected(self) -> None:
        """The call is over; the leg must not be used any more, and be dropped from the owner's loop."""

    def on_media(self, *, flowing: bool, held: bool) -> None:
        """Media came up, or went on hold."""

    def on_digit(self, digit: str) -> None:
        """A key was pressed; called on a media thread for RFC 4733, so it may only queue."""

    def on_transfer_progress(self, status: int, *, final: bool) -> None:
        """How far the other side got with our REFER."""


class Leg(pj.Call):  # type: ignore[misc]  # the library has no types
    """One incoming call. Commands to a call that has just ended are quietly without effect: the caller was faster."""

    def __init__(self, account: pj.Account, number: int) -> None:
        super().__init__(account, number)
        self._session: int | None = None
        self.watcher: LegWatcher | None = None
        self.port: MediaPort | None = None
        self.over = False

    # --- commands, owner thread ---

    def reply(self, status: int) -> None:
        """Answer the INVITE with 180 or 200; safe inside onIncomingCall."""
        parameters = pj.CallOpParam()
        parameters.statusCode = status
        self._try(lambda: self.answer(parameters))

    def hang_up(self, status: int = 0) -> None:
        """End the call, or refuse it with `status`. Never inside onIncomingCall: this build aborts there."""
        parameters = pj.CallOpParam(_DEFAULTS)
        if status:
            parameters.statusCode = status
        self._try(lambda: self.hangup(parameters))

    def abandon(self) -> None:
        """Free the slot at once although the other side has not acknowledged our answer."""
        if self._session is None or self.over:
            self.hang_up()
        else:
            native.terminate_session(self._session, 408)

    def refer(self, uri: str) -> bool:
        """Ask the caller's side to call `uri` instead (RFC 3515); False when the request could not even be sent."""
        return self._try(lambda: self.xfer(f"<{uri}>", pj.CallOpParam(_DEFAULTS)))

    def press(self, digits: str) -> None:
        """Send DTMF by RFC 4733."""
        self._try(lambda: self.dialDtmf(digits))

    def _try(self, act: Any) -> bool:
        if self.over:
            return False
        try:
            act()
        except pj.Error as error:
            _log.info("a telephone command came too late or was refused: %s", error.reason)
            return False
        return True

    # --- callbacks ---

    @guarded
    def onCallState(self, prm: Any) -> None:  # noqa: N802
        """The library reports a new state of the call."""
        event = prm.e
        if self._session is None and event.type == pj.PJSIP_EVENT_TSX_STATE:
            self._session = native.invite_session(event.body.tsxState.tsx.pjTransaction)
        state = self.getInfo().state
        if state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self.over = True
        if self.watcher is None:
            return
        if state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.watcher.on_confirmed()
        elif self.over:
            self.watcher.on_disconnected()

    @guarded
    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802, ARG002
        """Media changed; the connection to the port must be made anew each time."""
        info = self.getInfo()  # kept by name: its list of media dies with it
        audio = [media for media in info.media if media.type == pj.PJMEDIA_TYPE_AUDIO]
        flowing = False
        for media in audio:
            if media.status == pj.PJSUA_CALL_MEDIA_ACTIVE and self.port is not None and not flowing:
                stream = self.getAudioMedia(media.index)
                stream.startTransmit(self.port)
                self.port.startTransmit(stream)
                flowing = True
        held = not flowing and any(
            media.status in (pj.PJSUA_CALL_MEDIA_REMOTE_HOLD, pj.PJSUA_CALL_MEDIA_LOCAL_HOLD) for media in audio
        )
        if self.watcher is not None:
            self.watcher.on_media(flowing=flowing, held=held)

    @guarded
    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802
        """A key, by RFC 4733 or by INFO."""
        if self.watcher is not None:
            self.watcher.on_digit(prm.digit)

    @guarded
    def onCallTransferRequest(self, prm: Any) -> None:  # noqa: N802
        """Somebody wants us to dial: refused, or anybody could telephone at the clinic's cost."""
        prm.statusCode = _DECLINE

    @guarded
    def onCallReplaceRequest(self, prm: Any) -> None:  # noqa: N802
        """Another call wants to take this one's place (RFC 3891): refused, it would be a call nobody admitted."""
        prm.statusCode = _DECLINE

    @guarded
    def onCallTransferStatus(self, prm: Any) -> None:  # noqa: N802
        """News of our own REFER."""
        if self.watcher is not None:
            self.watcher.on_transfer_progress(prm.statusCode, final=bool(prm.finalNotify) or prm.statusCode >= 200)
