"""Has the caller said it all? Told by the words alone, before the silence has told it.

Where a value was asked for, the grammar of values says whether it is there, half there ("march third nineteen") or not spoken of.
Of everything else, the example phrases say how often callers stop after such words: "an appointment with" hardly ever is the end,
"thank you" nearly always. Words that stand for values count as one: every number as a number, every name as a name.

    odds of an end = how often the last two words end a phrase (the last one, and any word, a prior for it), and the length so far

Length tells something of a request only; an answer may be one word.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from random import Random

from appliance.conversation.endpointing import SHORT_ANSWERS
from appliance.languages.cues import after_introduction
from appliance.languages.vocabulary import vocabulary
from appliance.understanding.names import best
from appliance.understanding.phrases import KINDS, fill, known_phrases, load_phrases
from appliance.understanding.values import read
from appliance.understanding.wording import spoken_words

CONTEXT = 2
"""Words that are looked back at; a third tells no more (0.80 of pairs of an end and a pause in held-out scenes told apart)."""
TRUST = 24.0
"""So many sightings of a context weigh as much as what the shorter context says."""
STEEPNESS, PER_LENGTH, OFFSET = 2.41, 1.59, -0.08
"""Logistic regression on held-out scenes, ends against places where callers pause: of log odds, of log number of words."""
ANSWER_LENGTH = 6
"""An answer to a question counts as that long, however short it is."""
HALF_A_VALUE = 0.02
"""How likely it is that somebody stops in the middle of a number, a birth date or a spelt name."""
ROUND_YEAR = 0.6
"""How likely it is that a year that ends on a ten is all."""
ONE_NAME = 0.1
"""And after a first name alone, where the full name was asked for."""
ONE_WORD = 0.99
"""After a mere yes, "that's right" may follow in the same breath."""
INTRODUCED = 0.1
"""Nobody calls to say a name."""
ANSWERED = 0.95
"""What was asked for is there, and the words do not break off; more may follow it, such as a time after a day."""
A_DAY = 0.8
"""A weekday, after which its date or a time may follow."""
COURTESIES = frozenset({"affirm", "deny", "goodbye_thanks", "repeat", "speak_to_human"})
"""Intents of phrases that nothing is added to."""
GREETING = "greeting"
"""Somebody who has said hello goes on."""
ANSWER, FRAGMENT = 0.75, 0.05
"""A plain answer that does not break off is probably over; it does after a word that ends fewer phrases than this."""
YES_OR_NO = SHORT_ANSWERS - {"anything_else"}
LONG, LONG_WORDS = 0.6, 7
"""So many words are probably all, unless the last one breaks off, however oddly some were heard."""
PLAIN = frozenset({"ask_reason", "ask_provider", "ask_pharmacy"})
"""Situations that a few words answer, whichever they are."""
OPEN = frozenset({None, "greeting", "not_understood", "refused", "anything_else", "ask_message"})
"""Situations that a whole request or story answers."""
WHEN = frozenset({"ask_date", "ask_time", "offer_slots", "slot_taken", "offer_rebook", "ask_which_appointment"})
PHONE_DIGITS = 10

_BEGIN, _NAME, _NUMBER, _DAY = "<begin>", "<name>", "<number>", "<day>"
_NAMED = frozenset({"patient_name", "provider", "pharmacy", "medication"})


class Endings:
    """How likely an utterance is over. May be asked by several threads.

    `directory` gives the names on file, `names` are those of the providers.
    """

    def __init__(self, language: str, directory: Callable[[], Sequence[str]], names: Sequence[str] = ()) -> None:
        self._language = language
        self._directory = directory
        self._answers: dict[str, Sequence[str]] = vocabulary(language)["answers"]
        self._fillers = frozenset(vocabulary(language)["lexicon"]["fillers"])
        self._names = frozenset(word.lower() for name in names for word in name.split())
        self._seen, self._ended = _counts(language)

    def done(self, text: str, asked: str | None, now: datetime) -> float:
        """From 0, surely in the middle of something, to 1, surely all there."""
        words = [word.spoken for word in spoken_words(text, self._language)]
        if not words:
            return 0.0
        known = self._awaited(text, words, asked, now)
        return self._by_phrases(words, asked) if known is None else known

    def _awaited(self, text: str, words: Sequence[str], asked: str | None, now: datetime) -> float | None:
        """By what was asked for; None when the words are about something else."""
        numbers = any(_is_value(word, self._language) for word in words)
        match asked:
            case "ask_dob" if read("dob", text, now, self._language) is not None:
                return self._birth_date_done(words)
            case "ask_phone" if len(read("phone", text, now, self._language) or "") >= PHONE_DIGITS:
                return 1.0
            case "ask_dob" | "ask_phone" if numbers:
                return HALF_A_VALUE
            case "ask_name" if best(text, self._directory()) is not None:
                return 1.0
            case "ask_name" if len(words) == 1 or len(words[-1]) == 1:  # a first name, or letters being spelt
                return ONE_NAME
        said = " ".join(words)
        meant = known_phrases(self._language).get(said)
        if asked in YES_OR_NO and len(words) == 1 and said not in self._fillers:
            return ONE_WORD  # whatever it was taken for: "let's" was a yes
        if asked in SHORT_ANSWERS and said in self._answers["whole"]:
            return 1.0 if len(words) > 1 else ONE_WORD
        if asked in OPEN and self._introduces(words):
            return INTRODUCED
        if asked in WHEN and _is_value(words[-1], self._language):
            return A_DAY if all(_class(word, self._language, frozenset()) != _NUMBER for word in words) else ANSWERED
        if meant in COURTESIES or (meant and asked not in OPEN and meant != GREETING):
            return ANSWERED
        if asked == "ask_provider" and self._class(words[-1]) == _NAME:
            return ANSWERED
        return None

    def _birth_date_done(self, words: Sequence[str]) -> float:
        """A date was read; is its year all of it? "Nineteen" is half a year, "nineteen seventy" may become "seventy five"."""
        answers = self._answers
        if " ".join(words[-2:]) in answers["birth_whole"]:
            return 1.0
        if words[-1] in answers["birth_goes_on"]:
            return HALF_A_VALUE
        return ROUND_YEAR if words[-1] in answers["birth_may_go_on"] else 1.0

    def _introduces(self, words: Sequence[str]) -> bool:
        """Whether the words are a name and what introduces it, and nothing else yet."""
        named = len(words)
        while named and self._class(words[named - 1]) == _NAME:
            named -= 1
        return named < len(words) and after_introduction(f" {' '.join(words[:named])} ", self._language) == 0

    def _by_phrases(self, words: Sequence[str], asked: str | None) -> float:
        classes = [_BEGIN] * CONTEXT + [self._class(word) for word in words]
        shares = [self._ended[()] / self._seen[()]]
        for looked_back in range(1, CONTEXT + 1):
            context = tuple(classes[-looked_back:])
            shares.append((self._ended[context] + TRUST * shares[-1]) / (self._seen[context] + TRUST))
        share = min(max(shares[-1], 1e-4), 1 - 1e-4)
        length = len(words) if asked in OPEN else max(len(words), ANSWER_LENGTH)
        score = STEEPNESS * math.log(share / (1 - share)) + PER_LENGTH * math.log(length) + OFFSET
        done = 1 / (1 + math.exp(-score))
        if shares[1] >= FRAGMENT and asked in PLAIN:
            return max(done, ANSWER)
        return max(done, LONG) if shares[1] >= FRAGMENT and len(words) >= LONG_WORDS else done

    def _class(self, word: str) -> str:
        return _NAME if word in self._names else _class(word, self._language, _words_of(self._language))


@cache
def _counts(language: str) -> tuple[Counter[tuple[str, ...]], Counter[tuple[str, ...]]]:
    """How often each run of up to CONTEXT words was seen, and how often it ended a phrase."""
    seen: Counter[tuple[str, ...]] = Counter()
    ended: Counter[tuple[str, ...]] = Counter()
    for line in _lines(language):
        classes = [_BEGIN] * CONTEXT + line
        for at in range(CONTEXT, len(classes)):
            for length in range(CONTEXT + 1):
                context = tuple(classes[at + 1 - length : at + 1])
                seen[context] += 1
                if at == len(classes) - 1:
                    ended[context] += 1
    return seen, ended


def _lines(language: str) -> Iterator[list[str]]:
    """The example phrases, their words as classes."""
    known = _words_of(language)
    rng = Random(0)  # noqa: S311  # example words, not secrets
    for phrase in load_phrases(language):
        if phrase.kind != KINDS[0]:
            continue
        if "{" not in phrase.text:
            yield [_class(word, language, known) for word in phrase.text.split()]
            continue
        example = fill(phrase, rng)
        labelled = zip(example.words, example.labels, strict=True)
        yield [_NAME if label[2:] in _NAMED and word not in known else _class(word, language, known) for word, label in labelled]


@cache
def _words_of(language: str) -> frozenset[str]:
    """Words of the phrases outside of names: whatever else is heard is taken for a name."""
    return frozenset(
        word
        for phrase in load_phrases(language)
        for part in phrase.text.replace("{", " {").replace("}", "} ").split()
        for word in [part.strip(",.?!")]
        if word and "{" not in word
    )


def _class(word: str, language: str, known: frozenset[str]) -> str:
    if word.isdigit() or word in _value_words(language)[0]:
        return _NUMBER
    if word in _value_words(language)[1]:
        return _DAY
    return word if word in known else _NAME


@cache
def _value_words(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Words of numbers, and words of days."""
    words = vocabulary(language)
    days = (spelling for table in ("weekday", "month") for spellings in words["tables"][table].values() for spelling in spellings)
    return frozenset({*words["numbers"]["cardinals"], *words["numbers"]["ordinals"]}), frozenset(days)


def _is_value(word: str, language: str) -> bool:
    return _class(word, language, frozenset()) in (_NUMBER, _DAY)
