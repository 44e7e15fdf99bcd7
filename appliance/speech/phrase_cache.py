"""Sentences that are spoken again and again, rendered once.

Only what `prepare` is given may reach the disk: the fixed prompts, known at start. What `audio` renders during a call may hold
a name or a date of birth, so it stays in memory and is forgotten when newer sentences need the room.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path

from appliance.faults import Fault
from appliance.speech.engines import Synthesizer

MEMORY_BYTES = 48 * 1024 * 1024
"""About 26 minutes of audio."""

log = logging.getLogger(__name__)


class _Rendering:
    """A sentence being rendered: whoever asks for it meanwhile hears the same chunks, as they come."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._over = self._given_up = False
        self._news = threading.Condition()

    def add(self, chunk: bytes) -> None:
        """One more chunk is there."""
        with self._news:
            self._chunks.append(chunk)
            self._news.notify_all()

    def end(self, *, given_up: bool) -> None:
        """No more chunks come; `given_up` when the sentence is not whole."""
        with self._news:
            self._over, self._given_up = True, given_up
            self._news.notify_all()

    def follow(self) -> Iterator[bytes]:
        """The chunks, each as soon as it is there. Raises _GivenUpError when the sentence is never finished."""
        heard = 0
        while True:
            with self._news:
                while len(self._chunks) == heard and not self._over:
                    self._news.wait()
                fresh = self._chunks[heard:]
            if not fresh:
                break
            yield from fresh
            heard += len(fresh)
        if self._given_up:
            raise _GivenUpError(heard)


class _GivenUpError(Exception):
    """Whoever rendered a sentence did not finish it; holds how many chunks there were."""


class PhraseCache:
    """Rendered sentences of one voice; every method may be called from several threads."""

    def __init__(self, synthesizer: Synthesizer, folder: Path | None = None, memory_bytes: int = MEMORY_BYTES) -> None:
        self._synthesizer = synthesizer
        self._folder = folder
        self._room = memory_bytes
        self._used = 0
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._under_way: dict[str, _Rendering] = {}
        self._lock = threading.Lock()

    def audio(self, text: str) -> bytes:
        """PCM of `text`: from memory, from the disk if it was prepared there, or rendered now; never written to the disk."""
        return b"".join(self.stream(text))

    def stream(self, text: str) -> Iterator[bytes]:
        """As `audio`, in chunks of whole samples, the first as soon as there is one; nothing is rendered twice at a time."""
        with self._lock:
            known = self._memory.get(text)
            if known is not None:
                self._memory.move_to_end(text)
            elsewhere = self._under_way.get(text)
            if known is None and elsewhere is None:
                ours = self._under_way[text] = _Rendering()
        if known is not None:
            yield known
        elif elsewhere is not None:
            yield from self._followed(text, elsewhere)
        else:
            yield from self._produced(text, ours)

    def _produced(self, text: str, rendering: _Rendering) -> Iterator[bytes]:
        chunks: list[bytes] = []
        whole = False
        try:
            kept = self._read(text)
            for chunk in self._synthesizer.speak(text) if kept is None else (kept,):
                chunks.append(chunk)
                rendering.add(chunk)
                yield chunk
            whole = True
        finally:  # the synthesizer may fail, and a caller who hung up listens no further
            if whole:
                self._remember(text, b"".join(chunks))
            with self._lock:
                del self._under_way[text]
            rendering.end(given_up=not whole)

    def _followed(self, text: str, rendering: _Rendering) -> Iterator[bytes]:
        try:
            yield from rendering.follow()
        except _GivenUpError as given_up:
            (heard,) = given_up.args
            yield from itertools.islice(self._synthesizer.speak(text), heard, None)

    def prepare(self, texts: Iterable[str]) -> threading.Thread:
        """Render fixed prompts in a thread of their own, keeping them on the disk if there is a folder; returns that thread."""
        thread = threading.Thread(target=self._prepare, args=(list(texts),), name="phrases")
        thread.start()
        return thread

    def _prepare(self, texts: list[str]) -> None:
        try:
            for text in texts:
                if not threading.main_thread().is_alive():  # the process is ending
                    return
                kept = self._read(text)
                pcm = self.audio(text)
                if kept is None:
                    self._write(text, pcm)
        except (Fault, OSError) as problem:  # a call renders what is missing and tells its own caller of a fault
            log.warning("prompts could not be prepared: %s", problem)

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
