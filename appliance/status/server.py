"""The status page as a process of its own: Flask behind gunicorn, with TLS when there is a certificate, ended by SIGTERM.

Why gunicorn: of the servers that run Flask it is the one that is released most often, and the only one of those looked at that has
TLS and leaves a client that connects and says nothing to a poller. waitress has no TLS; cheroot shakes hands with every client in
the one thread that accepts them, so a silent client stops the page for all. One worker process, because the page's database has one
writer; threads, because every stream of live updates holds one. A client that stalls in the middle of a handshake or a request is
cut off: by the time limits that accepted sockets inherit from the listening one, and with TLS by those of the TLS socket.
"""

from __future__ import annotations

import argparse
import errno
import ipaddress
import logging
import socket
import ssl
import struct
import sys
from pathlib import Path
from typing import Any

import gunicorn.http.wsgi
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config

from appliance import logs
from appliance.config import Clinic, Machine, Status, load_clinic, load_machine
from appliance.faults import TheirFault
from appliance.status.application import create_app
from appliance.status.events import MOST
from appliance.status.site import Checks

_log = logging.getLogger(__name__)

THREADS = MOST + 8
STALLED_SECONDS = 15
BACKLOG = 64


class _Server(BaseApplication):
    """gunicorn with our settings; the application is made in the worker, so that no thread or database crosses the fork."""

    def __init__(self, machine: Machine, clinic: Clinic, checks: Checks | None, listener: socket.socket) -> None:
        self._parts = (machine, clinic, checks)
        self._listener = listener
        super().__init__()

    def load_config(self) -> None:
        status = self._parts[0].status
        settings: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}", "workers": 1, "worker_class": "gthread", "threads": THREADS,
            "worker_connections": 100, "keepalive": 5, "graceful_timeout": 1, "timeout": 60, "proc_name": "appliance-status",
            "control_socket_disable": True, "forwarded_allow_ips": "", "limit_request_line": 2000, "limit_request_fields": 50,
            "errorlog": "-", "loglevel": "error",
        }  # fmt: skip
        if status.tls_certificate_file is not None:
            settings |= {
                "certfile": str(status.tls_certificate_file), "keyfile": str(status.tls_key_file),
                "do_handshake_on_connect": False, "ssl_context": _tls,
            }  # fmt: skip
        for key, value in settings.items():
            self.cfg.set(key, value)

    def load(self) -> Any:  # a Flask application, whose type gunicorn's stubs do not take for WSGI
        return create_app(*self._parts)


def run_status(machine: Machine, clinic: Clinic, checks: Checks | None = None) -> int:
    """Serve the page until SIGTERM or SIGINT, then 0. Belongs on the main thread. Raises TheirFault when it cannot listen."""
    settings = machine.status
    listener = _listen(settings)
    scheme = "http"
    if settings.tls_certificate_file is not None:
        scheme = "https"
        _load_certificate(settings)
    elif not _is_loopback(settings.host):
        raise TheirFault(
            f"appliance.toml: status.host: {settings.host} can be reached by others, who could read passwords on the way.",
            repair='Give status.tls_certificate_file and status.tls_key_file, or host = "127.0.0.1".',
        )
    vars(gunicorn.http.wsgi)["SERVER"] = "appliance"  # a scanner learns no product to look up
    _log.info("The status page listens at %s://%s:%d/", scheme, settings.host, settings.port)
    try:
        _Server(machine, clinic, checks, listener).run()
    except SystemExit as ended:  # how gunicorn's arbiter says that it is done
        return ended.code if isinstance(ended.code, int) else 0
    return 0


def _listen(settings: Status) -> socket.socket:
    host, port = settings.host, settings.port
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        limit = struct.pack("ll", STALLED_SECONDS, 0)  # struct timeval, see socket(7)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.setsockopt(socket.SOL_SOCKET, option, limit)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.set_inheritable(True)
    except OSError as error:
        raise _cannot_listen(host, port, error) from error
    return listener


def _load_certificate(settings: Status) -> None:
    """Try certificate and key before serving, so that what is wrong with them is one sentence."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            str(settings.tls_certificate_file), str(settings.tls_key_file)
        )
    except (OSError, ssl.SSLError) as error:
        raise TheirFault(
            f"appliance.toml: status.tls_certificate_file and tls_key_file cannot be used ({error.strerror or error}).",
            repair="Give a PEM certificate and its own unencrypted key, both readable by the status page's user.",
        ) from error


def _tls(_config: Config, default: Any) -> ssl.SSLContext:
    context: ssl.SSLContext = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _Impatient
    return context


class _Impatient(ssl.SSLSocket):
    """Waits for its client only so long. Python's blocking TLS sockets try again for ever when a read's time limit has passed."""

    def do_handshake(self, block: bool = False) -> None:  # as its base class has it
        self.settimeout(STALLED_SECONDS)
        super().do_handshake(block)

    def setblocking(self, flag: bool) -> None:  # as its base class has it
        self.settimeout(STALLED_SECONDS if flag else 0.0)


def _cannot_listen(host: str, port: int, error: OSError) -> TheirFault:
    match error.errno:
        case errno.EADDRINUSE:
            return TheirFault(
                f"appliance.toml: status.port: port {port} on {host} is taken by another program.",
                repair="Give status.port a free port, or stop that program.",
            )
        case errno.EACCES:
            return TheirFault(
                f"appliance.toml: status.port: this user may not listen on port {port}.",
                repair="Give status.port a port above 1023.",
            )
        case _:
            return TheirFault(
                f"appliance.toml: status.host: {host} is not an address of this machine.",
                repair='Write "127.0.0.1", or the address that the clinic\'s network knows this machine by.',
            )


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def main() -> int:
    """`python -m appliance.status.server --config FILE`: 0 when ended, 2 when a setting is wrong."""
    parser = argparse.ArgumentParser(prog="python -m appliance.status.server", description="Serve the status page.")
    parser.add_argument("--config", type=Path, required=True, help="appliance.toml")
    logs.configure("status")
    try:
        machine = load_machine(parser.parse_args().config)
        return run_status(machine, load_clinic(machine.clinic))
    except TheirFault as fault:
        sys.stderr.write(f"{fault}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
