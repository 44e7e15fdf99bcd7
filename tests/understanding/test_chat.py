"""The instruct model as a resolver: what it may say, what is made of it, and what happens when it cannot be asked."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import llama_cpp
import pytest

from appliance.faults import TheirFault
from appliance.private_network import checked_address, is_private
from appliance.understanding import INTENTS, Resolution
from appliance.understanding.cascade import REST_SECONDS, Cascade
from appliance.understanding.chat import model as chat_model
from appliance.understanding.chat.model import ChatModel
from appliance.understanding.chat.resolver import CHOSEN, ChatResolver, NoAnswer, instructions, question, read_answer
from appliance.understanding.chat.server import ChatServer
from appliance.understanding.wording import own_words
from tests.support.chat_server import chat_server
from tests.support.tiny_chat_model import write_knowing, write_random
from tests.support.tls_authority import make_authority

BILL = "i would like to pay the invoice you mailed me"
PATIENCE = 30.0


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows a few words."""
    path = tmp_path_factory.mktemp("chat") / "knowing.gguf"
    write_knowing(path)
    return path


@pytest.fixture(scope="module")
def model(gguf: Path) -> ChatModel:
    return chat_model.load(gguf)


@pytest.fixture(scope="module")
def served(gguf: Path) -> Iterator[str]:
    """The address of a server with the knowing model."""
    with chat_server(model=str(gguf), key="open sesame") as port:
        yield f"http://127.0.0.1:{port}/v1"


class Fixed:
    """A resolver that gives one answer, or none, and counts how often it was asked."""

    def __init__(self, answer: Resolution | NoAnswer) -> None:
        self.answer = answer
        self.asked = 0

    def resolve(self, text: str, asked: str | None) -> Resolution:  # noqa: ARG002  # one Protocol for every rung
        self.asked += 1
        if isinstance(self.answer, NoAnswer):
            raise self.answer
        return self.answer


# --- on this machine ------------------------------------------------------------------------------------------------------


def test_the_model_chooses_one_intent_of_the_closed_list(model: ChatModel) -> None:
    resolver = ChatResolver(model, PATIENCE)
    assert resolver.resolve(BILL, None) == Resolution("billing", CHOSEN)
    assert resolver.resolve("i want to talk to a human", "greeting").intent == "speak_to_human"
    assert resolver.resolve("blue cheese", None).intent == "out_of_scope"


def test_even_a_model_of_noise_can_answer_nothing_but_the_schema(tmp_path: Path) -> None:
    write_random(tmp_path / "noise.gguf")
    noise = ChatModel(tmp_path / "noise.gguf")
    read = 0
    for text in (BILL, "my tablets ran out", "the doors", "is it you", "one two three", "never mind"):
        try:
            told = ChatResolver(noise, PATIENCE).resolve(text, None)
        except NoAnswer:  # cut off in the middle of its answer
            continue
        read += 1
        assert told.intent in INTENTS
        assert all(own_words(words, text) for span in told.slots.values() for words in ([span] if isinstance(span, str) else span))
    assert read


def test_only_words_that_the_caller_said_become_slots(tmp_path: Path) -> None:
    slots = '[{"slot":"medication","words":"metformin"},{"slot":"patient_name","words":"tab"}]'
    write_knowing(tmp_path / "inventing.gguf", slots=slots)
    inventing = ChatResolver(ChatModel(tmp_path / "inventing.gguf"), PATIENCE)
    assert inventing.resolve("my Metformin tablets ran out", None).slots == {"medication": "Metformin"}
    assert inventing.resolve("my tablets ran out", None).slots == {}


def test_questions_after_the_first_read_only_what_is_new_because_the_instructions_stay(gguf: Path) -> None:
    fresh = ChatModel(gguf)
    fresh.read_instructions()
    instructed = _tokens_read(fresh)
    fresh.answer(instructions(), question(BILL, None), PATIENCE)
    assert instructed > 500
    assert _tokens_read(fresh) - instructed < 100


def _tokens_read(model: ChatModel) -> int:
    """How many tokens of questions llama.cpp has decoded so far."""
    return int(llama_cpp.llama_perf_context(model._llama.ctx).n_p_eval)


