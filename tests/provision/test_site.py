"""A site's settings come from answers, are right before they are put in place, and never replace what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.config import load_clinic, load_machine
from appliance.faults import TheirFault
from appliance.provision.site import Question, from_environment, read_answers, write_settings

ANSWERS = {
    "pbx": "10.1.2.3:5066",
    "extension": "417",
    "password": "s3cret",
    "authentication_id": "q7Xa",
    "clinic_name": 'Oak "Street" Clinic',
    "timezone": "America/New_York",
    "front_desk": "200",
}


def nobody(question: Question) -> str:  # noqa: ARG001  # whom to ask, and there is no one
    return ""


def test_the_files_are_what_the_settings_loader_reads(tmp_path: Path) -> None:
    assert {path.name for path in write_settings(tmp_path / "etc", ANSWERS, nobody)} == {
        "appliance.toml",
        "clinic.toml",
        "sip-password",
    }
    machine = load_machine(tmp_path / "etc" / "appliance.toml")
    assert (machine.sip.registrar, machine.sip.authentication_id, machine.sip.secret()) == ("10.1.2.3:5066", "q7Xa", "s3cret")
    clinic = load_clinic(machine.clinic).clinic
    assert (clinic.name, clinic.transfer) == ('Oak "Street" Clinic', {"front_desk": "200"})
    assert not [path for path in (tmp_path / "etc").iterdir() if path.stat().st_mode & 0o007]


def test_what_is_there_stays(tmp_path: Path) -> None:
    write_settings(tmp_path, ANSWERS, nobody)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert write_settings(tmp_path, ANSWERS | {"extension": "999"}, nobody) == ()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == before


def test_who_is_there_is_asked_for_what_is_not_answered_and_for_nothing_else(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(question: Question) -> str:
        asked.append(question.name)
        return {"extension": "418"}.get(question.name, "")

    write_settings(tmp_path, {name: value for name, value in ANSWERS.items() if name != "extension"}, ask)
    assert set(asked) == {"extension", "transport", "srtp", "opens", "closes"}
    assert load_machine(tmp_path / "appliance.toml").sip.extension == "418"


@pytest.mark.parametrize(
    ("changed", "named"),
    [({"timezone": "Mars"}, "clinic.timezone"), ({"transport": "tin-cans"}, "transport = tin-cans"), ({"pbx": ""}, "pbx is not")],
)
def test_a_wrong_answer_leaves_nothing_behind(tmp_path: Path, changed: dict[str, str], named: str) -> None:
    with pytest.raises(TheirFault, match=named):
        write_settings(tmp_path, ANSWERS | changed, nobody)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_one_left_is_removed(tmp_path: Path) -> None:
    """The secret may lie in it."""
    (tmp_path / ".new-x").mkdir()
    (tmp_path / ".new-x" / "sip-password").write_text("old")
    write_settings(tmp_path, ANSWERS, nobody)
    assert not (tmp_path / ".new-x").exists()


def test_a_file_of_answers_is_read_and_a_misspelt_name_refused(tmp_path: Path) -> None:
    path = tmp_path / "answers"
    path.write_text('# ours\n\npbx = "10.1.2.3"\nextension=417\n')
    assert read_answers(path) == {"pbx": "10.1.2.3", "extension": "417"}
    path.write_text("pbxx = 1\n")
    with pytest.raises(TheirFault, match="line 1"):
        read_answers(path)
    with pytest.raises(TheirFault, match="cannot be read"):
        read_answers(tmp_path / "none")


def test_answers_of_the_environment_have_a_prefix() -> None:
    assert from_environment({"APPLIANCE_ANSWER_PBX": "p", "PBX": "q", "APPLIANCE_ANSWER_X": "r"}) == {"pbx": "p"}
