"""Sentences are rendered once, and only prompts that were prepared reach the disk."""

import threading
from collections.abc import Iterator
from pathlib import Path

from appliance.speech.phrase_cache import PhraseCache
from appliance.speech.synthesizer_espeak import EspeakSynthesizer, Voice, load


class Counting:
    """espeak-ng, counting how often it speaks."""

    def __init__(self, voice: Voice | str = "") -> None:
        self._synthesizer: EspeakSynthesizer = load(voice)
        self.voice = self._synthesizer.voice
        self.spoken: list[str] = []

    def speak(self, text: str) -> Iterator[bytes]:
        self.spoken.append(text)
        yield from self._synthesizer.speak(text)


def test_a_sentence_is_rendered_once() -> None:
    """The second time it comes from memory, the same sound."""
    voice = Counting()
    cache = PhraseCache(voice)
    assert cache.audio("Good morning.") == cache.audio("Good morning.") != b""
    assert voice.spoken == ["Good morning."]


def test_prepared_prompts_outlive_the_process(tmp_path: Path) -> None:
    """A second cache in the same folder renders nothing."""
    PhraseCache(Counting(), tmp_path).prepare(["Good morning.", "Goodbye."]).join()
    voice = Counting()
    cache = PhraseCache(voice, tmp_path)
    assert cache.audio("Goodbye.") != b""
    cache.prepare(["Good morning."]).join()
    assert voice.spoken == []


def test_what_is_said_during_a_call_never_touches_the_disk(tmp_path: Path) -> None:
    """A sentence with a name is kept in memory only."""
    cache = PhraseCache(Counting(), tmp_path)
    cache.audio("Thank you, Margaret Doyle.")
    assert list(tmp_path.iterdir()) == []


def test_files_tell_nothing_and_another_voice_has_its_own(tmp_path: Path) -> None:
    """File names hold no words, and a faster voice does not speak with the slower one's recordings."""
    PhraseCache(Counting(), tmp_path).prepare(["Goodbye."]).join()
    faster = Counting(Voice(words_per_minute=220))
    PhraseCache(faster, tmp_path).prepare(["Goodbye."]).join()
    assert faster.spoken == ["Goodbye."]
    assert len(list(tmp_path.iterdir())) == 2
    assert not [path for path in tmp_path.iterdir() if "oodbye" in path.name]


def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    """With room for little more than one sentence, the one not heard for longest is rendered again."""
    voice = Counting()
    size = len(PhraseCache(voice).audio("one"))
    voice.spoken.clear()
    cache = PhraseCache(voice, memory_bytes=size * 5 // 2)
    for text in ("one", "two", "one", "three", "one", "two"):
        cache.audio(text)
    assert voice.spoken == ["one", "two", "three", "two"]


def test_many_calls_may_ask_at_once() -> None:
    """Eight threads asking for the same sentences get the same sound."""
    cache = PhraseCache(Counting())
    heard: list[bytes] = []
    threads = [threading.Thread(target=lambda: heard.append(cache.audio("Please hold."))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(heard) == 8
    assert len(set(heard)) == 1


def test_a_folder_that_cannot_be_written_costs_only_the_disk_copy(tmp_path: Path) -> None:
    """Preparing into a path that is a file leaves a cache that still speaks."""
    path = tmp_path / "file"
    path.write_text("")
    cache = PhraseCache(Counting(), path / "cache")
    cache.prepare(["Goodbye."]).join()
    assert cache.audio("Goodbye.") != b""
