"""How long one utterance takes to be understood on one thread, part by part, and how much memory that needs.

The utterances are example phrases with values filled in, the same every time; none is said twice, so that no cache of whole
lines helps. The first ones warm up and are not counted. It measures in a process of its own, which loads nothing else.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt

from appliance.faults import OurFault

KEYS = {
    "utterances": "utterances measured",
    "p50_ms": "median time of one utterance",
    "p95_ms": "95 % take no longer",
    "p99_ms": "99 % take no longer",
    "cpu_p50_ms": "median processor time of one utterance, which other programs do not lengthen",
    "cpu_p99_ms": "processor time that 99 % do not exceed",
    "alarm_ms": "of that processor time, wording of danger (median)",
    "repair_ms": "of that processor time, words put right by sound (median)",
    "encoder_ms": "of that processor time, the resolver (median)",
    "values_ms": "of that processor time, dates, times, names and all else (median of the rest)",
    "load_s": "from the start of the process until the first utterance can be understood, self-test included",
    "rss_loaded_mb": "memory of the process when loaded",
    "rss_peak_mb": "most memory it ever had",
    "encoder_rung": "1 when the encoder was measured, 0 when example phrases took its place",
}
Floats = npt.NDArray[np.float64]
_WARM_UP = 20
_SECONDS = 540.0
_SAMPLE = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"


def add_options(parser: argparse.ArgumentParser) -> None:
    """How many utterances."""
    parser.add_argument("--utterances", type=int, default=300, metavar="N", help="how many to measure (default: 300)")


def measure(arguments: argparse.Namespace) -> dict[str, float]:
    """Time N utterances in a fresh process."""
    command = [sys.executable, "-m", __name__, str(arguments.utterances), str(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise OurFault(f"The bench of understanding ended early ({last}).", repair="Run `appliance check`.")
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _measure(count: int, process_began: float) -> dict[str, float]:
    from appliance.app import FIRST_LANGUAGE, open_readers  # here, so that loading it is part of what is measured
    from appliance.config import load_clinic
    from appliance.provision.manifest import PROJECT_MODELS
    from appliance.understanding.emergency import alarm
    from appliance.understanding.phrases import everyday_lines

    clinic = load_clinic(_SAMPLE)
    now = clinic.clinic.reference_now
    assert now is not None  # noqa: S101  # the sample clinic has one
    names = [patient.name for patient in clinic.patients]
    readers, ladder = open_readers(clinic, PROJECT_MODELS, lambda: names)
    reader = readers[FIRST_LANGUAGE]
    reader.read("hello", None, now)
    gc.collect()
    gc.freeze()  # as the agent does once all is loaded: the collector would walk through it while somebody waits
    loaded, rss = time.time() - process_began, _rss_mb()
    lines = Random(1).sample(everyday_lines(FIRST_LANGUAGE, 1, seed=2), count + _WARM_UP)  # noqa: S311  # no secrets
    for line in lines[:_WARM_UP]:
        reader.read(line, None, now)
    lines = lines[_WARM_UP:]
    whole, cpu = _time(lambda line: reader.read(line, None, now), lines)
    parts: dict[str, Callable[[str], object]] = {
        "alarm_ms": lambda line: alarm(line, FIRST_LANGUAGE),
        "repair_ms": reader.put_right,
        "encoder_ms": lambda line: ladder.resolvers[FIRST_LANGUAGE].resolve(line, None),
    }
    split = {name: _time(part, lines)[1] for name, part in parts.items()}
    rest = cpu - sum(split.values())
    return {
        "utterances": count,
        **{f"p{at}_ms": float(np.percentile(whole, at)) for at in (50, 95, 99)},
        **{f"cpu_p{at}_ms": float(np.percentile(cpu, at)) for at in (50, 99)},
        **{name: float(np.median(times)) for name, times in split.items()},
        "values_ms": max(0.0, float(np.median(rest))),
        "load_s": loaded,
        "rss_loaded_mb": rss,
        "rss_peak_mb": _peak_mb(),
        "encoder_rung": float(ladder.rung == "encoder"),
    }


def _time(read: Callable[[str], object], lines: Sequence[str]) -> tuple[Floats, Floats]:
    """Milliseconds of each line by the clock, and of the processor."""
    wall, cpu = [], []
    for line in lines:
        began, worked = time.perf_counter(), time.thread_time()
        read(line)
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.thread_time() - worked))
    return np.array(wall), np.array(cpu)


def _peak_mb() -> float:
    # getrusage would tell the most that the process had from which this one was started
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    json.dump(_measure(int(sys.argv[1]), float(sys.argv[2])), sys.stdout)
