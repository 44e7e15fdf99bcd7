"""The link's wire format and its ends, over a real pair of sockets."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from appliance.faults import TheirFault
from appliance.telephony.link import (
    FRAME_BYTES,
    Alive,
    Answer,
    Digit,
    Ended,
    Flush,
    HangUp,
    Held,
    Link,
    LinkClosed,
    Mark,
    Message,
    Offered,
    Played,
    SendDigits,
    Transfer,
    Transferred,
)

EVERY_MESSAGE: tuple[Message, ...] = (
    Offered("c", "4135550100", "100"),
    Offered("c", None, "100"),
    Digit("#"),
    Held(on=True),
    Played(3),
    Transferred("front_desk", ok=False, status=486),
    Ended("caller_hung_up"),
    Answer(),
    Mark(4),
    Flush(),
    Transfer("front_desk"),
    HangUp(),
    SendDigits("12#"),
    Alive(),
)


@pytest.fixture
def ends() -> Iterator[tuple[Link, Link, socket.socket]]:
    """Two ends of one link, and the second one's bare socket."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    pair = Link(one), Link(other), other
    yield pair
    one.close()
    other.close()


@pytest.mark.parametrize("message", EVERY_MESSAGE, ids=lambda message: message.type)
def test_every_message_arrives_as_it_was_sent(ends: tuple[Link, Link, socket.socket], message: Message) -> None:
    ends[0].send(message)
    assert ends[1].receive(1.0) == message


def test_the_wire_format_is_the_documented_one(ends: tuple[Link, Link, socket.socket]) -> None:
    """A type byte, four bytes of length, and the payload, so that another program can speak it from the description alone."""
    ends[0].send(Digit("5"))
    ends[0].send_audio(b"\1" * FRAME_BYTES)
    payload = json.dumps(asdict(Digit("5"))).encode()
    expected = b"J" + len(payload).to_bytes(4, "big") + payload + b"A" + FRAME_BYTES.to_bytes(4, "big") + b"\1" * FRAME_BYTES
    assert ends[2].recv(len(expected), socket.MSG_WAITALL) == expected


def test_messages_torn_by_the_socket_are_put_together(ends: tuple[Link, Link, socket.socket]) -> None:
    payload = json.dumps(asdict(Mark(9))).encode()
    for byte in b"J" + len(payload).to_bytes(4, "big") + payload:
        assert ends[0].receive(0.001) is None
        ends[2].send(bytes([byte]))
    assert ends[0].receive(1.0) == Mark(9)


def test_audio_and_messages_keep_their_order(ends: tuple[Link, Link, socket.socket]) -> None:
    ends[0].send_audio(b"a" * FRAME_BYTES)
    ends[0].send(Mark(1))
    ends[0].send_audio(b"b" * FRAME_BYTES)
    assert [ends[1].receive(1.0) for _ in range(3)] == [b"a" * FRAME_BYTES, Mark(1), b"b" * FRAME_BYTES]


def test_nothing_within_the_timeout_is_none(ends: tuple[Link, Link, socket.socket]) -> None:
    assert ends[0].receive(0.01) is None
    assert ends[0].receive(0) is None


def test_a_frame_of_another_size_is_refused_before_it_is_sent(ends: tuple[Link, Link, socket.socket]) -> None:
    with pytest.raises(ValueError, match="640"):
        ends[0].send_audio(b"\0" * 320)


def test_a_closed_end_is_noticed_on_both_ways(ends: tuple[Link, Link, socket.socket]) -> None:
    ends[0].close()
    with pytest.raises(LinkClosed):
        ends[1].receive(1.0)
    with pytest.raises(LinkClosed):
        ends[1].send(Alive())


@pytest.mark.parametrize(
    "bytes_sent",
    [b"X\0\0\0\0", b"A\0\0\0\1a", b"J\xff\xff\xff\xff", b"J\0\0\0\2{}", b'J\0\0\0\x10{"type":"dance"}'],
    ids=["unknown type", "short audio", "huge JSON", "no type", "unknown message"],
)
def test_whatever_is_not_the_protocol_is_their_fault(ends: tuple[Link, Link, socket.socket], bytes_sent: bytes) -> None:
    ends[2].send(bytes_sent)
    with pytest.raises(TheirFault, match="link"):
        ends[0].receive(1.0)
