"""What each recogniser and each voice costs on this machine, and how long one waits for it, with every model that is at hand.

Where no real model is at hand, a network of its size with random weights is measured, and the row says so. Every row is measured in
a process of its own. Sound comes at the pace of a telephone, so what is decoded beside it counts; other work on the machine
lengthens `wall` and the waits, and hardly `cpu`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from appliance.bench.engine_rows.rows import Row, rows
from appliance.faults import TheirFault
from appliance.provision.manifest import PROJECT_MODELS

KEYS = {
    "engines": (
        "one row for each engine and model; `weights`: real, small (the project's own, for digits), random (of real size), none; "
        "`load_s`: from nothing until ready, self-test included; `mb`: memory of its process, Python included; `cpu`: processor "
        "seconds for each second of sound; `wall`: by the clock, without waiting for sound; `wait_ms`, `worst`: median and longest "
        "time from the beginning of a draft to its text, or to the first sound of a voice; `again`: how much longer the final text "
        "takes after a draft of the same sound (ms); `note`: why there are no figures"
    ),
    "repeats": "how often each engine was measured, after once to warm up",
    "seconds": "how long all of it took",
}
SHORTEST_SECONDS = 5.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Which rows, how often, how long."""
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="measure this row alone (may be repeated)")
    parser.add_argument("--repeats", type=int, default=5, metavar="N", help="how often each is measured (default: 5)")
    parser.add_argument("--seconds", type=float, default=300, help="begin no further row after so long, and end the one under way")
    parser.add_argument("--models", type=Path, default=PROJECT_MODELS, metavar="FOLDER", help="the folder of models")


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure row after row until the time is over. Raises TheirFault for a row that does not exist."""
    began = time.monotonic()
    wanted = _chosen(rows(arguments.models, cuda=_has_card()), arguments.only)
    figures: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="engines-") as folder:
        for row in wanted:
            about = {"weights": row.weights}
            left = began + arguments.seconds - time.monotonic()
            if left < SHORTEST_SECONDS:
                figures[row.name] = {**about, "note": "no time was left"}
                continue
            sys.stderr.write(f"{row.name} ...\n")
            figures[row.name] = {**about, **_measured(row, arguments.repeats, left, Path(folder))}
    return {"engines": figures, "repeats": arguments.repeats, "seconds": time.monotonic() - began}


def _chosen(found: Sequence[Row], only: Sequence[str]) -> list[Row]:
    names = [row.name for row in found]
    for name in only:
        if name not in names:
            raise TheirFault(f"There is no row {name!r}.", repair=f"Use one of: {', '.join(names)}.")
    return [row for row in found if not only or row.name in only]


def _measured(row: Row, repeats: int, seconds: float, folder: Path) -> dict[str, Any]:
    try:
        model = row.model
        if row.weights == "random":
            model = folder / row.name.removesuffix(" cuda")
            if not model.exists():
                seconds -= _made(row, model, seconds)
        told = json.dumps({**asdict(row), "model": str(model or ""), "repeats": repeats})
        figures: dict[str, Any] = json.loads(_in_a_process("measuring", [told], seconds))
    except subprocess.TimeoutExpired:
        return {"note": "it took too long"}
    except subprocess.CalledProcessError as error:
        return {"note": (error.stderr.strip().splitlines() or ["no message"])[-1][:200]}
    return figures


def _made(row: Row, model: Path, seconds: float) -> float:
    """Write a network with random weights; how long that took."""
    began = time.monotonic()
    size = [] if row.engine == "piper" else [row.name.removesuffix(" cuda")]
    _in_a_process(f"random_{row.engine}", [*size, str(model)], seconds)
    return time.monotonic() - began


def _in_a_process(module: str, arguments: list[str], seconds: float) -> str:
    command = [sys.executable, "-m", f"appliance.bench.engine_rows.{module}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=max(seconds, 1), check=True).stdout


def _has_card() -> bool:
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count()) > 0
