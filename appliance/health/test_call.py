"""Does the whole chain work: a real call over SIP, answered, with speech coming back?"""

from __future__ import annotations

from appliance.health import Result, Subject

SLOW = True
HEARD_SECONDS = 0.5
"""A greeting is longer; a click or a beep is not."""


def check(subject: Subject) -> Result:
    """Ring the line, listen to the greeting, hang up."""
    if subject.tools.place_test_call is None:
        return Result("test_call", "unknown", "This process cannot place a call.", "Run `appliance check` on the appliance itself.")
    call = subject.tools.place_test_call()
    if not call.answered:
        return Result(
            "test_call",
            "broken",
            f"A test call was not answered ({call.reason or 'no answer'}).",
            "See the results of line and agent; with sip.pbx_addresses set, this machine's address must be among them.",
        )
    if call.heard_seconds < HEARD_SECONDS:
        return Result(
            "test_call",
            "broken",
            f"A test call was answered, but only {call.heard_seconds:.1f} s of speech came back.",
            "See the results of agent and voice, and whether a firewall stops the ports of sip.rtp_ports.",
        )
    return Result("test_call", "ok", f"A test call was answered and {call.heard_seconds:.1f} s of speech came back.")
