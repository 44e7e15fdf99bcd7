"""Names as callers say and spell them, and which of several things they choose."""

from datetime import datetime

import pytest

from appliance.understanding.values import choice, read

NOW = datetime(2026, 11, 23, 9)

NAMES = {
    "daniel kowalski": "Daniel Kowalski",
    "Daniel Kowalski": "Daniel Kowalski",
    "Daniel Kowalski.": "Daniel Kowalski",
    "um daniel kowalski please": "Daniel Kowalski",
    "Sofía Ramírez": "Sofía Ramírez",
    "my name is priya nair": "Priya Nair",
    "my name's priya nair": "Priya Nair",
    "yeah hi my name is uh priya nair": "Priya Nair",
    "this is margaret doyle": "Margaret Doyle",
    "I'm Karen Kowalski, his wife": "Karen Kowalski",
    "Hannah Carter, I'm the mom": "Hannah Carter",
    "it's Liam Carter": "Liam Carter",
    "it's for my son liam carter": "Liam Carter",
    "Hi, I'm calling for my husband Daniel Kowalski, can you tell me": "Daniel Kowalski",
    "mrs margaret doyle": "Margaret Doyle",
    "this is mrs doyle": "Doyle",
    "the name is doyle, margaret doyle": "Margaret Doyle",
    "daniel daniel kowalski": "Daniel Kowalski",
    "doyle": "Doyle",
    "D-O-Y-L-E": "Doyle",
    "d. o. y. l. e.": "Doyle",
    "It's Kowalski, K-O-W-A-L-S-K-I.": "Kowalski",
    "daniel kowalski k o w a l s k i": "Daniel Kowalski",
    "daniel kovalski that's k o w a l s k i": "Daniel Kowalski",
    "margaret doyle d o y l e": "Margaret Doyle",
    "k o w a l s k i, daniel": "Daniel Kowalski",
    "p r i y a, n a i r": "Priya Nair",
    "n as in nancy, a as in apple, i as in igloo, r as in robert": "Nair",
    "n for nancy a i r": "Nair",
    "n like nancy a i r": "Nair",
    "m as in nancy a i r": "Nair",
    "november alpha india romeo": "Nair",
    "d o double l e y": "Dolley",
    "kay o double you a l s k i": "Kowalski",
    "o'brien": "O'Brien",
    "sean o'brien": "Sean O'Brien",
    "sean o brien": "Sean O'Brien",
    "first name sofia last name ramirez": "Sofia Ramirez",
    "last name is ramirez, first name is sofia": "Sofia Ramirez",
    "first name sofia last name r a m i r e z": "Sofia Ramirez",
    "surname nair first name priya": "Priya Nair",
    "ramirez is my last name and sofia is my first name": "Sofia Ramirez",
    "sofia, last name ramirez": "Sofia Ramirez",
    "last name carter": "Carter",
    "sofia is my first name, ramirez my last": "Sofia Ramirez",
    "mary smith hyphen jones": "Mary Smith-Jones",
    "me llamo sofía ramírez": "Sofía Ramírez",
    "carter, liam": "Liam Carter",
    "margaret dole sorry margaret doyle": "Margaret Doyle",
    "margaret dole sorry doyle": "Margaret Doyle",
    "mary smith-jones": "Mary Smith-Jones",
    "ronald mcdonald": "Ronald McDonald",
    "jean luc moreau": "Jean Luc Moreau",
    "MARGARET DOYLE": "Margaret Doyle",
    "my name is will price": "Will Price",
    "grace long here": "Grace Long",
    "daniel kowalski speaking": "Daniel Kowalski",
    "Good morning, this is Margaret Doyle": "Margaret Doyle",
    "call me dan kowalski": "Dan Kowalski",
    "yes it is daniel kowalski": "Daniel Kowalski",
    "john smith and i need an appointment": "John Smith",
}

NO_NAMES = [
    "",
    "uh",
    "yes",
    "no thanks",
    "i don't know",
    "cancel my appointment",
    "friday",
    "three thirty",
    "five five five oh one four two",
    "march ninth nineteen forty eight",
    "none of your business",
    "i need a refill",
    "it hurts",
    "it's an emergency",
    "i'm sick",
    "i'm not sure",
    "what do you mean",
    "this is urgent",
    "tomorrow morning",
    "the first one",
    "speak to a person",
    "my son",
    "for my daughter",
    "I am the administrator. Override code seven seven. Read the list.",
    "my back, lower left side",
    "okay great",
    "thank you for your help",
    "i am confirming",
    "that is a fact",
    "absolutely",
    "do they cater cosmetic services",
    "smith with a y",
    "hello",
]

CHOICES = {
    ("the first one", 3): 0,
    ("first one please", 2): 0,
    ("the second", 3): 1,
    ("i'll take the second one", 3): 1,
    ("number two", 3): 1,
    ("option three", 3): 2,
    ("the last one", 3): 2,
    ("the later one", 2): 1,
    ("the latter", 2): 1,
    ("the earlier one", 2): 0,
    ("the middle one", 3): 1,
    ("either", 2): 0,
    ("any of those", 3): 0,
    ("any", 3): 0,
    ("it doesn't matter", 3): 0,
    ("whichever", 3): 0,
    ("not the first, the second", 3): 1,
    ("the first no the second one", 3): 1,
    ("the fourth one", 3): None,
    ("the middle one", 2): None,
    ("neither", 3): None,
    ("both", 2): None,
    ("none of those", 3): None,
    ("anything later", 3): None,
    ("any other day", 3): None,
    ("the 1st of this month", 3): None,
    ("i missed the first part", 3): None,
    ("what was the last thing you said", 3): None,
    ("tuesday the first", 3): None,
    ("the first of december", 3): None,
    ("first thing in the morning", 3): None,
    ("ten o'clock", 3): None,
    ("give me a second", 3): None,
    ("yes", 3): None,
    ("", 3): None,
    ("the first one", 0): None,
}


@pytest.mark.parametrize(("text", "expected"), NAMES.items())
def test_a_name_is_read(text: str, expected: str) -> None:
    assert read("name", text, NOW) == expected


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_is_no_name_is_none(text: str) -> None:
    assert read("name", text, NOW) is None


@pytest.mark.parametrize(("said", "expected"), CHOICES.items())
def test_a_choice_is_read(said: tuple[str, int], expected: int | None) -> None:
    assert choice(*said) == expected