def test_threads_take_turns_at_one_model(model: ChatModel) -> None:
    resolver = ChatResolver(model, PATIENCE)
    texts = [BILL, "are your doors open", "cross it off", "a human please"] * 2
    with ThreadPoolExecutor(4) as pool:
        told = [resolution.intent for resolution in pool.map(lambda text: resolver.resolve(text, None), texts)]
    assert told == ["billing", "ask_hours", "cancel_appointment", "speak_to_human"] * 2


def test_a_model_that_is_too_slow_is_cut_off_and_can_be_asked_again(model: ChatModel) -> None:
    started = time.monotonic()
    with pytest.raises(NoAnswer, match=r"did not answer in 0\.0 s") as failure:
        model.answer(instructions() + " once more" * 300, question(BILL, None), 0.005)
    assert time.monotonic() - started < 2
    assert failure.value.failing
    assert ChatResolver(model, PATIENCE).resolve(BILL, None).intent == "billing"


def test_a_question_too_long_for_the_model_is_no_answer(model: ChatModel) -> None:
    with pytest.raises(NoAnswer, match="failed"):
        model.answer(instructions() * 20, question(BILL, None), PATIENCE)


def test_a_very_long_utterance_is_asked_about_by_its_ends(model: ChatModel) -> None:
    assert len(question("well " * 5000, None)) < 500
    assert ChatResolver(model, PATIENCE).resolve("well " * 5000 + "the invoice", None).intent == "billing"


# --- files that are no good -------------------------------------------------------------------------------------------------


def test_a_missing_model_is_named_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(TheirFault, match=r"understanding\.chat_model: .*none\.gguf is missing"):
        chat_model.load(tmp_path / "none.gguf")


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.01, 0.3, 0.7, 0.999])
def test_a_truncated_model_fails_its_self_test_and_we_live_on(gguf: Path, tmp_path: Path, share: float) -> None:
    content = gguf.read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(TheirFault, match=r"cut\.gguf fails its self-test"):
        chat_model.load(path)


