"""Mails that are made to cost: each is read in bounds, what is too much is left as it is, and the original is kept."""

import ast
import bz2
import gzip
import hashlib
import io
import lzma
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

import parsers
from parsers.limits import Limits
from parsers.mail import ParsedMail
from parsers.read import attachments, read

LIMITS = Limits()
HEAD = b"From: ann@acme.example\nSubject: Tea\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"


def codes(mail: ParsedMail) -> set[str]:
    return {defect.code for defect in mail.defects}


def nested(depth: int, subtype: str = "mixed") -> bytes:
    levels = b"".join(
        b"--b%d\nContent-Type: multipart/%s; boundary=b%d\n\n" % (n, subtype.encode(), n + 1) for n in range(depth)
    )
    return HEAD + b"Content-Type: multipart/mixed; boundary=b0\n\n" + levels + b"--b%d\n\n#close\n" % depth


@pytest.mark.parametrize("depth", [51, 100, 999, 1000, 5000])
@pytest.mark.parametrize("subtype", ["mixed", "alternative", "related"])
def test_parts_within_parts_without_end_become_one_text_that_commands_nothing(depth: int, subtype: str) -> None:
    """case 101: deeper than any mail program nests, by one and by thousands."""
    mail = read(nested(depth, subtype))
    assert codes(mail) >= {"too-deep"}
    assert "#close" in mail.text
    assert (mail.author, mail.attachments) == (None, ())


@pytest.mark.parametrize("depth", [51, 5000])
def test_messages_within_messages_are_not_entered(depth: int) -> None:
    """case 101: the outermost one is an attachment, whatever it holds."""
    mail = read(MIXED + b"--b\n\nHello\n--b\n" + b"Content-Type: message/rfc822\n\n" * depth + b"x\n--b--\n")
    assert mail.text.strip() == "Hello"
    assert [attachment.content_type for attachment in mail.attachments] == ["message/rfc822"]


def test_a_hundred_thousand_parts_are_one_text() -> None:
    """case 102: read up to the cap on characters."""
    mail = read(MIXED + b"--b\n\nx\n" * 100_000 + b"--b--\n")
    assert codes(mail) >= {"too-many-parts"}
    assert mail.attachments == ()
    assert mail.text.startswith("--b\n\nx\n")


def test_ten_thousand_files_are_counted_and_not_listed() -> None:
    """case 102: as parts of the mail, and written into its text."""
    part = b"--b\nContent-Type: application/pdf; name=a.pdf\n\nx\n"
    assert codes(read(MIXED + part * 10_000)) >= {"too-many-parts"}
    listed = read(MIXED + b"--b\n\nHello\n" + part * (LIMITS.parts - 1))
    assert (len(listed.attachments), codes(listed)) == (LIMITS.attachments, {"too-many-attachments"})
    written = read(HEAD + b"\nHello\n" + b"begin 644 a.txt\n#:&D*\n`\nend\n" * 10_000)
    assert len(written.attachments) <= LIMITS.attachments


def test_a_hundred_thousand_fields_are_cut_and_prove_nothing() -> None:
    """case 103: From stands among the first, and still nobody's word counts."""
    mail = read(HEAD + b"X-Filler: y\n" * 100_000 + b"\n#close\n")
    assert codes(mail) >= {"too-many-headers"}
    assert (mail.author, mail.subject, mail.text) == (None, "Tea", "#close\n")


