"""What an utterance answers. A prompt that asks has its situation's name, except these, which ask the same in other words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

OTHER_WORDS: Mapping[str, str] = {
    "how_can_i_help": "greeting",
    "your_turn": "anything_else",
    "out_of_scope_here": "not_understood",
    "ask_guardian": "ask_name",
    "ask_caller_name": "ask_name",
    "ask_child_name": "ask_name",
    "ask_next_name": "ask_name",
    "ask_their_dob": "ask_dob",
    "press_dob": "ask_dob",
    "press_phone": "ask_phone",
    "refused_third_party": "refused",
    "provider_not_for_age": "ask_provider",
    "beyond_horizon": "ask_date",
    "ask_new_date": "ask_date",
    "what_to_change": "ask_date",
    "press_choice": "offer_slots",
    "closed_offer": "slot_taken",
    "closed_for_offer": "slot_taken",
    "provider_away_offer": "slot_taken",
    "press_yes_no": "confirm_details",
    "confirm_booking": "confirm_details",
    "confirm_booking_plain": "confirm_details",
    "confirm_booking_for": "confirm_details",
    "confirm_move": "confirm_details",
    "confirm_cancel": "confirm_details",
    "confirm_message": "confirm_details",
    "confirm_refill": "confirm_details",
    "confirm_results_message": "confirm_details",
    "ask_the_desk": "offer_transfer",
    "ask_the_desk_later": "offer_message",
    "offer_results_message": "offer_message",
    "ask_message_more": "ask_message",
    "ask_message_again": "ask_message",
    "ask_medication": "ask_message",
}

LAST_WORDS = frozenset({
    "transferring", "transferring_to_nurse", "goodbye", "goodbye_after_silence", "goodbye_wrong_number", "crisis_goodbye",
})  # fmt: skip
"""Prompts that want no answer, because the call leaves; marked with an underscore below."""


def by_situation(prompts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """All wordings of a language by the situation they create, for a listener who must tell them apart."""
    situations: dict[str, list[str]] = {}
    for prompt, wordings in prompts.items():
        situation = f"_{prompt}" if prompt in LAST_WORDS else OTHER_WORDS.get(prompt, prompt)
        situations.setdefault(situation, []).extend(wordings)
    return situations
