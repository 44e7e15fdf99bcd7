"""A server that speaks OpenAI's chat completions, in a process of its own: with a GGUF behind it, or misbehaving as told.

    python -m tests.support.chat_server '{"model": "x.gguf", "key": "secret"}'

prints its port and serves until it is ended. Other settings: say (answer these words instead), status (an HTTP status instead),
delay (seconds before it answers), tls (certificate and key files).
"""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]


@contextmanager
def chat_server(**settings: Any) -> Iterator[int]:
    """A running server's port on 127.0.0.1."""
    command = [sys.executable, "-m", "tests.support.chat_server", json.dumps(settings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _handler(settings: dict[str, Any]) -> type[BaseHTTPRequestHandler]:
    llama = _llama(settings["model"]) if "model" in settings else None

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(settings.get("delay", 0))
            if settings.get("key") and self.headers.get("Authorization") != f"Bearer {settings['key']}":
                return self._send(401, {"error": {"message": "no such key"}})
            if self.path != "/v1/chat/completions":
                return self._send(404, {"error": {"message": "no such path"}})
            if "status" in settings:
                return self._send(settings["status"], {})
            return self._send(200, {"choices": [{"message": {"role": "assistant", "content": self._answer(asked)}}]})

        def _answer(self, asked: dict[str, Any]) -> str:
            if llama is None:
                return str(settings["say"])
            schema = asked["response_format"]["json_schema"]["schema"]
            told = llama.create_chat_completion(
                asked["messages"],
                temperature=asked["temperature"],
                max_tokens=asked["max_tokens"],
                response_format={"type": "json_object", "schema": schema},
            )
            return str(told["choices"][0]["message"]["content"])

        def _send(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if 300 <= status < 400:
                self.send_header("Location", "http://192.0.2.1/")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    return Handler


def _llama(path: str) -> Any:
    import llama_cpp

    return llama_cpp.Llama(path, n_ctx=2048, n_batch=512, verbose=False)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(json.loads(sys.argv[1])))
    if "tls" in (settings := json.loads(sys.argv[1])):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*settings["tls"])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_port, flush=True)
    server.serve_forever()
