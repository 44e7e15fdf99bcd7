"""How many callers can talk at once: for each number of calls, how long they wait and how evenly the agent's audio comes.

A whole appliance is phoned over SIP and RTP, four calls to a line process; the calls are those of `bench turns`, without pauses and
interruptions. Times are those of the packets on the caller's own sockets.
"""

from __future__ import annotations

import argparse
import math
import secrets
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from appliance.bench.wire import figures
from appliance.bench.wire.calls import CALLS_PER_LINE, Stage, stage
from appliance.bench.wire.load import Load
from appliance.bench.wire.record import CallRecord
from appliance.bench.wire.turns import greeting_after, seconds_per_letter, turns_of
from appliance.faults import TheirFault

KEYS = {
    "most_calls": "most calls at once that were measured",
    "lines": "line processes that carried them",
    "p50_ms": "gap to the first audio that depends on the turn with that many calls, median",
    "p95_ms": "95 % take no longer",
    "rtp_p99_ms": "time between two packets of the agent that 99 % do not exceed, with that many calls (20 is perfect)",
    "rtp_longest_ms": "the longest time between two packets of the agent",
    "seed": "what the run was made up from; --seed repeats it",
    "calls": "the same and more for each number of calls",
}
_MOST = 8
"""What one agent takes."""
_TURNS_EACH = 5
"""Turns of each telephone at least."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which numbers of calls, and how long."""
    parser.add_argument("--calls", default="1,2,4,8", metavar="N,N", help="numbers of calls at once (default: 1,2,4,8)")
    parser.add_argument("--turns", type=int, default=40, metavar="N", help="turns to measure with each, at least (default: 40)")
    parser.add_argument("--profile", default="embedded", help="the profile of the appliance that is phoned (default: embedded)")
    parser.add_argument("--seed", type=int, default=None, help="repeat the run that was made up from it")


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """One number of calls after the other, on one appliance."""
    numbers = _numbers(arguments.calls)
    seed = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    lines = math.ceil(max(numbers) / CALLS_PER_LINE)
    with stage(seed=seed, lines=lines, profile=arguments.profile) as here:
        here.pauses = here.talks_over = False
        here.warm_up()
        levels = {str(number): _level(here, number, arguments.turns) for number in numbers}
    most = levels[str(max(numbers))]
    taken = {key: most[key] for key in ("p50_ms", "p95_ms", "rtp_p99_ms", "rtp_longest_ms")}
    return {"most_calls": max(numbers), "lines": lines, **taken, "seed": seed, "calls": levels}


def _numbers(text: str) -> list[int]:
    try:
        numbers = [int(number) for number in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or not all(1 <= number <= _MOST for number in numbers):
        raise TheirFault(f"--calls: {text!r} is no list of numbers from 1 to {_MOST}.", repair="Write one such as 1,2,4,8.")
    return numbers


def _level(here: Stage, calls: int, turns: int) -> dict[str, Any]:
    """So many telephones at once, until there are enough turns."""
    wanted = max(turns, _TURNS_EACH * calls)
    before = here.answers()
    load = Load(here.appliance.process_id)
    records = here.hold_calls(calls, lambda: here.answers() - before < wanted)
    sys.stderr.write(f"{calls} calls at once: {here.answers() - before} turns\n")
    rate = seconds_per_letter(records)
    measured = [turn for record in records for turn in turns_of(record, here.prompts, rate)]
    gaps = figures.gap_figures(measured)
    return {
        **{key: gaps[key] for key in ("turns", "right", "p50_ms", "p95_ms")},
        "first_audio_p95_ms": figures.percentile_ms((turn.first for turn in measured), 95),
        "cut_off": gaps["cut_off"],
        "greeting_p95_ms": figures.percentile_ms(map(greeting_after, records), 95),
        **packet_figures(records),
        "calls_refused": sum(record.acknowledged_at is None for record in records),
        "cpu_used": load.processors(),
        "cpu_pressure": load.pressure(),
    }


def packet_figures(records: Sequence[CallRecord]) -> dict[str, float | None]:
    """How evenly the agent's packets came, over all calls, and how many never did."""
    steps = [step for record in records for step in np.diff([frame.at for frame in record.frames])]
    known = [record.packets for record in records if record.packets]
    return {
        "rtp_p99_ms": figures.percentile_ms(steps, 99),
        "rtp_longest_ms": figures.percentile_ms(steps, 100),
        "rtp_lost": float(sum(packets.lost for packets in known)),
    }
