"""What the health checks borrow from the other edges, put together here because those edges do not import one another."""

from __future__ import annotations

from appliance.health import Tools
from appliance.speech import synthesizer_espeak


def health_tools() -> Tools:
    """The tools of a whole check: the voice that callers hear."""
    return Tools(synthesize=_synthesize)


def _synthesize(text: str) -> bytes:
    return b"".join(synthesizer_espeak.load().speak(text))
