"""Does the machine know what day it is? A wrong clock books the wrong day."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from appliance.health import Result, Subject

SLOW = False
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""Nobody runs this version before it existed; a clock that says so has lost its battery."""
YEARS_AHEAD = 15


def check(subject: Subject) -> Result:
    """Compare the clock with the age of this version, and look up the clinic's time zone."""
    name = subject.clinic.clinic.timezone
    try:
        local = datetime.fromtimestamp(subject.clock(), ZoneInfo(name))
    except ZoneInfoNotFoundError:
        return Result("clock", "broken", f"This machine does not know the time zone {name}.", "Install the package tzdata.")
    if not BUILT <= local < BUILT.replace(year=BUILT.year + YEARS_AHEAD):
        return Result(
            "clock",
            "broken",
            f"The clock says {local:%Y-%m-%d}, which cannot be.",
            "Set the clock and switch on time synchronisation (timedatectl set-ntp true).",
        )
    return Result("clock", "ok", f"The clinic's time is {local:%A %Y-%m-%d %H:%M} ({name}).")
