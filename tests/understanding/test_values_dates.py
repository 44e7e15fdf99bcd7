"""Days and ranges of days as callers say them, on Monday 23 November 2026."""

from datetime import date, datetime

import pytest

from appliance.understanding.values import read

NOW = datetime(2026, 11, 23, 9)

DATES = {
    "today please": "2026-11-23",
    "tonight if at all possible": "2026-11-23",
    "this afternoon": "2026-11-23",
    "tomorrow morning": "2026-11-24",
    "to morrow": "2026-11-24",
    "how about tomorrow, the twenty fourth": "2026-11-24",
    "day after tomorrow": "2026-11-25",
    "um like friday": "2026-11-27",
    "friday please": "2026-11-27",
    "sunday": "2026-11-29",
    "on wednesday if that works": "2026-11-25",
    "this wednesday": "2026-11-25",
    "this coming friday": "2026-11-27",
    "next wednesday": "2026-12-02",
    "next sunday": "2026-12-06",
    "wednesday next week": "2026-12-02",
    "next week on wednesday": "2026-12-02",
    "next week, maybe thursday": "2026-12-03",
    "friday of next week": "2026-12-04",
    "firday of next week": "2026-12-04",
    "thusday the 3rd": "2026-12-03",
    "monday the 23rd": "2026-11-23",
    "the following friday": "2026-12-04",
    "the friday following": "2026-12-04",
    "the friday after that": "2026-12-04",
    "not this friday, the friday after that": "2026-12-04",
    "the friday after this one": "2026-12-04",
    "friday of the following week": "2026-12-04",
    "this following friday": "2026-11-27",
    "friday this week": "2026-11-27",
    "tuesday the week after next": "2026-12-08",
    "the monday after next": "2026-12-07",
    "monday week": "2026-12-07",
    "a week on friday": "2026-12-04",
    "a week friday": "2026-12-04",
    "a week from tomorrow": "2026-12-01",
    "a week tomorrow": "2026-12-01",
    "a week today": "2026-11-30",
    "two weeks from friday": "2026-12-11",
    "two weeks from today": "2026-12-07",
    "two weeks today": "2026-12-07",
    "in a week": "2026-11-30",
    "in a week's time": "2026-11-30",
    "in a fortnight": "2026-12-07",
    "a fortnight on wednesday": "2026-12-09",
    "in three days": "2026-11-26",
    "in ten days": "2026-12-03",
    "in 10 days": "2026-12-03",
    "in a couple of days": "2026-11-25",
    "ten days from now": "2026-12-03",
    "in a month": "2026-12-23",
    "a month from now": "2026-12-23",
    "last tuesday": "2026-11-17",
    "yesterday": "2026-11-22",
    "three days ago": "2026-11-20",
    "december ninth": "2026-12-09",
    "december nine": "2026-12-09",
    "december the ninth": "2026-12-09",
    "Dec 9": "2026-12-09",
    "December 9th": "2026-12-09",
    "9th of December": "2026-12-09",
    "the 9th": "2026-12-09",
    "9 december": "2026-12-09",
    "the ninth day of december": "2026-12-09",
    "december ninth twenty twenty six": "2026-12-09",
    "December 9, 2026": "2026-12-09",
    "december twenty-first": "2026-12-21",
    "january third": "2027-01-03",
    "march second": "2027-03-02",
    "november twenty third": "2026-11-23",
    "the first": "2026-12-01",
    "on the fifteenth": "2026-12-15",
    "the twenty third": "2026-12-23",
    "the twenty forth": "2026-11-24",
    "thirty first": "2026-12-31",
    "the thirty first": "2026-12-31",
    "nineteenth": "2026-12-19",
    "the 6th of next month": "2026-12-06",
    "the 25th of this month": "2026-11-25",
    "the fifth of the month": "2026-12-05",
    "friday the fourth": "2026-12-04",
    "tuesday the first": "2026-12-01",
    "next tuesday the first": "2026-12-01",
    "friday the twenty seventh": "2026-11-27",
    "friday november twenty seventh": "2026-11-27",
    "wednesday, december the ninth": "2026-12-09",
    "wednesday the ninth of december": "2026-12-09",
    "december fourth, a friday": "2026-12-04",
    "friday, the fourth": "2026-12-04",
    "12/14": "2026-12-14",
    "12/14/2026": "2026-12-14",
    "2026-12-14": "2026-12-14",
    "twelve fifteen": "2026-12-15",
    "twelve slash fourteen": "2026-12-14",
    "fourteen twelve": "2026-12-14",
    "one five": "2027-01-05",
    "the second tuesday in december": "2026-12-08",
    "second tuesday of next month": "2026-12-08",
    "last friday in december": "2026-12-25",
    "first monday of january": "2027-01-04",
    "thanksgiving": "2026-11-26",
    "black friday": "2026-11-27",
    "the friday after thanksgiving": "2026-11-27",
    "the monday after thanksgiving": "2026-11-30",
    "the day before thanksgiving": "2026-11-25",
    "cyber monday": "2026-11-30",
    "christmas eve": "2026-12-24",
    "christmas": "2026-12-25",
    "new years day": "2027-01-01",
    "martin luther king day": "2027-01-18",
    "valentine's day": "2027-02-14",
    "fourth of july": "2027-07-04",
    "easter monday": "2027-03-29",
    "two days after christmas": "2026-12-27",
    "a week before christmas": "2026-12-18",
    "the friday before christmas": "2026-12-18",
    "any chance of something on friday the fourth at around half past two in the afternoon": "2026-12-04",
    "could you squeeze me in on thursday after three": "2026-11-26",
    "i have two kids so friday would be good": "2026-11-27",
    "the monday after, december seventh": "2026-12-07",
    "the one on the ninth of december": "2026-12-09",
    "it's the ten o'clock on the eighth": "2026-12-08",
    "may i come in on friday": "2026-11-27",
    "tuesday no wednesday": "2026-11-25",
    "tuesday, sorry, i mean thursday": "2026-11-26",
    "march ninth sorry march nineteenth": "2027-03-19",
    "march ninth sorry nineteenth": "2027-03-19",
    "the ninth no wait the tenth of december": "2026-12-10",
    "not the ninth the nineteenth": "2026-12-19",
    "no not the ninth, the nineteenth": "2026-12-19",
    "i can't do tuesday, how about thursday": "2026-11-26",
    "friday doesn't work, monday": "2026-11-30",
    "no, tuesday": "2026-11-24",
    "this coming monday": "2026-11-30",
    "two fridays from now": "2026-12-04",
    "the last day of the month": "2026-11-30",
    "could you make it friday": "2026-11-27",
    "friday, make it monday": "2026-11-30",
    "Okay. Book an appointment on the 12th of March, afternoon 2:30.": "2027-03-12",
    "can you make it for 5 in the evening on Wednesday next week?": "2026-12-02",
    "sometime next week on wednesday": "2026-12-02",
    "No, I said Thursday, not Tuesday.": "2026-11-26",
    "i have had this for two weeks, is tomorrow possible": "2026-11-24",
    "yes the ninth, no problem": "2026-12-09",
    "friday instead of thursday": "2026-11-27",
}

