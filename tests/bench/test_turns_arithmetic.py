"""Gaps, cut-offs and interruptions, from times and levels written down by hand."""

from __future__ import annotations

import numpy as np
import pytest

from appliance.bench.wire import figures
from appliance.bench.wire.answers import Answer
from appliance.bench.wire.levels import dbfs, speech_bounds
from appliance.bench.wire.prompts import Prompts, sentences
from appliance.bench.wire.record import CallRecord, Frame, Line, Said
from appliance.bench.wire.turns import Turn, greeting_after, interruptions, spans, turns_of

LOUD, QUIET = -20.0, -60.0
PROMPTS = Prompts(
    {
        "ask_dob": ["And the date of birth?"],
        "sorry": ["Sorry, I didn't get that."],
        "open_on": ["We're open {day}, from {opens} to {closes}."],
        "ask_phone": ["What number can we reach you at?"],
        "press_phone": ["Please type the ten digits."],
    }
)
QUESTION = Answer("question", ("are you open on friday",), values=("November 27th",))


def agent(*spoken: tuple[float, float], until: float = 12.0) -> list[Frame]:
    """Frames every 20 ms of which those within the given times are loud."""
    times = [number * 0.02 for number in range(round(until / 0.02))]
    return [Frame(at, LOUD if any(first <= at < last for first, last in spoken) else QUIET) for at in times]


def call(frames: list[Frame], lines: list[Line], *said: Said) -> CallRecord:
    """A call whose caller sent one packet every 20 ms from time 0 on."""
    sent_at = [number * 0.02 for number in range(600)]
    return CallRecord("1000", "slt", lines=lines, sent_at=sent_at, frames=frames, said=list(said), acknowledged_at=0.0)


def utterance(begins: float, ends: float, answer: Answer = QUESTION, manner: str = "answer", pauses: int = 0) -> Said:
    """Audible from `begins` to `ends`, in samples that leave 20 ms after they were spoken."""
    first = round(begins / 0.02) + 1
    return Said(answer, manner, first, 0, round((ends - begins) * 8_000), pauses)  # type: ignore[arg-type]


def one_turn(frames: list[Frame], *lines: Line, answer: Answer = QUESTION) -> Turn:
    [turn] = turns_of(call(frames, list(lines), utterance(2.0, 3.005, answer)), PROMPTS, rate=0.06)
    return turn


def test_a_gap_runs_from_the_last_sample_spoken_to_the_first_audible_packet() -> None:
    turn = one_turn(agent((3.5, 5.0)), Line(3.4, "agent", "We're open Friday, November 27th, from 8 AM to 5 PM."))
    assert turn.first == pytest.approx(0.495, abs=0.0002)
    assert turn.info == turn.first
    assert turn.right
    assert turn.by_value
    assert not turn.cut_off


def test_comfort_noise_and_a_click_are_no_answer() -> None:
    frames = [Frame(at, -50.0 if at > 3.02 else level) for at, level in agent()]
    frames[160] = Frame(frames[160].at, LOUD)
    assert one_turn(frames, Line(3.4, "agent", "We're open Friday, November 27th.")).first is None


def test_a_filler_does_not_count_however_soon_it_comes() -> None:
    """ "One moment." would have been said to anything: what counts begins after it."""
    frames = agent((3.1, 3.8), (4.2, 6.0))
    turn = one_turn(frames, Line(3.05, "agent", "One moment. We're open Friday, November 27th."))
    assert turn.first == pytest.approx(0.095, abs=0.0002)
    assert turn.info == pytest.approx(1.195, abs=0.0002)


def test_a_filler_in_a_line_of_its_own_does_not_count_either() -> None:
    lines = Line(3.05, "agent", "One moment."), Line(4.1, "agent", "We're open Friday, November 27th.")
    turn = one_turn(agent((3.1, 3.8), (4.2, 6.0)), *lines)
    assert turn.info == pytest.approx(1.195, abs=0.0002)


def test_a_turn_whose_value_is_not_in_the_reply_was_not_understood() -> None:
    turn = one_turn(agent((3.5, 5.0)), Line(3.4, "agent", "We're open Monday, November 30th, from 8 AM to 5 PM."))
    assert not turn.right
    assert turn.info is None
    assert turn.first is not None


def test_a_step_that_only_an_understood_turn_leads_to_shows_that_it_was() -> None:
    name = Answer("name", ("mary", "jones"), leads_to=frozenset({"ask_dob"}))
    turn = one_turn(agent((3.5, 5.0)), Line(3.4, "agent", "And the date of birth?"), answer=name)
    assert turn.right
    assert not turn.by_value
    assert not one_turn(agent((3.5, 5.0)), Line(3.4, "agent", "Sorry, I didn't get that."), answer=name).right


