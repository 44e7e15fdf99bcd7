"""The headset against a small real agent on a real socket; WAV files stand where a microphone would be."""

from __future__ import annotations

import threading
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from appliance.__main__ import main
from appliance.faults import TheirFault
from appliance.telephony.headset import Headset
from appliance.telephony.headset_devices import WavHeadset
from appliance.telephony.link import Answer, Digit, Ended, Flush, HangUp, Mark, Offered, Played, SendDigits, Transfer, Transferred
from tests.support.agent_end import AgentCall, AgentEnd, answers


def tone(seconds: float, hertz: int = 440) -> bytes:
    times = np.arange(int(seconds * 16_000)) / 16_000
    return (8000 * np.sin(2 * np.pi * hertz * times)).astype("<i2").tobytes()


@pytest.fixture
def microphone(tmp_path: Path) -> Path:
    """Half a second of a 1 kHz tone, recorded at another rate than the link's."""
    path = tmp_path / "microphone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes((8000 * np.sin(2 * np.pi * 1000 * np.arange(4000) / 8000)).astype("<i2").tobytes())
    return path


def strength(pcm: bytes, hertz: int) -> float:
    """The share of the power of the loud part that lies within 20 Hz of a tone."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    where = np.flatnonzero(np.abs(samples) > 100)
    loud = samples[where[0] : where[-1] + 1]
    spectrum = np.abs(np.fft.rfft(loud)) ** 2
    near = np.abs(np.fft.rfftfreq(len(loud), 1 / 16_000) - hertz) < 20
    return float(spectrum[near].sum() / spectrum.sum())


def test_both_sides_hear_each_other_and_the_agent_ends_the_call(tmp_path: Path, microphone: Path) -> None:
    """The file speaks after the greeting; what is queued before the hang-up is still played; the mark comes back."""

    def converse(call: AgentCall) -> None:
        call.send(Answer())
        call.say(tone(0.6))
        call.send(Mark(1))
        call.expect(Played)
        while len(call.heard) < 640 * 90:
            time.sleep(0.02)
        call.say(tone(0.4))
        call.send(HangUp())

    device = WavHeadset(microphone, turn_pause=0.3)
    with AgentEnd(tmp_path / "agent.sock", converse) as agent:
        reason = Headset(tmp_path / "agent.sock", device, caller_id="4135550173").run()
        call = agent.call()
        offered, ended = call.expect(Offered), call.expect(Ended)
    assert reason == ended.reason == "the agent hung up"
    assert (offered.caller_id, offered.called) == ("4135550173", "headset")
    assert strength(bytes(call.heard), 1000) > 0.9
    assert strength(bytes(device.played), 440) > 0.9
    first_words = np.flatnonzero(np.abs(np.frombuffer(bytes(call.heard), "<i2").astype(int)) > 100)[0] / 16_000
    assert first_words > 0.8


def test_a_flush_silences_the_queue_and_its_marks(tmp_path: Path, microphone: Path) -> None:
    def interrupt(call: AgentCall) -> None:
        call.send(Answer())
        call.say(tone(10))
        call.send(Mark(7))
        time.sleep(0.5)
        call.send(Flush(), Mark(8))
        assert call.expect(Played).mark == 8
        call.send(HangUp())

    device = WavHeadset(microphone)
    started = time.monotonic()
    with AgentEnd(tmp_path / "agent.sock", interrupt):
        Headset(tmp_path / "agent.sock", device).run()
    assert time.monotonic() - started < 5


def test_a_transfer_is_told_after_the_last_words(tmp_path: Path, microphone: Path) -> None:
    told: list[str] = []

    def transfer(call: AgentCall) -> None:
        call.send(Answer(), SendDigits("5"))
        call.say(tone(0.3))
        call.send(Transfer("front_desk"))

    device = WavHeadset(microphone)
    with AgentEnd(tmp_path / "agent.sock", transfer) as agent:
        reason = Headset(tmp_path / "agent.sock", device, told=told.append).run()
        assert agent.call().expect(Transferred) == Transferred("front_desk", ok=True, status=200)
    assert reason == "put through to front_desk"
    assert any("front_desk" in sentence for sentence in told)
    assert "The agent presses 5." in told
    assert np.abs(np.frombuffer(bytes(device.played), "<i2").astype(int)).max() > 7000


def test_keys_reach_the_agent(tmp_path: Path, microphone: Path) -> None:
    def wait_for_key(call: AgentCall) -> None:
        call.send(Answer())
        assert call.expect(Digit).digit == "0"
        call.send(HangUp())

    with AgentEnd(tmp_path / "agent.sock", wait_for_key):
        headset = Headset(tmp_path / "agent.sock", WavHeadset(microphone))
        threading.Timer(0.5, headset.press, ["0"]).start()
        assert headset.run() == "the agent hung up"


def test_a_file_that_nobody_answers_hangs_up(tmp_path: Path, microphone: Path) -> None:
    with AgentEnd(tmp_path / "agent.sock", answers) as agent:
        assert Headset(tmp_path / "agent.sock", WavHeadset(microphone, patience=0.5)).run() == "the caller hung up"
        assert agent.call().expect(Ended).reason == "the caller hung up"


def test_an_agent_that_dies_is_named(tmp_path: Path, microphone: Path) -> None:
    agent = AgentEnd(tmp_path / "agent.sock")
    threading.Timer(0.6, agent.die).start()
    with agent, pytest.raises(TheirFault, match="stopped answering"):
        Headset(tmp_path / "agent.sock", WavHeadset(microphone)).run()


def test_an_agent_that_freezes_is_named(tmp_path: Path, microphone: Path) -> None:
    def freeze(call: AgentCall) -> None:
        call.send(Answer())
        call.quiet = True

    with AgentEnd(tmp_path / "agent.sock", freeze), pytest.raises(TheirFault, match="stopped answering"):
        Headset(tmp_path / "agent.sock", WavHeadset(microphone, patience=20)).run()


# --- the command ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The sample machine with its folders in tmp_path."""
    sample = Path(__file__).parents[2] / "scripts" / "sample" / "clinic.toml"
    path = tmp_path / "appliance.toml"
    path.write_text(f'clinic = "{sample}"\n[sip]\nregistrar = "127.0.0.1"\nextension = "300"\n[paths]\nrun = "{tmp_path}"\n')
    return path


def test_talk_with_a_file_records_the_agent(tmp_path: Path, config: Path, microphone: Path) -> None:
    def speak(call: AgentCall) -> None:
        call.send(Answer())
        call.say(tone(0.4))
        call.send(HangUp())

    said = tmp_path / "said.wav"
    with AgentEnd(tmp_path / "agent.sock", speak):
        assert main(["talk", "--config", str(config), "--wav", str(microphone), "--record", str(said)]) == 0
    with wave.open(str(said)) as file:
        assert strength(file.readframes(file.getnframes()), 440) > 0.9


def test_talk_without_an_agent_is_one_sentence(config: Path, microphone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["talk", "--config", str(config), "--wav", str(microphone)]) == 2
    assert "No agent listens on" in capsys.readouterr().err


def test_a_sound_card_that_is_not_there_is_named(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No machine has device number 999, with or without sound."""
    assert main(["talk", "--config", str(config), "--microphone", "999"]) == 2
    assert "'999' cannot be opened" in capsys.readouterr().err
