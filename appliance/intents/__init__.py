"""One file per intent that is a task of its own: what it needs, in which order, and its act. Found by listing this folder."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from appliance.conversation.dialogue import Plan


def plans() -> Mapping[str, Plan]:
    """The plan of every intent in this folder, by the intent's name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    return {name: importlib.import_module(f"{__name__}.{name}").plan for name in names}
