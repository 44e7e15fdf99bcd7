"""Keys as answers: for callers the recogniser cannot hear, and for those who prefer them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from appliance.conversation.asking_again import KEYS
from appliance.conversation.events import Said

MENU: Mapping[str, str] = {
    "1": "book_appointment",
    "2": "reschedule_appointment",
    "3": "cancel_appointment",
    "4": "refill_prescription",
    "5": "ask_hours",
}
"""What the keys mean where the caller has the floor; "not_understood" tells them."""
MENU_OPEN = frozenset({"greeting", "not_understood", "silence_prompt"})
PHONE_DIGITS, BIRTH_DIGITS = 10, 8


class Keypad:
    """Keys pressed so far for one answer."""

    def __init__(self) -> None:
        self._digits = ""

    def press(self, digit: str, asked: str | None) -> Said | None:
        """What the keys mean where they were pressed; None while a number is not complete, or for a key that means nothing.

        0 is a person and * is "again", except inside a number, where * begins it anew and # ends it. A birth date may begin with 0;
        a 0 that nothing follows is a person.
        """
        in_a_number = self._digits or digit not in "0*" or (asked == "ask_dob" and digit == "0")
        if asked in ("ask_phone", "ask_dob") and in_a_number:
            return self._number(digit, asked)
        self._digits = ""
        if digit == "0":
            return Said("", "speak_to_human")
        if digit == "*":
            return Said("", "repeat")
        if KEYS.get(asked or "") == "press_yes_no" and digit in "12":
            return Said("", "affirm" if digit == "1" else "deny")
        if KEYS.get(asked or "") == "press_choice" and digit in "123":
            return Said("", "provide_info", choice=int(digit) - 1)
        return Said("", MENU[digit]) if asked in MENU_OPEN and digit in MENU else None

    def pause(self) -> Said | None:
        """Nothing came after the keys pressed so far: a single 0 was a call for a person."""
        person = self._digits == "0"
        self._digits = ""
        return Said("", "speak_to_human") if person else None

    def forget(self) -> None:
        """The caller spoke instead."""
        self._digits = ""

    def _number(self, digit: str, asked: str) -> Said | None:
        self._digits = "" if digit == "*" else self._digits + digit.strip("#")
        wanted = PHONE_DIGITS if asked == "ask_phone" else BIRTH_DIGITS
        if len(self._digits) < wanted and digit != "#":
            return None
        digits, self._digits = self._digits, ""
        if digits == "0":
            return Said("", "speak_to_human")
        if asked == "ask_phone":
            return Said("", "provide_info", phone=digits) if len(digits) in (7, PHONE_DIGITS) else Said("", "silence_noise")
        born = _birth_date(digits)
        return Said("", "provide_info", date_of_birth=born) if born else Said("", "silence_noise")


def _birth_date(digits: str) -> date | None:
    """MMDDYYYY, as the prompt asks for it; None when that is no date."""
    if len(digits) != BIRTH_DIGITS:
        return None
    try:
        return date(int(digits[4:]), int(digits[:2]), int(digits[2:4]))
    except ValueError:
        return None
