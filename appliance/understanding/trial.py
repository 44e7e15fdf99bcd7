"""Tries a model in a process of its own, because a broken GGUF can abort the process that loads it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from appliance.faults import TheirFault


def survive(module: str, arguments: list[str], seconds: float, *, path: Path, repair: str) -> None:
    """Run `python -m module arguments`, the self-test of the model in `path`. Raises TheirFault when it fails, dies or hangs."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        trial = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise TheirFault(f"{path}: the self-test did not end in {seconds:.0f} s.", repair=repair) from error
    if trial.returncode != 0:
        last = (trial.stderr.strip().splitlines() or ["no message"])[-1]
        raise TheirFault(f"{path} fails its self-test (exit {trial.returncode}: {last}).", repair=repair)