def test_speech_of_the_agent_before_the_callers_end_is_a_cut_off_and_no_gap() -> None:
    turn = one_turn(agent((2.6, 3.4), (4.0, 5.0)), Line(2.5, "agent", "Sorry, I didn't get that."))
    assert turn.cut_off
    assert turn.first is None
    assert turn.info is None


def test_an_agent_that_takes_the_turn_early_and_speaks_late_has_cut_off_too() -> None:
    lines = Line(2.7, "caller", "are you"), Line(3.4, "agent", "We're open Friday, November 27th.")
    assert one_turn(agent((3.5, 5.0)), *lines).cut_off


def test_a_reply_belongs_to_the_answer_before_it_alone() -> None:
    record = call(
        agent((7.0, 8.0)), [Line(6.9, "agent", "We're open Friday, November 27th.")], utterance(2.0, 3.0), utterance(5.0, 6.5)
    )
    before, after = turns_of(record, PROMPTS)
    assert before.first is None
    assert after.first == pytest.approx(0.5, abs=0.0002)


def test_an_answer_that_the_call_ended_in_is_left_out() -> None:
    assert turns_of(call(agent(), [], utterance(11.0, 13.0)), PROMPTS) == []


def test_barge_in_lasts_from_the_callers_first_sample_to_the_agents_last_audible_packet() -> None:
    record = call(
        agent((1.0, 2.22)), [Line(0.9, "agent", "What number can we reach you at?" * 3)], utterance(2.0, 3.0, manner="barge_in")
    )
    [found] = interruptions(record)
    assert found.stopped_after == pytest.approx(0.2, abs=0.0002)


def test_talking_after_the_prompt_is_over_is_no_barge_in() -> None:
    assert interruptions(call(agent((1.0, 1.5)), [Line(0.9, "agent", "Hello.")], utterance(2.0, 3.0, manner="barge_in"))) == []


@pytest.mark.parametrize(("last", "stopped"), [(2.4, True), (6.0, False)])
def test_a_murmur_has_silenced_the_agent_when_the_prompt_ends_long_before_its_words_would(last: float, *, stopped: bool) -> None:
    line = Line(0.9, "agent", "x" * 80)
    record = call(agent((1.0, last)), [line], utterance(2.0, 2.3, Answer("other", ("mm-hm",)), "noise"))
    [found] = interruptions(record, rate=0.06)
    assert (found.stopped_after is not None) is stopped


def test_pauses_between_words_do_not_split_what_the_agent_says() -> None:
    assert len(spans(agent((1.0, 2.0), (2.3, 3.0), (4.0, 5.0)))) == 2


def test_the_greeting_is_timed_from_the_ack() -> None:
    assert greeting_after(call(agent((0.2, 1.0)), [])) == pytest.approx(0.2)


def test_the_bounds_of_speech_are_known_to_ten_milliseconds() -> None:
    samples = np.zeros(8_000, np.int16)
    samples[1_000:5_003] = 8_000
    assert speech_bounds(samples) == (960, 5_040)
    with pytest.raises(ValueError, match="audible"):
        speech_bounds(np.zeros(800, np.int16))


def test_full_scale_is_zero_decibels() -> None:
    assert dbfs(np.full(160, 32_767, np.int16)) == pytest.approx(0, abs=0.01)
    assert dbfs(np.full(160, 184, np.int16)) == pytest.approx(-45, abs=0.1)


def test_sentences_do_not_end_with_a_title() -> None:
    reply = "So that's Friday with Dr. Okafor, for a cough. Is that right?"
    assert sentences(reply) == ["So that's Friday with Dr. Okafor, for a cough.", "Is that right?"]


def test_what_was_asked_stands_before_the_keys() -> None:
    assert PROMPTS.asked_by("I'm sorry. What number can we reach you at? Please type the ten digits.") == "ask_phone"


def test_figures_count_what_was_cut_off_apart_and_never_as_a_gap() -> None:
    def turn(first: float | None, *, paused: bool = False, right: bool = True) -> Turn:
        cut_off = first is None
        return Turn("yes_no", "answer", paused, 0.0, cut_off, first, first if right else None, right, right, "yes", "yes")

    turns = [turn(0.1), turn(0.2), turn(0.3), turn(9.0, right=False), turn(None, paused=True), turn(0.2, paused=True)]
    found = figures.gap_figures(turns) | figures.cut_off_figures(turns)
    assert found["turns"] == 6
    assert found["p50_ms"] == pytest.approx(200)
    assert found["first_audio_p50_ms"] == pytest.approx(200)
    assert found["false_cutoffs_plain"] == 0
    assert found["false_cutoffs_paused"] == 0.5
    assert figures.words_misheard(turns) == 0
