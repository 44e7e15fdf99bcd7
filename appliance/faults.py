"""The two families of error, and the one sentence each carries.

`TheirFault` is a PBX, a caller or a file being wrong: the appliance speaks, transfers or explains and goes on.
`OurFault` is the appliance being wrong: it logs, exits, and systemd starts it again.
"""

from __future__ import annotations


class Fault(Exception):
    """What is wrong, where, and the repair, as sentences for the person who must act."""

    def __init__(self, sentence: str, *, repair: str) -> None:
        if type(self) is Fault:
            raise TypeError("raise TheirFault or OurFault, which say whose fault it is")
        super().__init__(f"{sentence} {repair}")
        self.sentence = sentence
        self.repair = repair


class TheirFault(Fault):
    """The PBX, the caller, the network or a file did something wrong."""


class OurFault(Fault):
    """The appliance did something wrong; it must stop and be started afresh."""