@pytest.mark.parametrize("name", [b"Subject", b"To", b"References", b"X-Filler", b"Content-Type", b"DKIM-Signature"])
@pytest.mark.parametrize("filler", [b"x" * 80 + b"\n ", b"(", b"<a@b.example>, "], ids=["folded", "open", "list"])
def test_a_field_of_ten_megabytes_is_left_out_alone(name: bytes, filler: bytes) -> None:
    """case 103: the fields around it are read."""
    huge = name + b": " + filler * (10 * 1024**2 // len(filler)) + b"z\n"
    mail = read(b"From: ann@acme.example\n" + huge + b"Message-ID: <1@acme.example>\n\nHello\n")
    assert codes(mail) >= {"header-too-long"}
    assert (mail.author, mail.message_id, mail.text) == (None, "<1@acme.example>", "Hello\n")


@pytest.mark.parametrize(
    "word", ["=?utf-8?q?a?= ", "=?utf-8?b?YQ==?= ", "=?utf-7?q?+AGE-?= ", "=?iso-2022-jp?b?GyRC?= "]
)
def test_sixteen_thousand_encoded_words_are_too_long_a_field(word: str) -> None:
    """case 104: and as many as fit are read."""
    flood = read(f"From: ann@acme.example\nSubject: {word * 16_000}\n\nHello".encode())
    assert (flood.subject, codes(flood)) == ("", {"header-too-long"})
    most = read(f"From: ann@acme.example\nSubject: {word * (60_000 // len(word))}\n\nHello".encode())
    assert codes(most) == set()
    assert most.text == "Hello"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("quoted-printable", b"=\n" * 1_000_000),
        ("quoted-printable", b"=3" * 500_000),
        ("quoted-printable", b" " * 1_000_000),
        ("base64", b"=" * 1_000_000),
        ("base64", b"a" * 1_000_001),
        ("base64", b"YQ==\n" * 200_000),
        ("base64", b"\xff\0" * 500_000),
        ("x-uuencode", b"begin 644 a\n" * 80_000),
        ("x-uuencode", b"begin 644 a\n" + b"M\n" * 500_000),
        ("x-uuencode", b"M" * 1_000_000),
        ("x-yencode", b"=ybegin line=128 size=1 name=a\n" * 30_000),
        ("nonsense", b"=ZZ"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
@pytest.mark.parametrize("kind", ["text/plain", "application/pdf", "multipart/mixed; boundary=b", "message/rfc822"])
def test_a_transfer_encoding_that_is_none_is_read_as_far_as_it_goes(encoding: str, body: bytes, kind: str) -> None:
    """case 108: of a text, a file, a multipart, a message."""
    head = f"From: ann@acme.example\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n"
    mail = read(head.encode() + body)
    assert "unreadable" not in codes(mail)
    assert sum(attachment.size for attachment in mail.attachments) <= 2 * len(body)
    assert len(mail.text) <= LIMITS.text_length


def _zip(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../bomb", data)
    return packed.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "bomb.zip": _zip,
    "bomb.gz": gzip.compress,
    "bomb.xz": lzma.compress,
    "bomb.bz2": bz2.compress,
    "nested.zip": lambda data: _zip(_zip(_zip(data))),
    "polyglot.gif": lambda data: b"GIF89a" + _zip(data),
    "letter.docx": _zip,
}


@pytest.mark.parametrize("name", PACKERS)
def test_what_is_packed_stays_packed(name: str) -> None:
    """case 114: its size is that of the file, its bytes are those of the mail."""
    bomb = PACKERS[name](bytes(20 * 1024**2))
    mail = EmailMessage()
    mail["From"] = "ann@acme.example"
    mail.set_content("Please unpack.")
    mail.add_attachment(bomb, maintype="application", subtype="octet-stream", filename=name)
    ((attachment, data),) = attachments(mail.as_bytes())
    assert (attachment.filename, attachment.size, data) == (name, len(bomb), bomb)
    assert attachment.sha256 == hashlib.sha256(bomb).hexdigest()


def imported(root: Path) -> set[str]:
    """The modules that the files below a folder name in their imports."""
    found: set[str] = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found


def test_the_parser_has_nothing_to_unpack_run_or_fetch_with() -> None:
    """cases 114, 121 and 126: no archives, no other programs, no network, and no stored objects."""
    found = imported(Path(parsers.__file__).parent)
    assert "selectolax" in found
    unpacks = {"zipfile", "tarfile", "gzip", "bz2", "lzma", "zlib", "shutil", "zipimport"}
    runs = {"subprocess", "os", "pty", "multiprocessing", "ctypes", "pickle", "marshal", "shelve"}
    fetches = {"socket", "http", "requests", "urllib3", "ftplib", "aiohttp", "httpx", "xml"}
    assert not found & (unpacks | runs | fetches)
