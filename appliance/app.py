"""The composition root: the only file that picks implementations and puts the parts together."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from appliance import intents, speech
from appliance.agent import Agent
from appliance.call import Call
from appliance.config import Clinic, Machine
from appliance.ear import Ear
from appliance.faults import TheirFault
from appliance.languages import Wording, constant_sentences, load_prompts
from appliance.logs import call_context
from appliance.provision.manifest import PROJECT_MODELS, described, verify
from appliance.reception import Reception
from appliance.records.calls import call_ended, call_started, end_orphans
from appliance.records.database import Records
from appliance.scheduling.desk import Desk
from appliance.scheduling.store import Store
from appliance.speech.engines import Vocabulary
from appliance.speech.phrase_cache import PhraseCache
from appliance.speech.vad import Vad
from appliance.telephony.link import Link, Offered
from appliance.understanding import Resolver, encoder, phrases, values
from appliance.understanding.providers import ProviderNames
from appliance.understanding.reader import Reader

log = logging.getLogger(__name__)

LANGUAGE = "en"
"""Spanish has its values and follows with its prompts and phrases; callers who speak it are given to a person until then."""
EMBEDDED = {"recognizer": "sphinx", "synthesizer": "espeak"}

Clock = Callable[[], datetime]


def local_clock(clinic: Clinic, start: datetime | None = None) -> Clock:
    """The clinic's wall clock without a zone; with `start` it pretends to be that moment now, and runs on from there."""
    zone = ZoneInfo(clinic.clinic.timezone)

    def wall() -> datetime:
        return datetime.now(zone).replace(tzinfo=None)

    shift = start - wall() if start else timedelta()
    return lambda: wall() + shift


def resolver(models: Path) -> tuple[Resolver, str]:
    """The best rung of understanding that stands, and its name.

    Raises TheirFault when the model is missing or is not the one the manifest names, which a person must put right; when a right
    one fails here, that is said and example phrases take its place.
    """
    verify(models, "encoder")
    try:
        return encoder.load(models / "encoder"), "encoder"
    except TheirFault as fault:
        log.error("the encoder cannot be used, example phrases take its place: %s", fault)  # the sentence says it all
        return phrases.NearestExample(LANGUAGE), "phrases"


@dataclass
class Office:
    """Everything that calls share and that needs no audio: the clinic, its records, understanding, words."""

    clinic: Clinic
    records: Records
    store: Store
    reader: Reader
    rung: str
    clock: Clock
    prompts: Mapping[str, Sequence[str]]

    def reception(self, call_id: str) -> Reception:
        """A conversation for one call."""
        desk = Desk(self.records, self.store, self.clinic, call_id, self.clock)
        wording = Wording(LANGUAGE, self.prompts, self.clock().date())
        return Reception(self.clinic, intents.plans(), self.reader, desk, wording, self.clock)


def open_office(clinic: Clinic, *, database: Path | None, models: Path, now: datetime | None = None) -> Office:
    """Open the records and load the understanding. `database` None keeps everything in memory."""
    records = Records(database)
    store = Store(records, clinic)
    best_resolver, rung = resolver(models)
    reader = Reader(best_resolver, ProviderNames(clinic), store.names, LANGUAGE)
    return Office(clinic, records, store, reader, rung, local_clock(clinic, now), load_prompts(LANGUAGE))


def build_agent(machine: Machine, clinic: Clinic, *, now: datetime | None, show: Callable[[str, str, str], None]) -> Agent:
    """The agent, its engines loaded and its constant sentences rendered. `show` is told call id, who, and what was said."""
    if machine.profile not in ("auto", "embedded"):
        raise TheirFault(
            f"appliance.toml: profile: the engines of {machine.profile} are not part of this version.",
            repair='Set profile = "embedded".',
        )
    models = machine.paths.models or PROJECT_MODELS
    office = open_office(clinic, database=machine.database_path, models=models, now=now)
    wall = local_clock(clinic)
    end_orphans(office.records, wall())
    providers = ProviderNames(clinic)
    vocabulary = Vocabulary(
        phrases=phrases.example_lines(LANGUAGE, 3, seed=1),
        patient_names=office.store.names(),
        provider_names=providers.spoken,
        other_words=list(clinic.clinic.insurers),
    )
    ears = speech.recognizer(EMBEDDED["recognizer"])(vocabulary)
    voice = PhraseCache(speech.synthesizer(EMBEDDED["synthesizer"])(), machine.paths.data / "phrases")
    values.read("date", "thanksgiving", office.clock())  # the calendar of holidays loads now, not in the first call
    voice.prepare(constant_sentences(office.prompts, {"clinic": clinic.clinic.name}))

    def answer(link: Link, offered: Offered) -> None:
        with call_context(offered.call_id):
            converse(link, offered)

    def converse(link: Link, offered: Offered) -> None:
        call_started(office.records, offered.call_id, wall())
        reception = office.reception(offered.call_id)
        ear = Ear(Vad(), ears.hearing(), reception.complete)
        try:
            Call(link, offered, reception, ear, voice, lambda who, text: show(offered.call_id, who, text)).run()
        finally:
            ear.close()
            outcome = reception.conversation.outcome or "failed"
            turns, verified = reception.turns, reception.memory.verified
            call_ended(office.records, offered.call_id, wall(), outcome=outcome, turns=turns, verified=verified)

    about = {"profile": "embedded", **EMBEDDED, "rung": office.rung, "models": list(described(models))}
    return Agent(machine.link_path, machine.paths.run / "agent.json", about, answer)


def new_call_id() -> str:
    """A random name for a call that no telephone line named."""
    return uuid.uuid4().hex
