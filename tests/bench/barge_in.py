"""How soon the agent is quiet when the caller talks over it: from the caller's first sound to the agent's last on the wire.

    .venv/bin/python tests/bench/barge_in.py [calls]

Times are the kernel's, of packets; the caller's voice begins without silence.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from appliance.telephony.caller import Script, place_call
from tests.support.appliance_process import PROMPTS, ApplianceProcess

LINES = ("when are you open on friday", "i want to speak to a person", "hello can you hear me", "i need to cancel my appointment")


def main() -> None:
    """Interrupt the greeting at different moments and print what came out."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    silences: list[float] = []
    with tempfile.TemporaryDirectory() as folder, ApplianceProcess(Path(folder)) as appliance:
        for number in range(calls):
            path = Path(folder) / "call.json"
            event = {"at": "greeting", "type": "barge_in", "after_ms": 900 + 150 * number % 1500, "say": LINES[number % len(LINES)]}
            path.write_text(json.dumps({"opening": "", "answers": {"default": [{"hangup": True}]}, "events": [event]}))
            report = place_call(appliance.address, Script.load(path), prompts=PROMPTS, voice="rms")
            began = next(e.at for e in report.events if e.kind == "caller_started")
            stopped = next(e.at for e in report.events if e.kind == "agent_stopped")
            silences.append(1000 * (stopped - began))
            print(f"call {number + 1}: quiet after {silences[-1]:.0f} ms")
    print(f"median {statistics.median(silences):.0f} ms, longest {max(silences):.0f} ms of {calls} calls")


if __name__ == "__main__":
    main()
