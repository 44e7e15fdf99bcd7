"""What an utterance answers. A prompt that asks has its situation's name, except these, which ask the same in other words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

OTHER_WORDS: Mapping[str, str] = {
    "how_can_i_help": "greeting",
    "ask_guardian": "ask_name",
    "ask_caller_name": "ask_name",
    "ask_new_date": "ask_date",
    "what_to_change": "ask_date",
    "confirm_booking": "confirm_details",
    "confirm_move": "confirm_details",
    "confirm_cancel": "confirm_details",
    "confirm_message": "confirm_details",
}

LAST_WORDS = frozenset({"transferring", "transferring_to_nurse", "goodbye", "goodbye_after_silence"})
"""Prompts that want no answer, because the call leaves; marked with an underscore below."""


def by_situation(prompts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """All wordings of a language by the situation they create, for a listener who must tell them apart."""
    situations: dict[str, list[str]] = {}
    for prompt, wordings in prompts.items():
        situation = f"_{prompt}" if prompt in LAST_WORDS else OTHER_WORDS.get(prompt, prompt)
        situations.setdefault(situation, []).extend(wordings)
    return situations
