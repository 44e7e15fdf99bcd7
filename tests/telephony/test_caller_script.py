"""What the caller says to which situation, and which prompt it takes a transcript for."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from appliance.faults import TheirFault
from appliance.telephony.caller.ear import Ear
from appliance.telephony.caller.prompt_book import PromptBook, words_of
from appliance.telephony.caller.script import Event, HangUp, Play, Press, Say, Script, Silence
from appliance.telephony.caller.voice import synthesize

SAMPLES = sorted((Path(__file__).parents[2] / "scripts" / "sample").glob("*.json"))
PROMPTS = {
    "greeting": ["Thank you for calling {clinic}. How can I help you?"],
    "ask_name": ["What is your full name?"],
    "ask_dob": ["What is your date of birth?", "And the date of birth, please?"],
    "offer_slots": ["I have {openings}. Which would you like?"],
    "slot_taken": ["I'm sorry, that isn't free. I have {openings}. Would one of those do?"],
    "emergency_instruction": ["Please hang up and dial 911 right now."],
}


@pytest.mark.parametrize(
    ("heard", "situation"),
    [
        ("what is your full name", "ask_name"),
        ("and you daniel what the date of birth", "ask_dob"),
        ("sorry i did not catch what is you full name", "ask_name"),
        ("what is your full name thanks daniel what is your date of earth", "ask_dob"),
        ("i have friday november twenty seventh at nine thirty or monday at ten which would you", "offer_slots"),
        ("i'm sorry that is free i have friday november twenty at nine or monday at ten would one of those", "slot_taken"),
        ("please hang up and dial nine one one right now", "emergency_instruction"),
    ],
)
def test_the_end_of_a_transcript_decides(heard: str, situation: str) -> None:
    match = PromptBook(PROMPTS).nearest(heard)
    assert match is not None
    assert match.situation == situation
    assert match.score > 0.5


def test_something_else_altogether_is_near_nothing() -> None:
    match = PromptBook(PROMPTS).nearest("the quick brown fox jumps over the lazy dog")
    assert match is None or match.score < 0.4
    assert PromptBook(PROMPTS).nearest("") is None
    assert PromptBook({}).nearest("hello") is None


def test_words_are_written_as_a_recogniser_hears_them() -> None:
    assert words_of("Dial 911, it's a check-up.") == ["dial", "nine", "one", "one", "it's", "a", "check", "up"]


def test_answers_come_in_order_and_the_last_repeats() -> None:
    script = Script(opening="hello", answers={"ask_name": ["Dan", "Daniel Kowalski"], "default": ["pardon"]})
    said = [script.next(asked) for asked in ("greeting", "ask_name", "ask_name", "ask_name", "elsewhere")]
    assert said == [Say(say=line) for line in ("hello", "Dan", "Daniel Kowalski", "Daniel Kowalski", "pardon")]


def test_an_empty_opening_says_nothing_and_yes_is_the_last_resort() -> None:
    script = Script(opening="")
    assert isinstance(script.next("greeting"), Silence)
    assert script.next("silence_prompt") == Say(say="yes")


def test_events_come_out_of_turn_once() -> None:
    script = Script(
        opening="hello",
        events=[
            Event(at="greeting", type="silence", seconds=6),
            Event(at="ask_dob", type="barge_in", say="wait"),
            Event(at="ask_date", type="dtmf", digits="2"),
        ],
    )
    assert script.next("greeting") == Silence(silence=6)
    assert script.next("silence_prompt") == Say(say="hello")
    assert script.barge_in("ask_name") is None
    event = script.barge_in("ask_dob")
    assert event is not None
    assert script.use(event) == Say(say="wait")
    assert script.barge_in("ask_dob") is None
    assert script.next("ask_date") == Press(dtmf="2")


def test_a_fresh_script_has_said_nothing() -> None:
    script = Script(opening="hello")
    script.next("greeting")
    assert script.fresh().next("greeting") == Say(say="hello")


def test_a_plain_list_is_said_line_by_line_and_ends() -> None:
    script = Script.of_lines(["one", HangUp()])
    assert [script.next("x"), script.next("x"), script.next("x")] == [Say(say="one"), HangUp(), None]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_script_loads(path: Path) -> None:
    assert Script.load(path).next("greeting") is not None


def test_one_call_of_several_is_picked_by_its_id(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    path.write_text(json.dumps([{"id": "a", "opening": "first", "now": "ignored"}, {"id": "b", "opening": "second"}]))
    assert Script.load(path, "b").opening == "second"
    with pytest.raises(TheirFault, match="--call: a, b"):
        Script.load(path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not valid JSON"),
        ('{"answers": {}}', "opening: Field required"),
        ('{"opening": "x", "events": [{"at": "y", "type": "shout"}]}', "events.0.type"),
        ('[{"dtmf": "x"}]', "dtmf"),
        ("3", "the file as a whole"),
    ],
)
def test_a_wrong_script_names_file_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(text)
    with pytest.raises(TheirFault, match=sentence) as caught:
        Script.load(path)
    assert "wrong.json" in caught.value.sentence


def test_a_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TheirFault, match="cannot be read"):
        Script.load(tmp_path / "nowhere.json")
    with pytest.raises(TheirFault, match=r"nowhere\.wav"):
        Script.of_wav(tmp_path / "nowhere.wav")


def test_the_two_voices_speak_and_differ() -> None:
    flite, espeak = synthesize("good morning"), synthesize("good morning", "espeak-ng:en-us+f3")
    for speech in (flite, espeak):
        assert 0.4 * 8000 < len(speech) < 2 * 8000
        assert np.abs(speech).max() == pytest.approx(16_000, abs=1)
    assert len(flite) != len(espeak)


@pytest.mark.parametrize("voice", ["nobody", "espeak-ng:nobody"])
def test_a_voice_that_is_not_there_is_named(voice: str) -> None:
    with pytest.raises(TheirFault, match="There is no voice"):
        synthesize("good morning", voice)


def test_the_ear_knows_when_the_agent_spoke() -> None:
    """Half a second of sound after one of silence, with a pause too short to end a sentence."""
    ear = Ear(PromptBook({}))
    sound, quiet = np.full(160, 3000, np.int16), np.zeros(160, np.int16)
    began = []
    for number in range(100):
        loud = 50 <= number < 75 and number not in (60, 61)
        if ear.hear(sound if loud else quiet, 1000 + number * 0.02):
            began.append(number)
    assert began == [50]
    assert ear.turn_began == pytest.approx(1001.0)
    assert ear.last_speech == pytest.approx(1001.5)
    assert ear.pause(1002.0) == pytest.approx(0.5)
    assert ear.in_turn
    assert ear.take() == ("", None)
    assert not ear.in_turn


def test_recorded_audio_is_played_as_it_is(tmp_path: Path) -> None:
    from appliance.telephony.wav import load_wav, save_wav

    tone = (8000 * np.sin(np.arange(8000) / 3)).astype(np.int16)
    save_wav(tmp_path / "tone.wav", tone, 8_000)
    played = Script.of_wav(tmp_path / "tone.wav").next("greeting")
    assert isinstance(played, Play)
    assert np.array_equal(played.samples, tone)
    assert len(load_wav(tmp_path / "tone.wav", 16_000)) == pytest.approx(16_000, abs=2)
