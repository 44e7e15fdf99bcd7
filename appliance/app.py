"""The composition root: the only file that picks implementations and puts the parts together."""

from __future__ import annotations

import gc
import logging
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from appliance import intents
from appliance.agent import Agent
from appliance.anticipation import Anticipation
from appliance.call import Call
from appliance.config import Clinic, Machine, Understanding
from appliance.ear import Ear
from appliance.equipment import Plan
from appliance.faults import TheirFault
from appliance.interpreter import FAREWELL, Interpreter
from appliance.languages import Wording, constant_sentences, load_prompts
from appliance.logs import call_context
from appliance.provision.manifest import PROJECT_MODELS, described
from appliance.reception import Reception
from appliance.records.calls import call_ended, call_started, end_orphans
from appliance.records.database import Records
from appliance.records.journal import SUFFIX, Journal, JournalFile, NoJournal
from appliance.scheduling.desk import Desk
from appliance.scheduling.store import Store
from appliance.speech.engines import Vocabulary
from appliance.speech.hearings import Hearings
from appliance.speech.vad import Vad
from appliance.speech.voices import Voices
from appliance.telephony.link import Link, Offered
from appliance.understanding import UNSURE, Resolver, encoder, phrases, values, which_language
from appliance.understanding.attention import AttentiveReader
from appliance.understanding.cascade import Cascade
from appliance.understanding.chat import model as chat_model
from appliance.understanding.chat.resolver import ChatResolver
from appliance.understanding.chat.server import ChatServer
from appliance.understanding.endings import Endings
from appliance.understanding.own_phrases import OwnPhrases, read_own_phrases
from appliance.understanding.providers import ProviderNames
from appliance.understanding.reader import Reader

log = logging.getLogger(__name__)

FIRST_LANGUAGE = "en"
"""A call begins in it."""
DRAFTS = 4
"""Drafts worked on at a time: one for each call of a line process; what waits longer is worked out at the end of the utterance."""

NO_CHAT = Understanding()
"""Settings of a machine without an instruct model."""

Clock = Callable[[], datetime]


def local_clock(clinic: Clinic, start: datetime | None = None) -> Clock:
    """The clinic's wall clock without a zone; with `start` it pretends to be that moment now, and runs on from there."""
    zone = ZoneInfo(clinic.clinic.timezone)

    def wall() -> datetime:
        return datetime.now(zone).replace(tzinfo=None)

    shift = start - wall() if start else timedelta()
    return lambda: wall() + shift


@dataclass(frozen=True)
class Ladder:
    """What reads utterances in each language, and which rungs stand: `rung` is the first language's, encoder or phrases;
    `chat` tells of an instruct model: "" when none is configured, model or server when it is asked, failed when it cannot be.
    """

    resolvers: Mapping[str, Resolver]
    rung: str
    chat: str = ""
    unsure: float = UNSURE
    """Below this confidence an intent is a guess."""


def resolvers(models: Path, clinic: Clinic, settings: Understanding, hears: Collection[str] | None = None) -> Ladder:
    """The best rungs of understanding that stand, in the clinic's languages that can be heard.

    A model that is missing or broken is said loudly, and the rung below takes over.

    Raises TheirFault only for a wrong file of the clinic's own phrases.
    """
    own = read_own_phrases(clinic.clinic.own_phrases) if clinic.clinic.own_phrases else []
    languages = [language for language in languages_of(clinic) if hears is None or language in hears]
    try:
        model = encoder.load(models / "encoder")
    except TheirFault as fault:
        log.error("the encoder cannot be used, example phrases take its place: %s", fault)  # the sentence says it all
        model = None
    chat = None
    try:
        chat = chat_resolver(settings)
    except TheirFault as fault:
        log.error("the instruct model cannot be used, the encoder's guesses stand: %s", fault)  # the sentence says it all
    unsure = model.unsure if model else UNSURE
    chosen: dict[str, Resolver] = {}
    for language in languages:
        learnt = model is not None and language in model.languages
        resolver: Resolver = model if model and learnt else phrases.NearestExample(language)
        if own:
            vector = model.vector if model and learnt else None
            resolver = OwnPhrases(own, resolver, unsure=unsure, vector=vector, language=language)
        chosen[language] = Cascade(resolver, chat, unsure, patience=settings.time_limit_seconds) if chat else resolver
    configured = "model" if settings.chat_model else "server" if settings.chat_server else ""
    rung = "encoder" if model and languages[0] in model.languages else "phrases"
    return Ladder(chosen, rung, configured if chat or not configured else "failed", unsure)