NO_DATES = [
    "",
    "uh",
    "i don't know",
    "whenever",
    "next week",
    "this week",
    "in december",
    "december",
    "the weekend",
    "february thirtieth",
    "february thirty first",
    "april thirty first",
    "the thirty second",
    "tuesday or thursday",
    "monday and friday",
    "before friday",
    "after the ninth",
    "any day but friday",
    "not friday",
    "monday to wednesday",
    "the first one",
    "the second one please",
    "the first available",
    "one moment",
    "three",
    "half past two",
    "ten thirty",
    "in the morning",
    "july twenty second eighty five",
    "march ninth nineteen forty eight",
    "five five five oh one four two",
    "tuesday the ninth",
    "on friday the eighth",
    "thursday 7th",
    "today thursday 7th",
    "today thusday 7th",
    "thrusday the 7th",
    "friday december ninth",
    "the day after",
    "the ninth or tenth",
    "Could you call in my lisinopril to the Walgreens on Fifth?",
    "i missed the first part",
    "not next week the week after",
    "next christmas",
    "the friday of that week",
    "this monday",
    "the sixth of this month",
    "in a few days",
    "give me a second",
    "12/45",
    "13/13",
    "my name is daniel kowalski",
    "the second week of december",
    "may",
    "can i march in",
    "eleven twelve thirteen",
    "no later than friday",
]

