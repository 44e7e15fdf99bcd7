"""The line copes with what makes telephones fail at real PBXs, played by a real Kamailio."""

from __future__ import annotations

import time
from pathlib import Path

from appliance.telephony.account import Registration
from tests.support.agent_end import AgentEnd
from tests.support.kamailio import Kamailio
from tests.support.line_process import LineProcess
from tests.support.telephone import Telephone
from tests.support.waiting import wait_for

_BEFORE_LOGIN = "        if (!pv_auth_check("
_SHORT_REFUSED = """        if ($(hdr(Expires){s.int}) > 0 && $(hdr(Expires){s.int}) < 15) {
            xlog("L_ERR", "asked for $hdr(Expires) s\\n");
            append_to_reply("Min-Expires: 15\\r\\n"); sl_send_reply("423", "Interval Too Brief"); exit;
        }
"""
_ASKS_BY_OPTIONS = """modparam("nathelper", "natping_interval", 1)
modparam("nathelper", "sipping_from", "sip:qualify@127.0.0.1")
modparam("nathelper", "sipping_method", "OPTIONS")
modparam("nathelper", "sipping_bflag", 7)
modparam("nathelper", "ping_nated_only", 0)
modparam("usrloc", "nat_bflag", 7)
reply_route { if ($rm == "OPTIONS") xlog("L_ERR", "qualify answered $rs\\n"); }
request_route {"""


class QuirkyKamailio(Kamailio):
    """Kamailio with parts of its configuration replaced."""

    def __init__(self, folder: Path, *changes: tuple[str, str]) -> None:
        super().__init__(folder)
        text = self._config.read_text()
        for old, new in (('loadmodule "nathelper.so"', 'loadmodule "nathelper.so"\nloadmodule "xlog.so"'), *changes):
            assert old in text
            text = text.replace(old, new)
        self._config.write_text(text)

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return (self._folder / "kamailio.log").read_text()


def registration(line: LineProcess) -> Registration:
    """What line.json says of it."""
    return Registration(**line.report()["registration"])


def test_a_pbx_that_finds_the_time_too_short_gets_the_time_it_wants(tmp_path: Path) -> None:
    """423 with Min-Expires (RFC 3261, section 10.2.8); afterwards the line asks for that time by itself."""
    with QuirkyKamailio(tmp_path / "pbx", (_BEFORE_LOGIN, _SHORT_REFUSED + _BEFORE_LOGIN)) as pbx:
        line = LineProcess(tmp_path / "line", registrar=f"127.0.0.1:{pbx.port}", registration=True, registration_seconds=10)
        with line:
            wait_for(lambda: registration(line).state == "registered", "the registration", 15)
            first = registration(line).last_ok_at
            wait_for(lambda: registration(line).last_ok_at != first, "its renewal", 20)
            assert registration(line).last_code == 200
    assert pbx.log.count("asked for 10 s") == 1


def test_a_login_apart_from_the_extension_is_used_for_the_login_only(tmp_path: Path) -> None:
    """As 3CX has it: registered and called as the extension, authenticated by another name."""
    apart = ('"$fd", "secret$fU", "0", "1"', '"$fd", "secret-$au", "0", "0"')
    only = (
        "        fix_nated_register();",
        '        if ($au != "q7Xa") { sl_send_reply("403", "No"); exit; }\n        fix_nated_register();',
    )
    with QuirkyKamailio(tmp_path / "pbx", apart, only) as pbx:
        line = LineProcess(
            tmp_path / "line",
            registrar=f"127.0.0.1:{pbx.port}",
            registration=True,
            authentication_id="q7Xa",
            password="secret-q7Xa",  # noqa: S106  # the test's own PBX
        )
        with line, AgentEnd(line.agent_path), Telephone("201") as caller:
            wait_for(lambda: registration(line).state == "registered", "the registration")
            caller.dial("sip:100@127.0.0.1", pbx.address).connected().hang_up()
            line.wait_idle()


def test_a_pbx_that_asks_by_options_whether_the_telephone_lives_is_answered(tmp_path: Path) -> None:
    saved = ('        save("location", "0x04")', '        setbflag(7);\n        save("location", "0x04")')
    with QuirkyKamailio(tmp_path / "pbx", ("request_route {", _ASKS_BY_OPTIONS), saved) as pbx:
        line = LineProcess(tmp_path / "line", registrar=f"127.0.0.1:{pbx.port}", registration=True)
        with line:
            wait_for(lambda: pbx.log.count("qualify answered 200") >= 2, "two answers", 20)
            assert registration(line).state == "registered"


def test_a_registration_that_the_pbx_grants_for_longer_does_not_count_as_expired(tmp_path: Path) -> None:
    """The PBX says 30 s where 10 s were asked for; after 14 s the line still knows that it is registered."""
    seconds = 10
    longer = ('"min_expires", 5', '"min_expires", 30')
    with QuirkyKamailio(tmp_path / "pbx", longer) as pbx:
        line = LineProcess(tmp_path / "line", registrar=f"127.0.0.1:{pbx.port}", registration=True, registration_seconds=seconds)
        with line:
            wait_for(lambda: registration(line).state == "registered", "the registration")
            until = time.monotonic() + seconds + 4
            while time.monotonic() < until:
                assert registration(line).state == "registered", registration(line)
                time.sleep(0.2)
