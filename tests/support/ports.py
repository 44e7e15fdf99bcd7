"""Free ports for tests on loopback, in a range of their own, so that nothing else of the machine is disturbed."""

import itertools
import os
import socket

_next = itertools.count(os.getpid() % 90 * 10)


def free_port(first: int = 21_000, width: int = 1_000) -> int:
    """A port that is free for UDP and TCP on 127.0.0.1; each call gives another one."""
    while True:
        port = first + next(_next) % width
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
            try:
                udp.bind(("127.0.0.1", port))
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
