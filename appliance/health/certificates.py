"""Does any certificate end soon: the status page's, or those that the PBX is recognised by?"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from appliance.config import Sip
from appliance.health import Result, Subject

SLOW = False
SOON_DAYS = 30
TLS_PORT = 5061
ANSWER_SECONDS = 5.0


def check(subject: Subject) -> Result:
    """Read the files that appliance.toml names; when thorough, ask the PBX for the certificate that it shows."""
    now = datetime.fromtimestamp(subject.clock(), UTC)
    ends: list[tuple[datetime, str]] = []
    for key, path in _files(subject):
        try:
            ends += [(certificate.not_valid_after_utc, f"the certificate of {key}") for certificate in _read(path)]
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no PEM certificate"
            repair = "Put the certificate there, readable by the services."
            return Result("certificates", "broken", f"appliance.toml: {key}: {path} cannot be read ({reason}).", repair)
    if subject.machine.sip.transport == "tls" and subject.thorough:
        try:
            ends.append((_of_pbx(subject.machine.sip), "the certificate that the PBX shows"))
        except (OSError, ValueError) as error:
            sentence = f"The PBX showed no certificate ({getattr(error, 'strerror', None) or type(error).__name__})."
            return Result("certificates", "unknown", sentence, "See the result of registration.")
    return judge(ends, now)


def judge(ends: list[tuple[datetime, str]], now: datetime) -> Result:
    """What the ends of these certificates mean; the first one to end decides."""
    if not ends:
        return Result("certificates", "ok", "No certificate is in use.")
    end, name = min(ends)
    days = (end - now).days
    repair = "Renew it and put the new one in its place, then restart what uses it."
    if end <= now:
        return Result("certificates", "broken", f"Ended on {end:%Y-%m-%d}: {name}.", repair)
    if days < SOON_DAYS:
        return Result("certificates", "warning", f"Ends in {days} days: {name}.", repair)
    return Result("certificates", "ok", f"The first certificate to end does so in {days} days.")


def _files(subject: Subject) -> Iterator[tuple[str, Path]]:
    machine = subject.machine
    if machine.status.tls_certificate_file is not None:
        yield "status.tls_certificate_file", machine.status.tls_certificate_file
    if machine.sip.tls_ca_file is not None:
        yield "sip.tls_ca_file", machine.sip.tls_ca_file


def _read(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


def _of_pbx(sip: Sip) -> datetime:
    """The end of the PBX's certificate; whether it can be trusted is the line's business, so it is not verified here."""
    port = int(sip.registrar.rsplit(":", 1)[1]) if ":" in sip.registrar else TLS_PORT
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection((sip.registrar_host, port), ANSWER_SECONDS) as connection,
        context.wrap_socket(connection, server_hostname=sip.registrar_host) as secured,
    ):
        shown = secured.getpeercert(binary_form=True)
    if shown is None:
        raise ValueError("no certificate")
    return x509.load_der_x509_certificate(shown).not_valid_after_utc
