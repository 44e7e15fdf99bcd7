"""Is there room to write down the next appointment?"""

from __future__ import annotations

import shutil

from appliance.health import Result, Subject

SLOW = False
BROKEN_BYTES = 200_000_000
WARNING_BYTES = 1_000_000_000


def check(subject: Subject) -> Result:
    """Measure the free space where the database lies."""
    folder = subject.machine.paths.data
    if not folder.is_dir():
        return Result(
            "disk",
            "broken",
            f"appliance.toml: paths.data: the folder {folder} does not exist.",
            "Start the agent once, which makes it, or correct paths.data.",
        )
    free = shutil.disk_usage(folder).free
    return judge(free, f"{free / 1e9:.1f} GB are free where {folder} lies")


def judge(free: int, words: str) -> Result:
    """What `free` bytes mean."""
    repair = "Delete what is not needed on that disk, or give the machine a larger one."
    if free < BROKEN_BYTES:
        return Result("disk", "broken", f"Only {words}, so bookings may soon fail.", repair)
    if free < WARNING_BYTES:
        return Result("disk", "warning", f"Only {words}.", repair)
    return Result("disk", "ok", f"{words}.")
