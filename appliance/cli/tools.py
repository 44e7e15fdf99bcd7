"""What the health checks borrow from the other edges, put together here because those edges do not import one another."""

from __future__ import annotations

import socket
import time

from appliance.config import Clinic, Machine, Sip
from appliance.faults import TheirFault
from appliance.health import TestCall, Tools
from appliance.provision.manifest import PROJECT_MODELS
from appliance.understanding.chat.resolver import NoAnswer
from appliance.understanding.own_phrases import read_own_phrases

TRIAL_SECONDS = 10.0
"""How long the instruct model may take to be tried; whether callers would wait so long is judged afterwards."""


def health_tools(machine: Machine) -> Tools:
    """The tools of a whole check: the voice that callers hear, and a telephone that calls the line."""
    sip = machine.sip

    def synthesize(text: str) -> bytes:
        return _synthesize(machine, text)

    if sip.registration and sip.transport != "udp":  # our telephone speaks UDP only, so this PBX cannot be asked to connect it
        return Tools(synthesize=synthesize, try_understanding=_try_understanding)
    return Tools(synthesize=synthesize, place_test_call=lambda: _place_test_call(sip), try_understanding=_try_understanding)


def _try_understanding(machine: Machine, clinic: Clinic) -> str:
    """Read the clinic's own phrases and ask the instruct model; raises TheirFault for what is wrong with either."""
    from appliance.app import chat_resolver  # loads the agent's engines, which no other check needs

    path = clinic.clinic.own_phrases
    phrases = f"{len(read_own_phrases(path))} own phrases are right" if path else "the clinic has no phrases of its own"
    chat = chat_resolver(machine.understanding.model_copy(update={"time_limit_seconds": TRIAL_SECONDS}))
    if chat is None:
        return f"{phrases[0].upper()}{phrases[1:]}; no instruct model is configured."
    started = time.monotonic()
    try:
        chat.resolve("i would like to pay the invoice you mailed me", None)
    except NoAnswer as failure:
        repair = "See that it runs, that appliance.toml names it rightly, and that its key and certificate are the right ones."
        raise TheirFault(f"appliance.toml: understanding: {failure}.", repair=repair) from failure
    seconds, limit = time.monotonic() - started, machine.understanding.time_limit_seconds
    if seconds > limit:
        raise TheirFault(
            f"appliance.toml: understanding: the instruct model takes {seconds:.1f} s to answer, longer than time_limit_seconds.",
            repair="Give it a GPU, take a smaller model, or raise time_limit_seconds.",
        )
    return f"{phrases[0].upper()}{phrases[1:]}; the instruct model answers in {seconds:.1f} s of {limit:.1f} s allowed."


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


def _synthesize(machine: Machine, text: str) -> bytes:
    """An English sentence in the voice that callers hear, or in the one that takes its place as long as that one is broken."""
    from appliance.equipment import Plan  # loads engines, which no other check needs

    plan = Plan(machine.profile, ["en"], machine.paths.models or PROJECT_MODELS)
    return b"".join(plan.voice("en").speak(text))
