"""Are the clinic's own phrases right, and does the instruct model answer, where there are any?"""

from __future__ import annotations

from appliance.faults import TheirFault
from appliance.health import Result, Subject

SLOW = True


def check(subject: Subject) -> Result:
    """Read the phrases as the agent does and ask the model something obvious."""
    if subject.tools.try_understanding is None:
        repair = "Run `appliance check` on the appliance itself."
        return Result("understanding", "unknown", "This process has nothing to understand with.", repair)
    try:
        sentence = subject.tools.try_understanding(subject.machine, subject.clinic)
    except TheirFault as fault:
        return Result("understanding", "broken", fault.sentence, fault.repair)
    return Result("understanding", "ok", sentence)
