"""Times of day, windows and days with times, as callers say them on Monday 23 November 2026."""

from datetime import datetime, time

import pytest

from appliance.understanding.values import Window, read, time_window

NOW = datetime(2026, 11, 23, 9)

TIMES = {
    "three": "15:00",
    "three please": "15:00",
    "um ten": "10:00",
    "at one": "13:00",
    "ten if you've got it": "10:00",
    "Ten's good.": "10:00",
    "Yes, ten o'clock Tuesday.": "10:00",
    "five": "17:00",
    "twelve": "12:00",
    "ten thirty": "10:30",
    "10:30": "10:30",
    "1030": "10:30",
    "2:30 p.m.": "14:30",
    "2:30pm": "14:30",
    "6pm": "18:00",
    "11am": "11:00",
    "8 AM": "08:00",
    "two thirty": "14:30",
    "nine oh five": "09:05",
    "nine o five a m": "09:05",
    "nine forty-five": "09:45",
    "half past four": "16:30",
    "half past 3 in the afternoon": "15:30",
    "half nine": "09:30",
    "a quarter past two": "14:15",
    "quarter after four": "16:15",
    "a quarter to three": "14:45",
    "quarter of ten": "09:45",
    "quarter til two": "13:45",
    "ten to two": "13:50",
    "twenty past ten": "10:20",
    "five after nine": "09:05",
    "twenty minutes to four": "15:40",
    "twenty five past eleven": "11:25",
    "eight o clock": "08:00",
    '12 o"clock in the afternoon': "12:00",
    "twelve noon": "12:00",
    "at noon": "12:00",
    "midday": "12:00",
    "half past noon": "12:30",
    "12 pm": "12:00",
    "12 a.m.": "00:00",
    "midnight": "00:00",
    "three-ish": "15:00",
    "around eleven or so": "11:00",
    "eight sharp": "08:00",
    "nine in the morning": "09:00",
    "four in the evening": "16:00",
    "seven in the morning": "07:00",
    "seven thirty am": "07:30",
    "eight at night": "20:00",
    "eight tonight": "20:00",
    "morning 10:45": "10:45",
    "afternoon 2:30": "14:30",
    "in the afternoon at three": "15:00",
    "morning 3:30 pm": "15:30",
    "13:00": "13:00",
    "fourteen thirty": "14:30",
    "fourteen hundred hours": "14:00",
    "quarter to 1 in the afternoon": "12:45",
    "quarter to twelve in the morning": "11:45",
    "the ten thirty": "10:30",
    "the three o'clock one": "15:00",
    "i'll take the ten": "10:00",
    "friday the fourth at two": "14:00",
    "december ninth two thirty": "14:30",
    "wednesday nine thirty": "09:30",
    "tenish": "10:00",
    "sixteen hundred": "16:00",
    "nine, make it ten": "10:00",
    "book it on 2nd of march. i am free at 2:30 pm": "14:30",
    "good morning, can i come at three": "15:00",
    "March 10th and 14:00 if possible.": "14:00",
    "at eight tomorrow evening": "20:00",
    "three no four": "16:00",
    "ten thirty no wait eleven": "11:00",
    "ten no eleven thirty": "11:30",
    "at ten thirty, sorry, forty five": "10:45",
    "not three, four": "16:00",
    "i can't do nine, ten": "10:00",
    "what about the two forty five": "14:45",
    "any chance of something on friday the fourth at around half past two in the afternoon": "14:30",
    "could you do 9:00": "09:00",
    "we are two people, can we come at three": "15:00",
}

NO_TIMES = [
    "",
    "morning",
    "in the afternoon",
    "whenever",
    "after three",
    "before ten",
    "have a good one",
    "i did not know i had one",
    "not that one",
    "the friday one",
    "one on friday",
    "call me at five five five oh one nine nine",
    "it could be COVID-19",
    "she is burning up a hundred and two",
    "i have had a cough for about two days now",
    "between two and four",
    "from nine to eleven",
    "ten or eleven",
    "ten and ten thirty",
    "the first one",
    "the one on friday",
    "that one",
    "seven",
    "six thirty",
    "twenty five o'clock",
    "ten sixty",
    "ten seventy five",
    "in two weeks",
    "two weeks from friday",
    "seven twenty two eighty five",
    "five five five oh one four two",
    "the ninth",
    "december ninth",
    "two kids",
    "three days from now",
    "as early as possible",
    "eleven in the afternoon",
    "13 am",
    "no later than three",
    "by noon",
    "my daughter is four years old",
    "one moment please",
    "not three",
    "march ninth nineteen forty eight",
]

