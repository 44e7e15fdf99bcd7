"""When are you open? For a day that was named, or the week."""

from __future__ import annotations

from datetime import time

from appliance.config import WEEKDAYS, Clinic
from appliance.conversation.actions import Finish, Step
from appliance.conversation.facts import Memory, Task
from appliance.conversation.talk import Manner

MANNER: Manner = "question"


def plan(memory: Memory, task: Task, clinic: Clinic) -> Step:
    """The answer, at once."""
    if task.days:
        day = task.days[-1].first
        memory.day_spoken_of = day
        closure = next((c for c in clinic.clinic.closures if c.date == day), None)
        if closure:
            return Finish("closed_for", {"day": day, "reason": closure.reason})
        hours = clinic.clinic.hours.get(WEEKDAYS[day.weekday()])
        return (
            Finish("open_on", {"day": day, "opens": hours[0], "closes": hours[1]}) if hours else Finish("closed_on", {"day": day})
        )
    groups = _groups(clinic)
    closures = [c.date for c in clinic.clinic.closures if c.date >= memory.today][:1]
    if closures:
        return Finish("opening_hours_and_closure", {"groups": groups, "day": closures[0]})
    return Finish("opening_hours", {"groups": groups})


def _groups(clinic: Clinic) -> list[tuple[object, ...]]:
    """Runs of weekdays with the same hours: (first weekday number, last, opens, closes)."""
    runs: list[tuple[int, int, time, time]] = []
    for number, weekday in enumerate(WEEKDAYS):
        hours = clinic.clinic.hours.get(weekday)
        if not hours:
            continue
        if runs and runs[-1][1] == number - 1 and runs[-1][2:] == hours:
            runs[-1] = (runs[-1][0], number, *hours)
        else:
            runs.append((number, number, *hours))
    return [tuple(run) for run in runs]
