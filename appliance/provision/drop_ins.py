"""What systemd must know of one site: drop-ins beside the units, made from appliance.toml.

The units let nobody through (IPAddressDeny=any). Here stand the addresses that this site's settings name, and nothing else does.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from appliance.config import Machine

_HEAD = (
    "# Written from appliance.toml by `appliance units`; changes are overwritten. Additions go into another file of this folder.\n"
)
_PRIVATE = "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fd00::/8"
"""The networks of a clinic (RFC 1918, RFC 4193): who may look at a status page that is not on loopback."""
_RESOLVERS = Path("/etc/resolv.conf")
_ALWAYS_EXECUTABLE = (Path("/usr"), Path("/opt/clinic-voice-appliance"))


def drop_ins(
    machine: Machine, *, root: Path = Path("/"), programs: Path | None = None, resolvers: Path = _RESOLVERS
) -> dict[str, str]:
    """The name of each drop-in and its text, for every unit that needs one.

    `root` is where the disk of an image lies, `programs` an environment that is elsewhere than in /opt.

    Raises TheirFault when the name of the PBX cannot be resolved.
    """
    pbx, secret = _addresses_of_pbx(machine, resolvers), _secret(machine, root)
    found = {"appliance-line@": [*pbx, *secret], "appliance-check": [*pbx, *_chat_addresses(machine), *secret]}
    if _loopback(machine.status.host) is False:
        found["appliance-status"] = [f"IPAddressAllow={_PRIVATE}"]
    if machine.understanding.chat_server:
        families = "RestrictAddressFamilies=AF_INET AF_INET6"
        found["appliance-agent"] = ["PrivateNetwork=no", families, *_chat_addresses(machine)]
    everywhere = [] if programs is None else _executable(programs)
    if machine.paths.data != Path("/var/lib/appliance"):
        everywhere.append(f"ReadWritePaths={machine.paths.data}")
    named = {f"{unit}.service.d/site.conf": lines for unit, lines in found.items()}
    named["appliance-.service.d/site-all.conf"] = everywhere  # another name, or each unit's own would replace it
    return {name: f"{_HEAD}[Service]\n{_lines(lines)}" for name, lines in named.items() if lines}


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _addresses_of_pbx(machine: Machine, resolvers: Path) -> list[str]:
    sip = machine.sip
    registrar = {sip.registrar_host} if _address(sip.registrar_host) else set()
    lines = [f"IPAddressAllow={address}" for address in sorted(sip.allowed_addresses() | registrar)]
    if not _address(sip.registrar_host):  # a name has to be asked for
        try:
            words = (line.split() for line in resolvers.read_text(encoding="utf-8").splitlines())
            lines += [f"IPAddressAllow={word[1]}" for word in words if len(word) > 1 and word[0] == "nameserver"]
        except OSError:
            pass  # without resolvers only /etc/hosts can know the name, and that needs no network
    return lines


def _secret(machine: Machine, root: Path) -> list[str]:
    path = machine.sip.password_file
    if path and path.is_relative_to(root):
        path = Path("/") / path.relative_to(root)
    return [f"LoadCredential=sip-password:{path}"] if path else []


def _chat_addresses(machine: Machine) -> list[str]:
    host = urlsplit(machine.understanding.chat_server).hostname or ""
    if not host:
        return []
    return [f"IPAddressAllow={host if _address(host) else 'localhost ' + _PRIVATE}"]


def _executable(programs: Path) -> list[str]:
    """An environment and the Python it was made with, where they are neither in /usr nor in /opt."""
    real = {programs.resolve(), (programs / "bin" / "python").resolve().parents[1]}
    outside = sorted(str(path) for path in real if not any(path.is_relative_to(known) for known in _ALWAYS_EXECUTABLE))
    return [f"ExecPaths={' '.join(outside)}"] if outside else []


def _address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _loopback(host: str) -> bool:
    return host == "localhost" or (_address(host) and ipaddress.ip_address(host).is_loopback)
