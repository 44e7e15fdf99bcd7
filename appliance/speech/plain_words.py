"""Text as a recogniser writes it: lower case, no accents, no punctuation but the apostrophe."""

from __future__ import annotations

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[^a-z' ]+")
_LONE_APOSTROPHE = re.compile(r"(?<![a-z])'+|'+(?![a-z])")
_TITLES = {"dr": "doctor", "mr": "mister", "mrs": "missus", "ms": "miss"}


def plain(text: str) -> str:
    """ "Dr. Sofía Ramírez-O'Neill" -> "doctor sofia ramirez o'neill"."""
    unaccented = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.replace("’", "'")) if not unicodedata.combining(letter)
    )
    words = _LONE_APOSTROPHE.sub("", _NOT_A_WORD.sub(" ", unaccented.lower())).split()
    return " ".join(_TITLES.get(word, word) for word in words)
