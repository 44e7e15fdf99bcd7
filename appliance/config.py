"""Typed settings: `appliance.toml` for the machine and `clinic.toml` for the clinic.

Every wrong value is named with its file, its key and the repair; unknown keys are errors, so a misspelt key cannot be ignored.
"""

from __future__ import annotations

import difflib
import os
import socket
import tomllib
from datetime import date, datetime, time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from appliance.faults import TheirFault
from appliance.private_network import checked_address

_Settings = TypeVar("_Settings", bound=BaseModel)
_PRIVATE_KEYS = frozenset({"password", "patients"})
"""What a sentence about a wrong value must not repeat: it may end up in a log."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# --- appliance.toml -------------------------------------------------------------------------------------------------------


class Sip(_Section):
    """The extension on the clinic's PBX and how the line reaches it."""

    registrar: str
    """Host or host:port of the PBX."""
    extension: str
    password: str = ""
    password_file: Path | None = None
    authentication_id: str = ""
    """When the PBX has a login apart from the extension; else the extension is used."""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    registration: bool = True
    registration_seconds: Annotated[int, Field(ge=10, le=3600)] = 120
    local_address: str = "0.0.0.0"  # a PBX in the LAN must reach it; the source filter decides who is heard
    local_port: Annotated[int, Field(ge=1, le=65535)] = 5070
    pbx_addresses: tuple[str, ...] = ()
    """Addresses that may send calls; empty means those the registrar's name resolves to."""
    srtp: Literal["off", "optional", "mandatory"] = "off"
    rtp_ports: tuple[int, int] = (30000, 30099)
    tls_ca_file: Path | None = None
    """Certificates that the PBX's certificate must descend from; without it the PBX is not verified."""

    @field_validator("rtp_ports")
    @classmethod
    def _rtp_range(cls, ports: tuple[int, int]) -> tuple[int, int]:
        if ports[0] < 1024 or not ports[0] + 19 <= ports[1] <= 65535:
            raise ValueError("give a first and a last port, at least 20 apart, between 1024 and 65535")
        return ports

    @property
    def registrar_host(self) -> str:
        """The registrar without its port."""
        return self.registrar.rsplit(":", 1)[0] if ":" in self.registrar else self.registrar

    def secret(self) -> str:
        """The SIP password: systemd's credential sip-password, else the file, else the key."""
        credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", ""), "sip-password")
        if credential.is_absolute() and credential.is_file():
            return credential.read_text().strip()
        if self.password_file is None:
            return self.password
        try:
            return self.password_file.read_text().strip()
        except OSError as error:
            raise TheirFault(
                f"appliance.toml: sip.password_file: {self.password_file} cannot be read ({error.strerror}).",
                repair="Write the PBX password of the extension into that file, readable by the service.",
            ) from error

    def allowed_addresses(self) -> frozenset[str]:
        """The IP addresses the line listens to."""
        if self.pbx_addresses:
            return frozenset(self.pbx_addresses)
        try:
            return frozenset(str(info[4][0]) for info in socket.getaddrinfo(self.registrar_host, None, socket.AF_INET))
        except OSError as error:
            raise TheirFault(
                f"appliance.toml: sip.registrar: the name {self.registrar_host} cannot be resolved.",
                repair="Correct the name, or give the PBX's IP address.",
            ) from error


class Paths(_Section):
    """Where things lie; relative paths start at the folder of appliance.toml."""

    data: Path = Path("/var/lib/appliance")
    run: Path = Path("/run/appliance")
    models: Path | None = None
    """Folder of models; by default the one the project ships."""


class Status(_Section):
    """The status page."""

    host: str = "127.0.0.1"
    """An address of this machine. One that others can reach needs a certificate, because passwords cross the network."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    tls_certificate_file: Path | None = None
    """PEM: the page's certificate, then those between it and its authority."""
    tls_key_file: Path | None = None
    """PEM: the certificate's private key."""
    idle_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    """After so long without a click somebody who signed in is signed out."""
    monitors: tuple[str, ...] = ()
    """Addresses beside loopback that may read /live, /ready, /health and /metrics without signing in."""

    @field_validator("monitors")
    @classmethod
    def _addresses(cls, monitors: tuple[str, ...]) -> tuple[str, ...]:
        for address in monitors:
            try:
                ip_address(address)
            except ValueError as error:
                raise ValueError(f"{address} is not an IP address") from error
        return monitors

    @model_validator(mode="after")
    def _both_or_none(self) -> Status:
        if bool(self.tls_certificate_file) != bool(self.tls_key_file):
            raise ValueError("tls_certificate_file and tls_key_file belong together; give both or none")
        return self


