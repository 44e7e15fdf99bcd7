"""Can anything that callers say leave the building: has the agent a network, and is it connected to anything?

Under its unit the agent lives in a network of its own that holds loopback alone, so it could not send a packet if it wanted to.
That is looked up in /proc, where it can be seen without special rights. Started by hand it shares the machine's network; then its
open connections are looked at, and one to anything but this machine and the configured instruct model's server is a leak.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from appliance.health import Result, Subject
from appliance.reports.files import AgentReport, agent_report_path, read_report

SLOW = False
PROC = Path("/proc")
_SOCKET = re.compile(r"socket:\[(\d+)\]")
_RUN_UNIT = "Run the agent under its systemd unit, which gives it no network."


def check(subject: Subject) -> Result:
    """Look at the agent's network and at its connections."""
    report = read_report(agent_report_path(subject.machine.paths.run), AgentReport, subject.clock())
    if report is None:
        return Result("no_egress", "unknown", "The agent is down, so its network cannot be looked at.", "Start the agent.")
    process = PROC / str(report.pid)
    try:
        interfaces = set(interfaces_of((process / "net" / "dev").read_text()))
    except OSError:
        repair = "Run `appliance check` as root on the appliance."
        return Result("no_egress", "unknown", "This process may not look at the agent's network.", repair)
    if interfaces <= {"lo"}:
        return Result("no_egress", "ok", "The agent has no network but loopback: nothing that callers say can leave it.")
    allowed = _allowed(subject.machine.understanding.chat_server)
    try:
        strangers = sorted(remote for remote in _remotes(process) if remote not in allowed and not _stays_here(remote))
    except OSError:
        sentence = "The agent has a network, and this process may not look at its connections."
        return Result("no_egress", "unknown", sentence, "Run `appliance check` as root on the appliance.")
    if strangers:
        return Result("no_egress", "broken", f"The agent is connected to {strangers[0]}.", f"Stop it at once. {_RUN_UNIT}")
    return Result("no_egress", "warning", "The agent is connected to nobody, but nothing keeps it from the network.", _RUN_UNIT)


def interfaces_of(text: str) -> Iterator[str]:
    """The names in /proc/PID/net/dev, see proc_pid_net(5)."""
    for line in text.splitlines()[2:]:
        yield line.split(":", 1)[0].strip()


def connections_of(text: str) -> Iterator[tuple[str, str]]:
    """(inode, remote address) of each line of /proc/PID/net/tcp, tcp6, udp or udp6 that is connected to somebody."""
    for line in text.splitlines()[1:]:
        columns = line.split()
        address, port = columns[2].split(":")
        if int(port, 16):
            yield columns[9], _address(address)


def _remotes(process: Path) -> set[str]:
    own = {found[1] for link in list((process / "fd").iterdir()) if (found := _SOCKET.match(_target(link)))}
    remotes: set[str] = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        path = process / "net" / table
        if path.exists():
            remotes |= {remote for inode, remote in connections_of(path.read_text()) if inode in own}
    return remotes


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # closed since the folder was listed
        return ""


def _address(text: str) -> str:
    words = [bytes.fromhex(text[place : place + 8])[::-1] for place in range(0, len(text), 8)]
    address = ipaddress.ip_address(b"".join(words))
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _stays_here(address: str) -> bool:
    return ipaddress.ip_address(address).is_loopback


def _allowed(chat_server: str) -> set[str]:
    host = urlsplit(chat_server).hostname if chat_server else None
    if host is None:
        return set()
    try:
        return {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except OSError:
        return set()
