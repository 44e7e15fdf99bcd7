"""What each kind of PBX must be told about the appliance: one TOML file a vendor in this folder, found by listing it.

A vendor's file holds a click path, snippets of the PBX's own configuration, and its quirks as data. `@name@` in its texts stands
for a value of the site (`Site`); no text can name the secret of the extension, because there is no such value.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from appliance.faults import OurFault, TheirFault

FOLDER = Path(__file__).parent
_PLACE = re.compile(r"@(\w+)@")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quirks(_Data):
    """How the PBX differs where a telephone notices it."""

    registration_seconds: int = Field(ge=10, le=3600)
    """What sip.registration_seconds should be: short, because many forget every telephone when they start again."""
    shortest_registration_seconds: int = Field(ge=0)
    """Less is answered with 423 and Min-Expires (RFC 3261, section 10.2.8) or silently made longer; 0 when anything goes."""
    authentication_id: Literal["extension", "apart"]
    """Whether one logs in as the extension, or with a name apart from it (sip.authentication_id)."""
    qualify_seconds: int = Field(ge=0)
    """How often it asks by OPTIONS whether the telephone lives; 0 when it does not ask unless told to. The line answers 200."""
    dtmf: Literal["rfc4733"]
    """How keys are sent; the line understands RFC 4733 and SIP INFO, and the first is what all have."""
    transfer: Literal["refer"]
    """How a call is handed over: a blind transfer by REFER (RFC 3515) within the call."""
    transports: tuple[Literal["udp", "tcp", "tls"], ...] = Field(min_length=1)
    tls_port: int = Field(ge=1, le=65535)
    srtp: Literal["sdes", "no"]
    """The key exchange it offers for encrypted audio (RFC 4568)."""
    notes: tuple[str, ...] = ()


class Snippet(_Data):
    """A piece of the PBX's own configuration."""

    file: str
    """Where it goes."""
    format: Literal["ini", "dialplan", "xml", "text"]
    text: str
    per_target: str = ""
    """One line for each extension that calls may be handed to, put where @targets@ stands; @target@ is the extension."""


class Vendor(_Data):
    """One file of this folder."""

    title: str
    steps: tuple[str, ...] = Field(min_length=1)
    quirks: Quirks
    snippets: tuple[Snippet, ...] = ()
    words: dict[str, dict[Literal["off", "optional", "mandatory"], str]] = {}
    """What the PBX calls the settings of sip.srtp, each usable as a value of its own name."""


@dataclass(frozen=True)
class Site:
    """The values of a site that a PBX must know."""

    pbx: str
    pbx_port: int
    extension: str
    login: str
    transport: str
    srtp: Literal["off", "optional", "mandatory"]
    registration_seconds: int
    box: str
    """The appliance's address in the clinic's network."""
    box_port: int
    rtp_first: int
    rtp_last: int
    calls: int
    """How many at once."""
    fallback: str
    """The extension that gets calls which the appliance does not take."""
    targets: tuple[str, ...]
    """Extensions that calls may be handed to."""
    clinic: str


SAMPLE = Site(
    pbx="192.0.2.10", pbx_port=5060, extension="300", login="300", transport="udp", srtp="off", registration_seconds=120,
    box="192.0.2.20", box_port=5070, rtp_first=30000, rtp_last=30099, calls=4, fallback="200", targets=("200", "201", "202"),
    clinic="Sample Clinic",
)  # fmt: skip  # one value a line would hide that this is one thought
"""For those who have no settings yet; 192.0.2.0/24 is nobody's (RFC 5737)."""


def vendors() -> tuple[str, ...]:
    """The names of all vendors, which are their files' names."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_vendor(name: str) -> Vendor:
    """What is known of a vendor. Raises TheirFault, with the nearest name there is, when nothing is."""
    if name not in vendors():
        near = difflib.get_close_matches(name.lower(), vendors(), n=1, cutoff=0.4) or ["generic"]
        raise TheirFault(f"There is no PBX named {name} here.", repair=f"Did you mean {near[0]}? `appliance pbx list` shows all.")
    path = FOLDER / f"{name}.toml"
    try:
        return Vendor.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise OurFault(f"{path} is wrong: {error}.", repair="Correct the file, or install this version again.") from error


def values(vendor: Vendor, site: Site) -> Mapping[str, str]:
    """Every name that a text of the vendor may use, and what it stands for."""
    plain = {name: str(value) for name, value in asdict(site).items() if name != "targets"}
    return plain | {name: words[site.srtp] for name, words in vendor.words.items()} | {"TRANSPORT": site.transport.upper()}


def fill(text: str, known: Mapping[str, str]) -> str:
    """The text with every @name@ replaced. Raises OurFault for a name that stands for nothing."""
    for name in _PLACE.findall(text):
        if name not in known:
            raise OurFault(f"A PBX's text uses @{name}@, which stands for nothing.", repair="Correct the vendor's file.")
    return _PLACE.sub(lambda place: known[place[1]], text)


def snippet_text(snippet: Snippet, vendor: Vendor, site: Site) -> str:
    """A snippet as it goes into the PBX."""
    known = values(vendor, site)
    if snippet.format == "xml":  # a clinic may be called "Ear, Nose & Throat"
        known = {name: escape(value, {'"': "&quot;"}) for name, value in known.items()}
    lines = (fill(snippet.per_target, {**known, "target": target}) for target in site.targets)
    return fill(snippet.text, {**known, "targets": "\n".join(lines)}).rstrip() + "\n"


def advice(vendor: Vendor, site: Site) -> tuple[str, ...]:
    """What in the site's settings does not suit this PBX, one sentence each with its repair."""
    quirks, found = vendor.quirks, []
    if site.registration_seconds < quirks.shortest_registration_seconds:
        found.append(
            f"sip.registration_seconds = {site.registration_seconds} is shorter than this PBX grants:"
            f" set {quirks.registration_seconds}."
        )
    if quirks.authentication_id == "apart" and site.login == site.extension:
        found.append("This PBX has a login apart from the extension: set sip.authentication_id to it.")
    if site.transport not in quirks.transports:
        found.append(f'This PBX does not speak SIP over {site.transport}: set sip.transport = "{quirks.transports[0]}".')
    if site.transport == "tls" and site.pbx_port == 5060:
        found.append(f'5060 is seldom the port for TLS: set sip.registrar = "{site.pbx}:{quirks.tls_port}".')
    if site.srtp != "off" and quirks.srtp == "no":
        found.append('This PBX does not encrypt audio: set sip.srtp = "off".')
    if site.srtp == "mandatory" and site.transport != "tls":
        found.append('The keys of encrypted audio travel in the signalling: set sip.transport = "tls" too.')
    return tuple(found)
