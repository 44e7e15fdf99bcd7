"""Every kind of PBX that is described: well-formed snippets with the site's values, quirks as data, and never a secret."""

from __future__ import annotations

import configparser
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from appliance.config import Sip
from appliance.faults import OurFault, TheirFault
from appliance.telephony.pbx import SAMPLE, Site, Snippet, advice, fill, load_vendor, snippet_text, values, vendors

VENDORS = vendors()
SITE = Site(
    pbx="10.1.2.3", pbx_port=5062, extension="417", login="q7Xa", transport="tcp", srtp="optional", registration_seconds=90,
    box="10.1.2.9", box_port=5074, rtp_first=41000, rtp_last=41099, calls=4, fallback="801", targets=("801", "802"),
    clinic='Ear, Nose & Throat "North"',
)  # fmt: skip  # as in the module
SNIPPETS = [(name, snippet) for name in VENDORS for snippet in load_vendor(name).snippets]


def test_the_kinds_that_clinics_have_are_described() -> None:
    assert {"asterisk", "freepbx", "freeswitch", "3cx", "generic"} <= set(VENDORS)


@pytest.mark.parametrize("name", VENDORS)
def test_every_text_of_a_vendor_can_be_filled_in(name: str) -> None:
    """For each way of encrypting audio; what stands between @ signs must be a value there is."""
    vendor = load_vendor(name)
    for srtp in ("off", "optional", "mandatory"):
        site = replace(SITE, srtp=srtp)
        texts = [*vendor.steps, *vendor.quirks.notes, *(snippet.file for snippet in vendor.snippets)]
        filled = [fill(text, values(vendor, site)) for text in texts]
        filled += [snippet_text(snippet, vendor, site) for snippet in vendor.snippets]
        assert not re.search(r"@\w+@", "\n".join(filled))


@pytest.mark.parametrize("name", VENDORS)
def test_the_guide_of_a_vendor_names_the_extension_and_who_gets_its_calls_when_it_fails(name: str) -> None:
    vendor = load_vendor(name)
    whole = "\n".join(fill(text, values(vendor, SITE)) for text in vendor.steps)
    assert SITE.extension in whole
    assert SITE.fallback in whole


@pytest.mark.parametrize("name", VENDORS)
def test_the_quirks_of_a_vendor_are_settings_that_the_line_can_have(name: str) -> None:
    quirks = load_vendor(name).quirks
    assert quirks.registration_seconds >= quirks.shortest_registration_seconds
    for transport in quirks.transports:
        Sip(registrar="pbx", extension="1", transport=transport, registration_seconds=quirks.registration_seconds)


@pytest.mark.parametrize(("name", "snippet"), SNIPPETS, ids=lambda value: value.file if isinstance(value, Snippet) else value)
def test_a_snippet_can_be_read_by_a_parser_of_its_kind(name: str, snippet: Snippet) -> None:
    text = snippet_text(snippet, load_vendor(name), SITE)
    match snippet.format:
        case "xml":
            ElementTree.fromstring(text)  # noqa: S314  # our own text
        case "ini":
            assert _sections(text)
        case "dialplan":
            _read_dialplan(text)
        case "text":
            assert text.strip()


def _sections(text: str) -> list[tuple[str, dict[str, str]]]:
    """Asterisk's sections, of which several may have one name; each by itself is plain INI."""
    found = []
    for part in re.split(r"^(?=\[)", text, flags=re.MULTILINE)[1:]:
        parser = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=(";",))
        parser.read_string(part)
        name = parser.sections()[0]
        found.append((name, dict(parser[name])))
    return found


def _read_dialplan(text: str) -> None:
    """Asterisk's extensions.conf: a context, then priorities that count from 1."""
    lines = [line for line in text.splitlines() if line and not line.startswith(";")]
    assert re.fullmatch(r"\[[\w-]+\]", lines[0])
    for line in lines[1:]:
        assert re.fullmatch(r"(exten => \w+,1|same => n),\w+\(.*\)", line), line


def test_asterisk_gets_an_endpoint_its_login_and_its_address_of_record() -> None:
    vendor = load_vendor("asterisk")
    sections = _sections(snippet_text(vendor.snippets[0], vendor, SITE))
    by_type = {section["type"]: section for _, section in sections}
    assert {name for name, _ in sections} == {"417"}
    assert by_type["endpoint"]["auth"] == by_type["endpoint"]["aors"] == "417"
    assert by_type["endpoint"]["transport"] == "transport-tcp"
    assert by_type["endpoint"]["media_encryption"] == "sdes"
    assert by_type["auth"]["username"] == "q7Xa"
    assert by_type["aor"]["default_expiration"] == "90"


@pytest.mark.parametrize("name", ["asterisk", "freeswitch"])
def test_the_appliance_may_dial_the_people_of_the_clinic_and_nobody_else(name: str) -> None:
    """Toll fraud ends at the PBX as well: its context holds the transfer targets, each by its whole number."""
    vendor = load_vendor(name)
    context = next(text for text in (snippet_text(s, vendor, SITE) for s in vendor.snippets) if "801" in text and "802" in text)
    numbers = re.findall(r"exten => (\w+),|expression=\"(.+?)\"", context)
    assert sorted("".join(pair).strip("^$") for pair in numbers) == ["801", "802"]


@pytest.mark.parametrize("name", VENDORS)
def test_no_text_asks_for_the_secret(name: str) -> None:
    vendor = load_vendor(name)
    assert not {"password", "secret"} & set(values(vendor, SITE))


@pytest.mark.parametrize(
    ("name", "changes", "named"),
    [
        ("asterisk", {"registration_seconds": 30}, "sip.registration_seconds = 30"),
        ("3cx", {"login": "417"}, "sip.authentication_id"),
        ("generic", {"transport": "tls", "pbx_port": 5060}, "5061"),
        ("freeswitch", {"srtp": "mandatory"}, 'sip.transport = "tls"'),
    ],
)
def test_settings_that_do_not_suit_the_pbx_are_told(name: str, changes: dict[str, str], named: str) -> None:
    told = advice(load_vendor(name), replace(SITE, **changes))  # type: ignore[arg-type]  # a table of single changes
    assert len(told) == 1
    assert named in told[0]


@pytest.mark.parametrize("name", VENDORS)
def test_settings_that_suit_are_not_complained_about(name: str) -> None:
    assert advice(load_vendor(name), SITE) == ()


@pytest.mark.parametrize(
    ("wrong", "near"), [("freepbz", "freepbx"), ("3-cx", "3cx"), ("FreeSwitch", "freeswitch"), ("zzz", "generic")]
)
def test_an_unknown_kind_is_answered_with_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(TheirFault, match=rf"no PBX named {wrong} here\. Did you mean {near}\?"):
        load_vendor(wrong)


def test_a_name_that_stands_for_nothing_is_our_fault() -> None:
    with pytest.raises(OurFault, match="@password@"):
        fill("secret=@password@", values(load_vendor("generic"), SAMPLE))
