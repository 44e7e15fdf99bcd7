"""The example phrases and the rung of understanding that needs no model."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from appliance.faults import TheirFault
from appliance.understanding import INTENTS, phrases
from appliance.understanding.phrases import NearestExample, everyday_lines, fill, load_phrases, parse_phrase
from appliance.understanding.training.corpus import LABELS, SITUATIONS, row, split
from appliance.understanding.wording import spoken_words

PHRASES = load_phrases("en")


def test_every_intent_has_at_least_seventy_phrases_and_none_is_there_twice() -> None:
    counts = Counter(phrase.intent for phrase in PHRASES)
    assert set(counts) == set(INTENTS)
    assert min(counts.values()) >= 70
    twice = [key for key, number in Counter((p.intent, p.asked, p.text) for p in PHRASES).items() if number > 1]
    assert not twice


def test_a_phrase_means_one_intent_only() -> None:
    meanings: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for phrase in PHRASES:
        meanings.setdefault((phrase.text, phrase.asked), set()).add(phrase.intent)
    assert not {key: intents for key, intents in meanings.items() if len(intents) > 1}


def test_phrases_are_written_as_a_recogniser_writes() -> None:
    """Lower case, no digits, no punctuation but apostrophes and the hyphen of compound words."""
    written = [phrase.text for phrase in PHRASES]
    for text in written:
        plain = text.replace("{", "").replace("}", "").replace("_", "")
        assert plain == plain.lower(), text
        assert not any(letter.isdigit() or letter in '.,;:!?"()[]|' for letter in plain), text


def test_phrases_name_only_situations_that_exist() -> None:
    assert {situation for phrase in PHRASES for situation in phrase.asked} <= set(SITUATIONS)


def test_marks_and_placeholders_become_labels_and_glued_letters_belong_to_the_word() -> None:
    phrase = parse_phrase("book_appointment", "ask_date, ask_time! | {weekday}s for [my bad knee](reason) please")
    assert phrase.asked == ("ask_date", "ask_time")
    assert phrase.only_then
    example = fill(phrase, Random(1))
    assert example.words[0].endswith("days")
    assert example.labels == ("B-date", "O", "B-reason", "I-reason", "I-reason", "O")


def test_an_unknown_placeholder_is_named_with_its_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "xx" / "phrases"
    folder.mkdir(parents=True)
    for intent in INTENTS:
        (folder / f"{intent}.txt").write_text("# none\n\nsee {nobody}\n" if intent == "billing" else "")
    monkeypatch.setattr(phrases, "FOLDER", tmp_path)
    with pytest.raises(TheirFault, match=r"billing\.txt, line 3: there is no placeholder \{nobody\}"):
        load_phrases("xx")


def test_everyday_lines_are_filled_varied_and_the_same_for_the_same_seed() -> None:
    lines = everyday_lines("en", 2, seed=3)
    assert lines == everyday_lines("en", 2, seed=3)
    assert lines != everyday_lines("en", 2, seed=4)
    assert len(lines) > 1.2 * sum(phrase.kind == "phrases" and not phrase.scene for phrase in PHRASES)
    assert not any("{" in line or "[" in line for line in lines)


def test_training_rows_are_well_formed_for_every_phrase() -> None:
    """Labels match words one to one, and an I follows a B or I of its own slot."""
    rng = Random(5)
    for phrase in PHRASES:
        one = row(phrase, rng)
        assert len(one.words) == len(one.labels)
        assert one.asked is None or one.asked in SITUATIONS
        for before, label in zip(("O", *one.labels), one.labels, strict=False):
            assert label in LABELS
            assert not label.startswith("I-") or before[2:] == label[2:]


def test_held_out_phrases_are_few_and_never_learnt() -> None:
    learnt, held_out = split(PHRASES)
    assert 0.03 < len(held_out) / len(PHRASES) < 0.1
    assert not set(learnt) & set(held_out)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("It's 2:30 on the 9th.", "it's two thirty on the ninth"),
        ("7/22/1985", "seven twenty two nineteen eighty five"),
        ("call 413-555-0173!", "call four one three five five five oh one seven three"),
        ("K-O-W, Dr. O’Brien at 3:00", "k o w dr o'brien at three"),
        ("2005 or 1907, 3rd", "two thousand five or nineteen oh seven third"),
        ("... !", ""),
    ],
)
def test_written_text_becomes_spoken_words(text: str, spoken: str) -> None:
    assert " ".join(word.spoken for word in spoken_words(text)) == spoken


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I need to cancel my appointment", "cancel_appointment"),
        ("can I talk to a real person", "speak_to_human"),
        ("what are your hours", "ask_hours"),
        ("yes please", "affirm"),
        ("when's my appointment", "ask_appointment"),
        ("thank you bye bye", "goodbye_thanks"),
        ("", "silence_noise"),
    ],
)
def test_the_nearest_example_understands_common_requests_without_a_model(text: str, intent: str) -> None:
    assert NearestExample("en").resolve(text, None).intent == intent


def test_the_nearest_example_finds_slots_in_the_place_where_the_example_has_them() -> None:
    resolution = NearestExample("en").resolve("please cancel the visit for zebulon quartermain", None)
    assert resolution.intent == "cancel_appointment"
    assert resolution.slots == {"patient_name": "zebulon quartermain"}


def test_the_nearest_example_is_unsure_of_what_no_example_resembles() -> None:
    assert NearestExample("en").resolve("quarks and gluons bind hadrons", None).confidence < 0.35
