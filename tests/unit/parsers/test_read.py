"""Bytes to `ParsedMail`, whatever the bytes are."""

from datetime import UTC, datetime

import pytest

from parsers.authentication import Vouching
from parsers.limits import Limits
from parsers.mail import Address, Kind, ParsedMail
from parsers.parts import mime
from parsers.read import read

MAIL = b"""Received: from a by b; Sat, 31 Jan 2026 13:00:00 +0100
Received: from c by a; Sat, 31 Jan 2026 13:00:00 +0100
Delivered-To: support@desk.example
From: =?utf-8?q?J=C3=B6rg?= <Joerg@ACME.example>
To: "Support, the" <support@desk.example>, team@desk.example
Cc: Bob <bob@acme.example>
Reply-To: other@acme.example
Subject: =?utf-8?q?Dr=C3=BCcker?= [CT-12]
Date: Sat, 31 Jan 2026 13:00:00 +0100
Message-ID: <m@acme.example>
In-Reply-To: <x@desk.example>
References: <w@desk.example> <x@desk.example>
Content-Type: text/plain; charset=utf-8

Hello
"""


def codes(mail: ParsedMail) -> list[str]:
    return [defect.code for defect in mail.defects]


def test_a_mail_in_order() -> None:
    assert read(MAIL) == ParsedMail(
        message_id="<m@acme.example>",
        in_reply_to=("<x@desk.example>",),
        references=("<w@desk.example>", "<x@desk.example>"),
        date=datetime(2026, 1, 31, 12, tzinfo=UTC),
        from_=Address("Jörg", "Joerg@acme.example"),
        author="Joerg@acme.example",
        reply_to=(Address("", "other@acme.example"),),
        to=(Address("Support, the", "support@desk.example"), Address("", "team@desk.example")),
        cc=(Address("Bob", "bob@acme.example"),),
        delivered_to=("support@desk.example",),
        subject="Drücker [CT-12]",
        kind=Kind.PERSONAL,
        text="Hello\n",
        spans=read(MAIL).spans,
        hops=2,
    )


def test_the_spans_cover_the_text() -> None:
    found = read(MAIL)
    assert [(s.start, s.end) for s in found.spans] == [(0, len(found.text))]


def test_what_is_shown_may_differ_from_what_has_authority() -> None:
    found = read(b"From: admin@corp.example <evil@x.example>\nSubject: x\n\n#close")
    assert found.author is None
    assert "author-unclear" in codes(found)


def test_of_two_from_fields_neither_counts() -> None:
    """case 79: the mail is shown, and has no author."""
    found = read(b"From: a@x.example\nFrom: b@x.example\n\n#close")
    assert found.author is None
    assert codes(found) == ["duplicate-header"]


def test_authentication_counts_only_for_configured_servers() -> None:
    raw = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example\nFrom: ann@acme.example\n\nx"
    assert read(raw).authenticated_domains == ()
    assert read(raw, vouching=Vouching(("mx.desk.example",))).authenticated_domains == ("acme.example",)


def test_our_own_letters_are_counted_when_they_come_back() -> None:
    assert read(b"X-Postern-Loop: 1\nX-Postern-Loop: 1\nFrom: a@x.example\n\nx").own_loops == 2


def test_a_date_that_is_none_is_a_defect() -> None:
    found = read(b"From: a@x.example\nDate: yesterday\n\nx")
    assert found.date is None
    assert codes(found) == ["date"]


def test_case_101_too_deep_a_mail_is_flat_and_proves_nothing() -> None:
    """case 101: shown as it came."""
    raw = b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b0\n\n" + b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(60)
    )
    found = read(raw)
    assert codes(found) == ["too-deep"]
    assert found.author is None
    assert found.text.startswith("--b0")


def test_case_103_a_cut_header_section_proves_nothing() -> None:
    found = read(b"From: a@x.example\n" + b"X: y\n" * Limits().headers + b"\nhello")
    assert found.author is None
    assert found.text == "hello"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\0" * 1000,
        b"\xff" * 1000,
        b":" * 1000,
        b"hello",
        b"From: " + b"(" * 60_000 + b"\n\nx",
        b"To: " + b"<" * 60_000 + b"\n\nx",
        b"To: " + b"a@b, " * 12_000 + b"\n\nx",
        b"To: " + b'"' * 60_000 + b"\n\nx",
        b"To: " + b"=?utf-8?q?a?= " * 4_000 + b"<a@b>\n\nx",
        b"Subject: " + b"=?utf-8?q?a?= " * 4_000 + b"\n\nx",
        b"Message-ID: " + b"<" * 60_000 + b"\n\nx",
        b"References: " + b"<a@b> " * 10_000 + b"\n\nx",
        b"Date: " + b"(" * 60_000 + b"\n\nx",
        b"Content-Type: " + b";" * 60_000 + b"\n\nx",
        b'Content-Type: multipart/mixed; boundary="' + b"b" * 10_000 + b'"\n\n--' + b"b" * 10_000 + b"\n\nx",
        b'Content-Type: multipart/mixed; boundary=""\n\n--\n\nx\n----\n',
        b'Content-Type: text/plain; charset="\0"\n\nx',
        b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * 500_000,
        b"Content-Transfer-Encoding: base64\n\n" + b"=" * 500_000,
        b"Authentication-Results: " + b"(" * 60_000 + b"\n\nx",
        b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
        b"Content-Type: message/rfc822\n\n" * 5_000 + b"x",
    ],
    ids=lambda raw: f"{raw[:24]!r} {len(raw)}",
)
def test_cases_105_and_128_hostile_bytes_are_understood_as_far_as_they_go(raw: bytes) -> None:
    found = read(raw, vouching=Vouching(("mx.desk.example",)))
    assert "unreadable" not in codes(found)
    assert "".join(found.text[s.start : s.end] for s in found.spans) == found.text
    found.text.encode()


def test_a_mail_that_no_rule_foresaw_is_still_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret path")

    monkeypatch.setattr(mime, "take_apart", broken)
    found = read(MAIL)
    assert [str(d) for d in found.defects] == ["unreadable: RuntimeError"]
    assert "Hello" in found.text
    assert found.author is None
    assert found.auto_submitted


def test_what_is_said_of_a_defect_is_clean_text() -> None:
    raw = b'From: a@b.example\nContent-Type: multipart/encrypted; boundary=x; protocol="a\x9c\xdd"\n\n--x\n\nv\n--x--\n'
    mail = read(raw)
    assert any(defect.code == "encrypted" for defect in mail.defects)
    for defect in mail.defects:
        defect.detail.encode()
