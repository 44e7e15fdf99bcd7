"""Reads a language's `values.toml`: the words of its numbers, dates and times, both to understand them and to say them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from appliance.faults import OurFault


@cache
def vocabulary(language: str) -> dict[str, Any]:
    """The tables of languages/<language>/values.toml. Raises OurFault when the language has no such file or the file is broken."""
    path = Path(__file__).parent / language / "values.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise OurFault(
            f"{path}: the words for numbers and dates of the language {language!r} cannot be read ({error}).",
            repair="Restore this file from the release, or take the language out of clinic.toml.",
        ) from error
