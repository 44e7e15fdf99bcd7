"""Many short calls through sipp: how many fail, and whether the line's memory levels off.

    .venv/bin/python tests/bench/churn.py [calls] [calls per second]

Prints a line of resident memory every five seconds and one JSON object at the end; exit status 1 when a call failed, 80 MB were
exceeded, or the line did not end cleanly.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.support.agent_end import AgentEnd
from tests.support.line_process import LineProcess
from tests.support.ports import free_port

LIMIT_MB = 80.0


def main(calls: int, rate: int) -> int:
    """Run it; returns the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        line = LineProcess(Path(folder) / "line")
        line.start()
        with AgentEnd(line.agent_path):
            memory = [line.rss_bytes() / 1e6]
            sipp = subprocess.Popen(
                ["sipp", "-sn", "uac", f"127.0.0.1:{line.port}", "-i", "127.0.0.1", "-p", str(free_port()), "-m", str(calls),
                 "-mp", str(free_port(31_400, 600) & ~1), "-r", str(rate), "-l", "4", "-d", "150", "-nostdin"],
                cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            start = time.monotonic()
            while sipp.poll() is None:
                time.sleep(5)
                memory.append(line.rss_bytes() / 1e6)
                print(f"{time.monotonic() - start:5.0f} s  {memory[-1]:5.1f} MB", file=sys.stderr)
            line.wait_idle()
            answered = line.report()["calls_total"]
        status = line.stop()
        result = {
            "calls": calls,
            "answered": answered,
            "sipp_status": sipp.returncode,
            "seconds": round(time.monotonic() - start, 1),
            "rss_mb_start": round(memory[0], 1),
            "rss_mb_end": round(memory[-1], 1),
            "rss_mb_max": round(max(memory), 1),
            "line_exit_status": status,
        }
        print(json.dumps(result))
        return int(bool(sipp.returncode or status or answered != calls or max(memory) > LIMIT_MB))


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in (sys.argv[1:] + ["300", "10"][len(sys.argv) - 1 :]))))
