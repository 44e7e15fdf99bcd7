"""What the ear for digits learns from: strings whose sounds are where they are said to be, and words divided into their states."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import numpy as np
import pytest

from appliance.speech.training.kaldi_files import FST_MAGIC, write_fst
from appliance.speech.training.spoken_digits import DIGITS, NARROW
from appliance.speech.training.telephone_digits import NO_DIGIT, TelephoneDigits, synthetic
from appliance.speech.training.vosk_digits import SOUNDS, best_division, even_targets, main


@pytest.fixture(scope="module")
def strings() -> TelephoneDigits:
    return TelephoneDigits({"kal": [[synthetic("kal16", digit)] for digit in DIGITS]}, random.Random(3))


def test_strings_are_loud_where_something_is_said(strings: TelephoneDigits) -> None:
    """Each sound lies within the string, after the one before it, and is louder than what is between them."""
    sounds = set()
    for _ in range(40):
        heard = strings.draw()
        level = np.abs(heard.samples)
        assert level.max() <= 1
        between = np.ones(len(level), bool)
        before = 0
        for span in heard.spans:
            assert before <= span.first < span.last <= len(level)
            between[span.first : span.last] = False
            before = span.last
            sounds.add(span.sound)
        assert level[~between].mean() > level[between].mean()
    assert sounds == {*range(len(DIGITS)), NO_DIGIT}


def test_every_frame_of_a_sound_has_a_state_of_it_and_the_rest_is_silence(strings: TelephoneDigits) -> None:
    heard = strings.draw()
    targets = even_targets(heard.spans, len(heard.samples) * 100 // NARROW)
    span = heard.spans[0]
    own = targets[(span.first + 160) * 100 // NARROW : (span.last - 240) * 100 // NARROW]
    first = SOUNDS.first_state(span.sound)
    assert first <= own.min() <= own.max() < first + SOUNDS.states[span.sound]
    assert list(own) == sorted(own)
    assert targets[0] == 0


def test_a_word_is_divided_where_its_states_fit_best() -> None:
    """Two frames of silence, then states 7, 8 and 9 for three, one and four frames, to the end."""
    path = [0, 0, 7, 7, 7, 8, 9, 9, 9, 9]
    scores = np.full((len(path), 12), -5.0, np.float32)
    scores[np.arange(len(path)), path] = -0.1
    assert list(best_division(scores, [0, 7, 8, 9, 0])) == path


def test_a_graph_is_written_as_openfst_reads_it(tmp_path: Path) -> None:
    """The header counts states and arcs; the first state ends a sentence; arcs are sorted by their words."""
    write_fst(tmp_path / "x.fst", [[(1, 2, 0.5, 1), (3, 1, 0.25, 0)], []])
    data = (tmp_path / "x.fst").read_bytes()
    assert struct.unpack_from("<i", data)[0] == FST_MAGIC
    assert data[4:26] == struct.pack("<i6si8s", 6, b"vector", 8, b"standard")
    states, arcs = struct.unpack_from("<qq", data, 26 + 4 + 4 + 8 + 8)
    assert (states, arcs) == (2, 2)
    end, count, *first = struct.unpack_from("<fqiifi", data, 26 + 40)
    assert (end, count, first) == (0.0, 2, [3, 1, 0.25, 0])


def test_a_folder_without_recordings_or_a_missing_package_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["vosk_digits", "--audio", str(tmp_path), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit, match=r"pip install torch|holds no recordings"):
        main()
    assert not (tmp_path / "out").exists()
