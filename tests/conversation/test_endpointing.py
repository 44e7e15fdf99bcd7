"""The longer words are likely to go on, the longer a silence after them is waited out."""

from appliance.conversation.endpointing import COMPLETE_MS, DRAFT_MS, LONGEST_MS, SHORTEST_MS, UNHEARD_MS, patience_ms


def test_patience_falls_as_the_end_becomes_likelier() -> None:
    waits = [patience_ms(done / 100, heard=True) for done in range(101)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] == LONGEST_MS
    assert waits[-1] == COMPLETE_MS


def test_only_the_awaited_value_itself_is_answered_sooner_than_any_other_words() -> None:
    assert COMPLETE_MS < SHORTEST_MS <= patience_ms(0.999, heard=True)


def test_a_voice_without_words_is_given_time() -> None:
    assert patience_ms(0.0, heard=False) == UNHEARD_MS == patience_ms(1.0, heard=False)
    assert patience_ms(0.0, heard=False, over_us=True) < UNHEARD_MS


def test_a_draft_is_begun_before_any_silence_can_be_the_end() -> None:
    assert DRAFT_MS < COMPLETE_MS
