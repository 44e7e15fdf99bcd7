"""Holds back what the agent's side sends: the measuring must show exactly the delay that was put in.

The agent sends to the relay's outer port, the caller to its inner one; what goes towards the agent passes at once.
"""

from __future__ import annotations

import heapq
import select
import socket
import threading
import time

Address = tuple[str, int]


class Relay:
    """Two UDP ports and a thread, in `with`. `toward` tells where the agent is and where the caller is."""

    def __init__(self, host: str, hold_seconds: float) -> None:
        self._outer, self._inner = _bound(host), _bound(host)
        self._hold = hold_seconds
        self._agent: Address | None = None
        self._caller: Address | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def __enter__(self) -> Relay:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._outer.close()
        self._inner.close()

    @property
    def outer_port(self) -> int:
        """Where the agent must send to."""
        return int(self._outer.getsockname()[1])

    @property
    def inner_port(self) -> int:
        """Where the caller must send to."""
        return int(self._inner.getsockname()[1])

    def toward(self, agent: Address, caller: Address) -> None:
        """Both ends are known now."""
        self._agent, self._caller = agent, caller

    def _run(self) -> None:
        held: list[tuple[float, int, bytes]] = []
        count = 0
        while not self._stopping.is_set():
            wait = min(0.05, max(0.0, held[0][0] - time.monotonic())) if held else 0.05
            for ready in select.select([self._outer, self._inner], [], [], wait)[0]:
                packet = ready.recv(2048)
                if ready is self._outer:
                    count += 1
                    heapq.heappush(held, (time.monotonic() + self._hold, count, packet))
                elif self._agent:
                    self._outer.sendto(packet, self._agent)
            while held and held[0][0] <= time.monotonic():
                packet = heapq.heappop(held)[2]
                if self._caller:
                    self._inner.sendto(packet, self._caller)


def _bound(host: str) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.bind((host, 0))
    return bound
