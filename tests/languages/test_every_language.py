"""Every language has words for everything the appliance says, with the same values in them, and short enough for the telephone."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from appliance.languages import load_prompts
from appliance.understanding import INTENTS
from appliance.understanding.phrases import load_phrases
from appliance.understanding.which_language import installed, named, voice

ENGLISH = load_prompts("en")
OTHERS = [language for language in installed() if language != "en"]
WORDS_AT_MOST = 32


def _values(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def test_english_and_spanish_are_installed() -> None:
    assert {"en", "es"} <= set(installed())


@pytest.mark.parametrize("language", OTHERS)
def test_no_prompt_is_missing_and_none_is_left_over(language: str) -> None:
    assert load_prompts(language).keys() == ENGLISH.keys()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("prompt", ENGLISH)
def test_a_prompt_has_the_values_of_the_english_one(language: str, prompt: str) -> None:
    english, own = ENGLISH[prompt], load_prompts(language)[prompt]
    assert len(own) == len(english)
    assert [_values(words) for words in own] == [_values(words) for words in english]


@pytest.mark.parametrize("language", installed())
def test_no_prompt_is_long(language: str) -> None:
    for prompt, wordings in load_prompts(language).items():
        for words in wordings:
            assert len(re.findall(r"[\w{}']+", words)) <= WORDS_AT_MOST, prompt


@pytest.mark.parametrize("language", installed())
def test_every_intent_has_examples(language: str) -> None:
    assert {phrase.intent for phrase in load_phrases(language)} == set(INTENTS)


@pytest.mark.parametrize("language", installed())
def test_a_language_has_a_voice_and_can_be_asked_for_by_name(language: str) -> None:
    assert voice(language, "espeak")
    offer = load_prompts(language)["language_offer"][0]
    assert named(offer, "en").languages == {language}
