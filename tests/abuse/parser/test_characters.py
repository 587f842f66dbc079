"""Characters that end, hide or turn what stands beside them: kept in the original, harmless everywhere else."""

from email.header import Header

import pytest

from gateway.maillog import parse
from tests.stories.stage import ANN, DANA, EMIL, MALLORY, SUPPORT, Desk, told

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def mail(subject: str, name: str, body: bytes, file: bytes) -> bytes:
    """A mail of Ann's with one attachment; subject and name go as encoded words, body and name of the file as bytes."""
    shown = Header(subject, "utf-8").encode().encode()
    writer = Header(name, "utf-8").encode().encode()
    return b"\r\n".join(
        [
            b"From: " + writer + b" <ann@acme.example>",
            b"To: support@desk.example",
            b"Subject: " + shown,
            b"Message-ID: <odd@acme.example>",
            b"MIME-Version: 1.0",
            b"Content-Type: multipart/mixed; boundary=b",
            b"",
            b"--b",
            b"Content-Type: text/plain; charset=utf-8",
            b"Content-Transfer-Encoding: 8bit",
            b"",
            body,
            b"--b",
            b"Content-Type: application/octet-stream",
            b'Content-Disposition: attachment; filename="' + file + b'"',
            b"",
            b"x\0y",
            b"--b--",
            b"",
        ]
    )


ODD = {
    "NUL": (mail("Im\0ages", "A\0nn", b"All im\0ages are missing.", b"no\0tes.txt"), "Im\ufffdages", "im\ufffdages"),
    "surrogates": (mail("Images", "Ann", b"All \xed\xa0\x80images", b"\xed\xa0\x80.txt"), "Images", "images"),
    "bad UTF-8": (mail("Images", "Ann", b"All \xffimages\xc3", b"\xff\xfe.txt"), "Images", "images"),
    "four bytes": (mail("Images 😀", "Ann 😀", "All 😀 images".encode(), "😀.txt".encode()), "Images 😀", "😀 images"),
    "decomposed": (mail("Cafe\u0301", "Ann", "Cafe\u0301 images".encode(), b"a"), "Cafe\u0301", "images"),
    "noncharacters": (mail("Im\uffffages", "Ann", "All \U0010ffff images".encode(), b"a"), "Im\uffffages", "images"),
}


@pytest.mark.parametrize(("raw", "subject", "words"), ODD.values(), ids=ODD.keys())
def test_what_a_database_might_refuse_is_stored_on_each_alike(desk: Desk, raw: bytes, subject: str, words: str) -> None:
    """cases 109 and 110: the text has U+FFFD in its place, the original every byte, and the next mail comes in."""
    assert told(desk.arrives(raw, ANN, SUPPORT)) == [ANN, DANA, EMIL]
    (line,) = desk.inbox("done")
    with desk.office.store.read() as reading:
        assert reading.raw(line.raw_sha256) == raw
    (event,) = desk.timeline()
    assert desk.ticket().subject == subject
    assert words in (event.text or "")
    assert len(event.attachments) == 1
    assert told(desk.write(ANN, "And it is slow.", subject="Speed")) == [ANN, DANA, EMIL]


@pytest.mark.parametrize("turn", BIDI)
def test_no_word_of_theirs_turns_a_word_of_ours(desk: Desk, turn: str) -> None:
    """case 111: in subjects, names and the names of files, which stand on one line with what we say."""
    raw = mail(f"Images {turn}fdp", f"Ann{turn} Berg", b"Hello", f"invoice{turn}fdp.exe".encode())
    for letter in desk.arrives(raw, ANN, SUPPORT):
        assert turn not in letter.subject + letter.text + letter.html
        assert turn.encode() not in letter.data
    assert desk.timeline()[0].attachments == ("invoicefdp.exe",)


ESCAPED = "x\r\nid=in-1 step=decide outcome=done\x1b[2J\x1b]0;gone\x07\u2028id=in-2\x85id=in-3"


def test_whatever_stands_in_a_mail_a_line_of_the_log_is_one_event(desk: Desk) -> None:
    """case 112: in subject, name, Message-ID, reason and address, by the door and in the decision."""
    desk.arrives(mail(ESCAPED, ESCAPED, ESCAPED.encode(), b"a\x1b[2J"), ANN, SUPPORT)
    odd = (
        b"From: =?utf-8?q?x=0D=0Aid=3Din-1=1B[2J?= <eve@x.example>\r\nMessage-ID: <a\x1b[2J\x0bid=in-1@x>\r\n\r\n#close"
    )
    desk.arrives(odd, f"{MALLORY}\x1b[2J", SUPPORT)
    desk.office.maillog.noted("serve", "fault", ESCAPED)
    written = (desk.office.config.data_dir / "mail.log").read_text(encoding="utf-8")
    assert not set(written) & set("\r\x1b\x07\x0b\x85\u2028")
    for line in written.splitlines():
        assert parse(line)["at"].endswith("Z")
        assert parse(line)["step"]
