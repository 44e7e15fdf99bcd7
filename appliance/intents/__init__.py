"""One file per intent: what it leads to. Found by listing this folder.

A file has a `plan` (a task: what it needs, in which order, and its act) or a `respond` (an answer at once), and may say its MANNER,
how it meets a task that is on. Intents without a file are answers to questions; conversation/answers.py reads those.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from appliance.conversation.talk import Intent


def plans() -> Mapping[str, Intent]:
    """What every intent in this folder leads to, by the intent's name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    return {name: _intent(name) for name in names}


def _intent(name: str) -> Intent:
    module = importlib.import_module(f"{__name__}.{name}")
    return Intent(getattr(module, "plan", None), getattr(module, "respond", None), getattr(module, "MANNER", "errand"))