def chat_resolver(settings: Understanding) -> ChatResolver | None:
    """The instruct model of the settings, or None when there is none. Raises TheirFault when it cannot be used."""
    if settings.chat_model:
        return ChatResolver(chat_model.load(settings.chat_model, gpu_layers=settings.gpu_layers), settings.time_limit_seconds)
    if settings.chat_server:
        server = ChatServer(
            settings.chat_server,
            model=settings.chat_server_model,
            key_file=settings.chat_server_key_file,
            ca_file=settings.chat_server_ca_file,
        )
        return ChatResolver(server, settings.time_limit_seconds)
    return None


def languages_of(clinic: Clinic) -> list[str]:
    """The languages the clinic offers and the appliance has words for, the first one first."""
    offered = [language for language in clinic.clinic.languages if language in which_language.installed()]
    return [FIRST_LANGUAGE, *(language for language in offered if language != FIRST_LANGUAGE)]


def open_readers(
    clinic: Clinic,
    models: Path,
    names: Callable[[], Sequence[str]],
    settings: Understanding = NO_CHAT,
    hears: Collection[str] | None = None,
) -> tuple[Mapping[str, Reader], Ladder]:
    """A reader for each of the clinic's languages that can be heard (None: text, so all), and the ladder that they stand on."""
    ladder = resolvers(models, clinic, settings, hears)
    providers = ProviderNames(clinic)
    readers = {language: AttentiveReader(rung, providers, names, language) for language, rung in ladder.resolvers.items()}
    return readers, ladder


@dataclass
class Office:
    """Everything that calls share and that needs no audio: the clinic, its records, understanding, words."""

    clinic: Clinic
    records: Records
    store: Store
    readers: Mapping[str, Reader]
    """By language, those in which a conversation can be held."""
    ladder: Ladder
    clock: Clock
    prompts: Mapping[str, Mapping[str, Sequence[str]]]
    """By language, all that the clinic offers."""
    endings: Mapping[str, Endings]
    """By language, those that can be heard; none for a call in text, where a line says by itself that it is over."""

    def anew(self, now: datetime) -> Office:
        """The same clinic and understanding with fresh records in memory, at a moment that does not pass: for rehearsals."""
        records = Records(None)
        return replace(self, records=records, store=Store(records, self.clinic), clock=lambda: now)

    def heard_in(self, languages: Collection[str]) -> Office:
        """The same office on a line that hears only these languages."""
        readers = {language: reader for language, reader in self.readers.items() if language in languages}
        endings = {language: ending for language, ending in self.endings.items() if language in languages}
        return replace(self, readers=readers, endings=endings)

    def journal(self, path: Path, call_id: str) -> JournalFile:
        """A journal for one call."""
        return JournalFile(path, call_id, self.clinic, FIRST_LANGUAGE, self.clock)

    def reception(self, call_id: str, journal: Journal | None = None) -> Reception:
        """A conversation for one call."""
        desk = Desk(self.records, self.store, self.clinic, call_id, self.clock)
        today = self.clock().date()
        wordings = {language: Wording(language, prompts, today) for language, prompts in self.prompts.items()}
        interpreter = Interpreter(self.readers, wordings, FIRST_LANGUAGE, self.store.names, self.endings)
        return Reception(self.clinic, intents.plans(), interpreter, desk, self.clock, journal)


