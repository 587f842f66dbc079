"""What looks like the end of a message, and what hides behind commands."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.integration.smtp.house import MANNERS, Build, House

LOOK_ALIKES = {
    "LF . LF": b"\n.\n",
    "LF . CRLF": b"\n.\r\n",
    "CRLF . LF": b"\r\n.\n",
    "CR . CRLF": b"\r.\r\n",
    "CR . CR": b"\r.\r",
    "CRLF . CR": b"\r\n.\r",
    "CR . LF": b"\r.\n",
    "LF . CR": b"\n.\r",
    "NUL before": b"\r\n\0.\r\n",
    "NUL after": b"\r\n.\0\r\n",
    "CRLF . CRCRLF": b"\r\n.\r\r\n",
    "CRCRLF . CRLF": b"\r\r.\r\n",
    "stuffed": b"\r\n..\r\n",
    "space": b"\r\n. \r\n",
}
SMUGGLED = (
    b"MAIL FROM:<admin@desk.example>\r\nRCPT TO:<support@desk.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nclose\r\n"
)


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def byte_by_byte(data: bytes) -> Iterator[bytes]:
    yield from (data[place : place + 1] for place in range(len(data)))


def at_each_dot(data: bytes) -> Iterator[bytes]:
    yield from (part if not place else b"." + part for place, part in enumerate(data.split(b".")))


@pytest.mark.parametrize("segments", [whole, byte_by_byte, at_each_dot])
def test_what_looks_like_the_end_of_data_never_makes_two_messages(
    house: House, segments: Callable[[bytes], Iterator[bytes]]
) -> None:
    """cases 43 and 44: one message or none, however the bytes are cut, and the session stays in step."""
    taken = 0
    for number, (name, look_alike) in enumerate(LOOK_ALIKES.items()):
        with house.peer() as peer:
            peer.begin()
            for segment in segments(b"Subject: %d\r\n\r\nIt beeps." % number + look_alike + SMUGGLED + b".\r\n"):
                peer.send(segment)
            answer = peer.answer()
            refused = name not in ("NUL before", "NUL after", "stuffed", "space")
            assert answer.startswith("550 5.6.0 " if refused else "250"), name
            assert peer.say("NOOP").startswith("250"), f"{name}: the session is not where it was"
        taken += answer.startswith("250")
        assert len(house.rows()) == taken, name


def test_newlines_of_a_trusted_relay_may_be_mended(build: Build) -> None:
    """case 44: from a relay that is trusted, where it is asked for."""
    manners = replace(MANNERS, trusts=lambda peer: peer == "127.0.0.1", mends_newlines=True)
    house = build(manners)
    with house.peer() as peer:
        assert peer.deliver(b"Subject: a\n\nb\rc\r\n").startswith("250")
    with house.peer(source="127.0.0.2") as peer:
        assert peer.deliver(b"Subject: a\n\nb\rc\r\n").startswith("550 5.6.0 ")
    assert [row.raw for row in house.rows()] == [b"Subject: a\r\n\r\nb\r\nc\r\n"]


@pytest.mark.parametrize("line", [b"NOOP\n", b"NO\rOP\r\n", b"NOOP\0\r\n", b"NOOP \xff\r\n", b"NOOP \x1b[2J\r\n"])
def test_a_command_is_one_clean_line(house: House, line: bytes) -> None:
    """cases 45 and 46: it counts as an error, and the session goes on."""
    with house.peer() as peer:
        peer.send(line)
        assert peer.answer().startswith("500 5.5.2 ")
        assert peer.say("NOOP").startswith("250")
