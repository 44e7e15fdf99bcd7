"""The table of who has the floor."""

from itertools import product
from pathlib import Path

import pytest

from appliance.conversation.turn_taking import Do, Floor, Happening, Move, diagram, move

README = Path(__file__).parents[2] / "README.md"


def reachable(start: Floor) -> set[Floor]:
    """Every state that some events lead to."""
    found, waiting = {start}, [start]
    while waiting:
        floor = waiting.pop()
        for happening in Happening:
            to = move(floor, happening).to
            if to not in found:
                found.add(to)
                waiting.append(to)
    return found


def test_every_event_has_a_move_in_every_state() -> None:
    assert all(isinstance(move(floor, happening), Move) for floor, happening in product(Floor, Happening))


def test_every_state_is_reached_from_ringing_and_the_end_from_every_state() -> None:
    assert reachable(Floor.RINGING) == set(Floor)
    assert all(Floor.ENDED in reachable(floor) for floor in Floor)


@pytest.mark.parametrize("floor", set(Floor) - {Floor.ENDED})
def test_a_hang_up_ends_the_call_from_anywhere_and_tells_the_conversation_once(floor: Floor) -> None:
    assert move(floor, Happening.HANG_UP) == Move(Floor.ENDED, Do.END)
    assert move(Floor.ENDED, Happening.HANG_UP).do is Do.NOTHING


def test_nothing_happens_after_the_end() -> None:
    assert {move(Floor.ENDED, happening) for happening in Happening} == {Move(Floor.ENDED)}


@pytest.mark.parametrize("happening", set(Happening) - {Happening.PLAYED, Happening.HANG_UP})
def test_last_words_are_said_to_their_end(happening: Happening) -> None:
    assert move(Floor.PARTING, happening) == Move(Floor.PARTING)


def test_the_agent_stops_whenever_the_caller_takes_the_floor_from_it() -> None:
    for happening in (Happening.VOICE, Happening.KEY, Happening.HOLD):
        assert move(Floor.SPEAKING, happening).do in {Do.STOP, Do.STOP_AND_ANSWER}


def test_no_state_of_a_live_call_is_a_dead_end() -> None:
    for floor in set(Floor) - {Floor.ENDED}:
        assert any(move(floor, happening).to is not floor for happening in set(Happening) - {Happening.HANG_UP}), floor


def test_the_agent_begins_to_speak_only_when_nobody_else_is_speaking() -> None:
    for floor, happening in product(Floor, Happening):
        if move(floor, happening).do in {Do.SPEAK, Do.REPEAT}:
            assert floor in {Floor.THINKING, Floor.HELD}


def test_the_diagram_in_the_readme_is_the_table() -> None:
    assert diagram() in README.read_text(encoding="utf-8")
