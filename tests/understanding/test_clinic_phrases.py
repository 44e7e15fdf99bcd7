"""A clinic's own phrases: what they change, what they leave alone, and what is said of a file that is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from appliance.faults import TheirFault
from appliance.understanding import UNSURE, Resolution, Resolver, encoder
from appliance.understanding.encoder import Encoder, Floats
from appliance.understanding.own_phrases import LIKE_ENOUGH, MOST_LINES, OwnPhrases, read_own_phrases
from appliance.understanding.phrases import NearestExample, everyday_lines

MODELS = Path(__file__).parents[2] / "models"
LINES = tomllib.loads(Path(__file__).with_name("own_phrases.toml").read_text())["line"]
OTHERS = Random(7).sample(everyday_lines("en", 1, seed=11), 1500)
"""What other callers say."""


Meaning = Callable[[str], Floats] | None
UNTOUCHED = Resolution("silence_noise", 0.123)


class Untouched:
    """A rung below that shows by its answer that no own phrase was read."""

    def resolve(self, text: str, asked: str | None) -> Resolution:  # noqa: ARG002  # one Protocol for every rung
        return UNTOUCHED


@pytest.fixture(scope="module")
def model() -> Encoder:
    return encoder.load(MODELS / "encoder")


@pytest.fixture(params=["encoder", "words"], scope="module")
def meaning(request: pytest.FixtureRequest, model: Encoder) -> Meaning:
    """How own lines are compared on the rung of the encoder, and on the rung below it."""
    return model.vector if request.param == "encoder" else None


def written(folder: Path, content: str) -> Path:
    path = folder / "own.toml"
    path.write_text(content, encoding="utf-8")
    return path


def clinics_file(folder: Path) -> Path:
    """The forty lines as a clinic would write them down."""
    intents = dict.fromkeys(line["intent"] for line in LINES)
    entries = {intent: [line["own"] for line in LINES if line["intent"] == intent] for intent in intents}
    return written(folder, "\n".join(f"{intent} = {lines!r}" for intent, lines in entries.items()))


def with_own_lines(path: Path, first: Resolver, meaning: Meaning = None) -> OwnPhrases:
    return OwnPhrases(read_own_phrases(path), first, unsure=UNSURE, vector=meaning)


def plain(line: str) -> str:
    return re.sub(r"\[([^\]]+)\]\(\w+\)", r"\1", line)


def test_what_the_rung_below_misreads_is_read_as_the_clinic_says(model: Encoder, tmp_path: Path) -> None:
    own = with_own_lines(clinics_file(tmp_path), model, model.vector)
    misread = [line for line in LINES if model.resolve(plain(line["own"]), None).intent != line["intent"]]
    assert len(misread) > len(LINES) / 2
    for line in misread:
        assert own.resolve(plain(line["own"]), None).intent == line["intent"]


def test_every_own_line_is_read_as_the_clinic_says_and_most_near_variants_too(meaning: Meaning, tmp_path: Path) -> None:
    own = with_own_lines(clinics_file(tmp_path), Untouched(), meaning)
    for line in LINES:
        told = own.resolve(plain(line["own"]).upper() + "!", None)
        assert (told.intent, told.confidence) == (line["intent"], 1.0)
    near = [own.resolve(text, None).intent == line["intent"] for line in LINES for text in line["near"]]
    assert sum(near) >= (0.93 if meaning else 0.8) * len(near)


def test_other_lines_stay_as_they_were(meaning: Meaning, tmp_path: Path) -> None:
    own = with_own_lines(clinics_file(tmp_path), Untouched(), meaning)
    changed = [text for text in OTHERS if own.resolve(text, None) != UNTOUCHED]
    assert len(changed) <= 0.005 * len(OTHERS), changed
    unlike = [text for line in LINES for text in line["unlike"]]
    assert sum(own.resolve(text, None) != UNTOUCHED for text in unlike) <= 0.08 * len(unlike)


def test_own_lines_count_on_the_rung_of_example_phrases_too(tmp_path: Path) -> None:
    below = NearestExample("en")
    own = with_own_lines(clinics_file(tmp_path), below)
    assert own.resolve("please charge it to the union", None).intent == "billing"
    assert own.resolve("please cancel my appointment", None) == below.resolve("please cancel my appointment", None)


def test_marked_slots_are_carried_over_in_the_callers_words(model: Encoder, tmp_path: Path) -> None:
    lines = 'refill_prescription = ["i need more of my [water tablets](medication)", "the usual box until {date}"]'
    own = with_own_lines(written(tmp_path, lines), model, model.vector)
    assert own.resolve("I need more of my water tablets", None).slots == {"medication": "water tablets"}
    assert own.resolve("I need more of my Water pills.", None).slots == {"medication": "Water pills"}
    told = own.resolve("the usual box until friday", None)
    assert (told.intent, told.slots["date"]) == ("refill_prescription", "friday")


@pytest.mark.parametrize(
    ("said", "below", "slots"),
    [
        ("friday please", {"reason": "please", "date": "friday"}, {"date": "friday", "reason": "please"}),
        ("friday", {"reason": "water tablets"}, {"date": "friday"}),
        ("next friday", {"date": "next friday"}, {"date": "next friday"}),
        ("friday", {"medication": "more of my water tablets"}, {"date": "friday"}),
    ],
)
def test_slots_of_the_rung_below_stay_unless_an_own_slot_has_their_words(
    tmp_path: Path, said: str, below: dict[str, str], slots: dict[str, str]
) -> None:
    class Below:
        def resolve(self, text: str, asked: str | None) -> Resolution:  # noqa: ARG002  # one Protocol for every rung
            return Resolution("billing", 0.4, below)

    line = 'refill_prescription = ["i want more of my [water tablets](medication) by [friday](date)"]'
    told = with_own_lines(written(tmp_path, line), Below()).resolve(f"i want more of my water tablets by {said}", None)
    assert told.slots == {"medication": "water tablets"} | slots


def test_a_line_for_one_situation_counts_only_there(tmp_path: Path) -> None:
    own = with_own_lines(written(tmp_path, 'speak_to_human = ["ask_reason, anything_else | the usual business"]'), Untouched())
    assert own.resolve("the usual business", "ask_reason").intent == "speak_to_human"
    assert own.resolve("the usual business", "ask_dob") == UNTOUCHED
    assert own.resolve("the usual business", None) == UNTOUCHED


def test_a_line_nearly_said_never_clears_an_alarm_and_a_clinic_may_add_one(model: Encoder, tmp_path: Path) -> None:
    danger = "he collapsed and he is not breathing"
    assert model.resolve(danger, None).intent == "emergency"
    lines = 'billing = ["he collapsed and he is not breathin"]\nemergency = ["pump alarm"]'
    own = with_own_lines(written(tmp_path, lines), model, model.vector)
    assert own.resolve(danger, None).intent == "emergency"
    assert own.resolve("pump alarm", None).intent == "emergency"


def test_a_line_of_one_word_counts_only_when_it_is_said_and_nothing_else(tmp_path: Path) -> None:
    own = with_own_lines(written(tmp_path, 'speak_to_human = ["josie", "over"]'), Untouched())
    for text in ("yes", "no", "rosie", "jose", "over there", "it is over", "four", "josie and i need a visit", ""):
        assert own.resolve(text, None) == UNTOUCHED
    assert own.resolve("Josie?", None).intent == "speak_to_human"


def test_spanish_lines_are_as_good_as_english_ones(tmp_path: Path) -> None:
    lines = 'refill_prescription = ["se acabaron las [amarillas](medication)"]'
    own = OwnPhrases(read_own_phrases(written(tmp_path, lines)), NearestExample("es"), unsure=UNSURE, language="es")
    told = own.resolve("Se me acabaron las amarillas", None)
    assert (told.intent, told.slots["medication"]) == ("refill_prescription", "amarillas")
    assert told.confidence >= LIKE_ENOUGH


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('biling = ["x y"]', r"there is no intent biling\. Did you mean billing\?"),
        ('billing = "x y"', r"billing is not a list of lines\. Write billing = "),
        ("[billing]\nlines = []", "billing is not a list of lines"),
        ('billing = ["fine",\n 7]', r"billing, entry 2 is not a line of words"),
        ('billing = ["fine",\n ""]', r"billing, entry 2 has no words"),
        ('billing = ["fine",\n "?!"]', r"line 2: billing, entry 2 has no words"),
        (
            'billing = [\n"i want [it](medicine)"]',
            r"line 2: billing, entry 1: there is no slot medicine\. Did you mean medication\?",
        ),
        ('billing = ["by {dayte}"]', r"line 1: billing, entry 1: there is no placeholder \{dayte\}"),
        ('billing = ["i want [it] (medication)"]', r"entry 1: a bracket marks nothing\. Mark a slot as"),
        ('billing = ["ask_dobb | it"]', r"entry 1: there is no situation 'ask_dobb'\. Did you mean ask_dob\?"),
        ('billing = ["x y"]\ndeny = ["X, y!"]', r"line 2: deny, entry 1: billing has the same line"),
        ("billing = [", "this is not valid TOML"),
        (f"billing = {['line ' + 'x' * n for n in range(1, MOST_LINES + 2)]!r}", "501 lines are more than the 500"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence_with_its_place_and_repair(tmp_path: Path, content: str, complaint: str) -> None:
    with pytest.raises(TheirFault, match=complaint) as fault:
        read_own_phrases(written(tmp_path, content))
    assert "own.toml" in str(fault.value)
    assert fault.value.repair


def test_a_missing_file_is_told_with_the_key_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(TheirFault, match=r"clinic\.own_phrases: .*none\.toml cannot be read"):
        read_own_phrases(tmp_path / "none.toml")
