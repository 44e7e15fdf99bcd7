from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from appliance.cli import check, config, options
from appliance.cli.check import exit_code
from appliance.health import Result, find_checks
from appliance.reports.conditions import State
from tests.plant import Plant


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    for verb in (check, config):
        verb.add_parser(commands)
    arguments = parser.parse_args(words)
    code: int = arguments.func(arguments)
    return code


@pytest.mark.parametrize(
    ("states", "code"),
    [(["ok", "ok"], 0), (["ok", "warning"], 1), (["ok", "unknown"], 1), (["unknown", "broken", "ok"], 2)],
)
def test_exit_status_tells_well_from_warnings_from_broken(states: list[State], code: int) -> None:
    assert exit_code([Result("x", state, "s.", "r.") for state in states]) == code


def test_check_as_json_is_one_object_with_every_check_and_a_real_voice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--json", "--config", str(Plant(tmp_path).settings)) == 2
    report = json.loads(capsys.readouterr().out)
    assert report["state"] == "broken"
    states = {found["name"]: found["state"] for found in report["checks"]}
    assert len(states) == len(find_checks())
    assert (states["configuration"], states["voice"], states["line"]) == ("ok", "ok", "broken")


def test_check_as_a_table_shows_state_sentence_and_repair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("check", "--config", str(Plant(tmp_path).settings))
    shown = " ".join(capsys.readouterr().out.split())
    assert "broken line The line process is down or stuck, so no call can be answered. Start it" in shown


def test_check_with_unreadable_settings_is_broken_but_still_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--json", "--config", str(tmp_path / "none.toml")) == 2
    assert "none.toml: the file cannot be read" in json.loads(capsys.readouterr().out)["checks"][0]["sentence"]


def test_validate_says_one_sentence_for_each_right_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Plant(tmp_path).settings
    assert run("config", "validate", "--config", str(settings)) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{settings}: right."
    assert second.endswith("clinic.toml: right.")


def test_validate_names_what_is_wrong_and_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Plant(tmp_path).settings
    settings.write_text(settings.read_text().replace("registrar", "registar"))
    assert run("config", "validate", "--config", str(settings)) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_config_comes_from_the_option_then_the_environment_then_etc(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = argparse.ArgumentParser()
    options.add_config_option(parser)
    monkeypatch.setenv("APPLIANCE_CONFIG", "/from/environment.toml")
    assert options.config_path(parser.parse_args(["--config", "/given.toml"])) == Path("/given.toml")
    assert options.config_path(parser.parse_args([])) == Path("/from/environment.toml")
    monkeypatch.delenv("APPLIANCE_CONFIG")
    assert options.config_path(parser.parse_args([])) == Path("/etc/clinic-voice-appliance/appliance.toml")
