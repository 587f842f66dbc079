"""What makes two deliveries the same mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.identity import HEADER_LIMIT, identify

MAIL = (
    b"From: Ann <ann@acme.example>\r\nTo: support@desk.example\r\nSubject: Scanner\r\n"
    b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@acme.example>\r\n\r\nIt beeps.\r\n"
)
TRACE = (
    b"Return-Path: <ann@acme.example>\r\n",
    b"Received: from a by b\r\n\twith ESMTP; Mon, 2 Mar 2026 09:00:01 +0000\r\n",
    b"Delivered-To: support@desk.example\r\n",
    b"DKIM-Signature: v=1; d=acme.example;\r\n\tb=abc\r\n",
    b"Authentication-Results: mx.desk.example; dmarc=pass\r\n",
    b"X-Spam-Score: 1.2\r\n",
)


def same(one: bytes, other: bytes) -> bool:
    a, b = identify(one), identify(other)
    return (a.message_id, a.digest) == (b.message_id, b.digest)


@pytest.mark.parametrize("header", TRACE)
def test_trace_headers_do_not_make_another_mail(header: bytes) -> None:
    assert same(MAIL, header + MAIL)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"It beeps.", b"It beeps!"),
        (b"Subject: Scanner", b"Subject: Printer"),
        (b"From: Ann", b"From: Bob"),
        (b"To: support@", b"To: sales@"),
        (b"09:00:00", b"09:00:01"),
        (b"<1@acme", b"<2@acme"),
        (b"Subject: Scanner", b"Subject: Scanner\r\nSubject: Scanner"),
        (b"Subject: Scanner", b"Subject: Scanner\r\nIn-Reply-To: <0@acme.example>"),
    ],
)
def test_whatever_the_writer_said_makes_another_mail(old: bytes, new: bytes) -> None:
    assert old in MAIL
    assert not same(MAIL, MAIL.replace(old, new))


@pytest.mark.parametrize(
    "changed",
    [
        MAIL.replace(b"\r\n", b"\n"),
        MAIL + b"\r\n",
        MAIL.rstrip(),
        MAIL.replace(b"Subject: Scanner", b"Subject:\r\n Scanner"),
        MAIL.replace(b"Subject: Scanner", b"SUBJECT:   Scanner"),
        b"From ann@acme.example Mon Mar  2 09:00:00 2026\r\n" + MAIL,
    ],
    ids=["LF", "blank line after", "no end of line", "folded", "other case and spaces", "mbox line"],
)
def test_what_pipes_and_relays_do_to_lines_makes_no_other_mail(changed: bytes) -> None:
    assert same(MAIL, changed)


def test_a_message_id_is_read_from_the_first_such_header() -> None:
    assert identify(MAIL).message_id == "<1@acme.example>"
    assert identify(b"Message-ID: x <a@b> y\r\nMessage-ID: <c@d>\r\n\r\n").message_id == "<a@b>"


@pytest.mark.parametrize("value", [b"", b"none", b"<>", b"<a b@c>", b"<" + b"x" * 901 + b">"])
def test_what_is_no_message_id_is_none(value: bytes) -> None:
    assert identify(b"Message-ID: " + value + b"\r\n\r\n").message_id is None


def test_the_writer_is_the_from_line_whatever_its_case() -> None:
    ann = identify(b"From: Ann@acme.example\r\n\r\n").writer
    assert ann == identify(b"Subject: x\r\nFROM: ann@ACME.example\r\n\r\nother").writer
    assert ann != identify(b"From: bob@acme.example\r\n\r\n").writer


def test_recipients_stand_in_to_cc_and_delivered_to() -> None:
    raw = (
        b"To: Desk <support@desk.example>, x@y.example\r\nBcc: secret@z.example\r\nCc: cc@y.example\r\n"
        b"X-To: no@y.example\r\nDelivered-To: support+abc@desk.example\r\n\r\nTo: body@y.example\r\n"
    )
    assert identify(raw).recipients == (
        "support@desk.example",
        "x@y.example",
        "cc@y.example",
        "support+abc@desk.example",
    )


def test_hops_are_received_lines_of_the_header() -> None:
    assert identify(b"Received: a\r\n" * 7 + b"Subject: x\r\n\r\nReceived: no\r\n").hops == 7


def test_a_body_alone_and_a_header_alone_are_mails() -> None:
    assert identify(b"").message_id is None
    assert identify(b"\n\nbody").digest != identify(b"").digest
    assert identify(b"Subject: x").digest == identify(b"Subject: x\r\n\r\n").digest


def test_a_header_section_without_end_costs_no_more_than_its_limit() -> None:
    endless = b"Received: a\r\n" * (HEADER_LIMIT // 13 * 3)
    assert identify(endless).hops <= HEADER_LIMIT // 13 + 1


def test_two_mails_that_differ_beyond_the_header_limit_are_two() -> None:
    padding = b"X-Padding: " + b"x" * HEADER_LIMIT + b"\r\n"
    assert not same(padding + b"Subject: one\r\n\r\n", padding + b"Subject: two\r\n\r\n")


@given(st.binary(max_size=400))
def test_any_bytes_have_an_identity_and_keep_it(raw: bytes) -> None:
    found = identify(raw)
    assert found == identify(raw)
    assert len(found.digest) == 64
    assert len(found.writer) == 32


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_other_bodies_make_other_mails(one: bytes, other: bytes) -> None:
    def body(text: bytes) -> bytes:
        return text.replace(b"\r\n", b"\n").rstrip(b"\n")

    head = b"Message-ID: <same@acme.example>\r\n\r\n"
    assert same(head + one, head + other) == (body(one) == body(other))


def test_a_recipient_that_is_one_long_word_is_read_once() -> None:
    assert identify(b"To: " + b"a" * 250_000 + b"\nCc: ann@acme.example\n\nhello").recipients == ("ann@acme.example",)
