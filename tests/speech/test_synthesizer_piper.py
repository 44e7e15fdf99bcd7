"""Piper: the genuine engine with a voice of tones."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

from appliance.faults import TheirFault
from appliance.languages.speakable import speakable
from appliance.speech.audio import Samples, active_level, dbfs, samples_of
from appliance.speech.loudness import CLAUSE_PAUSE_SECONDS, LEAD_SECONDS, TAIL_SECONDS
from appliance.speech.phrasing import pieces
from appliance.speech.synthesizer_piper import PiperSynthesizer, Voice, load
from tests.support.tone_voice import write_tone_voice

OFFER = "I have Friday, November 27th at 9:30 AM with Dr. Okafor. Would that work for you? You can also say another day."
SPANISH = "Tengo el viernes, veintisiete de noviembre, a las nueve y media de la mañana con Dr. Ruiz. ¿Le sirve?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("voice")
    write_tone_voice(folder)
    return folder


@pytest.fixture(scope="module")
def voice(folder: Path) -> PiperSynthesizer:
    return load(models=[folder])


@pytest.fixture(scope="module")
def spanish(tmp_path_factory: pytest.TempPathFactory) -> PiperSynthesizer:
    return load(models=[write_tone_voice(tmp_path_factory.mktemp("voz"), "tonos", voice="es-419")])


def test_a_text_comes_piece_by_piece_and_ends_with_a_short_silence(voice: PiperSynthesizer) -> None:
    chunks = list(voice.speak(OFFER))
    assert len(chunks) == len(list(pieces(speakable(OFFER, "en")))) + 1
    assert samples_of(chunks[-1]).size == TAIL_SECONDS * 16_000
    assert not any(samples_of(chunks[-1]))


def test_the_first_piece_is_there_before_the_last_is_computed(voice: PiperSynthesizer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece is rendered when it is asked for, so that a caller hears the first words while the rest is being made."""
    rendered: list[str] = []
    render = voice._render

    def seen(text: str) -> Samples:
        rendered.append(text)
        return render(text)

    monkeypatch.setattr(voice, "_render", seen)
    speech = voice.speak(OFFER)
    next(speech)
    assert rendered == ["I have Friday,"]
    next(speech)
    assert len(rendered) == 2


def test_what_is_written_is_said_as_people_say_it(voice: PiperSynthesizer) -> None:
    """The same sound as the words written out."""
    written = b"".join(voice.speak("March 9th, 1948 at 9:05 AM with Dr. Okafor"))
    assert written == b"".join(voice.speak("March ninth, nineteen forty eight at nine oh five AM with Doctor Okafor"))


@pytest.mark.parametrize("amplitude", [0.02, 0.5])
def test_every_piece_has_the_level_of_a_telephone(tmp_path: Path, amplitude: float) -> None:
    """However loud the voice itself is, each piece leaves at -20 dBFS and below -3."""
    quiet_voice = load(models=[write_tone_voice(tmp_path, amplitude=amplitude)])
    for chunk in list(quiet_voice.speak(OFFER))[:-1]:
        samples = samples_of(chunk)
        assert dbfs(active_level(samples)) == pytest.approx(-20, abs=1)
        assert dbfs(float(np.abs(samples).max())) < -3


def test_no_join_clicks(voice: PiperSynthesizer) -> None:
    """The largest step between neighbouring samples where pieces meet is no larger than within them: it is far smaller."""
    chunks = [samples_of(chunk) for chunk in voice.speak(OFFER)]
    steps = np.abs(np.diff(np.concatenate(chunks)))
    ends = np.cumsum([len(chunk) for chunk in chunks])[:-1]
    starts = ends + int(CLAUSE_PAUSE_SECONDS * 16_000)
    assert len(ends) > 2
    near = np.concatenate([steps[at - 32 : at + 32] for at in (*ends, *starts[:-1])])
    assert near.max() < steps.max() / 10


def test_pieces_are_set_apart_by_a_pause(voice: PiperSynthesizer) -> None:
    first, second, *_ = (samples_of(chunk) for chunk in voice.speak(OFFER))
    assert np.flatnonzero(first)[0] >= LEAD_SECONDS * 16_000
    assert np.flatnonzero(second)[0] >= CLAUSE_PAUSE_SECONDS * 16_000
    assert np.flatnonzero(second)[0] < (CLAUSE_PAUSE_SECONDS + 0.03) * 16_000


def test_a_slower_voice_speaks_longer(folder: Path) -> None:
    usual, slow = (b"".join(load(Voice(slowness=slowness), models=[folder]).speak(OFFER)) for slowness in (1.0, 1.5))
    assert 1.3 < len(slow) / len(usual) < 1.6


def test_old_callers_get_a_slower_voice_than_the_model_s_own(folder: Path, voice: PiperSynthesizer) -> None:
    usual = b"".join(load(Voice(slowness=1.0), models=[folder]).speak(OFFER))
    assert 1.1 < len(b"".join(voice.speak(OFFER))) / len(usual) < 1.25


@pytest.mark.parametrize("text", ["", " ", "...", "[[", "—"])
def test_nothing_to_say_is_no_sound(voice: PiperSynthesizer, text: str) -> None:
    assert list(voice.speak(text)) == []


def test_marks_that_piper_takes_for_phonemes_are_only_text(voice: PiperSynthesizer) -> None:
    assert b"".join(voice.speak("say [[həlˈoʊ]] now")) == b"".join(voice.speak("say həlˈoʊ now"))


