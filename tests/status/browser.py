"""Headless Chromium, driven through its DevTools protocol over two pipes: no driver program, no extra package."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
ANSWER_SECONDS = 60.0


class Browser:
    """One page in one Chromium."""

    def __init__(self, profile: Path) -> None:
        program = shutil.which("chromium")
        assert program, "install the Debian package chromium"
        ours_out, theirs_in = os.pipe()
        theirs_out, ours_in = os.pipe()
        # Chromium reads commands from descriptor 3 and writes answers to descriptor 4
        duplicate = f'exec "$@" 3<&{ours_out} 4>&{ours_in}'
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", duplicate, "chromium", program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(ours_out, ours_in), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(ours_out)
        os.close(ours_in)
        self._commands, self._answers = os.fdopen(theirs_in, "wb", buffering=0), os.fdopen(theirs_out, "rb", buffering=0)
        self._buffer, self._next = b"", 0
        self._session: str | None = None
        self.complaints: list[str] = []
        """Errors of the page's console: refused by the content security policy, missing files, broken script."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Runtime", "Accessibility"):
            self.send(f"{domain}.enable")

    def open(self, url: str, *, width: int = 1280, height: int = 1200, dark: bool = False) -> None:
        """Show a page at this size in one of the two colour schemes."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = "dark" if dark else "light"
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.send("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait_for(self, expression: str, seconds: float = 20.0) -> None:
        """Wait until the expression is true."""
        deadline = time.monotonic() + seconds
        while not self.evaluate(expression):
            assert time.monotonic() < deadline, f"never true: {expression}"
            time.sleep(0.1)

    def screenshot(self, path: Path) -> None:
        """The whole page as PNG."""
        data = self.send("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(data))

    def press(self, key: str) -> None:
        """One key, down and up."""
        code, text = {"Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " ")}.get(key, (0, ""))
        for kind in ("keyDown", "keyUp"):
            sign = {"text": text} if text and kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **sign)

    def type(self, text: str) -> None:
        """Text into what has the focus."""
        self.send("Input.insertText", text=text)

    def script(self, *, on: bool) -> None:
        """Let pages run script or not, from the next page on; `evaluate` works either way."""
        self.send("Emulation.setScriptExecutionDisabled", value=not on)

    def forget(self) -> None:
        """Drop every cookie."""
        self.send("Network.clearBrowserCookies")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command; returns its result."""
        self._next += 1
        message = {"id": self._next, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._commands.write(json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            answer = self._receive()
            self._note(answer)
            if answer.get("id") == self._next:
                assert "error" not in answer, (method, answer)
                result: dict[str, Any] = answer["result"]
                return result
        raise TimeoutError(method)

    def close(self) -> None:
        """End Chromium."""
        self._commands.close()
        self._answers.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = self._answers.read(65_536)
            assert chunk, "Chromium ended"
            self._buffer += chunk
        line, self._buffer = self._buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _note(self, event: dict[str, Any]) -> None:
        if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
            self.complaints.append(event["params"]["entry"]["text"])
        if event.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(str(event["params"]["exceptionDetails"].get("text")))
