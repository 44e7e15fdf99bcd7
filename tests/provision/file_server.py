"""A real HTTP server for files, with ranges and entity tags, and with the bad manners that tests ask of it."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass
class Manners:
    """How the server misbehaves."""

    cut_after: int | None = None
    """Close the connection after so many bytes of a body, `cuts` times."""
    cuts: int = 1
    ranges: bool = True
    tags: bool = True
    refusals: int = 0
    """Answer 503 so many times first."""
    pause: float = 0.0
    """Seconds of silence in the middle of a body."""
    trickle: bool = False
    """Send ten bytes every 20 ms, for ever never silent."""


@dataclass
class FileServer:
    """Serves `files` by their path until the block ends."""

    files: dict[str, bytes]
    manners: Manners = field(default_factory=Manners)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and Range header of every request."""

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range")
        self.asked.append((request.path, wanted))
        if self.manners.refusals:
            self.manners.refusals -= 1
            request.send_error(503)
            return
        content = self.files.get(request.path)
        if content is None:
            request.send_error(404)
            return
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        start = self._start(wanted, request.headers.get("If-Range"), tag)
        request.send_response(206 if start else 200)
        if self.manners.tags:
            request.send_header("ETag", tag)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        self._send(request, content[start:])

    def _start(self, wanted: str | None, version: str | None, tag: str) -> int:
        if not wanted or not self.manners.ranges or (version and version != tag):
            return 0
        found = re.fullmatch(r"bytes=(\d+)-", wanted)
        return int(found[1]) if found else 0

    def _send(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        if self.manners.cut_after is not None and self.manners.cuts:
            self.manners.cuts -= 1
            body = body[: self.manners.cut_after]
        if self.manners.trickle:
            self._trickle(request, body)
            return
        half = len(body) // 2 if self.manners.pause else len(body)
        try:
            request.wfile.write(body[:half])
            if self.manners.pause:
                request.wfile.flush()
                time.sleep(self.manners.pause)
                request.wfile.write(body[half:])
        except OSError:  # the other side has given up
            pass
        request.close_connection = True

    def _trickle(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        try:
            for start in range(0, len(body), 10):
                request.wfile.write(body[start : start + 10])
                time.sleep(0.02)
        except OSError:  # the other side has given up
            request.close_connection = True
