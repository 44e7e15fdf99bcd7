"""Ears and voices of a machine: with genuine small models under the names of the profiles, whole, broken and missing."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from appliance.equipment import Equipment, Plan, SteppedDown, climb
from appliance.faults import TheirFault
from appliance.profiles import rungs
from appliance.speech.audio import frames
from appliance.speech.engines import Recognizer, Vocabulary
from tests.support.engine_cases import EARS, VOCABULARY
from tests.support.micro_models import VOSK_DIGITS, broken_voice_folder, place_models, tone_folder

EAR, SECOND, VOICE = "vosk-small-en", "whisper-base", "piper-en_US-ljspeech-medium"


def words(language: str) -> Vocabulary:
    assert language in ("en", "es")
    return VOCABULARY


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """vosk and Piper, but no Whisper."""
    return place_models(tmp_path / "models", {EAR: VOSK_DIGITS, VOICE: tone_folder(tmp_path / "tone")})


def only(found: Equipment, kind: str, language: str) -> SteppedDown:
    (step,) = (step for step in found.stepped_down if (step.kind, step.language) == (kind, language))
    return step


def hears(recognizer: Recognizer, pcm: bytes) -> str:
    hearing = recognizer.hearing()
    hearing.expect("ask_phone")
    for frame in frames(pcm):
        hearing.feed(frame)
    text = hearing.finish()
    hearing.close()
    return text


def test_auto_uses_the_models_that_are_here_and_complains_of_nothing(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    plan = Plan("auto", ["en", "es"], models)
    assert plan.hearable == {"en"}
    found = plan.load(words)
    number = EARS["vosk"].one
    assert hears(found.ears["en"], number.sound()) == number.text
    assert {language: voice.voice.split()[0] for language, voice in found.voices.items()} == {"en": "piper", "es": "espeak-ng"}
    assert found.models == {EAR, VOICE}
    about = found.about()
    assert (about["asked"], about["profile"], about["stepped_down"]) == ("auto", "cpu", [])
    assert (about["recognizer"], about["synthesizer"]) == ("vosk", "piper (en), espeak (es)")
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_profile_that_was_asked_for_says_which_of_its_models_are_missing(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = Plan("cpu", ["en", "es"], models).load(words)
    assert set(found.ears) == {"en"}
    step = only(found, "recognizer", "en")
    assert (step.wanted, step.used) == (f"two_pass ({EAR}, {SECOND})", f"vosk ({EAR})")
    assert SECOND in step.why
    spanish = only(found, "recognizer", "es")
    assert spanish.used == ""
    assert "vosk-small-es" in spanish.why
    assert step.why in caplog.text


def test_a_voice_that_fails_its_self_test_gives_way_to_espeak(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    models = place_models(tmp_path / "models", {EAR: VOSK_DIGITS, VOICE: broken_voice_folder(tmp_path / "broken")})
    found = Plan("auto", ["en"], models).load(words)
    assert found.voices["en"].voice.startswith("espeak-ng")
    step = only(found, "synthesizer", "en")
    assert (step.wanted, step.used) == (f"piper ({VOICE})", "espeak")
    assert str(models / VOICE / "tone.onnx") in step.why
    assert step.repair
    assert step.why in caplog.text


def test_a_model_that_is_not_the_manifests_file_is_not_loaded(models: Path) -> None:
    """One changed byte, which the engine itself would not notice."""
    path = models / VOICE / "tone.onnx.json"
    path.write_text(path.read_text().replace("0.667", "0.666"))
    found = Plan("auto", ["en"], models).load(words)
    assert found.voices["en"].voice.startswith("espeak-ng")
    assert "SHA-256 differs" in only(found, "synthesizer", "en").why


@pytest.mark.parametrize("asked", ["auto", "gpu"])
def test_without_any_model_the_embedded_engines_answer(tmp_path: Path, asked: str) -> None:
    plan = Plan(asked, ["en", "es"], tmp_path / "nowhere")  # type: ignore[arg-type]  # a parameter is any word to mypy
    found = plan.load(words)
    assert (found.profile, set(found.ears), set(found.voices)) == ("embedded", {"en"}, {"en", "es"})
    assert {rung.engine for rung in found.in_use["synthesizer"].values()} == {"espeak"}
    assert found.in_use["recognizer"]["en"].engine == "sphinx"
    said = " ".join(step.why for step in found.stepped_down)
    assert ("manifest.toml cannot be read" in said) == (asked != "auto")
    assert ("needs a graphics card" in said) == (asked == "gpu")


def test_embedded_is_embedded_whatever_is_here(models: Path) -> None:
    found = Plan("embedded", ["en", "es"], models).load(words)
    assert (found.profile, found.stepped_down, found.models) == ("embedded", (), frozenset())


def test_the_voice_alone_can_be_had_without_any_ear(models: Path) -> None:
    assert Plan("cpu", ["en"], models).voice("en").voice.startswith("piper")


def test_whatever_a_library_throws_the_next_rung_is_tried(caplog: pytest.LogCaptureFixture) -> None:
    wanted = rungs("synthesizer", "cpu", "en", [])
    steps: list[SteppedDown] = []

    def load(rung: object) -> str:
        if rung is wanted[0]:
            raise MemoryError
        return "loaded"

    assert climb(wanted, load, "en", steps) == (wanted[1], "loaded")
    assert "MemoryError" in steps[0].why
    assert "MemoryError" in caplog.text


def test_the_same_reason_is_told_once_and_nothing_left_is_told_as_nothing() -> None:
    steps: list[SteppedDown] = []

    def load(_: object) -> str:
        raise TheirFault("It is gone.", repair="Fetch it.")

    assert climb(rungs("recognizer", "cpu", "es", []), load, "es", steps) is None
    assert [(step.why, step.repair, step.used) for step in steps] == [("It is gone.", "Fetch it.", "")]
