"""The bench of engines: its rows, its figures, and that a network of random weights costs and writes what it should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.bench.engine_rows import random_piper, random_whisper
from appliance.bench.engine_rows.measuring import spoken, vocabulary
from appliance.bench.engine_rows.rows import rows
from appliance.provision.manifest import PROJECT_MODELS
from appliance.speech import recognizer_whisper, synthesizer_piper
from appliance.speech.audio import frames
from tests.support.micro_models import VOSK_DIGITS, place_models

TINY = random_whisper.Size(width=64, heads=2, encoder=1, decoder=1)


def test_every_engine_is_measured_with_what_is_at_hand_and_with_real_sizes_where_nothing_is() -> None:
    found = {row.name: row for row in rows(PROJECT_MODELS, cuda=False)}
    assert {row.engine for row in found.values()} == {"sphinx", "espeak", "vosk", "whisper", "piper"}
    assert found["vosk-digits"].weights == "small"
    assert [found[name].weights for name in ("whisper-base", "whisper-small", "whisper-large-v3-turbo", "piper-medium")] == [
        "random"
    ] * 4
    on_card = {row.name: row.device for row in rows(PROJECT_MODELS, cuda=True)}
    assert (on_card["whisper-base"], on_card["whisper-base cuda"], on_card["piper-medium cuda"]) == ("cpu", "cuda", "cuda")
    assert "sphinx cuda" not in on_card


def test_a_model_that_was_fetched_is_measured_in_place_of_random_weights(tmp_path: Path) -> None:
    models = place_models(tmp_path / "models", {"voice": _small(tmp_path / "voice"), "whisper-base": _small(tmp_path / "base")})
    for name, role in (("voice", "voice"), ("whisper-base", "second recogniser")):
        _as_fetched(models, name, role)
    found = {row.name: row for row in rows(models, cuda=False)}
    assert (found["voice"].weights, found["whisper-base"].weights) == ("real", "real")
    assert found["voice"].model == models / "downloaded" / "voice"
    assert "piper-medium" not in found


def test_small_engines_are_measured_each_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    only = ["--only", "espeak", "--only", "vosk-digits"]
    assert main(["bench", "engines", *only, "--repeats", "1", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert list(figures["engines"]) == ["espeak", "vosk-digits"]
    for name, weights in (("espeak", "none"), ("vosk-digits", "small")):
        row = figures["engines"][name]
        assert row["weights"] == weights
        assert ("again" in row) == (name == "vosk-digits"), "only an ear has a final text after a draft"
        assert 0 < row["cpu"] < 5
        assert row["load_s"] > 0
        assert 20 < row["mb"] < 1000
        assert 0 <= row["wait_ms"] <= row["worst"]


def test_a_row_without_figures_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = place_models(tmp_path / "models", {"vosk-digits": VOSK_DIGITS})
    (models / "vosk-digits" / "am" / "final.mdl").write_bytes(b"nothing")
    where = ["--models", str(models), "--json", "--only"]
    assert main(["bench", "engines", *where, "vosk-digits"]) == 0
    assert "final.mdl" in json.loads(capsys.readouterr().out)["engines"]["vosk-digits"]["note"]
    assert main(["bench", "engines", *where, "whisper-base", "--seconds", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["engines"]["whisper-base"]["note"] == "no time was left"


def test_a_row_that_does_not_exist_is_answered_with_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "engines", "--only", "parrot"]) == 2
    assert "espeak" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_caller_of_the_bench_is_speech_in_the_language(language: str) -> None:
    assert 3 < len(spoken(language)) / 32_000 < 8
    assert len(vocabulary(language).phrases) > 100


def test_random_weights_write_their_sentence_and_are_believed(tmp_path: Path) -> None:
    """So that decoding takes as many steps as a caller's sentence, in one window."""
    random_whisper.write(TINY, tmp_path / "tiny")
    recognizer = recognizer_whisper.load(vocabulary("en"), models=[tmp_path / "tiny"])
    hearing = recognizer.hearing()
    hearing.expect("ask_phone")
    for frame in frames(spoken("en")):
        hearing.feed(frame)
    assert hearing.finish() == random_whisper.SENTENCE
    assert list(recognizer.whisper.spent.windows) == [5]


def test_a_random_voice_is_of_a_real_ones_size_and_renders_sound_that_piper_takes(tmp_path: Path) -> None:
    path = random_piper.write(tmp_path)
    assert 55e6 < path.stat().st_size < 70e6
    voice = synthesizer_piper.load(models=[path])
    assert 1 < len(b"".join(voice.speak("Good morning. How may I help you?"))) / 32_000 < 5


def _small(folder: Path) -> Path:
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"weights")
    return folder


def _as_fetched(models: Path, name: str, role: str) -> None:
    """Change the manifest of a test into one of a fetched model, and write its lock."""
    path = models / "manifest.toml"
    head = f'[{name}]\nlicence = "CC0-1.0"\n'
    path.write_text(
        path.read_text().replace(
            f'{head}source = "a test"', f'{head}role = "{role}"\nlanguages = ["en"]\nsource = "https://x.invalid"'
        )
    )
    with (models / "lock.toml").open("a") as lock:
        for part in ("fetched", "placed"):
            lock.write(f'[{name}.{part}."model.bin"]\nbytes = 7\nsha256 = "{"0" * 64}"\n')
