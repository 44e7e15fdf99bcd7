"""Four talking calls: the gaps between the line's RTP packets, by the receiving kernel's clock.

    .venv/bin/python tests/bench/jitter.py [seconds]

Prints one JSON object: milliseconds between packets (p50, p99, p99.9, max), packets missing, frames dropped, processor time.
"""

import itertools
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from appliance.telephony.link import Answer, LinkClosed
from tests.support.agent_end import AgentCall, AgentEnd
from tests.support.line_process import LineProcess
from tests.support.telephone import Telephone
from tests.support.tones import tone

SENTENCE = tone(1_000, 2.0)


def talk(call: AgentCall) -> None:
    """Speak without end, two seconds of audio at once, as a phrase cache would."""
    call.send(Answer())
    try:
        while not call.over:
            call.say(SENTENCE)
            time.sleep(2.0)
    except LinkClosed:
        return


def main(seconds: float) -> None:
    """Run it."""
    with tempfile.TemporaryDirectory() as folder:
        line = LineProcess(Path(folder) / "line")
        with line, AgentEnd(line.agent_path, talk), Telephone("200") as phone:
            calls = [phone.dial("sip:100@127.0.0.1", ("127.0.0.1", line.port)).connected() for _ in range(4)]
            for call in calls:
                call.rtp.play_tone(450)
            assert line.process is not None
            before = _processor_seconds(line.process.pid)
            time.sleep(seconds)
            used = _processor_seconds(line.process.pid) - before
            gaps: list[float] = []
            missing = 0
            for call in calls:
                packets = call.rtp.packets[25:]
                gaps += [(later.at - earlier.at) * 1_000 for earlier, later in itertools.pairwise(packets)]
                missing += sum((later.sequence - earlier.sequence - 1) & 0xFFFF for earlier, later in itertools.pairwise(packets))
                call.hang_up()
            dropped = line.report()["dropped_frames"]
        gaps.sort()

        def share(part: float) -> float:
            return round(gaps[min(len(gaps) - 1, int(len(gaps) * part))], 1)

        shares = {"p50_ms": share(0.5), "p99_ms": share(0.99), "p999_ms": share(0.999), "max_ms": share(1.0)}
        result = {"calls": 4, "packets": len(gaps), **shares, "missing": missing, "dropped_frames": dropped}
        print(json.dumps(result | {"processor_share": round(used / seconds, 3), "load": round(os.getloadavg()[0], 1)}))


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(float((sys.argv[1:] or ["20"])[0]))
