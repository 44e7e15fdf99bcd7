"""`appliance pbx` prints what the administrator of the PBX needs, with this site's values and without its secret."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from appliance.config import Sip
from appliance.telephony.pbx import vendors

CLINIC = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
SECRET = "a-long-secret-of-the-site"  # noqa: S105  # that it is nowhere to be seen is what is tested


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A site that registers at a PBX."""
    path = tmp_path / "appliance.toml"
    path.write_text(
        f'clinic = "{CLINIC}"\n[sip]\nregistrar = "10.20.30.40:5066"\nextension = "417"\npassword = "{SECRET}"\n'
        'authentication_id = "q7Xa"\nlocal_address = "10.20.30.50"\nregistration_seconds = 90\n'
    )
    return path


def pbx(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command with an environment that names no settings."""
    command = [sys.executable, "-m", "appliance", "pbx", *words]
    return subprocess.run(command, cwd=cwd, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False)


def test_list_names_every_kind_with_its_title() -> None:
    done = pbx("list")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(vendors())


@pytest.mark.parametrize("vendor", vendors())
def test_show_has_the_values_of_the_site_and_not_its_secret(vendor: str, config: Path) -> None:
    done = pbx("show", vendor, "--config", str(config))
    assert (done.returncode, done.stderr) == (0, "")
    assert "417" in done.stdout
    assert f"With the values of {config}." in done.stdout
    assert "SAMPLE" not in done.stdout
    assert SECRET not in done.stdout


@pytest.mark.parametrize("vendor", vendors())
def test_what_show_says_of_appliance_toml_can_be_pasted_into_it(vendor: str, config: Path) -> None:
    block = pbx("show", vendor, "--config", str(config)).stdout.split("```toml\n")[1].split("```")[0]
    sip = Sip.model_validate(tomllib.loads(block)["sip"])
    assert (sip.registrar, sip.extension, sip.authentication_id) == ("10.20.30.40:5066", "417", "q7Xa")


def test_without_settings_the_values_are_samples_and_said_to_be() -> None:
    done = pbx("show", "generic")
    assert done.returncode == 0
    assert "SAMPLE VALUES" in done.stdout
    assert "192.0.2.20" in done.stdout


def test_an_unknown_kind_is_one_sentence_with_the_nearest() -> None:
    done = pbx("show", "asterix")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.strip() == ("There is no PBX named asterix here. Did you mean asterisk? `appliance pbx list` shows all.")


def test_settings_that_do_not_suit_the_pbx_are_listed(config: Path) -> None:
    config.write_text(config.read_text().replace("= 90", "= 30"))
    assert "sip.registration_seconds = 30" in pbx("show", "asterisk", "--config", str(config)).stdout