WINDOWS = {
    "morning": Window(time(8), time(12)),
    "in the mornings": Window(time(8), time(12)),
    "tomorrow afternoon": Window(time(12), time(17)),
    "this afternoon": Window(time(12), time(17)),
    "the Monday after that, in the morning?": Window(time(8), time(12)),
    "mid morning": Window(time(9, 30), time(11)),
    "late afternoon": Window(time(15), time(17)),
    "after three": Window(earliest=time(15)),
    "any time after half past two": Window(earliest=time(14, 30)),
    "three or later": Window(earliest=time(15)),
    "wednesday after three": Window(earliest=time(15)),
    "not before ten": Window(earliest=time(10)),
    "before ten": Window(latest=time(10)),
    "no later than noon": Window(latest=time(12)),
    "by eleven": Window(latest=time(11)),
    "between two and four": Window(time(14), time(16)),
    "from nine to eleven": Window(time(9), time(11)),
    "two to four": Window(time(14), time(16)),
    "between ten thirty and noon": Window(time(10, 30), time(12)),
    "as early as possible": Window(preference="earliest"),
    "early as she's got": Window(preference="earliest"),
    "first thing": Window(preference="earliest"),
    "the earliest you have": Window(preference="earliest"),
    "in the afternoon, as late as possible": Window(time(12), time(17), "latest"),
    "the end of the day": Window(preference="latest"),
    "around lunchtime": Window(time(12), time(13, 30)),
    "after lunch": Window(earliest=time(13)),
    "after work": Window(earliest=time(17)),
    "pm": Window(earliest=time(12)),
    "any time": Window(),
}

DATETIMES = {
    "tomorrow at ten": "2026-11-24T10:00",
    "friday two thirty": "2026-11-27T14:30",
    "Friday, December 4th at 10:30 AM": "2026-12-04T10:30",
    "ten thirty on the fourth": "2026-12-04T10:30",
    "half past nine tomorrow morning": "2026-11-24T09:30",
    "next wednesday at quarter to four": "2026-12-02T15:45",
    "december fourteenth at two thirty p m": "2026-12-14T14:30",
    "the day after tomorrow around half past two": "2026-11-25T14:30",
    "noon on friday": "2026-11-27T12:00",
    "this afternoon at four": "2026-11-23T16:00",
    "this evening at eight": "2026-11-23T20:00",
    "monday next week at 13:00": "2026-11-30T13:00",
    "3:15 pm on December 14th": "2026-12-14T15:15",
    "december ninth two thirty": "2026-12-09T14:30",
    "the first at ten": "2026-12-01T10:00",
    "twelve fourteen at three": "2026-12-14T15:00",
    "tuesday at ten no wednesday at eleven": "2026-11-25T11:00",
    "tuesday at ten, sorry, eleven": "2026-11-24T11:00",
    "tuesday at ten no wednesday": "2026-11-25T10:00",
    "a week from friday at eight": "2026-12-04T08:00",
    "any chance of something on friday the fourth at around half past two in the afternoon": "2026-12-04T14:30",
    "day after thanksgiving at nine": "2026-11-27T09:00",
    "in two weeks at ten": "2026-12-07T10:00",
    "Yes, ten o'clock Tuesday.": "2026-11-24T10:00",
    "nine oh five tomorrow": "2026-11-24T09:05",
    "half nine on the second": "2026-12-02T09:30",
}


@pytest.mark.parametrize(("text", "expected"), TIMES.items())
def test_a_time_is_read(text: str, expected: str) -> None:
    assert read("time", text, NOW) == expected


@pytest.mark.parametrize("text", NO_TIMES)
def test_no_time_is_guessed(text: str) -> None:
    assert read("time", text, NOW) is None


@pytest.mark.parametrize(("text", "expected"), WINDOWS.items())
def test_a_window_is_read(text: str, expected: Window) -> None:
    assert time_window(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no i can't do mornings",
        "good morning",
        "who am i seeing",
        "last night",
        "ten in the morning",
        "at three",
        "ten thirty",
        "friday",
        "i don't know",
        "two kids",
        "between four and two",
    ],
)
def test_no_window_is_guessed(text: str) -> None:
    assert time_window(text) is None


@pytest.mark.parametrize(("text", "expected"), DATETIMES.items())
def test_a_day_with_its_time_is_read(text: str, expected: str) -> None:
    assert read("datetime", text, NOW) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "friday",
        "at three",
        "friday morning",
        "friday after three",
        "next week at ten",
        "friday at two or three",
        "twelve fourteen",
    ],
)
def test_half_a_moment_is_none(text: str) -> None:
    assert read("datetime", text, NOW) is None