class Understanding(_Section):
    """What is asked where the encoder is unsure: an instruct model on this machine, one elsewhere in the building, or nothing."""

    chat_model: Path | None = None
    """A GGUF with a chat template, run here."""
    chat_server: str = ""
    """Base address of a server that speaks OpenAI's chat completions, such as http://192.168.1.20:8080/v1."""
    chat_server_model: str = "default"
    """What the server calls its model."""
    chat_server_key_file: Path | None = None
    """Holds the key that the server wants to see."""
    chat_server_ca_file: Path | None = None
    """Certificates that the server's certificate must descend from; without it, those of the system."""
    time_limit_seconds: Annotated[float, Field(ge=0.2, le=10)] = 1.5
    """How long a caller may wait for it; after that the encoder's answer counts."""
    gpu_layers: Annotated[int, Field(ge=-1)] = -1
    """Layers of chat_model that a GPU takes; -1 is all of them."""

    @field_validator("chat_server")
    @classmethod
    def _in_the_building(cls, address: str) -> str:
        return checked_address(address) if address else address

    @model_validator(mode="after")
    def _one_of_both(self) -> Understanding:
        if self.chat_model and self.chat_server:
            raise ValueError("chat_model and chat_server are both given; keep one of them")
        return self


class Kept(_Section):
    """What is kept of a call beside its line in the database."""

    journals: bool = False
    """Every event and action of every call, under paths.data/journals: for finding out what went wrong. They hold names."""
    key_file: Path | None = None
    """Holds the key that the database is encrypted with; systemd's credential records-key comes before it."""
    backup_folder: Path | None = None
    """Where backups go, such as a mounted USB disk or a server's share; by default backups/ in paths.data."""
    backup_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Backups older than this are removed, as patients' data in them must not outlive its time."""
    backup_least: Annotated[int, Field(ge=1, le=1000)] = 3
    """So many of the newest backups stay, however old they are."""


class Machine(_Section):
    """appliance.toml: this machine."""

    clinic: Path
    """The clinic's file."""
    profile: Literal["auto", "embedded", "cpu", "gpu"] = "auto"
    sip: Sip
    paths: Paths = Paths()
    status: Status = Status()
    understanding: Understanding = Understanding()
    records: Kept = Kept()

    @property
    def link_path(self) -> Path:
        """The agent's socket."""
        return self.paths.run / "agent.sock"

    @property
    def line_report_path(self) -> Path:
        """Where the line writes what the status page and the checks read of it."""
        return self.paths.run / "line.json"

    @property
    def database_path(self) -> Path:
        """Appointments, messages, outcomes."""
        return self.paths.data / "appliance.db"

    @property
    def staff_database_path(self) -> Path:
        """The status page's own: who may sign in, what they did with messages, and what they looked at."""
        return self.paths.data / "status" / "status.db"

    @property
    def journals_path(self) -> Path:
        """Where the journals of calls lie, if they are kept."""
        return self.paths.data / "journals"


# --- clinic.toml ----------------------------------------------------------------------------------------------------------

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[time, time]


class Closure(_Section):
    """A day the clinic is closed."""

    date: date
    reason: str


class Policy(_Section):
    """Rules of the house. The sentences say what the code does; the numbers steer it."""

    verify: tuple[Literal["full_name", "date_of_birth"], ...] = ("full_name", "date_of_birth")
    verify_attempts: Annotated[int, Field(ge=1, le=5)] = 2
    minors: str = ""
    new_patients: str = ""
    refill: str = ""
    test_results: str = ""
    billing: str = ""
    emergency: str = ""
    crisis: str = ""
    after_hours: str = ""
    max_not_understood: Annotated[int, Field(ge=1, le=10)] = 3
    silence_prompts: Annotated[int, Field(ge=1, le=10)] = 2


class About(_Section):
    """The [clinic] table."""

    name: str
    timezone: str
    address: str = ""
    parking: str = ""
    slot_minutes: Annotated[int, Field(ge=5, le=240)] = 30
    reference_now: datetime | None = None
    """Only in test fixtures: the moment the sample data speaks about."""
    booking_horizon: date | None = None
    insurers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    own_phrases: Path | None = None
    """A file of lines this clinic's callers say, and what they mean by them; a relative path starts at clinic.toml's folder."""
    hours: dict[Weekday, Span]
    closures: tuple[Closure, ...] = ()
    policy: Policy = Policy()
    transfer: dict[str, str] = {}

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("not a time zone; write one such as America/New_York") from error
        return name


class Provider(_Section):
    """Somebody who sees patients."""

    id: str
    name: str
    specialty: str = ""
    min_age: int | None = None
    max_age: int | None = None
    hours: dict[Weekday, tuple[Span, ...]] = {}


class Patient(_Section):
    """Somebody on file."""

    id: str
    name: str
    date_of_birth: date
    phone: str = ""
    language: str | None = None
    guardian: str | None = None


class SampleAppointment(_Section):
    """An appointment that exists before the first call."""

    id: str
    patient: str
    provider: str
    start: datetime
    reason: str = ""


