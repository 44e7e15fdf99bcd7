"""The alarm that reads wording beside the model."""

from random import Random
from time import process_time

import pytest

from appliance.faults import OurFault
from appliance.understanding.emergency import alarm
from appliance.understanding.phrases import fill, load_phrases

EMERGENCIES = [
    "my wife is having bad chest pains",
    "I can't breathe!",
    "her speech is slurred and her face is drooping",
    "he's having a seizure",
    "the bleeding will not stop",
    "my kid drank bleach",
    "his tongue is swelling up",
    "my two week old has a fever of a hundred one",
    "a high fever and a stiff neck",
    "worst headache ever",
    "i fell off a ladder and can't move",
    "i'm coughing up blood",
    "call an ambulance",
    "i suddenly can't see",
    "she took a whole bottle of tylenol",
    "he was hit by a truck",
    "i'm pregnant and there's blood, i'm bleeding a lot",
    "my stomach pain is so bad i can't stand up",
    "she's choking on a grape",
    "she's unresponsive",
    "the carbon monoxide alarm is going off",
    "my water broke at thirty weeks",
    "he got burned bad with boiling water",
    "i had chest pain last week and now it's back and worse",
    "ma'am one of the guys grabbed his chest and went down",
    "the baby is blue around the lips and floppy",
    "the tree limb came down on him and he's pinned",
    "her words are coming out like soup",
    "he drank some drain opener",
    "thirty weeks and i'm leaking fluid, the contractions are every four minutes",
    "his sleeve is on fire",
    "my shirt has caught fire",
    "she fell two stories",
    "he fell twenty feet off the scaffold",
    "three guys shot outside the bar",
    "the foot is coming first",
    "i can see the bone in my finger",
    "my toddler's holding a snake",
    "shook her and there's nothing",
    "her insulin pump emptied the whole reservoir",
    "the same tightness is back and i have two stents",
    "i think he has sepsis",
    "i can't breathe easy until i sit up",
    "should i hang up and call nine one one",
    "i can't get this weight off my chest",
]
CRISES = [
    "I want to die",
    "i'm going to kill myself",
    "no i don't want to live anymore",
    "i've been cutting myself",
    "life isn't worth living",
    "there is no point in living",
    "i'd be better off dead",
    "he keeps saying he wants to kill himself",
    "i have a gun in my hand",
    "my boyfriend hit me and i'm scared",
    "i feel like hurting somebody",
    "i'm not safe by myself",
    "everybody would be better off once i'm out of the picture",
    "the pistol is in my lap",
    "i keep thinking about stepping off the platform",
    "he says if i call the police i won't see tomorrow",
    "i can't do another day",
    "i'm scared i'll be dead by morning",
    "how long until somebody finds me",
    "i just wanted to say goodbye to everybody",
    "my son left a note and i can't find him",
    "i found her with the pills in her hand",
    "you won't have to worry about me much longer",
    "my husband will kill me if i leave",
]
ROUTINE = [
    "i need my chest x-ray results",
    "i have an appointment with the heart doctor",
    "i'd like a blood pressure check",
    "it's not an emergency",
    "you're killing me, laughing over here",
    "i'm dying to get in this week",
    "no chest pain no",
    "i don't have any trouble breathing",
    "he had a stroke two years ago and needs a checkup",
    "where is the emergency room entrance",
    "i have a plan with aetna",
    "i can't go on friday",
    "i hurt my back lifting boxes",
    "he takes five pills a day",
    "my emergency contact changed",
    "follow up for my chest pain visit",
    "i'm dead tired",
    "i can't take it anymore, this hold music",
    "refill for my seizure medicine",
    "my number is four one three nine one one two two",
    "she can't walk far is there parking close",
    "no i'm not suicidal",
    "i survived a heart attack ten years back and this is the yearly look",
    "i'm dying of boredom",
    "makes no sense to me",
    "can't talk to me i have to",
    "i can't swallow those horse tablets",
    "it cut me off twice",
    "i have had no energy for two days, sneezing and a runny nose",
    "my feet are going numb now too",
    "does louie's do take out",
    "zoloft and blood thinner please",
    "what time do you open and don't put me on hold",
    "where am i headed is it church street",
    "can we do another day",
    "i can't make it tomorrow",
    "that's a weight off my chest",
    "i can't breathe easy until i know",
    "my boss will kill me if i'm late",
    "could you find me a slot",
    "the nurse left a note in my chart",
    "my kids shot records",
    "so i can see the bone doctor on tuesday",
    "thank you and goodbye",
    "my father passed away from a stroke",
    "he had a seizure when he was three",
    "she's on the seizure plan at school",
    "it wasn't a heart attack",
]
MISHEARD = [
    ("i am having che pain", "emergency"),
    ("he cant brief please", "emergency"),
    ("having a seizur now", "emergency"),
    ("she is bleding and it won't stop", "emergency"),
    ("i want to kill my self", "crisis"),
    ("i don't wanna live any more", "crisis"),
]


