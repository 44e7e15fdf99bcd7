"""Calls in two languages: which one a call is in, how it changes, and what stays the same when it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from appliance import intents
from appliance.config import Clinic
from appliance.interpreter import Interpreter
from appliance.languages import Wording, load_prompts
from appliance.reception import Reception, Reply
from appliance.records.database import Records
from appliance.scheduling.desk import Desk
from appliance.scheduling.store import Store
from appliance.understanding.attention import AttentiveReader
from appliance.understanding.phrases import NearestExample
from appliance.understanding.providers import ProviderNames
from appliance.understanding.reader import Reader

MORNING, EVENING = datetime(2026, 11, 23, 9, 10), datetime(2026, 11, 23, 18, 30)
Start = Callable[..., Reception]


@pytest.fixture(scope="module")
def readers(clinic: Clinic) -> Mapping[str, Reader]:
    """A reader without any model for each language."""
    names = [patient.name for patient in clinic.patients]
    providers = ProviderNames(clinic)
    return {code: AttentiveReader(NearestExample(code), providers, lambda: names, code) for code in ("en", "es")}


@pytest.fixture
def start(clinic: Clinic, readers: Mapping[str, Reader]) -> Start:
    """Begins a call at a moment, on a line that hears some of the languages."""

    def begin(now: datetime = MORNING, hears: tuple[str, ...] = ("en", "es"), first: str = "en") -> Reception:
        records = Records(None)
        store = Store(records, clinic)
        heard = {code: readers[code] for code in hears}
        wordings = {code: Wording(code, load_prompts(code), now.date()) for code in ("en", "es")}
        interpreter = Interpreter(heard, wordings, first, store.names)
        return Reception(clinic, intents.plans(), interpreter, Desk(records, store, clinic, "c", lambda: now), lambda: now)

    return begin


def _say(reception: Reception, *lines: str) -> Reply:
    """The reply to the last of the lines."""
    if reception.asked is None:
        reception.start("4135550199")
    return [reception.hear(reception.understand(line)) for line in lines][-1]


def _languages(reply: Reply) -> set[str]:
    return {sentence.language for sentence in reply.said}


def test_the_greeting_offers_the_other_language_in_its_own_words(start: Start) -> None:
    greeting = start().start(None)
    assert greeting.said[-1].text == "Para español, diga español."
    assert [sentence.language for sentence in greeting.said] == ["en", "es"]


def test_a_call_that_begins_in_spanish_offers_english(start: Start) -> None:
    greeting = start(first="es").start(None)
    assert greeting.said[-1].text == "For English, say English."


def test_whoever_speaks_spanish_is_answered_in_spanish(start: Start) -> None:
    reply = _say(start(), "Hola, buenos días, necesito cancelar mi cita")
    assert reply.asked == "ask_name"
    assert _languages(reply) == {"es"}


@pytest.mark.parametrize("asking", ["español por favor", "do you speak spanish", "no hablo inglés", "Spanish"])
def test_whoever_asks_for_spanish_gets_it_and_hears_the_open_question_again(start: Start, asking: str) -> None:
    reception = start()
    _say(reception, "I'd like to cancel my appointment")
    reply = _say(reception, asking)
    assert [sentence.text for sentence in reply.said] == [
        "Claro, seguimos en español.",
        "¿Cuál es el nombre y el apellido del paciente?",
    ]
    assert reply.asked == "ask_name"


def test_what_was_said_before_a_change_of_language_still_holds(start: Start) -> None:
    reception = start()
    reply = _say(reception, "I'd like to cancel my appointment", "Sofia Ramirez", "cinco de diciembre del noventa y dos")
    assert reception.memory.verified
    assert reply.asked == "confirm_details"
    assert "mañana, el martes veinticuatro de noviembre a las tres de la tarde" in reply.text
    reply = _say(reception, "english please")
    assert "tomorrow, Tuesday, November 24th at 3 PM" in reply.text
    assert _languages(_say(reception, "yes")) == {"en"}
    assert reception.memory.finished == ["cancel_appointment"]


def test_a_whole_appointment_is_booked_in_spanish(start: Start) -> None:
    reception = start()
    lines = ["quisiera una cita por favor", "Daniel Kowalski", "veintidós de julio de mil novecientos ochenta y cinco"]
    lines += ["dolor de espalda", "con la doctora Okafor", "el viernes cuatro de diciembre", "la segunda"]
    assert _say(reception, *lines).asked == "confirm_details"
    assert "Su cita queda hecha: el viernes cuatro de diciembre a las diez y media de la mañana" in _say(reception, "sí").text
    reply = _say(reception, "no, es todo, gracias")
    assert reply.hang_up
    assert reception.conversation.outcome == "done"


def test_an_appointment_is_moved_in_spanish(start: Start) -> None:
    reception = start()
    lines = ["necesito cambiar mi cita de mañana", "Sofía Ramírez", "cinco de diciembre del noventa y dos", "mañana mismo"]
    assert _say(reception, *lines).asked == "offer_slots"
    assert _say(reception, "a las cuatro está bien").asked == "confirm_details"
    assert "Su nueva cita es mañana, el martes veinticuatro de noviembre a las cuatro de la tarde" in _say(reception, "sí").text


def test_identity_that_fails_twice_in_spanish_discloses_nothing(start: Start) -> None:
    reception = start()
    lines = ["necesito cancelar una cita", "Pedro Sánchez", "uno de enero de mil novecientos setenta"]
    lines += ["Pedro Sánchez", "dos de enero de mil novecientos setenta"]
    assert _say(reception, *lines).asked == "identity_failed"
    assert _say(reception, "sí por favor").transfer == "front_desk"
    assert not reception.memory.verified


def test_a_message_is_left_in_spanish_after_hours(start: Start) -> None:
    reception = start(EVENING)
    lines = ["quiero hablar con una persona", "sí", "que me llamen por favor mañana temprano", "Sofía Ramírez"]
    assert _say(reception, *lines).asked == "ask_phone"
    _say(reception, "a este mismo número", "sí")
    assert reception.message is not None
    assert "que me llamen por favor mañana temprano" in reception.message[1]


@pytest.mark.parametrize("before", [[], ["I need an appointment", "Daniel Kowalski"]])
def test_spanish_danger_is_heard_whatever_the_language_of_the_call(start: Start, before: list[str]) -> None:
    reception = start()
    reply = _say(reception, *before, "me duele mucho el pecho y no puedo respirar")
    assert reception.conversation.outcome == "emergency"
    assert "9 1 1" in reply.text
    assert _languages(reply) == {"es"}


def test_danger_in_english_is_heard_in_a_spanish_call(start: Start) -> None:
    reception = start()
    _say(reception, "quiero cancelar mi cita", "i can't breathe")
    assert reception.conversation.outcome == "emergency"


def test_a_borrowed_courtesy_is_understood_and_changes_nothing(start: Start) -> None:
    reception = start()
    lines = ["I want to cancel my appointment", "Sofia Ramirez", "December fifth nineteen ninety two", "yes"]
    assert _say(reception, *lines).asked == "anything_else"
    reply = _say(reception, "no gracias")
    assert reply.hang_up
    assert _languages(reply) == {"en"}


def test_a_spanish_name_changes_nothing(start: Start) -> None:
    reply = _say(start(), "I'd like to cancel my appointment", "Sofia Ramirez de la Cruz")
    assert _languages(reply) == {"en"}


@pytest.mark.parametrize("asking", ["do you speak russian", "i don't speak english"])
def test_another_language_is_a_person_s(start: Start, asking: str) -> None:
    assert _say(start(), asking).transfer == "front_desk"
    assert _say(start(EVENING), asking).asked == "offer_message"


@pytest.mark.parametrize("asking", ["español por favor", "hola necesito una cita para mañana"])
def test_a_language_that_the_line_cannot_hear_is_a_person_s_and_the_caller_is_told_so_in_it(start: Start, asking: str) -> None:
    reception = start(hears=("en",))
    assert _languages(reception.start(None)) == {"en"}
    reply = reception.hear(reception.understand(asking))
    assert [sentence.text for sentence in reply.said] == [
        "En esta línea solo una persona puede atenderle en español.",
        "Le comunico con una persona. No cuelgue, por favor.",
    ]
    assert _languages(reply) == {"es"}
    assert reply.transfer == "front_desk"


def test_after_hours_a_language_that_the_line_cannot_hear_is_told_so_and_offered_a_message(start: Start) -> None:
    reception = start(EVENING, hears=("en",))
    reply = _say(reception, "español por favor")
    assert reply.said[0].text == "En esta línea solo una persona puede atenderle en español."
    assert reply.asked == "offer_message"
    assert reply.said[-1].language == "en"  # the answer can be heard in English only


def test_understanding_an_utterance_changes_nothing(start: Start) -> None:
    reception = start()
    reception.start(None)
    reception.understand("quiero cancelar mi cita")
    assert _languages(_say(reception, "I'd like to cancel my appointment")) == {"en"}


def test_a_caller_who_is_not_heard_is_offered_a_key_in_their_language_and_pressing_it_leads_to_a_person(start: Start) -> None:
    reception = start(hears=("en",))
    reception.start(None)
    assert reception.silence().said[0].text == "Para español, marque nueve."
    reply = reception.press("9")
    assert reply.transfer == "front_desk"
    assert _languages(reply) == {"es"}


def test_the_key_changes_to_a_language_that_can_be_heard(start: Start) -> None:
    reception = start()
    reception.start(None)
    assert [sentence.text for sentence in reception.press("9").said] == ["Claro, seguimos en español.", "¿En qué puedo ayudarle?"]


def test_in_the_middle_of_a_question_the_key_is_a_digit_like_another(start: Start) -> None:
    reception = start()
    _say(reception, "I'd like to cancel my appointment", "Sofia Ramirez")
    assert reception.asked == "ask_dob"
    assert _languages(reception.press("9")) <= {"en"}
    assert reception.asked == "ask_dob"
