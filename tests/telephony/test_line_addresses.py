"""Callers' numbers, transfer targets, and addresses kept out of the log."""

import pytest

from appliance.telephony.addresses import caller_id, header, target_uri, user_of, without_addresses

INVITE = (
    "INVITE sip:100@pbx SIP/2.0\r\nFrom: <sip:5550173@pbx>;tag=1\r\n{}Subject: a\r\n  folded\r\n\r\n"
    "P-Asserted-Identity: <sip:body@x>\r\n"
)


@pytest.mark.parametrize(
    ("extra", "remote", "expected"),
    [
        ("", '"Somebody" <sip:4135550173@pbx>', "4135550173"),
        ("", "<sip:+14135550173;ext=5@pbx;user=phone>", "+14135550173"),
        ("", "<tel:4135550173>", "4135550173"),
        ("", '"Anonymous" <sip:anonymous@anonymous.invalid>', None),
        ("", "<sip:pbx>", None),
        ("P-Asserted-Identity: <sip:4135550199@pbx>\r\n", "<sip:anonymous@anonymous.invalid>", "4135550199"),
        ("P-Asserted-Identity: <sip:4135550199@pbx>\r\nPrivacy: id\r\n", "<sip:anonymous@anonymous.invalid>", None),
    ],
)
def test_the_callers_number_is_what_the_pbx_asserts_and_never_a_withheld_one(extra: str, remote: str, expected: str | None) -> None:
    assert caller_id(INVITE.format(extra), remote) == expected


def test_headers_are_read_folded_and_only_from_the_head() -> None:
    assert header(INVITE.format(""), "subject") == "a folded"
    assert header(INVITE.format(""), "P-Asserted-Identity") is None


def test_an_extension_is_sought_at_the_pbx_and_a_uri_taken_as_it_is() -> None:
    assert target_uri("102", "pbx.example:5080") == "sip:102@pbx.example:5080"
    assert target_uri("sips:desk@other.example", "pbx.example") == "sips:desk@other.example"


def test_a_user_ends_before_password_and_parameters() -> None:
    assert user_of("sip:200:secret@pbx") == "200"


def test_no_number_of_a_caller_stays_in_a_log_line() -> None:
    line = without_addresses('Call 1 with "Pat Example" <sip:4135550173@10.0.0.2:5060;transport=udp> failed, To: sip:100@pbx;tag=a')
    assert "4135550173" not in line
    assert "Pat" not in line
    assert line.startswith("Call 1 with")
