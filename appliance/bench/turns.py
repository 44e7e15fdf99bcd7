"""How long callers wait for an answer, from the wire: a whole appliance is phoned over SIP and RTP by a caller with its own code.

The clinic, its patients, dates and numbers are made up for each run. A gap runs from the caller's last audible sample (known from
the audio that was sent) to the agent's first audible packet that depends on the turn, both by the clock of the caller's socket.
Beside the gaps stand the answers that were cut off in the same run, without which a gap means nothing.
The first call after the start is not counted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import secrets
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from appliance.bench.wire import calibration, figures, stages
from appliance.bench.wire.calls import Stage, stage
from appliance.bench.wire.load import Load
from appliance.bench.wire.record import CallRecord
from appliance.bench.wire.turns import Turn, greeting_after, interruptions, seconds_per_letter, turns_of

KEYS = {
    "turns": "answers of callers that were counted; barge-ins are not among them",
    "p50_ms": "gap to the first audio that depends on the turn, median of the turns that were understood",
    "p95_ms": "95 % take no longer",
    "p99_ms": "99 % take no longer",
    "first_audio_p50_ms": "gap to any speech of the agent, over all turns, also those misunderstood",
    "first_audio_p95_ms": "95 % take no longer",
    "first_audio_p99_ms": "99 % take no longer",
    "yes_no_p95_ms": "p95_ms of answers that are a yes or a no",
    "right": "share of turns whose reply shows that they were understood",
    "right_by_value": "share of turns whose reply says a value of the turn that was made up in this run",
    "unanswered": "share of turns, cut-offs aside, that nothing was said to",
    "false_cutoffs": "share of answers in which the agent began to speak, or took the turn, before the caller's end",
    "false_cutoffs_plain": "of those said without a pause",
    "false_cutoffs_paused": "of those with pauses of 300 to 900 ms inside",
    "turns_paused": "answers with pauses inside",
    "barge_ins": "prompts that a caller talked over at a random moment",
    "barge_in_p50_ms": "from the caller's first audible sample to the agent's last audible packet",
    "barge_in_p95_ms": "95 % take no longer",
    "noises": "prompts over which a caller murmured, coughed or let something fall",
    "false_stops": "share of those that silenced the agent",
    "false_stops_by_noise": "the same by what was heard",
    "calls": "calls that were counted",
    "greeting_p50_ms": "from the caller's ACK to the first audible packet of the greeting",
    "greeting_p95_ms": "95 % take no longer",
    "words_misheard": "word errors over words said",
    "cold_gap_ms": "longest gap of the first call after the start; None: the call was lost",
    "calls_lost": "calls that the line had to take over from the agent, the first one included",
    "agent_restarts": "how often the agent ended and was started again",
    "cpu_pressure": "share of the time in which something waited for a processor",
    "cpu_used": "processors that the appliance kept busy; 1 is one of them, all the time",
    "seed": "what the run was made up from; --seed repeats it",
    "kinds": "the gaps by kind of answer",
    "calibration": "with --calibrate: ms read back of a peer of known delay, and with its packets held back on the way",
    "stages": "where a gap goes, medians by the agent's own log",
}
_LOST = "the line speaks for the agent"


def add_options(parser: argparse.ArgumentParser) -> None:
    """How many turns, and under which conditions."""
    parser.add_argument("--turns", type=int, default=200, metavar="N", help="answers to measure at least (default: 200)")
    parser.add_argument("--calls", type=int, default=1, metavar="N", help="calls at the same time, up to 4 (default: 1)")
    parser.add_argument("--profile", default="embedded", help="the profile of the appliance that is phoned (default: embedded)")
    parser.add_argument("--seed", type=int, default=None, help="repeat the run that was made up from it")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the records of all packets and the logs there")
    parser.add_argument("--calibrate", action="store_true", help="read known delays back first; with --turns 0 nothing else")
    parser.add_argument("--delay-agent", type=float, default=0.0, metavar="MS", help=argparse.SUPPRESS)


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Phone an appliance until enough turns were counted."""
    readings = calibration.calibrate() if arguments.calibrate else []
    measured = _measured(arguments) if arguments.turns else {}
    return {key: measured.get(key) for key in KEYS} | {"calibration": {reading.name: asdict(reading) for reading in readings}}


