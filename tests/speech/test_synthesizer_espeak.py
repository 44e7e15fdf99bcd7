"""The embedded voice: level, pauses, joins, and what happens without the program."""

from pathlib import Path

import numpy as np
import pytest

from appliance.faults import TheirFault
from appliance.languages.speakable import edition
from appliance.speech.audio import active_level, dbfs, samples_of
from appliance.speech.loudness import EDITION, LEAD_SECONDS, TAIL_SECONDS
from appliance.speech.synthesizer_espeak import Voice, load

LINES = ["Yes.", "I have Friday, November 27th, at 9:30 AM with Doctor Okafor. Would that work for you?", "4 1 3, 5 5 5, 0 1 7 3"]


@pytest.mark.parametrize("text", LINES)
def test_every_sentence_has_the_level_of_a_telephone(text: str) -> None:
    """Active speech at -20 dBFS, no peak above -3 dBFS."""
    samples = samples_of(b"".join(load().speak(text)))
    assert dbfs(active_level(samples)) == pytest.approx(-20, abs=1)
    assert dbfs(float(np.abs(samples).max())) <= -2.9


@pytest.mark.parametrize("text", LINES)
def test_pauses_are_short_and_joins_do_not_click(text: str) -> None:
    """A fixed pause before and after, and no step in the sound where it begins and ends."""
    samples = samples_of(b"".join(load().speak(text)))
    lead, tail = int(LEAD_SECONDS * 16_000), int(TAIL_SECONDS * 16_000)
    assert not samples[:lead].any()
    assert not samples[-tail:].any()
    assert np.abs(samples[: lead + 20]).max() < 0.02
    assert np.abs(samples[-tail - 20 :]).max() < 0.02
    assert np.abs(samples[lead : lead + 4_000]).max() > 0.02


def test_a_slower_voice_speaks_longer() -> None:
    """The speed is a setting."""
    slow, fast = (b"".join(load(Voice(words_per_minute=speed)).speak(LINES[1])) for speed in (120, 200))
    assert len(slow) > 1.3 * len(fast)


@pytest.mark.parametrize("text", ["", " ", "..."])
def test_nothing_to_say_is_no_sound(text: str) -> None:
    """No chunk at all, so that nobody waits for it."""
    assert list(load().speak(text)) == []


def test_a_title_does_not_end_the_sentence() -> None:
    """What is written is said as people say it: "Dr. Okafor" without the pause that a full stop makes."""
    written, spoken = (b"".join(load().speak(f"{title} Okafor is in.")) for title in ("Dr.", "Doctor"))
    assert written == spoken


def test_what_was_kept_of_another_way_of_saying_is_rendered_anew() -> None:
    """The voice's words tell the settings, the way of levelling and the rules of its language."""
    assert load().voice.endswith(f"{EDITION} {edition('en')}")
    assert load(Voice("es-419")).voice.endswith(f"{EDITION} {edition('es')}")


def test_an_option_in_the_text_is_spoken_and_not_obeyed() -> None:
    """Text that looks like a program's option is only text."""
    assert b"".join(load().speak("--voices")) != b""


def test_a_missing_program_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without espeak-ng the fault says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TheirFault, match="Install the Debian package espeak-ng"):
        load()


def test_an_unknown_voice_is_named() -> None:
    """A voice that does not exist is refused when it is loaded, not in the middle of a call."""
    with pytest.raises(TheirFault, match="klingon-north"):
        load(Voice("klingon-north"))
