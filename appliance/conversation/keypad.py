"""Keys as answers: for callers the recogniser cannot hear, and for those who prefer them."""

from __future__ import annotations

from appliance.conversation.events import Said

YES_NO = frozenset({"confirm_details", "ask_new_patient", "offer_transfer", "offer_message", "anything_else", "identity_failed"})


def spoken_for(digit: str, asked: str | None) -> Said | None:
    """What a key means where it was pressed: 0 a person, * again, 1 yes and 2 no, or the number of an opening; else None."""
    if digit == "0":
        return Said("", "speak_to_human")
    if digit == "*":
        return Said("", "repeat")
    if asked in YES_NO and digit in "12":
        return Said("", "affirm" if digit == "1" else "deny")
    if asked in ("offer_slots", "slot_taken", "ask_which_appointment") and digit in "123":
        return Said("", "provide_info", choice=int(digit) - 1)
    return None