@pytest.mark.parametrize("kind", ["noise", "header", "count", "body"])
def test_a_damaged_model_fails_its_self_test_and_we_live_on(gguf: Path, tmp_path: Path, kind: str) -> None:
    content = bytearray(gguf.read_bytes())
    damage = {
        "noise": (0, bytes(range(256)) * (len(content) // 256)),
        "header": (0, b"FUGG"),
        "count": (8, b"\xff" * 16),
        "body": (24, b"\xff" * 4000),
    }
    at, junk = damage[kind]
    content[at : at + len(junk)] = junk
    path = tmp_path / "damaged.gguf"
    path.write_bytes(content)
    with pytest.raises(TheirFault, match=r"damaged\.gguf fails its self-test"):
        chat_model.load(path)


def test_a_model_that_knows_nothing_fails_its_self_test(tmp_path: Path) -> None:
    write_random(tmp_path / "noise.gguf")
    with pytest.raises(TheirFault, match=r"noise\.gguf fails its self-test"):
        chat_model.load(tmp_path / "noise.gguf")


# --- elsewhere in the building ----------------------------------------------------------------------------------------------


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text("open sesame\n")
    return tmp_path / "key"


def test_a_server_answers_as_the_model_behind_it_does(served: str, key_file: Path) -> None:
    resolver = ChatResolver(ChatServer(served, key_file=key_file), PATIENCE)
    assert resolver.resolve(BILL, None) == Resolution("billing", CHOSEN)
    assert resolver.resolve("which days do you open your doors", "greeting").intent == "ask_hours"


def test_a_server_is_asked_over_tls_and_only_with_a_certificate_that_is_known(gguf: Path, tmp_path: Path) -> None:
    known, stranger = make_authority(tmp_path / "known"), make_authority(tmp_path / "stranger")
    with chat_server(model=str(gguf), tls=[str(known.server_certificate), str(known.server_key)]) as port:
        address = f"https://127.0.0.1:{port}/v1"
        assert ChatResolver(ChatServer(address, ca_file=known.ca_certificate), PATIENCE).resolve(BILL, None).intent == "billing"
        with pytest.raises(NoAnswer, match="cannot be asked"):
            ChatResolver(ChatServer(address, ca_file=stranger.ca_certificate), PATIENCE).resolve(BILL, None)


def test_without_its_key_a_server_is_of_no_help(served: str) -> None:
    with pytest.raises(NoAnswer, match="HTTP status 401") as failure:
        ChatResolver(ChatServer(served), PATIENCE).resolve(BILL, None)
    assert failure.value.failing


@pytest.mark.parametrize(
    "say", ["", "sorry, I cannot", '{"intent": "billing"', '{"intent": "make_tea", "slots": []}', "[]", "null"]
)
def test_an_answer_that_is_not_of_the_schema_is_no_answer(say: str) -> None:
    with chat_server(say=say) as port, pytest.raises(NoAnswer) as failure:
        ChatResolver(ChatServer(f"http://127.0.0.1:{port}/v1"), PATIENCE).resolve(BILL, None)
    assert not failure.value.failing


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_status_but_ok_is_no_answer_and_no_redirection_is_followed(status: int) -> None:
    with chat_server(status=status) as port, pytest.raises(NoAnswer, match=f"HTTP status {status}"):
        ChatResolver(ChatServer(f"http://127.0.0.1:{port}/v1"), PATIENCE).resolve(BILL, None)


def test_a_slow_server_costs_no_more_than_the_time_limit() -> None:
    with chat_server(say="late", delay=5) as port:
        started = time.monotonic()
        with pytest.raises(NoAnswer, match=r"did not answer in 0\.3 s|cannot be asked"):
            ChatServer(f"http://127.0.0.1:{port}/v1").answer("", "", 0.3)
        assert time.monotonic() - started < 2


def test_a_server_that_is_not_there_is_no_answer() -> None:
    with pytest.raises(NoAnswer, match=r"cannot be asked \(Connection refused\)"):
        ChatServer("http://127.0.0.1:9/v1").answer("", "", PATIENCE)


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("127.0.0.1", True), ("10.1.2.3", True), ("172.16.0.1", True), ("172.31.255.255", True), ("192.168.7.7", True),
        ("::1", True), ("fd12:3456::1", True), ("::ffff:192.168.1.1", True),
        ("8.8.8.8", False), ("172.32.0.1", False), ("169.254.1.1", False), ("100.64.0.1", False), ("192.169.0.1", False),
        ("fe80::1", False), ("2001:db8::1", False), ("::ffff:8.8.8.8", False), ("0.0.0.0", False),
    ],
)  # fmt: skip
def test_which_addresses_are_in_the_building(address: str, inside: bool) -> None:
    assert is_private(address) is inside


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("http://8.8.8.8/v1", "outside the building"),
        ("https://[2001:db8::1]:8080/v1", "outside the building"),
        ("ftp://192.168.1.1/v1", "write an address"),
        ("192.168.1.1:8080", "write an address"),
        ("http:///v1", "write an address"),
        ("http://me:secret@192.168.1.1/v1", "without a user"),
        ("http://192.168.1.1:99999/v1", "[Pp]ort"),
    ],
)
def test_an_address_that_callers_words_must_not_go_to_is_refused_when_configured(address: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        checked_address(address)
    with pytest.raises(TheirFault, match=r"understanding\.chat_server"):
        ChatServer(address)


def test_a_name_is_judged_by_the_addresses_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = [(2, 1, 6, "", ("192.168.1.1", 80)), (2, 1, 6, "", ("203.0.113.7", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: mixed)
    with pytest.raises(NoAnswer, match="outside the building"):
        ChatServer("http://chat.example/v1").answer("", "", PATIENCE)


def test_a_key_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TheirFault, match=r"understanding\.chat_server_key_file: .*none cannot be read"):
        ChatServer("http://127.0.0.1:9/v1", key_file=tmp_path / "none")


# --- what an answer may hold ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "own"),
    [
        ("doctor ruiz", "I'd like Doctor Ruiz, please", "Doctor Ruiz"),
        ("july 22", "it was July twenty two", "July twenty two"),
        ("july twenty two", "it was July 22.", "July 22"),
        ("ruiz", "doctor ruizmann", None),
        ("doctor okafor", "doctor please, okafor", None),
        ("", "anything", None),
        ("...", "anything", None),
    ],
)
def test_own_words_are_whole_neighbouring_words_of_the_caller(words: str, text: str, own: str | None) -> None:
    assert own_words(words, text) == own


def test_a_slot_said_twice_is_a_list_and_an_unknown_slot_is_dropped() -> None:
    mentions = [("date", "monday"), ("date", "tuesday"), ("date", "monday"), ("shoe_size", "monday")]
    answer = json.dumps({"intent": "book_appointment", "slots": [{"slot": s, "words": w} for s, w in mentions]})
    assert read_answer(answer, "monday or tuesday").slots == {"date": ["monday", "tuesday"]}


# --- after the encoder ------------------------------------------------------------------------------------------------------


def test_the_model_is_asked_only_where_the_first_resolver_guesses(model: ChatModel) -> None:
    sure, guess = Resolution("book_appointment", 0.9), Resolution("book_appointment", 0.2)
    resolver = ChatResolver(model, PATIENCE)
    assert Cascade(Fixed(sure), resolver, 0.35).resolve(BILL, None) == sure
    assert Cascade(Fixed(guess), resolver, 0.35).resolve(BILL, None).intent == "billing"


@pytest.mark.parametrize("failure", [NoAnswer("broken"), NoAnswer("late", failing=True)])
def test_without_an_answer_that_of_the_first_stands(failure: NoAnswer) -> None:
    guess = Resolution("book_appointment", 0.2, {"date": "monday"})
    assert Cascade(Fixed(guess), Fixed(failure), 0.35).resolve("monday", None) == guess


def test_a_model_never_raises_an_alarm(model: ChatModel) -> None:
    guess = Resolution("out_of_scope", 0.2)
    resolver = ChatResolver(model, PATIENCE)
    for text, alarm in (("the ambulance", "emergency"), ("all this gloom", "crisis")):
        assert resolver.resolve(text, None).intent == alarm
        assert Cascade(Fixed(guess), resolver, 0.35).resolve(text, None) == guess


@pytest.mark.parametrize("alarm", ["emergency", "crisis"])
def test_a_model_never_clears_an_alarm(model: ChatModel, alarm: str) -> None:
    doubtful = Resolution(alarm, 0.2)
    assert Cascade(Fixed(doubtful), ChatResolver(model, PATIENCE), 0.35).resolve(BILL, None) == doubtful


def test_a_model_that_fails_is_left_alone_for_a_while_and_then_asked_again() -> None:
    moment = [100.0]
    chooser = Fixed(NoAnswer("late", failing=True))
    cascade = Cascade(Fixed(Resolution("deny", 0.1)), chooser, 0.35, clock=lambda: moment[0])
    for seconds, asked in ((0, 1), (1, 1), (REST_SECONDS - 2, 1), (2, 2)):
        moment[0] += seconds
        cascade.resolve("hm", None)
        assert chooser.asked == asked


def test_all_readings_of_one_utterance_together_wait_no_longer_than_patience_allows() -> None:
    moment = [100.0]

    class Slow(Fixed):
        def resolve(self, text: str, asked: str | None) -> Resolution:
            moment[0] += 0.8
            return super().resolve(text, asked)

    slow = Slow(Resolution("billing", 0.75))
    cascade = Cascade(Fixed(Resolution("deny", 0.1)), slow, 0.35, patience=1.5, clock=lambda: moment[0])
    told = [cascade.resolve(part, None).intent for part in ("one", "two", "three", "four")]
    assert told == ["billing", "billing", "deny", "deny"]
    moment[0] += 10
    assert cascade.resolve("the next utterance", None).intent == "billing"


def test_nobodys_words_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with chat_server(say="my secret diagnosis") as port:
        server = ChatResolver(ChatServer(f"http://127.0.0.1:{port}/v1"), PATIENCE)
        Cascade(Fixed(Resolution("deny", 0.1)), server, 0.35).resolve("gertrude has shingles", None)
    logged = "".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    assert "the encoder's answer stands" in logged
    assert not any(word in logged for word in ("gertrude", "shingles", "secret", "diagnosis"))
