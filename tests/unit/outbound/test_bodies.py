"""The files and pictures of a letter: byte for byte, under names that lead nowhere."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from outbound.bodies import put_together
from outbound.enclosure import Enclosure, Picture
from outbound.letter import File
from parsers.read import attachments

MESSAGE_ID = "<l7.k3f2@desk.example>"


def read(enclosure: Enclosure) -> EmailMessage:
    """The parts as another program reads them."""
    message = message_from_bytes(whole(enclosure), policy=default)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    return message


def whole(enclosure: Enclosure) -> bytes:
    kind, body = put_together("text\n", "<p>html</p>\n", enclosure, MESSAGE_ID)
    return f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "two words; and (more) =_utf-8.txt",
        "Ångström größer.txt",
        "写真の説明.txt",
        "x" * 190 + ".txt",
        "日" * 60 + ".txt",
        "100% 'sure'.txt",
    ],
)
def test_a_name_comes_through_whatever_it_is_made_of(name: str) -> None:
    enclosure = Enclosure((File(name, "text/plain", b"hello"),))
    (part,) = read(enclosure).iter_attachments()
    assert (part.get_filename(), part.get_content_disposition()) == (name, "attachment")
    assert part.get_param("name", header="content-type") is not None
    assert max(map(len, whole(enclosure).split(b"\r\n"))) <= 78
    ((mine, data),) = attachments(whole(enclosure))
    assert (mine.filename, data) == (name, b"hello")


def test_a_name_is_not_read_as_anything_else() -> None:
    (part,) = read(Enclosure((File("=?utf-8?q?x?=.txt", "text/plain", b""),))).iter_attachments()
    assert part.get_filename() == "=?utf-8?q?x?=.txt"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('a"b.zip', "a'b.zip"),
        ("a\r\nX: y", "a X: y"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\x", "C:_x"),
        ("a\0b", "a b"),
        ("\u202egnp.exe", "gnp.exe"),
        ("", "file"),
        ("..", "file"),
    ],
)
def test_a_name_cannot_say_more_than_a_name(name: str, shown: str) -> None:
    """case 129: no header, no path, no direction of writing."""
    (part,) = read(Enclosure((File(name, "application/zip", b"x"),))).iter_attachments()
    assert part.get_filename() == shown
    assert set(part.keys()) == {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}


@pytest.mark.parametrize(
    "kind", ["text/x\r\nX: y", "message/rfc822", "multipart/mixed", "", "text/plain; charset=x", "a/b" * 90]
)
def test_a_type_that_no_part_of_ours_has_is_mere_octets(kind: str) -> None:
    (part,) = read(Enclosure((File("a.bin", kind, b"\xff"),))).iter_attachments()
    assert (part.get_content_type(), part.get_content()) == ("application/octet-stream", b"\xff")


def test_a_text_beyond_ascii_says_how_it_is_written() -> None:
    texts = ("größer".encode(), "größer".encode("latin-1"), b"plain")
    found = read(Enclosure(tuple(File("a.txt", "text/plain", one) for one in texts)))
    assert [part.get_content_charset() for part in found.iter_attachments()] == ["utf-8", None, None]
    assert [part.get_payload(decode=True) for part in found.iter_attachments()] == [*texts]


def test_pictures_stand_beside_the_page_that_shows_them() -> None:
    picture = Picture(File("screen.png", "image/png", b"\x89PNG"), "1.abc@desk.example", 300)
    found = read(Enclosure((File("a.zip", "application/zip", b"x"),), (picture,)))
    assert [part.get_content_type() for part in found.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/zip",
    ]  # fmt: skip
    shown = list(found.walk())[5]
    assert (shown["Content-ID"], shown.get_content_disposition()) == ("<1.abc@desk.example>", "inline")
    assert found.get_body(("plain",)) is not None
    without = read(Enclosure(pictures=(picture,)))
    assert without.get_content_type() == "multipart/alternative"


def test_no_boundary_is_the_beginning_of_another() -> None:
    picture = Picture(File("screen.png", "image/png", b"\x89PNG"), "1.abc@desk.example", 300)
    found = read(Enclosure((File("a.zip", "application/zip", b"x"),), (picture,)))
    boundaries = [part.get_boundary() for part in found.walk() if part.is_multipart()]
    assert len(boundaries) == 3
    assert not any(a is not b and str(a).startswith(str(b)) for a in boundaries for b in boundaries)
