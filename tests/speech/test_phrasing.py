"""Where a text is cut for a voice that renders piece by piece."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.speech.loudness import CLAUSE_PAUSE_SECONDS, SENTENCE_PAUSE_SECONDS
from appliance.speech.phrasing import FIRST_PIECE, PIECE, SHORTEST, pieces

OFFER = "I have Friday, November twenty seventh at nine thirty AM with Doctor Okafor, or Monday at noon. Which would you like?"


def texts(text: str) -> list[str]:
    return [piece.text for piece in pieces(text)]


def test_a_long_first_sentence_is_cut_after_its_first_clause() -> None:
    assert texts(OFFER) == [
        "I have Friday,",
        "November twenty seventh at nine thirty AM with Doctor Okafor, or Monday at noon.",
        "Which would you like?",
    ]


def test_pauses_are_those_of_clauses_and_sentences() -> None:
    assert [piece.pause_seconds for piece in pieces(OFFER)] == [
        CLAUSE_PAUSE_SECONDS,
        SENTENCE_PAUSE_SECONDS,
        SENTENCE_PAUSE_SECONDS,
    ]


def test_a_short_first_sentence_stays_whole() -> None:
    assert texts("Yes, we take Aetna. Anything else?") == ["Yes, we take Aetna.", "Anything else?"]


def test_no_piece_is_a_word_alone_because_of_a_cut() -> None:
    assert texts("So, I will move your appointment to the very next week and tell Doctor Okafor, too.") == [
        "So, I will move your appointment to the very next week and tell Doctor Okafor, too."
    ]


def test_a_long_sentence_without_a_clause_is_not_torn() -> None:
    words = "word " * 60
    assert texts(words) == [words.strip()]


def test_numbers_within_a_word_or_a_time_are_no_end() -> None:
    assert texts("It costs 3.5 dollars at 9:30 sharp.") == ["It costs 3.5 dollars at 9:30 sharp."]


def test_spanish_marks_belong_to_their_sentence() -> None:
    assert texts("Muy bien. ¿Algo más?") == ["Muy bien.", "¿Algo más?"]


def test_nothing_to_say_is_no_piece() -> None:
    assert texts("") == texts(" ... ") == texts("—, ;") == []


@given(st.text(alphabet="abc ,;.?¿ñ", max_size=400))
def test_no_word_is_lost_or_said_twice(text: str) -> None:
    said = " ".join(texts(text)).split()
    assert [word.strip(",;.?¿") for word in said if word.strip(",;.?¿")] == [
        word.strip(",;.?¿") for word in text.split() if word.strip(",;.?¿")
    ]


@given(
    st.lists(
        st.sampled_from(["wir kommen", "am montag", "oder auch", "zwischen acht", "und neun uhr morgens"]), min_size=1, max_size=40
    )
)
def test_pieces_stay_within_bounds_where_there_are_clauses(clauses: list[str]) -> None:
    found = texts(", ".join(clauses) + ".")
    assert len(found[0]) <= FIRST_PIECE or len(found) == 1
    assert all(len(text) <= PIECE + SHORTEST + 2 for text in found)