RANGES = {
    "next week": ("2026-11-30", "2026-12-04"),
    "sometime next week": ("2026-11-30", "2026-12-04"),
    "any day next week would do": ("2026-11-30", "2026-12-04"),
    "this week": ("2026-11-23", "2026-11-27"),
    "the rest of the week": ("2026-11-23", "2026-11-27"),
    "the week after next": ("2026-12-07", "2026-12-11"),
    "week of the seventh": ("2026-12-07", "2026-12-11"),
    "the week of december ninth": ("2026-12-07", "2026-12-11"),
    "the week after thanksgiving": ("2026-11-30", "2026-12-04"),
    "the week before christmas": ("2026-12-14", "2026-12-18"),
    "thanksgiving week": ("2026-11-23", "2026-11-27"),
    "early next week": ("2026-11-30", "2026-12-01"),
    "the middle of next week": ("2026-12-01", "2026-12-03"),
    "the end of next week": ("2026-12-03", "2026-12-04"),
    "end of the week": ("2026-11-26", "2026-11-27"),
    "this weekend": ("2026-11-28", "2026-11-29"),
    "next weekend": ("2026-12-05", "2026-12-06"),
    "next month": ("2026-12-01", "2026-12-31"),
    "sometime in december": ("2026-12-01", "2026-12-31"),
    "december": ("2026-12-01", "2026-12-31"),
    "in january": ("2027-01-01", "2027-01-31"),
    "early december": ("2026-12-01", "2026-12-10"),
    "mid december": ("2026-12-11", "2026-12-20"),
    "late in december": ("2026-12-21", "2026-12-31"),
    "the end of the month": ("2026-11-23", "2026-11-30"),
    "between the first and the fourth": ("2026-12-01", "2026-12-04"),
    "monday through wednesday": ("2026-11-30", "2026-12-02"),
    "tuesday or wednesday": ("2026-11-24", "2026-11-25"),
    "monday or tuesday next week": ("2026-11-30", "2026-12-01"),
    "december first through fourth": ("2026-12-01", "2026-12-04"),
    "from the first to the fourth of december": ("2026-12-01", "2026-12-04"),
    "in the next two weeks": ("2026-11-23", "2026-12-07"),
    "in two weeks": ("2026-12-07", "2026-12-11"),
    "by friday": ("2026-11-23", "2026-11-27"),
    "before christmas": ("2026-11-23", "2026-12-24"),
    "next week no the week after next": ("2026-12-07", "2026-12-11"),
    "may i come next week": ("2026-11-30", "2026-12-04"),
}


@pytest.mark.parametrize(("text", "expected"), DATES.items())
def test_a_day_is_read(text: str, expected: str) -> None:
    assert read("date", text, NOW) == expected


@pytest.mark.parametrize("text", NO_DATES)
def test_no_day_is_guessed(text: str) -> None:
    assert read("date", text, NOW) is None


@pytest.mark.parametrize(("text", "expected"), RANGES.items())
def test_a_range_of_days_is_read(text: str, expected: tuple[str, str]) -> None:
    assert read("date_range", text, NOW) == "/".join(expected)


@pytest.mark.parametrize(
    "text", ["", "friday", "monday or friday", "after the ninth", "whenever", "ten thirty", "next week or in january"]
)
def test_no_range_is_guessed(text: str) -> None:
    assert read("date_range", text, NOW) is None


def test_that_is_the_day_the_talk_was_about() -> None:
    """ "The day after" needs to know what the day was; "the friday after that" is told from the week where it was not."""
    assert read("date", "what about the Monday after that, in the morning?", NOW, anchor=date(2026, 11, 27)) == "2026-11-30"
    assert read("date", "the day after", NOW, anchor=date(2026, 11, 30)) == "2026-12-01"
    assert read("date", "the friday of that week", NOW, anchor=date(2026, 12, 1)) == "2026-12-04"
    for text in (
        "the following friday",
        "the friday following",
        "the friday after that",
        "the next friday after that",
        "the friday after",
    ):
        assert read("date", text, NOW, anchor=date(2026, 12, 4)) == "2026-12-11"
    assert read("date", "friday of the following week", NOW, anchor=date(2026, 12, 1)) == "2026-12-11"
    assert read("date", "friday of next week", NOW, anchor=date(2026, 12, 9)) == "2026-12-04"
    assert read("date", "the monday after that", NOW) is None  # today's, or the coming one's?


def test_relative_days_depend_on_the_given_moment() -> None:
    """On a Friday "monday" is three days away and "next friday" is in the next week."""
    friday = datetime(2027, 1, 1, 9)
    assert read("date", "monday", friday) == "2027-01-04"
    assert read("date", "next friday", friday) == "2027-01-08"
    assert read("date", "the thirty first", datetime(2027, 1, 31)) == "2027-03-31"
    assert read("date", "february twenty ninth", friday) == "2028-02-29"
