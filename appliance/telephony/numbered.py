"""The settings of the second, third, ... line of one machine: each has ports and a report of its own.

Line 1 is what appliance.toml says. Line N listens N-1 places further (two ports a line) and takes the N-th range of RTP ports.
"""

from __future__ import annotations

from pathlib import Path

from appliance.config import Machine
from appliance.faults import TheirFault

MOST_LINES = 16
_PORTS_A_LINE = 2


class NumberedMachine(Machine):
    """The machine as its N-th line sees it."""

    number: int

    @property
    def line_report_path(self) -> Path:
        """Where this line writes what the status page and the checks read of it."""
        return self.paths.run / f"line-{self.number}.json"


def numbered(machine: Machine, number: int) -> Machine:
    """The settings of line `number`, from 1. Raises TheirFault where no such line can be."""
    if not 1 <= number <= MOST_LINES:
        raise TheirFault(f"There is no line {number}.", repair=f"Number the lines from 1 to {MOST_LINES}.")
    if number == 1:
        return machine
    sip = machine.sip
    if sip.registration:
        raise TheirFault(
            f"appliance.toml: sip.registration: line {number} cannot register the extension that line 1 has; both would ring.",
            repair="Put Kamailio in front, which registers, and set sip.registration = false; or run one line.",
        )
    first, last = sip.rtp_ports
    further = (number - 1) * (last - first + 1)
    port = sip.local_port + (number - 1) * _PORTS_A_LINE
    if last + further > 65535 or port > 65535:
        raise TheirFault(
            f"appliance.toml: sip.rtp_ports, sip.local_port: there are no ports left for line {number}.",
            repair="Make the range of RTP ports smaller (20 will do for one line), or let both begin lower.",
        )
    moved = sip.model_copy(update={"local_port": port, "rtp_ports": (first + further, last + further)})
    values = {name: getattr(machine, name) for name in Machine.model_fields}
    return NumberedMachine(**{**values, "sip": moved}, number=number)
