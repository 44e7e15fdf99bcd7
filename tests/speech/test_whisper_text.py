"""What Whisper writes becomes what understanding reads."""

from __future__ import annotations

import pytest

from appliance.speech.whisper_text import as_heard


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        (" Yes, please.", "yes please"),
        ("It's Margaret O'Neill-Doyle.", "it's margaret o'neill doyle"),
        ("D-O-Y-L-E", "d o y l e"),
        ("Dr. Okafor’s", "doctor okafor's"),
        ("July 22nd, 1985.", "july 22nd 1985"),
        ("7/22/1985", "7/22/1985"),
        ("At 9:30 a.m., or 3 P.M.?", "at 9:30 am or 3 pm"),
        ("(212) 555-0142.", "212 555-0142"),
        ("+1 212.555.0142", "+1 212.555.0142"),
        ("1,200", "1200"),
        ("212, 555, 0142", "212 555 0142"),
        ("Sí, el 5 de mayo, señor Núñez.", "sí el 5 de mayo señor núñez"),
        ("[BLANK_AUDIO]", ""),
        ("(applause) Thank you. ♪ music ♪ *sighs*", "thank you"),
        ("...", ""),
    ],
)
def test_words_are_plain_and_figures_stay_whole(written: str, heard: str) -> None:
    """Lower case, no punctuation or sounds; numbers keep the signs that make them dates, times and telephone numbers."""
    assert as_heard(written) == heard
