"""The voices of one synthesizer, one for each language, each with its phrase cache."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from appliance.speech.engines import Synthesizer
from appliance.speech.phrase_cache import PhraseCache


class Voices:
    """Says a sentence in its language; every method may be called from several threads. `folder` keeps prepared sentences."""

    def __init__(self, synthesizers: Mapping[str, Synthesizer], folder: Path | None = None) -> None:
        self._caches = {language: PhraseCache(synthesizer, folder) for language, synthesizer in synthesizers.items()}

    def audio(self, text: str, language: str) -> bytes:
        """PCM of `text` in the voice of `language`; KeyError for a language without a voice."""
        return self._caches[language].audio(text)

    def stream(self, text: str, language: str) -> Iterator[bytes]:
        """As `audio`, in chunks of whole samples, the first as soon as there is one."""
        return self._caches[language].stream(text)

    def prepare(self, language: str, texts: Iterable[str]) -> threading.Thread:
        """Render fixed prompts of a language in a thread of their own; returns that thread."""
        return self._caches[language].prepare(texts)
