"""The encoder, run by llama.cpp from the weights in models/encoder."""

import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.faults import TheirFault
from appliance.understanding import INTENTS, SLOTS, encoder
from appliance.understanding.encoder import Encoder

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="module")
def resolver() -> Encoder:
    return encoder.load(MODELS / "encoder")


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the models that a test may break."""
    shutil.copytree(MODELS / "encoder", tmp_path / "encoder")
    shutil.copy(MODELS / "manifest.toml", tmp_path)
    return tmp_path


def approve(models: Path, name: str) -> None:
    """Let the manifest name the file as it now is."""
    manifest, was, now = models / "manifest.toml", MODELS / "encoder" / name, models / "encoder" / name
    text = manifest.read_text().replace(_sha256(was), _sha256(now))
    manifest.write_text(text.replace(f"bytes = {was.stat().st_size}\n", f"bytes = {now.stat().st_size}\n"))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("text", "asked", "intent", "slots"),
    [
        (
            "hi i'd like to see doctor okafor on friday for my knee",
            None,
            "book_appointment",
            {"provider": "doctor okafor", "date": "friday"},
        ),
        ("Please cancel my appointment tomorrow.", None, "cancel_appointment", {"date": "tomorrow"}),
        ("can we move my appointment to next tuesday", None, "reschedule_appointment", {"date": "next tuesday"}),
        ("when is my appointment", "greeting", "ask_appointment", {}),
        ("are you open on saturday", None, "ask_hours", {"date": "saturday"}),
        ("july twenty second eighty five", "ask_dob", "provide_info", {"date_of_birth": "july twenty second eighty five"}),
        ("five five five oh one seven three", "ask_phone", "provide_info", {"phone": "five five five oh one seven three"}),
        ("my name is priya nair", "ask_name", "provide_info", {"patient_name": "priya nair"}),
        ("yes please", "confirm_details", "affirm", {}),
        ("no i would rather not", "offer_message", "deny", {}),
        ("give me a real person", None, "speak_to_human", {}),
        ("no that's all, thank you, bye", "anything_else", "goodbye_thanks", {}),
        ("my father has crushing chest pain", "ask_reason", "emergency", {}),
        ("i want to end my life", None, "crisis", {}),
        ("", None, "silence_noise", {}),
        ("...", "ask_name", "silence_noise", {}),
    ],
)
def test_what_callers_say_is_resolved_with_their_own_words_as_slots(
    resolver: Encoder, text: str, asked: str | None, intent: str, slots: dict[str, str]
) -> None:
    resolution = resolver.resolve(text, asked)
    assert resolution.intent == intent
    assert slots.items() <= dict(resolution.slots).items()
    assert 0 < resolution.confidence <= 1


def test_what_was_asked_decides_what_a_bare_date_is(resolver: Encoder) -> None:
    """The same words are a birth date after one question and a day to come after another."""
    assert resolver.resolve("march third", "ask_dob").slots == {"date_of_birth": "march third"}
    assert resolver.resolve("march third", "ask_date").slots == {"date": "march third"}


def test_slots_keep_the_callers_spelling_and_digits(resolver: Encoder) -> None:
    slots = resolver.resolve("Could Dr. Whitfield see me on Tuesday at 2:30?", None).slots
    assert slots["provider"] == "Dr. Whitfield"
    assert "2:30" in slots["time"]


def test_a_slot_said_twice_is_the_list_of_both(resolver: Encoder) -> None:
    assert resolver.resolve("move my appointment from monday to thursday", None).slots["date"] == ["monday", "thursday"]


def test_sense_is_surer_than_nonsense(resolver: Encoder) -> None:
    assert resolver.resolve("i need to cancel my appointment", None).confidence > 0.8
    assert resolver.resolve("flurb the gazinta with my wobbler", None).confidence < 0.8


def test_an_unknown_situation_and_a_very_long_utterance_are_no_hindrance(resolver: Encoder) -> None:
    assert resolver.resolve("i want to cancel my appointment", "never_heard_of").intent == "cancel_appointment"
    long = resolver.resolve("well " * 500 + "i want to cancel my appointment", None)
    assert long.intent in INTENTS
    assert set(long.slots) <= set(SLOTS)


def test_of_a_very_long_text_the_first_and_the_last_words_are_read(resolver: Encoder) -> None:
    """Words of many pieces, so that fewer of them fit than of others."""
    drugs = " ".join(["hydroxychloroquine levothyroxine"] * 45)
    read = resolver.resolve(f"please cancel my appointment with doctor okafor {drugs} i want to cancel it this friday", None)
    assert read.slots["provider"] == "doctor okafor"
    assert read.slots["date"] == "this friday"


def test_threads_share_one_encoder_and_get_the_same_answers(resolver: Encoder) -> None:
    texts = ["please cancel it", "what are your hours", "daniel kowalski", "yes", "i need a refill of metformin"] * 8
    alone = [resolver.resolve(text, None) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: resolver.resolve(text, None), texts)) == alone


def test_a_missing_file_is_named_with_the_repair(models: Path) -> None:
    (models / "encoder" / "encoder.gguf").unlink()
    with pytest.raises(TheirFault, match=r"encoder\.gguf is missing.*paths\.models"):
        encoder.load(models / "encoder")


def test_a_changed_file_is_found_by_its_checksum(models: Path) -> None:
    path = models / "encoder" / "heads.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(TheirFault, match=r"heads\.npz is not the file the manifest names"):
        encoder.load(models / "encoder")


@pytest.mark.parametrize("share", [0.0001, 1e-6, 0.001, 0.02, 0.5, 0.9999])
def test_a_truncated_gguf_fails_in_the_trial_process_not_in_ours(models: Path, share: float) -> None:
    path = models / "encoder" / "encoder.gguf"
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    approve(models, "encoder.gguf")
    with pytest.raises(TheirFault, match=r"encoder\.gguf fails its self-test"):
        encoder.load(models / "encoder")


@pytest.mark.parametrize(
    ("at", "junk"),
    [
        (0, bytes(range(256)) * 98_000),  # noise from end to end
        (0, b"FUGG"),  # the header turned around
        (8, b"\xff" * 16),  # more tensors than there are
        (24, b"\xff" * 4_000),  # keys without sense
        (2_000_000, bytes(range(256)) * 80_000),  # weights without sense
    ],
)
def test_a_damaged_gguf_fails_in_the_trial_process_not_in_ours(models: Path, at: int, junk: bytes) -> None:
    path = models / "encoder" / "encoder.gguf"
    content = bytearray(path.read_bytes())
    content[at : at + len(junk)] = junk
    path.write_bytes(content)
    approve(models, "encoder.gguf")
    with pytest.raises(TheirFault, match=r"encoder\.gguf fails its self-test"):
        encoder.load(models / "encoder")


def test_an_encoder_that_understands_nothing_fails_its_golden_utterances(models: Path) -> None:
    path = models / "encoder" / "encoder.json"
    settings = json.loads(path.read_text())
    settings["intents"] = settings["intents"][1:] + settings["intents"][:1]
    path.write_text(json.dumps(settings))
    approve(models, "encoder.json")
    with pytest.raises(TheirFault, match="golden utterances"):
        encoder.load(models / "encoder")


def test_a_missing_manifest_is_named(models: Path) -> None:
    (models / "manifest.toml").unlink()
    with pytest.raises(TheirFault, match=r"manifest\.toml cannot be read"):
        encoder.load(models / "encoder")


def test_the_weights_stay_small() -> None:
    assert (MODELS / "encoder" / "encoder.gguf").stat().st_size < 30_000_000
