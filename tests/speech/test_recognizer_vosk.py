"""vosk beyond the contract: models of another kind, partial texts after a draft, and grammars that may not silence a caller."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.speech.audio import frames
from appliance.speech.engines import Recognizer
from appliance.speech.recognizer_vosk import load
from appliance.speech.training.kaldi_files import write_graph
from appliance.speech.training.vosk_digits import SOUNDS, UNKNOWN, WORD_COST
from appliance.speech.value_grammars import ValueGrammar
from tests.support.digit_caller import says_digits
from tests.support.engine_cases import MODELS, VOCABULARY

DIGITS = MODELS / "vosk-digits"


def sounding_alike(folder: Path) -> Path:
    """The digits model, for which "two" and "one" are more likely "to" and "won", as in a model of everything people say."""
    shutil.copytree(DIGITS, folder)
    spellings = {word: word for word in SOUNDS.words} | {"to": "two", "won": "one"}
    costs = {word: WORD_COST - (word in ("to", "won")) for word in spellings} | {UNKNOWN: 7.0}
    write_graph(folder, SOUNDS, costs, spellings)
    return folder


@pytest.fixture(scope="module")
def misspelling(tmp_path_factory: pytest.TempPathFactory) -> Recognizer:
    """An ear that hears words for numbers."""
    return load(VOCABULARY, models=[sounding_alike(tmp_path_factory.mktemp("alike") / "model")])


def heard(recognizer: Recognizer, situation: str, pcm: bytes) -> str:
    hearing = recognizer.hearing()
    hearing.expect(situation)
    for frame in frames(pcm):
        hearing.feed(frame)
    text = hearing.finish()
    hearing.close()
    return text


NUMBER = "nine one six two seven three two"
MISHEARD = "nine won six to seven three to"


def test_a_number_that_was_asked_for_is_not_heard_as_other_words(misspelling: Recognizer) -> None:
    """The same sounds are words in a sentence and digits in a telephone number."""
    assert heard(misspelling, "greeting", says_digits(NUMBER)) == MISHEARD
    assert heard(misspelling, "ask_phone", says_digits(NUMBER)) == NUMBER


def test_partials_are_never_those_of_a_grammar(misspelling: Recognizer) -> None:
    """While the caller speaks everything is heard, whatever was asked."""
    hearing = misspelling.hearing()
    hearing.expect("ask_phone")
    partials = [hearing.feed(frame) for frame in frames(says_digits(NUMBER))]
    assert partials[-1] == MISHEARD
    hearing.close()


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        (MISHEARD, True),
        ("nine one four seven", False),
        ("my chest hurts", False),
        ("nine one four my chest hurts", False),
        ("nine one four seven six two five i can't breathe", False),
        ("nine one four help", False),
        ("nine one four he fell", False),
        ("help", False),
        ("to", False),
        ("", False),
    ],
)
def test_only_numbers_with_short_words_between_them_are_heard_again(text: str, doubted: bool) -> None:
    """A sentence, a longer word, or two words in a row are what the caller says instead, and stand."""
    grammar = ValueGrammar([NUMBER], frozenset(SOUNDS.words))
    assert grammar.doubts(text) is doubted


def test_speech_after_a_draft_is_heard_from_the_beginning() -> None:
    """Drafts that were worked out, or never asked for, in the middle of a number lose nothing of it."""
    hearing = load(VOCABULARY, models=[DIGITS]).hearing()
    spoken = list(frames(says_digits(NUMBER)))
    for asked in (True, False):
        drafts = []
        for place, frame in enumerate(spoken):
            hearing.feed(frame)
            if place % 25 == 24:
                drafts.append(hearing.draft())
                if asked:
                    drafts[-1]()
        assert hearing.finish() == NUMBER
        assert drafts[1]() == " ".join(NUMBER.split()[: len(drafts[1]().split())])
    hearing.close()


def missing(names: Sequence[str], folder: Path) -> Path:
    shutil.copytree(DIGITS, folder)
    for name in names:
        (folder / name).unlink()
    return folder


@pytest.mark.parametrize("name", ["am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst"])
def test_each_file_that_is_missing_is_named(tmp_path: Path, name: str) -> None:
    folder = missing([name], tmp_path / "model")
    with pytest.raises(TheirFault, match=rf"{folder} is not a vosk model: {name} is missing"):
        load(VOCABULARY, models=[folder])


@pytest.mark.parametrize("name", ["graph/HCLr.fst", "graph/Gr.fst", "conf/model.conf", "graph/words.txt"])
def test_another_file_that_is_broken_is_one_sentence(tmp_path: Path, name: str) -> None:
    """What would abort this process aborts the one that tries the model first."""
    folder = tmp_path / "model"
    shutil.copytree(DIGITS, folder)
    (folder / name).write_bytes(random.Random(1).randbytes((folder / name).stat().st_size))
    with pytest.raises(TheirFault, match=rf"{folder} fails its self-test") as fault:
        load(VOCABULARY, models=[folder])
    assert "\n" not in str(fault.value)


def test_a_model_with_a_whole_graph_hears_without_grammars(tmp_path: Path) -> None:
    """As vosk's large models have it: one graph, and no other can take its place."""
    folder = tmp_path / "model"
    shutil.copytree(DIGITS, folder)
    write_graph(folder, SOUNDS, dict.fromkeys(SOUNDS.words, WORD_COST), whole=True)
    recognizer = load(VOCABULARY, models=[folder])
    assert heard(recognizer, "ask_phone", says_digits(NUMBER)) == NUMBER


def test_one_folder_is_needed() -> None:
    with pytest.raises(TheirFault, match="folder of one model"):
        load(VOCABULARY)
