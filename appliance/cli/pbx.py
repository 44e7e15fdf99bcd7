"""`appliance pbx`: what to tell the clinic's PBX about this appliance, with the site's own values filled in."""

from __future__ import annotations

import argparse
import os
import socket
from pathlib import Path

from appliance.cli.options import CONFIG_VARIABLE, DEFAULT_CONFIG
from appliance.config import Clinic, Machine, load_clinic, load_machine
from appliance.telephony.pbx import SAMPLE, Quirks, Site, Vendor, advice, fill, load_vendor, snippet_text, values, vendors

CALLS_A_LINE = 4
FALLBACK = "front_desk"
_PORT = {"udp": 5060, "tcp": 5060, "tls": 5061}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs `pbx list` and `pbx show`."""
    verbs = commands.add_parser("pbx", help="how to set up the clinic's PBX: list, show").add_subparsers(
        required=True, metavar="VERB"
    )
    listing = verbs.add_parser("list", help="every kind of PBX that is described here")
    listing.set_defaults(func=show_all)
    showing = verbs.add_parser("show", help="click path, snippets and quirks, with this site's values")
    showing.add_argument("vendor", metavar="VENDOR", help="a name of `appliance pbx list`")
    showing.add_argument(
        "--config", type=Path, metavar="FILE", help=f"appliance.toml (default: {DEFAULT_CONFIG} where there is one; else samples)"
    )
    showing.set_defaults(func=show)


def show_all(_arguments: argparse.Namespace) -> int:
    """One line for each."""
    for name in vendors():
        print(f"{name:<12} {load_vendor(name).title}")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """The whole guide for one PBX. Raises TheirFault for an unknown vendor and for wrong settings."""
    vendor = load_vendor(arguments.vendor)
    path = _settings(arguments)
    if path is None:
        site, whose = SAMPLE, "SAMPLE VALUES: there is no appliance.toml yet; give --config FILE for this site's own."
    else:
        machine = load_machine(path)
        site, whose = site_of(machine, load_clinic(machine.clinic)), f"With the values of {path}."
    print("\n".join([f"# {vendor.title}", "", whose, "", *_guide(vendor, site)]))
    return 0


def site_of(machine: Machine, clinic: Clinic) -> Site:
    """The values of a site; its secret is not among them."""
    sip, targets = machine.sip, clinic.clinic.transfer
    _, colon, port = sip.registrar.rpartition(":")
    extensions = tuple(dict.fromkeys(target for target in targets.values() if target.isalnum()))
    return Site(
        pbx=sip.registrar_host,
        pbx_port=int(port) if colon and port.isdigit() else _PORT[sip.transport],
        extension=sip.extension,
        login=sip.authentication_id or sip.extension,
        transport=sip.transport,
        srtp=sip.srtp,
        registration_seconds=sip.registration_seconds,
        box=_own_address(sip.registrar_host) if sip.local_address == "0.0.0.0" else sip.local_address,
        box_port=sip.local_port,
        rtp_first=sip.rtp_ports[0],
        rtp_last=sip.rtp_ports[1],
        calls=CALLS_A_LINE,
        fallback=targets.get(FALLBACK, "THE-FRONT-DESK"),
        targets=extensions,
        clinic=clinic.clinic.name,
    )


def _settings(arguments: argparse.Namespace) -> Path | None:
    given: Path | None = arguments.config
    if given is None and (named := os.environ.get(CONFIG_VARIABLE)):
        given = Path(named)
    return given or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)


def _own_address(peer: str) -> str:
    """The address this machine uses towards `peer`, a word in its place when that cannot be told; nothing is sent."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((peer, 5060))
            return str(probe.getsockname()[0])
    except OSError:
        return "THE-APPLIANCES-ADDRESS"


def _guide(vendor: Vendor, site: Site) -> list[str]:
    known = values(vendor, site)
    lines = ["## At the PBX", ""]
    lines += [f"{number}. {fill(step, known)}" for number, step in enumerate(vendor.steps, 1)]
    for snippet in vendor.snippets:
        lines += ["", f"## {fill(snippet.file, known)}", "", "```", snippet_text(snippet, vendor, site).strip("\n"), "```"]
    lines += ["", "## In appliance.toml", "", "```toml", *_our_side(vendor.quirks, site), "```"]
    if found := advice(vendor, site):
        lines += ["", "## To change here", "", *(f"- {sentence}" for sentence in found)]
    lines += ["", "## Quirks of this PBX", "", *(f"- {fill(words, known)}" for words in _told(vendor.quirks))]
    return lines


def _our_side(quirks: Quirks, site: Site) -> list[str]:
    apart = quirks.authentication_id == "apart" and site.login == site.extension
    login = '"THE-AUTHENTICATION-ID"' if apart else f'"{site.login}"'
    return [
        "[sip]",
        f'registrar = "{site.pbx}:{site.pbx_port}"',
        f'extension = "{site.extension}"',
        *([f"authentication_id = {login}"] if apart or site.login != site.extension else []),
        'password_file = "sip-password"       # holds the secret of the extension, and nothing else',
        f'transport = "{site.transport}"',
        f'srtp = "{site.srtp}"',
        f"registration_seconds = {max(quirks.shortest_registration_seconds, site.registration_seconds)}",
    ]


def _told(quirks: Quirks) -> list[str]:
    shortest = quirks.shortest_registration_seconds
    return [
        f"Registration: {quirks.registration_seconds} s is a good time"
        + (f"; less than {shortest} s is refused or made longer." if shortest else "."),
        "Login: the extension." if quirks.authentication_id == "extension" else "Login: a name apart from the extension.",
        f"OPTIONS: asks every {quirks.qualify_seconds} s." if quirks.qualify_seconds else "OPTIONS: asks only if it is told to.",
        "Keys: RFC 4733. Hand-over: blind transfer by REFER.",
        f"SIP over {', '.join(quirks.transports)}; TLS usually on port {quirks.tls_port}; "
        + ("audio encryption by SDES." if quirks.srtp == "sdes" else "no audio encryption."),
        *quirks.notes,
    ]
