"""The line process: SIP and media, nothing else. `python -m appliance.telephony.line --config appliance.toml` runs it.

One owner thread makes every call into the telephone library; the links' threads hand it closures through a queue.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import logging
import os
import queue
import signal
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from appliance.config import Machine, load_clinic, load_machine
from appliance.faults import Fault, TheirFault
from appliance.service_manager import ServiceManager
from appliance.telephony.account import LineAccount
from appliance.telephony.addresses import caller_id, target_uri, user_of
from appliance.telephony.apology import render_apology
from appliance.telephony.endpoint import CAPACITY, SipEndpoint
from appliance.telephony.guarded import guarded
from appliance.telephony.leg import Leg
from appliance.telephony.line_call import House, LineCall
from appliance.telephony.line_link import LineLink
from appliance.telephony.link import Command, Offered
from appliance.telephony.media_port import PortPool
from appliance.telephony.numbered import numbered
from appliance.telephony.report import Counters, LineReport
from appliance.telephony.source_filter import SourceFilter, drop_strangers_connections

_log = logging.getLogger("appliance.telephony.line")  # __name__ is __main__ when this is the process
FALLBACK_TARGET = "front_desk"
_SWEEP_SECONDS = 0.25


class Line:
    """All calls of the process. Every method belongs to the thread that made it."""

    def __init__(self, machine: Machine, targets: Mapping[str, str], fallback: str | None, language: str) -> None:
        if fallback is not None and fallback not in targets:
            raise TheirFault(
                f"clinic.toml: clinic.transfer: there is no target {fallback}, to which calls go when the appliance fails.",
                repair=f"Add {fallback} with an extension.",
            )
        sip = machine.sip
        self._machine = machine
        self._heard = sip.allowed_addresses()
        self._streams_heard = self._heard  # and whom we connect to ourselves
        if sip.registration:
            self._streams_heard |= sip.model_copy(update={"pbx_addresses": ()}).allowed_addresses()
        self._house = House(
            targets={name: target_uri(target, sip.registrar) for name, target in targets.items()},
            fallback=fallback,
            apology=render_apology(language),
            counters=Counters(),
        )
        machine.paths.run.mkdir(parents=True, exist_ok=True)
        self._report = LineReport(machine.line_report_path, CAPACITY, self._house.counters)
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._calls: dict[LineCall, Leg] = {}
        self._refused: list[Leg] = []
        self._changed = True
        self._endpoint = SipEndpoint(sip)
        self._ports = PortPool(CAPACITY)
        self._filter = SourceFilter(self._heard)
        self._filter.install(self._endpoint.library)
        self._endpoint.open_transports()
        self._account = LineAccount(sip, self._take, self._note_change)

    def run(self, stopping: Callable[[], bool]) -> None:
        """Serve calls until `stopping` says so."""
        gc.collect()
        gc.freeze()
        gc.disable()  # collected below instead, on this thread: a call object freed on the media clock would end the process
        swept_at = written_at = 0.0
        service_manager = ServiceManager()
        service_manager.ready("ready for calls")
        while not stopping():
            service_manager.alive()
            self._endpoint.step()
            self._work()
            now = time.monotonic()
            if now - swept_at >= _SWEEP_SECONDS:
                swept_at = now
                drop_strangers_connections(self._streams_heard)
            if self._changed or now - written_at >= 1.0:
                if now - written_at >= 1.0:
                    written_at = now
                    self._account.tick()
                    gc.collect()
                self._write_report()
        service_manager.stopping()

    def close(self) -> None:
        """Take everything down in the one order that does not abort."""
        self._account.leave()
        self._endpoint.hang_up_all()
        self._work()
        self._calls.clear()
        self._refused.clear()
        gc.collect()
        self._account.shutdown()
        self._endpoint.close()
        self._report.remove()

    def _work(self) -> None:
        while not self._inbox.empty():
            guarded(self._inbox.get_nowait())()
        now = time.monotonic()
        for call in list(self._calls):
            guarded(call.tick)(now)
            self._changed |= call.changed() or call.finished
            if call.finished:
                self._let_go(call)
        self._refused = [leg for leg in self._refused if not leg.over]

    def _let_go(self, call: LineCall) -> None:
        leg = self._calls.pop(call)
        if leg.port is not None:
            self._ports.give_back(leg.port)
            leg.port = None
        _log.info("call ended", extra={"call_id": call.call_id})

    def _note_change(self) -> None:
        self._changed = True

    def _write_report(self) -> None:
        self._changed = False
        self._report.write(
            self._account.registration,
            [call.report() for call in self._calls],
            refused_busy=self._filter.refused_busy,
            refused_source=self._filter.refused_source,
        )

    # --- inside the library's callback: nothing may end a call here ---

    def _take(self, prm: Any) -> None:
        leg = Leg(self._account, prm.callId)
        status: int | None = 500
        try:
            status = self._admit(leg, prm.rdata)
        finally:
            if status is not None:
                self._refused.append(leg)
                self._inbox.put(partial(leg.hang_up, status))

    def _admit(self, leg: Leg, received: Any) -> int | None:
        """Start a call, or say with which status it must be refused."""
        if received.srcAddress.rsplit(":", 1)[0].strip("[]") not in self._heard:
            self._filter.refused_source += 1  # only reached when the source filter's self-test failed
            return 403
        port = self._ports.borrow()
        if port is None:
            self._filter.refused_busy += 1
            return 486
        info = leg.getInfo()
        call_id = uuid.uuid4().hex
        link = LineLink(self._machine.link_path, partial(self._command, call_id), partial(self._gone, call_id))
        call = LineCall(call_id, self._house, leg, port, link)
        self._calls[call] = leg
        self._house.counters.calls_total += 1
        self._changed = True
        called = user_of(info.localUri) or self._machine.sip.extension
        link.start(Offered(call_id, caller_id(received.wholeMsg, info.remoteUri), called))
        leg.reply(180)
        _log.info("call offered", extra={"call_id": call_id})
        return None

    # --- on a link's thread: only queue ---

    def _command(self, call_id: str, command: Command) -> None:
        self._inbox.put(partial(self._obey, call_id, command))

    def _gone(self, call_id: str) -> None:
        self._inbox.put(partial(self._agent_gone, call_id))

    def _obey(self, call_id: str, command: Command) -> None:
        for call in self._calls:
            if call.call_id == call_id:
                call.obey(command)

    def _agent_gone(self, call_id: str) -> None:
        for call in self._calls:
            if call.call_id == call_id:
                call.agent_gone()


def run_line(machine: Machine, targets: Mapping[str, str], fallback: str | None, *, language: str = "en") -> NoReturn:
    """Be the line until SIGTERM or SIGINT, then end the process with status 0.

    `targets` maps the names of clinic.toml's [clinic.transfer] to extensions or SIP URIs; `fallback` is the name of the one that
    gets calls when there is no agent. Raises a Fault when the line cannot start.
    """
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    line = Line(machine, targets, fallback, language)
    _log.info("the line is up")
    line.run(lambda: stopped)
    line.close()
    _log.info("the line has ended")
    logging.shutdown()
    os._exit(0)  # the library aborts when the interpreter takes its objects apart


def main(arguments: list[str] | None = None) -> NoReturn:
    """`python -m appliance.telephony.line --config appliance.toml`; exits 2 with one sentence when a setting is wrong."""
    parser = argparse.ArgumentParser(prog="appliance.telephony.line", description="The line process: SIP and media.")
    parser.add_argument("--config", type=Path, required=True, help="the machine's appliance.toml")
    parser.add_argument("--number", type=int, default=1, help="which of this machine's lines (default: 1)")
    faulthandler.enable()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        chosen = parser.parse_args(arguments)
        machine = numbered(load_machine(chosen.config), chosen.number)
        clinic = load_clinic(machine.clinic).clinic
        fallback = FALLBACK_TARGET if FALLBACK_TARGET in clinic.transfer else None
        run_line(machine, clinic.transfer, fallback, language=clinic.languages[0] if clinic.languages else "en")
    except Fault as fault:
        print(fault, file=sys.stderr)  # noqa: T201  # the sentence is what the person who started us must read
        logging.shutdown()
        os._exit(2)


if __name__ == "__main__":
    main()