@pytest.mark.parametrize("text", EMERGENCIES)
def test_a_red_flag_raises_an_emergency(text: str) -> None:
    assert alarm(text) == "emergency"


@pytest.mark.parametrize("text", CRISES)
def test_despair_or_violence_raises_a_crisis(text: str) -> None:
    assert alarm(text) == "crisis"


@pytest.mark.parametrize("text", ROUTINE)
def test_alarming_words_in_routine_talk_raise_nothing(text: str) -> None:
    assert alarm(text) is None


@pytest.mark.parametrize(("text", "kind"), MISHEARD)
def test_words_a_recogniser_got_nearly_right_still_raise_the_alarm(text: str, kind: str) -> None:
    assert alarm(text) == kind


def test_the_alarm_is_raised_on_the_first_partial_that_says_it() -> None:
    words = ["seven", "twenty", "two", "sorry", "my", "chest", "hurts", "really", "bad", "all", "of", "a", "sudden"]
    raised = [alarm(" ".join(words[:count])) for count in range(len(words) + 1)]
    assert raised.index("emergency") == words.index("hurts") + 1
    assert all(raised[words.index("hurts") + 1 :])


def test_a_breath_that_fails_outranks_a_crisis() -> None:
    assert alarm("he tried to kill himself and he's not breathing") == "emergency"


def test_nearly_all_example_phrases_of_emergency_and_crisis_raise_an_alarm_and_nearly_no_other_does() -> None:
    rng = Random(2)
    lines = [(phrase.intent, " ".join(fill(phrase, rng).words)) for phrase in load_phrases("en")]
    dangerous = [line for intent, line in lines if intent in ("emergency", "crisis")]
    routine = [line for intent, line in lines if intent not in ("emergency", "crisis")]
    assert sum(alarm(line) is not None for line in dangerous) >= 0.97 * len(dangerous)
    assert sum(alarm(line) is not None for line in routine) <= 0.003 * len(routine)


def test_two_signs_far_apart_raise_the_alarm_together_and_not_alone() -> None:
    assert alarm("my jaw") is alarm("i'm all sweaty") is None
    assert alarm("it's my jaw since about an hour and i don't know why but now i'm all sweaty") == "emergency"


def test_a_cry_that_is_the_whole_utterance_counts_only_alone() -> None:
    assert alarm("help") == "emergency"
    assert alarm("i need help with a bill") is None


def test_nothing_said_raises_nothing() -> None:
    assert alarm("") is None
    assert alarm("[noise] ...") is None


def test_a_language_without_the_wording_is_an_error_naming_the_file() -> None:
    with pytest.raises(OurFault, match=r"emergency\.toml"):
        alarm("hello", "xx")


def test_a_line_in_which_patterns_stand_takes_a_millisecond_or_two() -> None:
    """What goes before and after it is searched but once; the bound is wide because machines that test are busy."""
    line = "i have the worst headache of my life and the appointments that you gave my grandmother were all taken"
    alarm(line)
    began = process_time()
    for _ in range(5):
        alarm(line)
    assert (process_time() - began) / 5 < 0.005
