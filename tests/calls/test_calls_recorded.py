"""Every scripted call of this folder ends as a good receptionist would end it, and goes as its journal says it went.

After a wanted change of the dialogue the journals are written anew:
.venv/bin/appliance rehearse tests/calls --journals tests/calls/journals
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.app import Office, open_office
from appliance.config import Clinic, load_clinic
from appliance.provision.manifest import PROJECT_MODELS
from appliance.records.journal import read_journal
from appliance.rehearsal.over_text import rehearse
from appliance.rehearsal.replaying import replay
from appliance.rehearsal.scripted_calls import ScriptedCall, load_calls

FOLDER = Path(__file__).parent
JOURNALS = FOLDER / "journals"
CALLS = load_calls(FOLDER, load_clinic(FOLDER / "clinic.toml"))
EVERY_CALL = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.id)


@pytest.fixture(scope="module")
def office(clinic: Clinic) -> Iterator[Office]:
    office = open_office(clinic, database=None, models=PROJECT_MODELS, now=CALLS[0].now)
    yield office
    office.records.close()


@EVERY_CALL
def test_the_call_ends_as_it_should(call: ScriptedCall, office: Office) -> None:
    spoken: list[str] = []
    rehearsed = rehearse(office, call, show=lambda who, words: spoken.append(f"{who}: {words}"))
    assert not rehearsed.shortcomings, "\n".join([*rehearsed.shortcomings, *spoken])


@EVERY_CALL
def test_the_recorded_call_goes_as_it_went(call: ScriptedCall) -> None:
    difference = replay(read_journal(JOURNALS / f"{call.id}.jsonl"))
    assert difference is None, f"{difference}\n{__doc__}"


def test_every_journal_belongs_to_a_call() -> None:
    assert {path.stem for path in JOURNALS.iterdir()} == {call.id for call in CALLS}
