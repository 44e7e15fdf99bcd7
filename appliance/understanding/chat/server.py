"""An instruct model behind an OpenAI-compatible server in the building: POST <address>/chat/completions.

The request and the part of the answer that is used are those that llama.cpp's server, vLLM and Ollama document alike. The address
is judged when it is configured, and what its name stands for each time it is asked: words of callers go nowhere but to
loopback and private addresses. No proxy of the environment is used and no redirection followed.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from pathlib import Path
from urllib.parse import urlsplit

from appliance.faults import TheirFault
from appliance.private_network import checked_address, is_private
from appliance.understanding.chat.resolver import ANSWER_TOKENS, SCHEMA, NoAnswer

_AT_ONCE = 4
"""Questions under way; more wait their turn, and give up when their time is over."""
_LONGEST_ANSWER = 64 * 1024
_OK = 200


class ChatServer:
    """A chooser elsewhere in the building; any thread may ask."""

    def __init__(self, address: str, *, model: str = "default", key_file: Path | None = None, ca_file: Path | None = None) -> None:
        """Raises TheirFault when the address is not in the building, or a file cannot be read. Does not connect."""
        try:
            parts = urlsplit(checked_address(address))
        except ValueError as error:
            raise _fault("chat_server", str(error)) from error
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._path = f"{parts.path}/chat/completions"
        self._model = model
        self._key = _read_key(key_file)
        self._tls = _tls(ca_file) if parts.scheme == "https" else None
        self._asking = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="chat-server")

    def answer(self, instructions: str, question: str, seconds: float) -> str:
        """Its answer within `seconds`, looking its name up included. Raises NoAnswer."""
        body = {
            "model": self._model,
            "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": question}],
            "temperature": 0,
            "max_tokens": ANSWER_TOKENS,
            "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}},
        }
        asked = self._asking.submit(self._post, json.dumps(body).encode(), seconds)
        try:
            return asked.result(timeout=seconds)
        except TooLate:
            asked.cancel()
            raise NoAnswer(f"the server of the instruct model did not answer in {seconds:.1f} s", failing=True) from None

    def _post(self, body: bytes, seconds: float) -> str:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        connection = http.client.HTTPConnection(self._host, self._port, timeout=seconds)
        try:
            connection.sock = self._connect(seconds)
            connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            content = _read(response, time.monotonic() + seconds)
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise NoAnswer(f"the server of the instruct model cannot be asked ({reason})", failing=True) from None
        finally:
            connection.close()
        if response.status != _OK:
            raise NoAnswer(f"the server of the instruct model answers with HTTP status {response.status}", failing=True)
        try:
            return str(json.loads(content)["choices"][0]["message"]["content"])
        except (ValueError, TypeError, LookupError, RecursionError):
            raise NoAnswer("the server's answer is no chat completion") from None

    def _connect(self, seconds: float) -> socket.socket:
        """A connection to an address that was judged just now, so that a name cannot lead elsewhere in between."""
        addresses = list(
            dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM))
        )
        if not addresses or not all(map(is_private, addresses)):
            raise NoAnswer("the name in understanding.chat_server stands for an address outside the building", failing=True)
        plain = socket.create_connection((addresses[0], self._port), timeout=seconds)
        if self._tls is None:
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname=self._host)
        except OSError:
            plain.close()
            raise


def _read(response: http.client.HTTPResponse, until: float) -> bytes:
    """The body, or so much of it as may be read; a server that sends it in drops is left alone."""
    content = b""
    while len(content) < _LONGEST_ANSWER and time.monotonic() < until and (part := response.read1(_LONGEST_ANSWER)):
        content += part
    return content


def _read_key(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _fault(
            "chat_server_key_file", f"{path} cannot be read ({getattr(error, 'strerror', None) or 'not ASCII'})"
        ) from error
    if not key or not key.isprintable():
        raise _fault("chat_server_key_file", f"{path} does not hold one line with a key")
    return key


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise _fault("chat_server_ca_file", f"{ca_file} holds no certificates that can be read") from error


def _fault(key: str, what: str) -> TheirFault:
    return TheirFault(f"appliance.toml: understanding.{key}: {what}.", repair="Correct the value, or take the key out.")
