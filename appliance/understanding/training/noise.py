"""What a telephone, a recogniser and a hesitant caller do to a line: fillers, dropped words, words heard as others, words heard in pieces."""

from __future__ import annotations

from random import Random

from appliance.understanding.phrases import OUTSIDE, Example

_SOUNDS_LIKE = {
    "to": "two too the", "two": "to too", "too": "to", "for": "four or from", "four": "for", "there": "their here", "their": "there",
    "your": "you're you", "right": "write ride", "by": "buy bye", "our": "are hour", "hour": "our", "week": "weak wick", "see": "sea c say",
    "new": "knew no", "know": "no", "no": "know now", "eight": "ate eighty", "one": "won want", "wait": "weight", "need": "kneed neat knee",
    "book": "look brook bug", "appointment": "a_point_meant apartment appointments ointment point_mint a_pointment disappointment",
    "appointments": "apartments ointments", "cancel": "council can_sell cancer counsel candle", "canceled": "counseled can_sold",
    "move": "moved groove prove", "change": "chain charge strange", "schedule": "shed_jewel sketch_all shed_yule skedule",
    "reschedule": "re_schedule three_schedule reese_kettle regime", "scheduled": "shed_jewels schedule", "is": "his as it's", "my": "by mine mike",
    "i": "eye a", "the": "a da they", "a": "the uh", "on": "an own in", "in": "and an on", "and": "in an end", "can": "can't cannot kin",
    "are": "our or", "time": "tine dime thyme", "day": "date they", "date": "day dates", "how": "now who", "do": "due to", "it": "hit at",
    "have": "half of had", "that": "that's at", "would": "wood what", "like": "light lake", "want": "won wanna", "get": "got yet", "please": "peas police",
    "monday": "mon_day one_day money mundane", "tuesday": "two's_day choose_day tuesdays toothday", "wednesday": "when's_day wins_day wendy's_day",
    "thursday": "thirst_day thirsty first_day", "friday": "fried_day fry_day pride_day", "saturday": "sat_her_day", "today": "to_day two_day",
    "tomorrow": "to_morrow two_morrow tomorrows", "morning": "mourning more_ning", "afternoon": "after_noon", "doctor": "doctors dock_door", "dr": "doctor",
    "open": "hoping opened", "hours": "ours our_us", "close": "clothes", "nurse": "nose north", "person": "purse_in persons", "human": "you_man",
    "thirty": "thirsty dirty", "third": "bird", "fifth": "fit fist", "first": "fist", "eighth": "eight", "breathe": "breed breath breeze", "breathing": "breeding",
    "chest": "just jest chess", "pain": "pane pay", "stroke": "strong stroll", "seizure": "seize_her caesar", "bleeding": "bleed_in leading",
    "heart": "hard hart", "kill": "kid killed", "suicide": "sue_inside suicides", "die": "dye dive", "refill": "re_fill reveal", "prescription": "subscription per_scription",
    "results": "result resorts", "test": "text tests", "bill": "bell build", "insurance": "in_shore_ants assurance", "parking": "barking park_in",
    "address": "a_dress", "located": "low_cated", "repeat": "re_pete", "robot": "row_bot", "spanish": "spinach spanish's", "message": "massage",
    "confirm": "conform con_firm", "correct": "collect", "yes": "yet yeah_s", "yeah": "ya year", "yep": "yup app", "nope": "hope dope", "thanks": "tanks thinks",
    "thank": "tank think", "bye": "by buy", "goodbye": "good_by good_buy", "birthday": "birth_day", "born": "barn porn torn", "visit": "with_it visits",
    "checkup": "check_up ketchup", "physical": "fizz_ical fiscal", "knee": "me need", "ear": "year here", "flu": "flew", "shot": "shut short", "throat": "throw_it",
}  # fmt: skip
_FILLERS = ("uh", "um", "er", "like", "you know", "well", "so", "uh", "um", "i mean")
_OPENERS = ("uh", "um", "so", "well", "okay so", "oh", "hi", "hello", "yeah hi", "hey", "good morning", "yes hello", "hi um", "excuse me", "yeah", "ok", "right so")
_CLOSERS = ("please", "thanks", "thank you", "if you could", "dear", "if that's okay", "you know")
_LETTERS = str.maketrans({"b": "p", "p": "b", "d": "t", "t": "d", "g": "k", "k": "g", "s": "z", "z": "s", "m": "n", "n": "m", "f": "v", "v": "f", "a": "e", "o": "u", "i": "e"})
SHORT_ANSWERS = frozenset({"affirm", "deny", "greeting", "goodbye_thanks", "silence_noise", "repeat", "ai_disclosure", "change_language"})
"""Intents whose meaning an opener such as "hi" or a closer such as "thanks" would change."""
_PROTECTED = frozenset({"no", "not", "don't", "yes", "can't", "cancel", "won't"})


def noisy(example: Example, rng: Random) -> Example:
    """The example as it might arrive: half of the time untouched, else with fillers, openers, and a few words misheard."""
    words, labels = list(example.words), list(example.labels)
    if example.intent not in SHORT_ANSWERS:
        if rng.random() < 0.18:
            opener = rng.choice(_OPENERS).split()
            words, labels = opener + words, [OUTSIDE] * len(opener) + labels
        if rng.random() < 0.08:
            closer = rng.choice(_CLOSERS).split()
            words, labels = words + closer, labels + [OUTSIDE] * len(closer)
    rate = rng.choice([0.0, 0.0, 0.0, 0.06, 0.12, 0.22])
    out: list[tuple[str, str]] = []
    for word, label in zip(words, labels, strict=True):
        if rng.random() >= rate:
            out.append((word, label))
        else:
            out += _misheard(word, label, len(words), rng)
    if not out:
        return example
    return Example(example.intent, tuple(word for word, _ in out), tuple(_well_begun([label for _, label in out])))


def _misheard(word: str, label: str, length: int, rng: Random) -> list[tuple[str, str]]:
    inside = label.replace("B-", "I-")
    if word in _SOUNDS_LIKE and rng.random() < 0.65:
        heard = rng.choice(_SOUNDS_LIKE[word].split()).split("_")
        return [(heard[0], label), *((piece, inside) for piece in heard[1:])]
    chance = rng.random()
    if chance < 0.25 and length > 3 and word not in _PROTECTED and label == OUTSIDE:
        return []
    if chance < 0.45:
        return [*((filler, OUTSIDE if label.startswith("B-") else inside) for filler in rng.choice(_FILLERS).split()), (word, label)]
    if chance < 0.55 and length > 2:
        return [(word, label), (word, inside)]
    if len(word) > 5 and chance < 0.75:
        cut = rng.randint(2, len(word) - 2)
        return [(word[:cut], label), (word[cut:], inside)]
    if len(word) > 3:
        place = rng.randrange(1, len(word))
        return [(word[:place] + word[place:].translate(_LETTERS) if chance < 0.9 else word[:place] + word[place + 1 :], label)]
    return [(word, label)]


def _well_begun(labels: list[str]) -> list[str]:
    """Spans begin with B: one may have lost its first word."""
    return [
        "B-" + label[2:] if label.startswith("I-") and (at == 0 or labels[at - 1][2:] != label[2:]) else label for at, label in enumerate(labels)
    ]
