"""The callers of the benches: made up anew, consistent with their clinic, and heard as what they are."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest

from appliance.bench.wire.answers import KINDS
from appliance.bench.wire.clinic import make_up
from appliance.bench.wire.levels import AUDIBLE_DBFS, dbfs
from appliance.bench.wire.record import CallRecord
from appliance.bench.wire.speech import LONGEST_PAUSE, NOISES, SHORTEST_PAUSE, Noise, noise, speak
from appliance.bench.wire.stages import medians, read, stage_times
from appliance.bench.wire.transcript import Transcript
from appliance.bench.wire.wishes import in_breaths, make_wish
from appliance.config import load_clinic
from appliance.understanding import values

ASKED = (
    "greeting", "ask_name", "ask_dob", "ask_phone", "ask_reason", "ask_provider", "ask_date", "ask_message", "confirm_details",
    "anything_else", "still_there",
)  # fmt: skip


def test_a_made_up_clinic_is_one_the_appliance_takes_and_no_two_are_alike(tmp_path: Path) -> None:
    for seed in (1, 2):
        (tmp_path / f"{seed}.toml").write_text(make_up(Random(seed)).toml(), encoding="utf-8")
    one, other = load_clinic(tmp_path / "1.toml"), load_clinic(tmp_path / "2.toml")
    assert len(one.patients) == len(one.appointments) == 24
    assert {patient.name for patient in one.patients} != {patient.name for patient in other.patients}
    assert tomllib.loads(make_up(Random(1)).toml()) == tomllib.loads(make_up(Random(1)).toml())


def test_what_callers_say_means_what_they_are_said_to_mean() -> None:
    """Dates of birth and numbers, put into words by the bench, are read back by the appliance's own grammar."""
    clinic = make_up(Random(3))
    born = {patient.born.isoformat() for patient in clinic.patients}
    for seed in range(30):
        wish = make_wish(clinic, Random(seed))
        birth_date = wish.answer("ask_dob", "")
        assert birth_date is not None
        if birth_date.kind == "birth_date":
            assert str(values.read("dob", birth_date.text, clinic.now)) in born
        phone = wish.answer("ask_phone", "")
        if phone is not None and phone.kind == "phone":
            digits = str(values.read("phone", phone.text, clinic.now))
            assert phone.values == (f"{' '.join(digits[:3])}, {' '.join(digits[3:6])}, {' '.join(digits[6:])}",)


def test_every_caller_has_something_to_say_to_every_question_and_ends_the_call() -> None:
    clinic = make_up(Random(4))
    for seed in range(20):
        wish = make_wish(clinic, Random(seed))
        for situation in ASKED:
            answer = wish.answer(situation, "")
            assert answer is not None
            assert answer.kind in KINDS
        goodbye = [wish.answer("anything_else", "") for _ in range(3)][-1]
        assert goodbye is not None
        assert goodbye.leads_to == {"_goodbye"}
        assert wish.answer("_goodbye", "") is None


def test_a_caller_takes_one_of_the_times_on_offer_and_expects_to_hear_it_again() -> None:
    wish = make_wish(make_up(Random(5)), Random(1))
    answer = wish.answer(
        "offer_slots", "I have Monday, December 7th with Dr. Evans at 8 AM, 1:30 PM or 4 PM. Which would you like?"
    )
    assert answer is not None
    assert (answer.text, answer.values[0]) in {
        ("i would like eight o'clock", "8 AM"),
        ("i would like one thirty", "1:30 PM"),
        ("i would like four o'clock", "4 PM"),
    }


def test_a_pause_is_silent_and_as_long_as_it_should_be_and_the_words_stay() -> None:
    wish = make_wish(make_up(Random(6)), Random(1))
    answer = wish.answer("ask_dob", "")
    assert answer is not None
    breaths = in_breaths(answer, Random(2))
    assert " ".join(breaths).replace("uh ", "") == answer.text
    speech = speak(breaths, "slt", Random(3))
    loud = [
        at
        for at, block in enumerate(speech.samples[: len(speech.samples) // 80 * 80].reshape(-1, 80))
        if dbfs(block) > AUDIBLE_DBFS
    ]
    longest = max(later - earlier for earlier, later in pairwise(loud)) * 0.01
    assert SHORTEST_PAUSE <= longest <= LONGEST_PAUSE + 0.1
    assert speech.pauses == 1


@pytest.mark.parametrize("kind", NOISES)
def test_noises_are_short_and_as_loud_as_speech(kind: Noise) -> None:
    sound = noise(kind, 1)
    assert 0.05 < (sound.end - sound.onset) / 8_000 < 0.7
    assert np.abs(sound.samples).max() > 15_000


def test_lines_of_the_transcript_find_their_call() -> None:
    transcript, first, second = Transcript(), CallRecord("1", "slt"), CallRecord("2", "rms")
    transcript.expect(first)
    transcript.take("aaaa", "agent", "Hello.")
    transcript.expect(second)
    transcript.take("bbbb", "agent", "Hello.")
    transcript.take("aaaa", "caller", "yes")
    assert [line.words for line in first.lines] == ["Hello.", "yes"]
    assert [line.words for line in second.lines] == ["Hello."]
    assert transcript.call_of(second) == "bbbb"


def test_the_log_tells_where_a_gap_went() -> None:
    line = '{{"time": "2026-11-23T10:00:{}+00:00", "message": "{}", "call_id": "aa"}}'
    log = [
        line.format("01.300", "< utterance, 280 ms of silence after it, asked ask_dob"),
        line.format("01.350", "> reply 3, asks None"),
    ]
    entries = read([*log, "no JSON at all"])
    ended = entries[0].at - 0.3
    times = stage_times(entries, ended, ended + 0.4)
    expected = {"until_decided_ms": 300, "until_replied_ms": 50, "until_audible_ms": 50, "silence_waited_ms": 280}
    assert times == pytest.approx(expected, abs=0.01)
    assert medians([times, {}]) == times
