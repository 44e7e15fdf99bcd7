from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.health import Result
from appliance.records.database import Records
from appliance.status.application import create_app
from tests.plant import Plant


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    return Plant(tmp_path)


def client_of(plant: Plant, results: Sequence[Result] | None = ()) -> FlaskClient:
    checks = None if results is None else lambda: results
    return create_app(plant.machine, plant.clinic, checks, clock=plant.clock).test_client()


def words_of(client: FlaskClient) -> str:
    """The page as a reader hears it: tags and repeated blanks gone."""
    answer = client.get("/")
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.split("<body", 1)[1])).split())


def test_a_healthy_appliance_says_so_with_the_age_of_the_last_200(plant: Plant) -> None:
    plant.run_well()
    words = words_of(client_of(plant))
    assert "Answering calls Everything is as it should be." in words
    assert "Registered with the PBX, which last said yes 12 seconds ago." in words
    assert "Now 1 of 4 at once" in words
    assert "Today 3" in words
    assert "Done 1 Handed to a person 1 In progress 1" in words
    assert "Sound lost, agent to caller 3" in words


def test_the_latest_calls_show_time_outcome_length_and_turns_newest_first(plant: Plant) -> None:
    plant.run_well()
    words = words_of(client_of(plant))
    assert "10:25 In progress – 0 10:21 Done 1:35 9 09:59 Handed to a person 1:35 4 Yesterday 09:30 Done 1:35 7" in words


def test_engines_rung_and_models_in_use_are_shown(plant: Plant) -> None:
    plant.run_well()
    words = words_of(client_of(plant))
    assert "Speech recognition sphinx Understanding Encoder Voice espeak Model encoder encoder.gguf · 0123456789ab" in words


def test_a_lost_registration_is_stated_with_the_repair(plant: Plant) -> None:
    plant.run_well()
    plant.write_line(registration={"state": "failed", "last_ok_at": plant.now - 400, "last_code": 403, "reason": "Forbidden"})
    words = words_of(client_of(plant))
    assert "No calls are arriving The PBX does not list this extension." in words
    assert "Registration is lost: the PBX last said yes 6 minutes ago; its last answer was 403 Forbidden." in words
    assert "Compare sip.extension" in words


def test_without_line_agent_and_database_the_page_still_comes_and_says_what_is_down(plant: Plant) -> None:
    words = words_of(client_of(plant))
    assert "Not answering calls" in words
    assert "The line process is down or stuck" in words
    assert "The agent process is down or stuck" in words
    assert "The database cannot be read at the moment." in words


def test_a_report_of_six_seconds_ago_counts_as_a_dead_line(plant: Plant) -> None:
    plant.run_well()
    plant.write_line(age=6)
    assert "Not answering calls" in words_of(client_of(plant))


def test_a_dead_agent_behind_a_living_line_means_apologies(plant: Plant) -> None:
    plant.write_line()
    assert "Callers hear an apology" in words_of(client_of(plant))


def test_example_phrases_in_place_of_the_encoder_are_a_warning(plant: Plant) -> None:
    plant.run_well()
    plant.write_agent(rung="phrases")
    words = words_of(client_of(plant))
    assert "Answering calls, with less understanding" in words
    assert "Understanding Example phrases" in words


def test_a_check_that_found_something_is_shown_with_its_repair_and_good_ones_are_not(plant: Plant) -> None:
    plant.run_well()
    full = Result("disk", "warning", "Only 0.6 GB are free.", "Delete <something>.")
    words = words_of(client_of(plant, [full, Result("clock", "ok", "The clock is fine.")]))
    assert "Something below needs attention." in words
    assert "Disk Attention Only 0.6 GB are free. Delete <something>." in words
    assert "The clock is fine" not in words


def test_no_name_number_or_call_id_appears_on_any_address(plant: Plant) -> None:
    plant.run_well()
    records = Records(plant.machine.database_path)
    with records.change() as database:
        database.table("patients").insert(
            {"id": "p2", "name": "Daniel Kowalski", "date_of_birth": "1985-07-22", "phone": "4135550173"}
        )
        database.table("messages").insert(
            {"id": "m", "recipient": "nurse", "text": "my knee", "taken": "2026-11-23T10:00", "call_id": "secret-1"}
        )
    records.close()
    client = client_of(plant)
    for address in ("/", "/health", "/ready", "/metrics", "/live"):
        answer = client.get(address).text
        for private in ("secret", "Kowalski", "4135550173", "knee"):
            assert private not in answer, (address, private)


def test_ready_gives_200_when_ready_and_503_with_reasons_when_not(plant: Plant) -> None:
    plant.run_well()
    client = client_of(plant)
    assert (client.get("/ready").status_code, client.get("/ready").json) == (200, {"ready": True, "reasons": []})
    plant.write_agent(age=60)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert [reason["sentence"] for reason in answer.json["reasons"]] == [  # type: ignore[index]  # a JSON object, as the next line proves
        "The agent process is down or stuck, so callers hear an apology and are handed to a person."
    ]
    assert client.get("/live").json == {"live": True}


def test_health_names_every_check_and_the_worst_state(plant: Plant) -> None:
    results = [
        Result("clock", "ok", "Fine."),
        Result("disk", "broken", "Full.", "Free some."),
        Result("voice", "unknown", "No.", "Yes."),
    ]
    assert client_of(plant, results).get("/health").json == {
        "state": "broken",
        "checks": [
            {"name": "clock", "state": "ok", "sentence": "Fine.", "repair": ""},
            {"name": "disk", "state": "broken", "sentence": "Full.", "repair": "Free some."},
            {"name": "voice", "state": "unknown", "sentence": "No.", "repair": "Yes."},
        ],
    }


def test_health_of_a_page_started_without_checks_says_unknown_not_ok(plant: Plant) -> None:
    assert client_of(plant, None).get("/health").json["state"] == "unknown"  # type: ignore[index]  # a JSON object


def test_metrics_are_prometheus_text_and_leave_out_what_a_dead_line_would_say(plant: Plant) -> None:
    plant.run_well()
    client = client_of(plant)
    text = client.get("/metrics").text
    for sample in (
        'appliance_up{process="line"} 1.0', "appliance_registered 1.0", "appliance_registration_age_seconds 12.0",
        "appliance_calls_total 214.0", 'appliance_dropped_frames_total{direction="to_caller"} 3.0',
        'appliance_calls_today{outcome="done"} 1.0', 'appliance_understanding_rung{rung="encoder"} 1.0',
    ):  # fmt: skip
        assert f"\n{sample}\n" in text, sample
    plant.write_line(age=60)
    text = client.get("/metrics").text
    assert 'appliance_up{process="line"} 0.0' in text
    assert "appliance_registered" not in text


def test_every_answer_carries_a_strict_content_policy_and_is_never_stored(plant: Plant) -> None:
    client = client_of(plant)
    for address in ("/", "/health", "/static/status.css", "/nothing"):
        headers = client.get(address).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_a_foreign_host_name_is_refused_on_loopback(plant: Plant) -> None:
    client = client_of(plant)
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "localhost:23010"}).status_code == 200


@pytest.mark.parametrize("name", ["LineReport", "half"])
def test_a_malformed_report_counts_as_none(plant: Plant, name: str) -> None:
    plant.run_well()
    plant.machine.line_report_path.write_text('{"pid": "x"}' if name == "LineReport" else '{"pid": 1, "start')
    assert "Not answering calls" in words_of(client_of(plant))
