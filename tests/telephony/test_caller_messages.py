"""The caller's wire formats: SIP, SDP, digest and G.711, against the standards' own examples."""

from __future__ import annotations

import socket
import struct
import time

import numpy as np
import pytest

from appliance.telephony.caller import sdp
from appliance.telephony.caller.digest import authorization
from appliance.telephony.caller.g711 import Codec, decode, encode
from appliance.telephony.caller.recording import Recording
from appliance.telephony.caller.rtp import Heard, RtpStream
from appliance.telephony.caller.sip_message import Request, Response, parameter, parse, parse_uri, reply

INVITE = (
    b"INVITE sip:300@192.0.2.1 SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\nf: <sip:1@a>;tag=x\r\nt: <sip:300@b>\r\n"
    b"i: abc\r\nCSEQ: 7 INVITE\r\nSubject: a long\r\n  line\r\nRecord-Route: <sip:p1;lr>, <sip:p2;lr>\r\nl: 4\r\n\r\nv=0\nrest"
)


def test_compact_names_folded_lines_and_the_length_are_understood() -> None:
    message = parse(INVITE)
    assert isinstance(message, Request)
    assert (message.method, message.uri, message.branch, message.cseq) == ("INVITE", "sip:300@192.0.2.1", "z9hG4bK1", (7, "INVITE"))
    assert message.get("subject") == "a long line"
    assert message.body == b"v=0\n"


def test_a_message_survives_writing_and_reading() -> None:
    request = Request((("via", "SIP/2.0/UDP h;branch=z9hG4bK2"), ("cseq", "1 BYE"), ("call-id", "q")), b"body", "BYE", "sip:a@b")
    again = parse(bytes(request))
    assert isinstance(again, Request)
    assert [header for header in again.headers if header[0] != "content-length"] == list(request.headers)
    assert again.body == b"body"


def test_a_reply_copies_what_it_must_and_tags_to_once() -> None:
    request = parse(INVITE)
    assert isinstance(request, Request)
    first = reply(request, 200, "OK", tag="mine")
    assert first.get("to") == "<sip:300@b>;tag=mine"
    assert first.all("record-route") == ["<sip:p1;lr>, <sip:p2;lr>"]
    tagged = Request((("to", "<sip:300@b>;tag=theirs"),), b"", "BYE", "sip:a@b")
    assert parameter(reply(tagged, 200, "OK", tag="mine").get("to"), "tag") == "theirs"


