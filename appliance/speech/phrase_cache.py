"""Sentences that are spoken again and again, rendered once.

Only what `prepare` is given may reach the disk: the fixed prompts, known at start. What `audio` renders during a call may hold
a name or a date of birth, so it stays in memory and is forgotten when newer sentences need the room.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from appliance.faults import Fault
from appliance.speech.engines import Synthesizer

MEMORY_BYTES = 48 * 1024 * 1024
"""About 26 minutes of audio."""

log = logging.getLogger(__name__)


class PhraseCache:
    """Rendered sentences of one voice; every method may be called from several threads."""

    def __init__(self, synthesizer: Synthesizer, folder: Path | None = None, memory_bytes: int = MEMORY_BYTES) -> None:
        self._synthesizer = synthesizer
        self._folder = folder
        self._room = memory_bytes
        self._used = 0
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def audio(self, text: str) -> bytes:
        """PCM of `text`: from memory, from the disk if it was prepared there, or rendered now; never written to the disk."""
        with self._lock:
            if (pcm := self._memory.get(text)) is not None:
                self._memory.move_to_end(text)
                return pcm
        pcm = self._read(text)
        return self._remember(text, self._render(text) if pcm is None else pcm)

    def prepare(self, texts: Iterable[str]) -> threading.Thread:
        """Render fixed prompts in a thread of their own, keeping them on the disk if there is a folder; returns that thread."""
        thread = threading.Thread(target=self._prepare, args=(list(texts),), name="phrases", daemon=True)
        thread.start()
        return thread

    def _prepare(self, texts: list[str]) -> None:
        try:
            for text in texts:
                if (pcm := self._read(text)) is None:
                    pcm = self._render(text)
                    self._write(text, pcm)
                self._remember(text, pcm)
        except (Fault, OSError) as problem:  # a call renders what is missing and tells its own caller of a fault
            log.warning("prompts could not be prepared: %s", problem)

    def _render(self, text: str) -> bytes:
        return b"".join(self._synthesizer.speak(text))

    def _remember(self, text: str, pcm: bytes) -> bytes:
        with self._lock:
            self._used += len(pcm) - len(self._memory.pop(text, b""))
            self._memory[text] = pcm
            while self._used > self._room and len(self._memory) > 1:
                self._used -= len(self._memory.popitem(last=False)[1])
        return pcm

    def _path(self, folder: Path, text: str) -> Path:
        return folder / (hashlib.sha256(f"{self._synthesizer.voice}\0{text}".encode()).hexdigest() + ".pcm")

    def _read(self, text: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            return self._path(self._folder, text).read_bytes()
        except OSError:  # not there, or the disk is broken: either way it is rendered again
            return None

    def _write(self, text: str, pcm: bytes) -> None:
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as unfinished:
            unfinished.write(pcm)
        Path(unfinished.name).replace(self._path(self._folder, text))  # a reader never sees half a sentence
