"""The whole appliance as an extension of a real PBX: what its people see of the registration, and a call through it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.appliance_process import ApplianceProcess
from tests.support.kamailio import Kamailio
from tests.support.waiting import wait_for

AGE = re.compile(r"last said yes (?:a moment|\d+ \w+) ago")
"""In words for people: how old the PBX's last 200 is."""


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kamailio]:
    with Kamailio(tmp_path_factory.mktemp("pbx")) as running:
        yield running


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory, pbx: Kamailio) -> Iterator[ApplianceProcess]:
    with ApplianceProcess(tmp_path_factory.mktemp("appliance"), registrar=f"127.0.0.1:{pbx.port}") as running:
        yield running


def check(appliance: ApplianceProcess) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status and results of `appliance check --json`, by name."""
    command = [sys.executable, "-m", "appliance", "check", "--json", "--config", str(appliance.config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, {result["name"]: result for result in json.loads(done.stdout)["checks"]}


def page(appliance: ApplianceProcess) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{appliance.page_port}/", timeout=5) as answer:
        return re.sub(r"<[^>]+>", " ", answer.read().decode())


def test_check_and_page_tell_the_age_of_the_last_200(appliance: ApplianceProcess) -> None:
    status, results = check(appliance)
    assert results["registration"]["state"] == "ok", results["registration"]
    assert AGE.search(results["registration"]["sentence"])
    assert AGE.search(page(appliance))
    assert status in (0, 1)


def test_the_check_calls_the_extension_through_the_pbx_and_hears_the_greeting(appliance: ApplianceProcess) -> None:
    _, results = check(appliance)
    assert results["test_call"]["state"] == "ok", results["test_call"]


def test_a_lost_registration_is_said_and_found_again_when_the_pbx_is_back(appliance: ApplianceProcess, pbx: Kamailio) -> None:
    pbx.stop()
    try:
        wait_for(lambda: check(appliance)[1]["registration"]["state"] == "broken", "the loss to be noticed", 60)
        status, _ = check(appliance)
        assert status == 2
        assert "lost" in page(appliance).lower()
    finally:
        pbx.start()
    wait_for(lambda: check(appliance)[1]["registration"]["state"] == "ok", "the registration to be back", 60)
