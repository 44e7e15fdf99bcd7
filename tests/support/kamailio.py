"""A real PBX for tests: Kamailio as registrar with digest passwords (`secret` + the extension) and as proxy between extensions."""

import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.ports import free_port
from tests.support.tls_authority import Authority

_CONFIG = """#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
loadmodule "kex.so"
loadmodule "corex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "nathelper.so"
{tls}
modparam("usrloc", "db_mode", 0)
modparam("registrar", "min_expires", 5)
modparam("registrar", "received_avp", "$avp(received)")
modparam("nathelper", "received_avp", "$avp(received)")
modparam("auth", "nonce_expire", 30)
request_route {{
    if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
    if (is_method("CANCEL")) {{ if (t_check_trans()) t_relay(); exit; }}
    if (has_totag()) {{
        if (loose_route()) {{ t_relay(); exit; }}
        if (is_method("ACK")) {{ if (t_check_trans()) t_relay(); exit; }}
        sl_send_reply("481", "No Such Dialog"); exit;
    }}
    if (is_method("REGISTER")) {{
        if (!pv_auth_check("$fd", "secret$fU", "0", "1")) {{ auth_challenge("$fd", "1"); exit; }}
        fix_nated_register();
        save("location", "0x04"); exit;  # one contact an extension: the latest
    }}
    record_route();
    if (!lookup("location")) {{ sl_send_reply("404", "Not Found"); exit; }}
    t_relay();
}}
"""
_TLS = """enable_tls=yes
listen=tls:127.0.0.1:{port}
loadmodule "tls.so"
modparam("tls", "private_key", "{key}")
modparam("tls", "certificate", "{certificate}")
modparam("tls", "tls_method", "TLSv1.2+")
"""


class Kamailio:
    """Starts in `with`; `restart` forgets every registration, as a PBX's reboot does."""

    def __init__(self, folder: Path, authority: Authority | None = None) -> None:
        self.port = free_port()
        self.tls_port = free_port()
        self.address = ("127.0.0.1", self.port)
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        tls = ""
        if authority is not None:
            tls = _TLS.format(port=self.tls_port, key=authority.server_key, certificate=authority.server_certificate)
        self._config = folder / "kamailio.cfg"
        self._config.write_text(_CONFIG.format(port=self.port, tls=tls))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        arguments = ["kamailio", "-f", str(self._config), "-DD", "-E", "-m", "32", "-M", "4", "-w", str(self._folder)]
        with (self._folder / "kamailio.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*arguments, "-Y", str(self._folder), "-P", str(self._folder / "kamailio.pid")], stdout=log, stderr=log
            )
        port = f":{self.port:04X}"
        end = time.monotonic() + 10
        while time.monotonic() < end:
            assert self._process.poll() is None, (self._folder / "kamailio.log").read_text()
            if port in Path("/proc/net/tcp").read_text():
                return
            time.sleep(0.05)
        raise AssertionError("Kamailio did not start")

    def stop(self) -> None:
        """Stop it, as a power cut at the PBX would."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(10)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
