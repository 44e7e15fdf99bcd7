from __future__ import annotations

from pathlib import Path

import pytest

from appliance.config import load_clinic, load_machine
from appliance.faults import TheirFault

SAMPLE = Path(__file__).parents[1] / "scripts" / "sample"


def changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A copy of a sample file with one thing changed."""
    text = (SAMPLE / name).read_text()
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new, 1))
    return path


def test_the_sample_files_are_right_and_their_paths_start_at_their_folder() -> None:
    machine = load_machine(SAMPLE / "appliance.toml")
    assert machine.clinic == SAMPLE / "clinic.toml"
    assert machine.database_path == SAMPLE.parents[1] / "run" / "data" / "appliance.db"
    assert load_clinic(machine.clinic).provider("okafor").name == "Dr. Amara Okafor"


@pytest.mark.parametrize(
    ("old", "new", "key", "sentence", "repair"),
    [
        ("extension =", "extention =", "sip.extension", "this key is missing", "Add it."),
        ("local_port =", "local_prot =", "sip.local_prot", "there is no such key", "Did you mean local_port?"),
        ("[paths]", "[zebra]", "zebra", "there is no such key", "Remove it."),
        ("local_port = 5070", 'local_port = "five"', "sip.local_port", "valid integer", "Correct the value 'five'."),
        ("local_port = 5070", "local_port = 70000", "sip.local_port", "less than or equal to 65535", "Correct the value 70000."),
        (
            'profile = "embedded"',
            'profile = "cloud"',
            "profile",
            "'auto', 'embedded', 'cpu' or 'gpu'",
            "Correct the value 'cloud'.",
        ),
        ("local_port = 5070", "rtp_ports = [30000, 30005]", "sip.rtp_ports", "at least 20 apart", "Correct it."),
    ],
)
def test_a_wrong_machine_file_is_one_sentence_with_file_key_and_repair(
    tmp_path: Path, old: str, new: str, key: str, sentence: str, repair: str
) -> None:
    path = changed(tmp_path, "appliance.toml", old, new)
    with pytest.raises(TheirFault) as caught:
        load_machine(path)
    assert caught.value.sentence.startswith(f"{path}: {key}: ")
    assert sentence in caught.value.sentence
    assert caught.value.repair == repair
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "key", "sentence", "repair"),
    [
        ("America/New_York", "America/Cedar_Hill", "clinic.timezone", "not a time zone", "Correct the value 'America/Cedar_Hill'."),
        ("parking =", "praking =", "clinic.praking", "there is no such key", "Did you mean parking?"),
        (
            "verify_attempts = 2",
            "verify_attempts = 0",
            "clinic.policy.verify_attempts",
            "greater than or equal to 1",
            "Correct the value 0.",
        ),
        ('mon = ["08:00", "17:00"]', 'mon = ["8 am", "17:00"]', "clinic.hours.mon.0", "time", "Correct the value '8 am'."),
        ('id = "okafor"', 'ident = "okafor"', "providers.0.id", "this key is missing", "Add it."),
        (
            'provider = "whitfield"',
            'provider = "nobody"',
            "appointments",
            "a1 names the provider nobody, who is not in [[providers]]",
            "Correct it.",
        ),
        ('patient = "p1"', 'patient = "p9"', "appointments", "a1 names the patient p9, who is not in [[patients]]", "Correct it."),
        ("okafor = [", "nobody = [", "busy.nobody", "there is no provider with the id nobody", "Correct it."),
    ],
)
def test_a_wrong_clinic_file_is_one_sentence_with_file_key_and_repair(
    tmp_path: Path, old: str, new: str, key: str, sentence: str, repair: str
) -> None:
    path = changed(tmp_path, "clinic.toml", old, new)
    with pytest.raises(TheirFault) as caught:
        load_clinic(path)
    assert caught.value.sentence.startswith(f"{path}: {key}: ")
    assert sentence in caught.value.sentence
    assert caught.value.repair == repair
    assert "\n" not in str(caught.value)


def test_a_missing_file_names_its_path(tmp_path: Path) -> None:
    with pytest.raises(TheirFault, match=r"nothing.toml: the file cannot be read \(No such file or directory\)\. Correct the path"):
        load_machine(tmp_path / "nothing.toml")


@pytest.mark.parametrize("content", [b'clinic = "x\n[sip]\n', b"\xff\xfe"])
def test_invalid_toml_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "appliance.toml"
    path.write_bytes(content)
    with pytest.raises(TheirFault, match=r"appliance.toml: this is not valid TOML: .*Correct that line\.$"):
        load_machine(path)


def test_a_wrong_password_is_never_repeated(tmp_path: Path) -> None:
    path = changed(tmp_path, "appliance.toml", 'password = ""', "password = 987654")
    with pytest.raises(TheirFault) as caught:
        load_machine(path)
    assert "sip.password" in str(caught.value)
    assert "987654" not in str(caught.value)


def test_what_is_wrong_with_a_patient_is_told_without_the_patients_data(tmp_path: Path) -> None:
    path = changed(tmp_path, "clinic.toml", 'date_of_birth = "1985-07-22"', 'date_of_birth = "1985-17-22"')
    with pytest.raises(TheirFault) as caught:
        load_clinic(path)
    assert "patients.1.date_of_birth" in str(caught.value)
    assert "1985-17-22" not in str(caught.value)


def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    path = changed(tmp_path, "appliance.toml", 'password = ""', 'password_file = "secret"')
    machine = load_machine(path)
    with pytest.raises(TheirFault, match=r"sip.password_file: .*secret cannot be read"):
        machine.sip.secret()
    (tmp_path / "secret").write_text("s3cret\n")
    assert machine.sip.secret() == "s3cret"
