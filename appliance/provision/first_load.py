"""The first load of a model happens in a process of its own: broken weights can abort, crash or hang the process that loads them.

    def load(...):                                   # in the module of an engine
        survive(__name__, [str(path)], 60, path=path, repair="Run `appliance models fetch NAME`.")
        return Engine(path)                          # whoever comes here has seen another process load and use the model

    if __name__ == "__main__":                       # the self-test, started by `survive`
        sys.exit(_complaint(Path(sys.argv[1])))      # None, or a few words on what is wrong with the model

What only a look at the files tells (missing, empty, of the wrong kind) is said before, in a sentence that names the file.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from appliance.faults import TheirFault


def survive(module: str, arguments: Sequence[str], seconds: float, *, path: Path, repair: str) -> None:
    """Run `python -m module arguments`, the self-test of the model in `path`. Raises TheirFault when it fails, dies or hangs."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        trial = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise TheirFault(f"{path}: the self-test did not end in {seconds:.0f} s.", repair=repair) from error
    if trial.returncode != 0:
        last = (trial.stderr.strip().splitlines() or ["no message"])[-1]
        raise TheirFault(f"{path} fails its self-test ({_ended(trial.returncode)}: {last}).", repair=repair)


def _ended(status: int) -> str:
    return f"exit {status}" if status > 0 else f"ended by {signal.Signals(-status).name}"
