"""The agent process: listens for lines on the link, gives each call a thread, and tells the status page how it is.

Engines are loaded once by the composition root and shared; a call that fails closes its link, and its line apologises.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from appliance.faults import TheirFault
from appliance.service_manager import ServiceManager
from appliance.telephony.link import Link, LinkClosed, Offered

log = logging.getLogger(__name__)

MOST_CALLS = 8
"""Two lines' worth; a further call is not answered here and its line apologises."""
OFFER_SECONDS = 5.0
REPORT_SECONDS = 1.0


class Agent:
    """Serves the link at `path`; `answer` converses on one link until its call is over."""

    def __init__(self, path: Path, report_path: Path, about: Mapping[str, object], answer: Callable[[Link, Offered], None]) -> None:
        self._path = path
        self._report_path = report_path
        self._about = about
        self._answer = answer
        self._calls: dict[int, Link] = {}
        self._stopping = threading.Event()
        self._started = time.time()

    def serve(self) -> None:
        """Take calls until `stop`. Raises TheirFault when the socket cannot be made."""
        service_manager = ServiceManager()
        with self._listen() as server:
            log.info("agent is listening")
            service_manager.ready("waiting for calls")
            next_report = 0.0
            while not self._stopping.is_set():
                service_manager.alive()
                if time.monotonic() >= next_report:
                    self._report()
                    next_report = time.monotonic() + REPORT_SECONDS
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=self._serve_call, args=(Link(connection),), name="call", daemon=True).start()
        service_manager.stopping()
        self._path.unlink(missing_ok=True)

    def stop(self) -> None:
        """Take no more calls and let `serve` return."""
        self._stopping.set()
        for link in list(self._calls.values()):
            link.close()

    def _listen(self) -> socket.socket:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                if probe.connect_ex(str(self._path)) == 0:
                    raise TheirFault(f"An agent is already listening on {self._path}.", repair="Stop it first.")
            self._path.unlink(missing_ok=True)
            server.bind(str(self._path))
        except OSError as error:
            raise TheirFault(
                f"The agent's socket {self._path} cannot be made ({error.strerror or error}).",
                repair="Make paths.run in appliance.toml a short path to a folder that the service may write to.",
            ) from error
        server.listen(16)
        server.settimeout(0.2)
        return server

    def _serve_call(self, link: Link) -> None:
        try:
            offered = link.receive(OFFER_SECONDS)
            if not isinstance(offered, Offered):
                log.warning("x a connection offered no call")
            elif len(self._calls) >= MOST_CALLS:
                log.warning("x a call came while all places were taken")
            else:
                self._calls[id(link)] = link
                self._answer(link, offered)
        except LinkClosed:
            log.info("x a connection closed early")
        except Exception:  # see below
            # one broken call must not take the others with it; its line apologises when the link closes
            log.exception("x a call failed")
        finally:
            self._calls.pop(id(link), None)
            link.close()

    def _report(self) -> None:
        report = {
            "pid": os.getpid(),
            "started_at": self._started,
            "written_at": time.time(),
            "calls": len(self._calls),
            **self._about,
        }
        fresh = self._report_path.with_suffix(".new")
        fresh.write_text(json.dumps(report))
        fresh.replace(self._report_path)
