"""What the health checks borrow from the other edges, put together here because those edges do not import one another."""

from __future__ import annotations

import socket

from appliance.config import Machine, Sip
from appliance.health import TestCall, Tools
from appliance.speech import synthesizer_espeak


def health_tools(machine: Machine) -> Tools:
    """The tools of a whole check: the voice that callers hear, and a telephone that calls the line."""
    sip = machine.sip
    if sip.registration and sip.transport != "udp":  # our telephone speaks UDP only, so this PBX cannot be asked to connect it
        return Tools(synthesize=_synthesize)
    return Tools(synthesize=_synthesize, place_test_call=lambda: _place_test_call(sip))


def _place_test_call(sip: Sip) -> TestCall:
    """Ring our own extension through the PBX, or the line itself where there is none; hear the greeting, and hang up."""
    from appliance.telephony.caller import HangUp, Login, Script, place_call  # loads a recogniser, which no other check needs

    address = "127.0.0.1" if sip.local_address == "0.0.0.0" else sip.local_address
    where = sip.registrar if sip.registration else f"{address}:{sip.local_port}"
    login = Login(sip.authentication_id or sip.extension, sip.secret()) if sip.registration else None
    user = sip.extension if sip.registration else "check"
    local = _own_address(sip.registrar_host) if sip.registration else address
    report = place_call(f"sip:{sip.extension}@{where}", Script.of_lines([HangUp()]), local=local, user=user, login=login)
    spoken = [event.at for event in report.events if event.kind in ("agent_started", "agent_stopped")]
    heard = max(spoken) - min(spoken) if spoken else 0.0
    return TestCall(report.answered, heard, "" if report.answered else f"{report.status} {report.reason}")


def _own_address(peer: str) -> str:
    """The address this machine uses towards `peer`; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((peer, 5060))
        return str(probe.getsockname()[0])


def _synthesize(text: str) -> bytes:
    return b"".join(synthesizer_espeak.load().speak(text))
