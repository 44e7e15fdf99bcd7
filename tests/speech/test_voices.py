"""One voice for each language."""

from pathlib import Path

import pytest

from appliance.speech.synthesizer_espeak import load
from appliance.speech.voices import Voices
from appliance.understanding.which_language import installed, voice

SENTENCE = "Mañana a las ocho."


@pytest.fixture
def voices(tmp_path: Path) -> Voices:
    """The voices that the languages name."""
    return Voices({language: load(voice(language, "espeak")) for language in installed()}, tmp_path)


def test_a_sentence_is_spoken_in_the_voice_of_its_language(voices: Voices) -> None:
    english, spanish = voices.audio(SENTENCE, "en"), voices.audio(SENTENCE, "es")
    assert len(english) > 16_000
    assert len(spanish) > 16_000
    assert english != spanish


def test_prepared_sentences_of_two_languages_do_not_mix(voices: Voices, tmp_path: Path) -> None:
    for language in ("en", "es"):
        voices.prepare(language, [SENTENCE]).join()
    assert len(list(tmp_path.glob("*.pcm"))) == 2
    assert voices.audio(SENTENCE, "en") != voices.audio(SENTENCE, "es")