def _measured(arguments: argparse.Namespace) -> dict[str, Any]:
    seed = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    with stage(seed=seed, profile=arguments.profile, folder=arguments.keep) as here:
        here.hold_seconds = arguments.delay_agent / 1000
        cold = here.warm_up()
        before = here.answers()
        load = Load(here.appliance.process_id)
        here.tell = lambda record: sys.stderr.write(f"{here.answers() - before} of {arguments.turns} turns: {_told(record)}\n")
        records = here.hold_calls(arguments.calls, lambda: here.answers() - before < arguments.turns)
        machine = {"cpu_pressure": load.pressure(), "cpu_used": load.processors()}
        log = here.appliance.log.read_text(encoding="utf-8").splitlines()
        if arguments.keep:
            _keep(here, arguments.keep)
        return {**_figures(here, cold, records, log), **machine, "seed": seed}


def _told(record: CallRecord) -> str:
    return f"call {record.user}, {record.why}"


def _figures(here: Stage, cold: list[CallRecord], records: list[CallRecord], log: list[str]) -> dict[str, Any]:
    rate = seconds_per_letter(records)
    by_call = {record.user: turns_of(record, here.prompts, rate) for record in records}
    turns = [turn for turns in by_call.values() for turn in turns if turn.manner == "answer"]
    whole = figures.gap_figures(turns)
    yes_no = [turn for turn in turns if turn.kind == "yes_no"]
    greetings = [greeting_after(record) for record in records]
    cold_gaps = [turn.first for record in cold for turn in turns_of(record, here.prompts, rate) if turn.first is not None]
    return {
        **{key: whole[key] for key in ("turns", "p50_ms", "p95_ms", "p99_ms", "right")},
        **{f"first_audio_p{at}_ms": figures.percentile_ms((turn.first for turn in turns), at) for at in (50, 95, 99)},
        "yes_no_p95_ms": figures.gap_figures(yes_no)["p95_ms"],
        "right_by_value": figures.share(turns, lambda turn: turn.by_value),
        "unanswered": figures.share([turn for turn in turns if not turn.cut_off], lambda turn: turn.first is None),
        **figures.cut_off_figures(turns),
        **figures.interruption_figures([one for record in records for one in interruptions(record, rate)]),
        "calls": len(records),
        "greeting_p50_ms": figures.percentile_ms(greetings, 50),
        "greeting_p95_ms": figures.percentile_ms(greetings, 95),
        "words_misheard": figures.words_misheard(turns),
        "cold_gap_ms": 1000 * max(cold_gaps) if cold_gaps else None,
        "calls_lost": sum(_LOST in line for line in log),
        "agent_restarts": sum("agent is listening" in line for line in log) - 1,
        "kinds": figures.by_kind(turns),
        "stages": _stages(here, records, by_call, log),
    }


def _stages(here: Stage, records: list[CallRecord], by_call: dict[str, list[Turn]], log: list[str]) -> dict[str, float]:
    entries = stages.read(log)
    times = []
    for record in records:
        call = here.transcript.call_of(record) or "-"
        mine = [entry for entry in entries if entry.call.startswith(call)]
        timed = [turn for turn in by_call[record.user] if turn.manner == "answer"]
        times += [stages.stage_times(mine, turn.ended, turn.ended + turn.first) for turn in timed if turn.first is not None]
    return stages.medians(times)


def _keep(here: Stage, folder: Path) -> None:
    """Every packet's time and level and every line, one JSON file for the run, and its SHA-256 beside it."""
    raw = folder / "calls.json"
    raw.write_text(json.dumps([asdict(record) for record in here.records], default=sorted), encoding="utf-8")
    raw.with_suffix(".sha256").write_text(f"{hashlib.sha256(raw.read_bytes()).hexdigest()}  {raw.name}\n", encoding="ascii")
