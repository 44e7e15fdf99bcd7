"""The learnt reader of alarm beside the written patterns."""

from zlib import crc32

import pytest

from appliance.understanding.alarm_words import KINDS, learn, phrase_lines, word_model
from appliance.understanding.wording import spoken_words

SURE = 1.4


def spoken(text: str) -> list[str]:
    return [word.spoken for word in spoken_words(text)]


def test_danger_scores_high_for_its_kind_and_routine_talk_low() -> None:
    model = word_model("en")
    assert model
    emergency, crisis = model.scores(spoken("my husband is gray and sweating and his chest hurts"))
    assert emergency > 0 > crisis
    emergency, crisis = model.scores(spoken("i want to kill myself tonight"))
    assert crisis > 0 > emergency
    assert max(model.scores(spoken("i need to move my appointment to thursday"))) < -2


def test_lines_never_seen_are_told_apart_from_those_learnt() -> None:
    """Learnt from half the phrases, a third of the other half's dangers stand out, and nearly none of its routine."""
    halves: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
    for intent, text in phrase_lines("en"):
        halves[crc32(text.encode()) & 1].append((intent, text))
    model = learn(halves[0], "en")
    raised = [(intent in KINDS, max(model.scores(spoken(text))) > SURE) for intent, text in halves[1]]
    dangers, routine = ([alarm for danger, alarm in raised if danger is kind] for kind in (True, False))
    assert sum(dangers) >= 0.33 * len(dangers)
    assert sum(routine) <= 0.003 * len(routine)


def test_the_same_lines_give_the_same_weights() -> None:
    lines = phrase_lines("en")[::20]
    assert learn(lines, "en") == learn(lines, "en")


def test_nothing_said_is_routine() -> None:
    model = word_model("en")
    assert model
    assert max(model.scores([])) < 0


@pytest.mark.parametrize("language", ["es", "xx"])
def test_a_language_nothing_was_learnt_for_has_no_model(language: str) -> None:
    assert word_model(language) is None
