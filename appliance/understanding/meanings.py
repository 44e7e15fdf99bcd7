"""What each intent is, in one sentence: the first of its phrase file's first comment."""

from __future__ import annotations

from functools import cache

from appliance.faults import OurFault
from appliance.understanding import INTENTS
from appliance.understanding.phrases import FOLDER, KINDS


@cache
def meanings() -> dict[str, str]:
    """Intent to its sentence. Raises OurFault when a phrase file does not begin with one."""
    found = {}
    for intent in INTENTS:
        path = FOLDER / "en" / KINDS[0] / f"{intent}.txt"
        first = path.read_text(encoding="utf-8").split("\n", 1)[0] if path.exists() else ""
        if not first.startswith("# "):
            raise OurFault(f"{path} does not begin with a comment that says what the intent is.", repair="Restore the file.")
        sentence, _, _ = first.removeprefix("# ").strip().partition(". ")
        found[intent] = sentence.removesuffix(".") + "."
    return found