def test_two_languages_in_eight_threads_sound_as_they_do_alone(voice: PiperSynthesizer, spanish: PiperSynthesizer) -> None:
    """espeak-ng has one current voice for the whole process; no call speaks with another's."""
    said = [(voice, OFFER), (spanish, SPANISH)] * 4
    alone = {OFFER: b"".join(voice.speak(OFFER)), SPANISH: b"".join(spanish.speak(SPANISH))}
    wrong: list[str] = []
    ready = threading.Barrier(len(said))

    def speak(who: PiperSynthesizer, text: str) -> None:
        ready.wait()
        wrong.extend(text for _ in range(5) if b"".join(who.speak(text)) != alone[text])

    threads = [threading.Thread(target=speak, args=one) for one in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert alone[SPANISH] != b"".join(voice.speak(SPANISH))


def test_what_is_said_is_not_logged(voice: PiperSynthesizer, caplog: pytest.LogCaptureFixture) -> None:
    """Piper itself logs every text at debug level."""
    with caplog.at_level("DEBUG"):
        b"".join(voice.speak("Margaret Doyle"))
    assert "Doyle" not in caplog.text


def test_speakers_are_chosen_by_name_or_number(tmp_path: Path) -> None:
    model = write_tone_voice(tmp_path, speakers=3)
    usual, second, also_second = (b"".join(load(name, models=[model]).speak("Good morning.")) for name in ("", "speaker1", "1"))
    assert second == also_second != usual
    with pytest.raises(TheirFault, match=r"no speaker 'Anna'.*below 3 or a name \(speaker0, speaker1, speaker2\)"):
        load("Anna", models=[model])


def test_a_voice_may_be_named_by_its_model_and_its_words_tell_what_it_is(folder: Path, voice: PiperSynthesizer) -> None:
    """Other files, another pace, or other rules of saying are another voice: recordings of it are not mixed up."""
    assert load("tone", models=[folder / "tone.onnx"]).voice == voice.voice
    assert load(Voice(slowness=1.0), models=[folder]).voice != voice.voice


def truncate(model: Path) -> None:
    model.write_bytes(model.read_bytes()[:1_500])


def scramble(model: Path) -> None:
    model.write_bytes(np.random.default_rng(3).bytes(4_000))


def empty(model: Path) -> None:
    model.write_bytes(b"")


def remove(model: Path) -> None:
    model.unlink()


def remove_json(model: Path) -> None:
    model.with_name("tone.onnx.json").unlink()


def not_json(model: Path) -> None:
    model.with_name("tone.onnx.json").write_text("voice: tone")


def change_json(**changes: object) -> Callable[[Path], None]:
    def change(model: Path) -> None:
        path = model.with_name("tone.onnx.json")
        about = {key: value for key, value in (json.loads(path.read_text()) | changes).items() if value is not None}
        path.write_text(json.dumps(about))

    return change


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (truncate, r"tone\.onnx.* cannot be loaded"),
        (scramble, r"tone\.onnx.* cannot be loaded"),
        (empty, r"tone\.onnx is empty"),
        (remove, r"tone\.onnx is missing"),
        (remove_json, r"tone\.onnx\.json is missing"),
        (not_json, r"tone\.onnx\.json does not describe a Piper voice"),
        (change_json(audio=None), r"json does not describe a Piper voice \(KeyError: 'audio'\)"),
        (change_json(audio={"sample_rate": 0}), r"does not describe a Piper voice .*sample_rate"),
        (change_json(inference={"length_scale": "slow"}), "does not describe a Piper voice"),
        (change_json(inference={"length_scale": 0}), "does not describe a Piper voice .*length_scale"),
        (change_json(speaker_id_map=["Anna"]), "does not describe a Piper voice .*speaker_id_map"),
        (change_json(espeak={"voice": "klingon"}), "espeak.voice 'klingon' is unknown"),
        (change_json(phoneme_type="pinyin"), "phoneme_type pinyin needs more"),
        (change_json(num_speakers=4), "takes input, input_lengths, scales, and its .json describes a voice that takes .*sid"),
        (change_json(phoneme_id_map={"_": [0], "^": [1], "$": [2], "a": [14]}), "lacks most sounds of speech"),
        (change_json(phoneme_id_map=dict.fromkeys(DEFAULT_PHONEME_ID_MAP, (950,))), "cannot speak"),
        (change_json(phoneme_id_map=dict.fromkeys(DEFAULT_PHONEME_ID_MAP, (0,))), "renders no speech"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_broken_voice_is_one_sentence_with_the_repair(tmp_path: Path, harm: Callable[[Path], None], complaint: str) -> None:
    """It names the file, and what brings a whole one."""
    model = write_tone_voice(tmp_path)
    harm(model)
    with pytest.raises(TheirFault, match=complaint) as raised:
        load(models=[model])
    assert "appliance models fetch" in raised.value.repair
    assert "\n" not in str(raised.value)


def test_without_a_model_or_with_two_it_is_said_which_is_needed(tmp_path: Path) -> None:
    with pytest.raises(TheirFault, match="has no model"):
        load()
    with pytest.raises(TheirFault, match=r"one Piper voice \(\.onnx\) is needed, and there is none"):
        load(models=[tmp_path])
    write_tone_voice(tmp_path, "one")
    write_tone_voice(tmp_path, "two")
    with pytest.raises(TheirFault, match="and 2 are there"):
        load(models=[tmp_path])


def test_a_graphics_card_that_would_not_be_used_is_told(folder: Path) -> None:
    """onnxruntime itself falls back to the processor with a warning only."""
    with pytest.raises(TheirFault, match="Install onnxruntime-gpu in place of onnxruntime"):
        load(models=[folder], device="cuda")
