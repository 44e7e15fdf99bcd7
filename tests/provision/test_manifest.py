"""The manifest of the project keeps its promises, and a wrong one is told in a sentence that says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.provision.fetching import of_profile
from appliance.provision.manifest import PROJECT_MODELS, Profile, read_catalogue, verify
from appliance.understanding.training.export import write_manifest

GOOD = f"""
[m]
role = "voice"
languages = ["en"]
profiles = ["cpu"]
licence = "CC0-1.0"
source = "https://models.invalid"
[m.files."m.bin"]
bytes = 3
sha256 = "{"a" * 64}"
"""


def test_the_embedded_profile_needs_no_download() -> None:
    assert of_profile(read_catalogue(PROJECT_MODELS), "embedded") == []


@pytest.mark.parametrize("profile", ["cpu", "gpu"])
def test_a_profile_hears_and_speaks_english_and_spanish(profile: Profile) -> None:
    catalogue = read_catalogue(PROJECT_MODELS)
    chosen = [catalogue[name] for name in of_profile(catalogue, profile)]
    for role in ("recogniser", "second recogniser", "voice"):
        assert {language for model in chosen if model.role == role for language in model.languages} == {"en", "es"}
    assert (profile == "gpu") == any(model.role == "instruct" for model in chosen)


def test_every_fetched_file_has_its_size_says_how_sure_it_is_and_comes_by_tls() -> None:
    for model in read_catalogue(PROJECT_MODELS).values():
        if model.downloadable:
            assert all(file.sure for file in model.files.values())
            assert model.languages
            assert model.licence


def test_only_figures_that_several_publications_agree_on_are_in_a_profile() -> None:
    catalogue = read_catalogue(PROJECT_MODELS)
    for name, model in catalogue.items():
        if model.profiles:
            assert {file.sure for file in model.files.values()} <= {"A", "B"}, name


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bytes = 3", "bytes = 0", r"m.files.m.bin.bytes: Input should be greater than 0"),
        ("bytes = 3", "byte = 3", r"m.files.m.bin.bytes: Field required"),
        ("a" * 64, "a" * 63, r"m.files.m.bin.sha256"),
        ('"m.bin"', '"../m.bin"', r"m: '../m.bin' is no name for a file"),
        ('"m.bin"', '"am/m.bin"', r"m: 'am/m.bin' is no name for a file"),
        ('"https://models.invalid"\n[m.files."m.bin"]', '"made here"\n[m.files."am/../../m.bin"]', r"'am/../../m.bin' is no name"),
        ("[m", "[downloaded", r"'downloaded' is no name for one"),
        ('"https://models.invalid"', '"made here"\ncommercial = "unclear"', r"m: a profile takes no model whose commercial use"),
        (f'sha256 = "{"a" * 64}"', "", r"^$"),
        ('role = "voice"', 'role = "singer"', r"m.role: Input should be"),
        ("bytes = 3", "bytes = ", r"it is no TOML"),
    ],
)
def test_a_wrong_manifest_is_one_sentence_that_says_where(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "manifest.toml").write_text(GOOD.replace(old, new))
    if said == "^$":  # a file from an address may lack a checksum
        assert read_catalogue(tmp_path)["m"].files["m.bin"].sha256 is None
        return
    with pytest.raises(TheirFault, match=said) as caught:
        read_catalogue(tmp_path)
    assert str(tmp_path / "manifest.toml") in caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_the_encoder_is_entered_anew_wherever_it_stood_and_nothing_else_is_lost(tmp_path: Path) -> None:
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    for name in ("encoder.gguf", "heads.npz", "encoder.json", "golden.jsonl"):
        (encoder / name).write_bytes(name.encode())
    stale = f'[encoder]\nlicence = "x"\nsource = "x"\n[encoder.files."old.bin"]\nbytes = 1\nsha256 = "{"b" * 64}"\n'
    (tmp_path / "manifest.toml").write_text(f"# about [encoder] and others\n{stale}{GOOD}")
    write_manifest(encoder)
    assert (tmp_path / "manifest.toml").read_text().startswith("# about [encoder] and others\n")
    assert set(read_catalogue(tmp_path)) == {"m", "encoder"}
    assert "old.bin" not in read_catalogue(tmp_path)["encoder"].files
    verify(tmp_path, "encoder")


def test_a_model_of_the_project_needs_a_checksum(tmp_path: Path) -> None:
    text = GOOD.replace("https://models.invalid", "made here").replace(f'sha256 = "{"a" * 64}"', "")
    (tmp_path / "manifest.toml").write_text(text)
    with pytest.raises(TheirFault, match=r"m.bin has no sha256"):
        read_catalogue(tmp_path)
