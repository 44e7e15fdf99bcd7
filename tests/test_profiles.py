"""The profiles are whole: their models are in the manifest, and every language has a way down to what always works."""

from __future__ import annotations

import pytest

from appliance.profiles import ENGINES, KINDS, PROFILES, Kind, Rung, at_hand, best_of, rungs
from appliance.provision.fetching import of_profile
from appliance.provision.manifest import PROJECT_MODELS, Profile, read_catalogue
from appliance.speech import names

CATALOGUE = read_catalogue(PROJECT_MODELS)
ROLES = {
    "vosk": ["recogniser"],
    "whisper": ["second recogniser"],
    "two_pass": ["recogniser", "second recogniser"],
    "piper": ["voice"],
}


def engines(found: list[Rung]) -> list[tuple[str, str, str]]:
    return [(rung.profile, rung.engine, rung.device) for rung in found]


def test_every_engine_of_a_profile_exists() -> None:
    for engine in ENGINES:
        assert engine.name in names(engine.kind)


def test_every_model_of_a_profile_is_in_the_manifest_for_its_place_and_language() -> None:
    for engine in ENGINES:
        for role, place in zip(ROLES.get(engine.name, []), engine.places, strict=True):
            for language, models in place.items():
                for name in models:
                    assert CATALOGUE[name].role == role, name
                    assert language in CATALOGUE[name].languages, name


@pytest.mark.parametrize("profile", ["cpu", "gpu"])
def test_what_a_profile_fetches_is_exactly_what_its_best_rungs_need(profile: Profile) -> None:
    fetched = {name for name in of_profile(CATALOGUE, profile) if CATALOGUE[name].role != "instruct"}
    needed = {name for kind in KINDS for language in ("en", "es") for name in rungs(kind, profile, language, fetched)[0].models}
    assert needed == fetched


def test_a_model_somebody_fetched_beyond_those_of_the_profile_is_tried_first() -> None:
    here = ["vosk-small-en", "vosk-large-en", "whisper-base"]
    found = rungs("recognizer", "cpu", "en", here)
    assert found[0].models == ("vosk-large-en", "whisper-base")
    assert found[1].models == ("vosk-small-en", "whisper-base")


def test_english_goes_down_to_engines_that_need_no_model_and_spanish_is_not_heard_without_one() -> None:
    assert engines(rungs("recognizer", "gpu", "en", [])) == [
        ("gpu", "two_pass", "cuda"),
        ("gpu", "whisper", "cuda"),
        ("cpu", "two_pass", "cpu"),
        ("cpu", "vosk", "cpu"),
        ("embedded", "sphinx", "cpu"),
    ]
    assert engines(rungs("recognizer", "embedded", "en", [])) == [("embedded", "sphinx", "cpu")]
    assert rungs("recognizer", "cpu", "es", [])[-1].engine == "vosk"
    assert rungs("recognizer", "embedded", "es", []) == []
    for language in ("en", "es"):
        for profile in PROFILES:
            assert rungs("synthesizer", profile, language, [])[-1].engine == "espeak"


def test_a_language_that_no_model_speaks_has_a_voice_and_no_ear() -> None:
    assert rungs("recognizer", "gpu", "fr", []) == []
    assert engines(rungs("synthesizer", "gpu", "fr", [])) == [("embedded", "espeak", "cpu")]


@pytest.mark.parametrize(
    ("kind", "here", "cuda", "best"),
    [
        ("recognizer", [], True, ("embedded", "sphinx", "cpu")),
        ("recognizer", ["vosk-small-en"], True, ("cpu", "vosk", "cpu")),
        ("recognizer", ["vosk-small-en", "whisper-base"], False, ("cpu", "two_pass", "cpu")),
        ("recognizer", ["whisper-large-v3-turbo"], False, ("embedded", "sphinx", "cpu")),
        ("recognizer", ["whisper-large-v3-turbo"], True, ("gpu", "whisper", "cuda")),
        ("recognizer", ["whisper-large-v3-turbo", "vosk-small-en"], True, ("gpu", "two_pass", "cuda")),
        ("synthesizer", ["piper-en_US-ljspeech-medium"], True, ("gpu", "piper", "cuda")),
        ("synthesizer", ["piper-en_US-ljspeech-medium"], False, ("cpu", "piper", "cpu")),
        ("synthesizer", ["piper-es_ES-carlfm-x_low"], False, ("embedded", "espeak", "cpu")),
    ],
)
def test_auto_takes_the_best_that_the_machine_has(kind: Kind, here: list[str], cuda: bool, best: tuple[str, str, str]) -> None:
    found = at_hand(kind, "en", here, cuda=cuda)
    assert engines(found)[0] == best
    assert all(name in here for rung in found for name in rung.models)


def test_the_profile_in_use_is_that_of_the_best_engine() -> None:
    espeak, piper = rungs("synthesizer", "embedded", "en", [])[0], rungs("synthesizer", "cpu", "en", [])[0]
    assert (best_of([espeak]), best_of([espeak, piper]), best_of([])) == ("embedded", "cpu", "embedded")


def test_a_rung_says_itself_in_words() -> None:
    assert str(rungs("recognizer", "gpu", "en", [])[1]) == "whisper on CUDA (whisper-large-v3-turbo)"
    assert str(rungs("synthesizer", "embedded", "en", [])[0]) == "espeak"