def open_office(
    clinic: Clinic,
    *,
    database: Path | None,
    models: Path,
    now: datetime | None = None,
    settings: Understanding = NO_CHAT,
    hears: Collection[str] | None = None,
    key_file: Path | None = None,
) -> Office:
    """Open the records and load the understanding. `database` None keeps everything in memory; `hears` None is a call in text."""
    records = Records(database, key_file)
    store = Store(records, clinic)
    readers, ladder = open_readers(clinic, models, store.names, settings, hears)
    prompts = {language: load_prompts(language) for language in languages_of(clinic)}
    doctors = ProviderNames(clinic).spoken
    endings = {language: Endings(language, store.names, doctors) for language in readers} if hears is not None else {}
    return Office(clinic, records, store, readers, ladder, local_clock(clinic, now), prompts, endings)


def build_agent(machine: Machine, clinic: Clinic, *, now: datetime | None, show: Callable[[str, str, str], None]) -> Agent:
    """The agent, its engines loaded and its constant sentences rendered. `show` is told call id, who, and what was said."""
    models = machine.paths.models or PROJECT_MODELS
    plan = Plan(machine.profile, languages_of(clinic), models)
    office = open_office(
        clinic,
        database=machine.database_path,
        models=models,
        now=now,
        settings=machine.understanding,
        hears=plan.hearable,
        key_file=machine.records.key_file,
    )
    wall = local_clock(clinic)
    end_orphans(office.records, wall())
    engines = plan.load(lambda language: vocabulary(office, language))
    office = office.heard_in(engines.ears)
    voices = Voices(engines.voices, machine.paths.data / "phrases")
    values.read("date", "thanksgiving", office.clock())  # the calendar of holidays loads now, not in the first call
    office.reception(new_call_id()).understand("hello")  # so do the wordings of danger and the words that tell a language
    for language, prompts in office.prompts.items():
        said = prompts if language in engines.ears else {name: prompts[name] for name in FAREWELL}
        voices.prepare(language, constant_sentences(said, {"clinic": clinic.clinic.name}))

    workers = ThreadPoolExecutor(DRAFTS, thread_name_prefix="draft")

    def answer(link: Link, offered: Offered) -> None:
        with call_context(offered.call_id):
            converse(link, offered)

    def converse(link: Link, offered: Offered) -> None:
        call_started(office.records, offered.call_id, wall())
        kept = office.journal(machine.journals_path / f"{offered.call_id}{SUFFIX}", offered.call_id)
        journal: Journal = kept if machine.records.journals else NoJournal()
        reception = office.reception(offered.call_id, journal=journal)
        ear = Ear(Vad(), Hearings(engines.ears, FIRST_LANGUAGE), Anticipation(reception, voices), workers)
        try:
            Call(link, offered, reception, ear, voices, lambda who, text: show(offered.call_id, who, text)).run()
        finally:
            ear.close()
            kept.close()
            outcome = reception.conversation.outcome or "failed"
            turns, verified = reception.turns, reception.memory.verified
            call_ended(office.records, offered.call_id, wall(), outcome=outcome, turns=turns, verified=verified)

    gc.collect()
    gc.freeze()  # what is loaded stays; looking through it again and again would stop a call for 60 ms each time
    ladder = office.ladder
    used = engines.models | ({"encoder"} if ladder.rung == "encoder" else set())
    about = {**engines.about(), "rung": ladder.rung, "chat": ladder.chat, "models": models_in_use(models, used)}
    return Agent(machine.link_path, machine.paths.run / "agent.json", about, answer)


def vocabulary(office: Office, language: str) -> Vocabulary:
    """What the clinic's callers say in a language, for its recogniser."""
    return Vocabulary(
        phrases=phrases.everyday_lines(language, 3, seed=1),
        patient_names=office.store.names(),
        provider_names=ProviderNames(office.clinic).spoken,
        other_words=list(office.clinic.clinic.insurers),
    )


def models_in_use(folder: Path, used: Collection[str]) -> list[dict[str, str]]:
    """Name, file and sha256 of the files of the models in use; none where the list of models cannot be read."""
    try:
        return [row for row in described(folder) if row["name"] in used]
    except TheirFault as fault:
        log.error("the models in use cannot be listed: %s", fault)  # the sentence says it all
        return []


def new_call_id() -> str:
    """A random name for a call that no telephone line named."""
    return uuid.uuid4().hex