class Clinic(_Section):
    """clinic.toml: the clinic."""

    clinic: About
    providers: tuple[Provider, ...]
    busy: dict[str, tuple[tuple[datetime, datetime], ...]] = {}
    patients: tuple[Patient, ...] = ()
    appointments: tuple[SampleAppointment, ...] = ()

    @model_validator(mode="after")
    def _references_exist(self) -> Clinic:
        providers, patients = {p.id for p in self.providers}, {p.id for p in self.patients}
        for name in self.busy.keys() - providers:
            raise ValueError(f"busy.{name}: there is no provider with the id {name}")
        for taken in self.appointments:
            if taken.provider not in providers:
                raise ValueError(f"appointments: {taken.id} names the provider {taken.provider}, who is not in [[providers]]")
            if taken.patient not in patients:
                raise ValueError(f"appointments: {taken.id} names the patient {taken.patient}, who is not in [[patients]]")
        return self

    def provider(self, provider_id: str) -> Provider:
        """The provider with this id; KeyError when there is none."""
        return {p.id: p for p in self.providers}[provider_id]


# --- loading --------------------------------------------------------------------------------------------------------------


def load_machine(path: Path) -> Machine:
    """Read appliance.toml; relative paths in it start at its folder. Raises TheirFault naming file, key and repair."""
    machine = _load(path, Machine)
    home = path.resolve().parent

    def absolute(value: Path | None) -> Path | None:
        return None if value is None else Path(os.path.normpath(home / value))  # no ".." in the sentences that name it

    sip = machine.sip.model_copy(update={key: absolute(getattr(machine.sip, key)) for key in ("password_file", "tls_ca_file")})
    paths = machine.paths.model_copy(update={key: absolute(getattr(machine.paths, key)) for key in ("data", "run", "models")})
    status = machine.status.model_copy(
        update={key: absolute(getattr(machine.status, key)) for key in ("tls_certificate_file", "tls_key_file")}
    )
    files = {
        key: absolute(getattr(machine.understanding, key)) for key in ("chat_model", "chat_server_key_file", "chat_server_ca_file")
    }
    understanding = machine.understanding.model_copy(update=files)
    records = machine.records.model_copy(
        update={key: absolute(getattr(machine.records, key)) for key in ("key_file", "backup_folder")}
    )
    changed = {"sip": sip, "paths": paths, "status": status, "understanding": understanding, "records": records}
    return machine.model_copy(update={"clinic": absolute(machine.clinic), **changed})


def load_clinic(path: Path) -> Clinic:
    """Read clinic.toml. Raises TheirFault naming file, key and repair."""
    clinic = _load(path, Clinic)
    if clinic.clinic.own_phrases is None:
        return clinic
    own_phrases = Path(os.path.normpath(path.resolve().parent / clinic.clinic.own_phrases))
    return clinic.model_copy(update={"clinic": clinic.clinic.model_copy(update={"own_phrases": own_phrases})})


def _load(path: Path, kind: type[_Settings]) -> _Settings:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TheirFault(
            f"{path}: the file cannot be read ({error.strerror}).", repair="Correct the path that was given."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TheirFault(f"{path}: this is not valid TOML: {error}.", repair="Correct that line.") from error
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        problem = error.errors()[0]
        # a fault between two keys is at no place of its own; its sentence begins with the key
        where = ": ".join(filter(None, (str(path), ".".join(str(part) for part in problem["loc"]), _what(problem))))
        raise TheirFault(f"{where}.", repair=_repair(kind, problem)) from error


def _what(problem: ErrorDetails) -> str:
    match problem["type"]:
        case "extra_forbidden":
            return "there is no such key"
        case "missing":
            return "this key is missing"
        case _:
            return problem["msg"].removeprefix("Value error, ").removesuffix(".")


def _repair(kind: type[BaseModel], problem: ErrorDetails) -> str:
    if problem["type"] == "missing":
        return "Add it."
    if problem["type"] != "extra_forbidden":
        if not _PRIVATE_KEYS.isdisjoint(problem["loc"]):
            return "Correct it."
        return f"Correct the value {problem['input']!r}." if isinstance(problem["input"], str | int | float) else "Correct it."
    near = difflib.get_close_matches(str(problem["loc"][-1]), _keys_of(kind), n=1)
    return f"Did you mean {near[0]}?" if near else "Remove it."


def _keys_of(kind: type[BaseModel]) -> set[str]:
    """Every key of a settings file, whatever its section: good enough to guess what a misspelt one meant."""
    machine: list[type[BaseModel]] = [Machine, Sip, Paths, Status, Understanding, Kept]
    clinic: list[type[BaseModel]] = [Clinic, About, Policy, Closure, Provider, Patient, SampleAppointment]
    sections = machine if kind is Machine else clinic
    return {name for section in sections for name in section.model_fields}
