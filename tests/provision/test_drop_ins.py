"""systemd lets through what the site's settings name, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from appliance.config import Machine
from appliance.faults import TheirFault
from appliance.provision.drop_ins import drop_ins

LINE, CHECK = "appliance-line@.service.d/site.conf", "appliance-check.service.d/site.conf"
AGENT, STATUS = "appliance-agent.service.d/site.conf", "appliance-status.service.d/site.conf"
ALL = "appliance-.service.d/site-all.conf"


def machine(registrar: str = "10.1.2.3:5066", **sections: object) -> Machine:
    sip = {"registrar": registrar, "extension": "417"}
    values = {"clinic": "clinic.toml", "paths": {"data": "/var/lib/appliance"}, **sections}
    return Machine.model_validate({**values, "sip": {**sip, **dict(sections.get("sip", {}))}})  # type: ignore[call-overload]


def test_the_line_and_the_check_reach_the_pbx_and_nobody_else() -> None:
    made = drop_ins(machine())
    assert set(made) == {LINE, CHECK}
    for text in made.values():
        assert [line for line in text.splitlines() if line.startswith("IPAddress")] == ["IPAddressAllow=10.1.2.3"]


def test_further_addresses_of_the_pbx_are_let_through_as_well() -> None:
    text = drop_ins(machine(sip={"pbx_addresses": ("10.1.2.4", "10.1.2.5")}))[LINE]
    assert all(f"IPAddressAllow=10.1.2.{number}\n" in text for number in (3, 4, 5))


def test_a_name_needs_the_resolver_too(tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text("# ours\nsearch lan\nnameserver 10.9.9.9\nnameserver\n")
    text = drop_ins(machine("localhost"), resolvers=tmp_path / "resolv.conf")[LINE]
    assert "IPAddressAllow=127.0.0.1\n" in text
    assert "IPAddressAllow=10.9.9.9\n" in text


def test_a_name_that_nobody_knows_is_told() -> None:
    with pytest.raises(TheirFault, match=r"sip\.registrar"):
        drop_ins(machine("no-such-pbx.invalid"))


def test_the_secret_is_handed_over_by_systemd_from_where_it_lies_on_the_machine_itself(tmp_path: Path) -> None:
    text = drop_ins(machine(sip={"password_file": tmp_path / "etc" / "secret"}), root=tmp_path)[LINE]
    assert "LoadCredential=sip-password:/etc/secret\n" in text


def test_the_agent_gets_a_network_only_for_a_chat_server() -> None:
    assert AGENT not in drop_ins(machine())
    text = drop_ins(machine(understanding={"chat_server": "http://10.0.0.9:8080/v1"}))[AGENT]
    assert "PrivateNetwork=no\n" in text
    assert "IPAddressAllow=10.0.0.9\n" in text


def test_a_status_page_that_is_not_on_loopback_is_for_the_clinics_networks() -> None:
    assert STATUS not in drop_ins(machine(status={"host": "127.0.0.2"}))
    assert "192.168.0.0/16" in drop_ins(machine(status={"host": "10.1.2.9"}))[STATUS]


def test_records_and_programs_elsewhere_are_named_to_every_service() -> None:
    text = drop_ins(machine(paths={"data": "/srv/records"}), programs=Path(sys.prefix))[ALL]
    assert "ReadWritePaths=/srv/records\n" in text


def test_the_command_writes_what_changed_and_removes_what_is_not_needed_any_more(tmp_path: Path) -> None:
    config = tmp_path / "appliance.toml"
    base = 'clinic = "clinic.toml"\n[sip]\nregistrar = "10.1.2.3"\nextension = "1"\n[paths]\ndata = "/var/lib/appliance"\n'

    def units(text: str) -> str:
        config.write_text(text)
        command = [sys.executable, "-m", "appliance", "units", "--config", str(config), "--to", str(tmp_path / "system")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert STATUS in units(f'{base}[status]\nhost = "10.1.2.9"\n')
    assert (tmp_path / "system" / STATUS).exists()
    assert "removed" in units(base)
    assert not (tmp_path / "system" / STATUS).exists()
    assert units(base) == ""