@pytest.mark.parametrize(
    "noise",
    [b"", b"\r\n\r\n", b"hello\r\n\r\n", b"SIP/2.0 99 No\r\n\r\n", b"INVITE sip:a SIP/3.0\r\n\r\n", b"A b SIP/2.0\r\nx\r\n\r\n"],
)
def test_what_is_not_sip_is_refused(noise: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse(noise)


@pytest.mark.parametrize(
    ("text", "user", "host", "port"),
    [
        ("sip:300@127.0.0.1:5070", "300", "127.0.0.1", 5070),
        ('"Front" <sip:200@pbx.example;transport=udp>;tag=1', "200", "pbx.example", 5060),
        ("sip:pbx", "", "pbx", 5060),
        ("<sips:7@[2001:db8::1]:5062>", "7", "2001:db8::1", 5062),
    ],
)
def test_addresses(text: str, user: str, host: str, port: int) -> None:
    uri = parse_uri(text)
    assert (uri.user, uri.host, uri.port) == (user, host, port)


def test_the_digest_of_the_rfcs_example() -> None:
    """RFC 2617 section 3.5 without qop is RFC 2069's: the response is a fixed function of everything in the challenge."""
    challenge = (
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    value = authorization(challenge, method="GET", uri="/dir/index.html", user="Mufasa", password="Circle Of Life")  # noqa: S106  # the RFC's
    assert value is not None
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in value
    assert 'opaque="5ccc069c403ebaf9f0171e9517f40e41"' in value


def test_a_challenge_of_another_kind_is_not_answered() -> None:
    assert authorization('Digest realm="r", nonce="n", algorithm=SHA-512', method="A", uri="b", user="c", password="") is None
    assert authorization("Basic realm=r", method="A", uri="b", user="c", password="") is None


def test_an_offer_is_read_back() -> None:
    media = sdp.parse(sdp.offer("192.0.2.9", 30_000, ("PCMA", "PCMU")))
    assert media == sdp.Media("192.0.2.9", 30_000, "PCMA", 101, "sendrecv")


def test_the_answer_mirrors_direction_codec_and_digits() -> None:
    theirs = sdp.Media("192.0.2.9", 30_000, "PCMA", 96, "sendonly")
    assert theirs.on_hold
    ours = sdp.parse(sdp.answer("127.0.0.1", 40_000, theirs, version=2))
    assert ours == sdp.Media("127.0.0.1", 40_000, "PCMA", 96, "recvonly")


def test_audio_without_g711_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        sdp.parse(b"v=0\r\nc=IN IP4 192.0.2.9\r\nm=audio 30000 RTP/AVP 9\r\n")


@pytest.mark.parametrize(
    ("codec", "silence", "known"), [("PCMU", 0xFF, {0x80: 32124, 0x00: -32124}), ("PCMA", 0xD5, {0xAA: 32256, 0x2A: -32256})]
)
def test_g711_has_the_standards_values(codec: Codec, silence: int, known: dict[int, int]) -> None:
    assert encode(np.zeros(1, np.int16), codec) in (bytes([silence]), bytes([silence ^ 0x80]))
    for byte, value in known.items():
        assert decode(bytes([byte]), codec)[0] == value
    every = bytes(range(256))
    assert np.array_equal(decode(encode(decode(every, codec), codec), codec), decode(every, codec))
    ramp = np.arange(-32_768, 32_768).astype(np.int16)
    error = np.abs(decode(encode(ramp, codec), codec).astype(int) - ramp)
    assert (error <= np.maximum(np.abs(ramp.astype(int)) / 16, 16)).all()


def test_a_recording_lies_in_the_senders_time() -> None:
    """Late and reordered packets keep their place; a sender that begins a new RTP clock goes on where it arrives."""
    recording = Recording()
    frame = np.ones(160, np.int16)
    for arrived, timestamp, factor in ((0.0, 2**32 - 160, 1), (0.09, 160, 3), (0.095, 0, 2), (2.0, 777_777, 4)):
        recording.add(Heard(100 + arrived, frame * np.int16(factor), timestamp))
    samples = recording.samples()
    assert [int(samples[place]) for place in (0, 160, 320, 480, 16_000)] == [1, 2, 3, 0, 4]
    assert len(samples) == 16_160


def test_gap_statistics_come_from_the_kernels_clock() -> None:
    """A receiver that sleeps does not make the sender look late; a lost packet is counted; a marked pause is no gap."""
    stream = RtpStream("127.0.0.1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        due = time.monotonic()
        for sequence in (1, 2, 3, 5, 6, 7, 8, 9):
            marker = 0x80 if sequence == 9 else 0
            due += 0.3 if marker else 0.02
            time.sleep(max(0.0, due - time.monotonic()))
            sender.sendto(struct.pack("!BBHII", 0x80, marker, sequence, sequence * 160, 1) + bytes(160), ("127.0.0.1", stream.port))
        time.sleep(0.2)
    assert len(stream.receive()) == 8
    stream.close()
    gaps = stream.statistics()
    assert (gaps.packets, gaps.lost) == (8, 1)
    assert 15 < gaps.p50_ms < 25
    assert gaps.max_ms < 200


def test_a_response_is_read() -> None:
    answer = parse(b"SIP/2.0 180 Ringing\r\nCSeq: 1 INVITE\r\n\r\n")
    assert isinstance(answer, Response)
    assert (answer.status, answer.reason) == (180, "Ringing")
