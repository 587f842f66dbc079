"""Delivery reports with a part for machines (RFC 3464)."""

import pytest

from parsers.mail import Bounce, FailedRecipient, Kind
from parsers.read import read

PER_MESSAGE = "Reporting-MTA: dns; mx.example\nArrival-Date: Sat, 31 Jan 2026 12:00:00 +0000\n\n"


def report(*recipients: str, returned: str = "", kind: str = "message/rfc822") -> bytes:
    status = PER_MESSAGE + "\n".join(recipients)
    last = f"--b\nContent-Type: {kind}\n\n{returned}\n" if returned else ""
    return (
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not work.\n"
        f"--b\nContent-Type: message/delivery-status\n\n{status}\n{last}--b--\n"
    ).encode()


FAILED = (
    "Original-Recipient: rfc822;ann@acme.example\nFinal-Recipient: rfc822; ann@inner.example\nAction: failed\n"
    "Status: 5.1.1 (no such user)\nDiagnostic-Code: smtp; 550 5.1.1 <ann@acme.example>: no such\n  user\n"
)
DELAYED = "Final-Recipient: RFC822; <bob@acme.example>\nAction: Delayed\nStatus: 4.4.1\n"


def bounce(*recipients: str) -> Bounce:
    found = read(report(*recipients)).bounce
    assert found is not None
    return found


def test_each_recipient_with_what_became_of_it() -> None:
    assert bounce(FAILED, DELAYED).recipients == (
        FailedRecipient("ann@acme.example", "failed", "5.1.1", "550 5.1.1 <ann@acme.example>: no such user"),
        FailedRecipient("bob@acme.example", "delayed", "4.4.1", ""),
    )


@pytest.mark.parametrize(
    ("fields", "action", "status"),
    [
        ("Action: failed", "failed", "5.0.0"),
        ("Action: delayed", "delayed", "4.0.0"),
        ("Action: failure\nStatus: 5.2.2", "failed", "5.2.2"),
        ("Status: 4.2.2", "delayed", "4.2.2"),
        ("Diagnostic-Code: smtp; 552 5.2.2 full", "failed", "5.2.2"),
        ("Action: failed\nStatus: 4.4.7", "failed", "4.4.7"),
        ("Action: failed\nStatus: 2.0.0", "failed", "5.0.0"),
        ("Action: failed (no such user)\nStatus: 5.1.1 (bad address)", "failed", "5.1.1"),
        ("Action: failed\nDiagnostic-Code: smtp; 550 User unknown", "failed", "5.1.1"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.7.1 spam", "failed", "5.7.1"),
        ("Action: failed\nStatus: 4.0.0\nDiagnostic-Code: smtp; 550-5.7.1 spam", "failed", "4.0.0"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 unknown", "failed", "5.0.0"),
        ("Action: delayed\nDiagnostic-Code: x-postfix; connection timed out", "delayed", "4.4.1"),
        ("Action: deferred\nStatus: 4.7.1", "delayed", "4.7.1"),
    ],
)
def test_missing_and_odd_fields(fields: str, action: str, status: str) -> None:
    (found,) = bounce(f"Final-Recipient: rfc822; ann@acme.example\n{fields}\n").recipients
    assert (found.action, found.status) == (action, status)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_a_receipt(action: str) -> None:
    mail = read(report(f"Final-Recipient: rfc822; ann@acme.example\nAction: {action}\nStatus: 2.1.5\n"))
    assert mail.kind is Kind.RECEIPT
    assert mail.bounce is None


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"])
def test_the_message_that_it_speaks_of(kind: str) -> None:
    mail = read(report(FAILED, returned="Subject: Printer\nMessage-ID: <x@desk.example>\n\nbody", kind=kind))
    assert mail.kind is Kind.BOUNCE
    assert mail.bounce is not None
    assert mail.bounce.original_message_id == "<x@desk.example>"
    assert mail.message_id is None


def test_a_field_of_some_mailers_stands_in() -> None:
    mail = read(b"From: Mailer-Daemon@mx.example\nX-Failed-Recipients: ann@acme.example, bob@acme.example\n\nsorry")
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == ["ann@acme.example", "bob@acme.example"]
    assert mail.kind is Kind.BOUNCE


def test_a_report_that_says_nothing_is_still_one() -> None:
    mail = read(report("X: y\n"))
    assert mail.kind is Kind.BOUNCE
    assert mail.bounce == Bounce((), None)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("rfc822;ann@acme.example", "ann@acme.example"),
        ("RFC822 ; <ann@acme.example>", "ann@acme.example"),
        ("ann@acme.example", "ann@acme.example"),
        ("rfc822; ann@acme.example (Ann Example)", "ann@acme.example"),
        ("rfc822; SMTP:ann@acme.example", "ann@acme.example"),
        ("rfc822; ann+2Bnews@acme.example", "ann+news@acme.example"),
        ("rfc822; ann+news@acme.example", "ann+news@acme.example"),
        ("utf-8; \\x{4F8B}@acme.example", "例@acme.example"),
        ("utf-8; 例@acme.example", "例@acme.example"),
        ("rfc822; =?utf-8?q?ann?=@acme.example", "ann@acme.example"),
    ],
)
def test_an_address_in_each_of_its_forms(value: str, address: str) -> None:
    (found,) = bounce(f"Final-Recipient: {value}\nAction: failed\nStatus: 5.1.1\n").recipients
    assert found.address == address


def test_the_address_that_was_written_to_outranks_the_one_it_became_unless_it_is_none() -> None:
    (written,) = bounce("Original-Recipient: rfc822; a@x.example\nFinal-Recipient: rfc822; b@x.example\n").recipients
    (none,) = bounce("Original-Recipient: rfc822; unknown\nFinal-Recipient: rfc822; b@x.example\n").recipients
    assert (written.address, none.address) == ("a@x.example", "b@x.example")


@pytest.mark.parametrize(
    "groups",
    [
        "Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n\n\n"
        "Final-Recipient: rfc822; b@x.example\nAction: delayed\nStatus: 4.2.2\n",
        # No blank line between the groups, not even after the one of the message.
        "Arrival-Date: x\nFinal-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n"
        "Final-Recipient: rfc822; b@x.example\nAction: delayed\nStatus: 4.2.2\n",
        # Blank lines within the groups.
        "Final-Recipient: rfc822; a@x.example\n\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; b@x.example\n \nAction: delayed\n\nStatus: 4.2.2\n",
    ],
)
def test_recipients_are_told_apart_however_they_are_set_apart(groups: str) -> None:
    assert [(r.address, r.action, r.status) for r in bounce(groups).recipients] == [
        ("a@x.example", "failed", "5.1.1"),
        ("b@x.example", "delayed", "4.2.2"),
    ]


def test_those_who_were_reached_are_left_out() -> None:
    reached = "Final-Recipient: rfc822; c@x.example\nAction: relayed\nStatus: 2.0.0\n"
    assert [r.address for r in bounce(reached, DELAYED).recipients] == ["bob@acme.example"]


def test_a_report_in_another_multipart_counts_if_a_mail_system_wrote_it() -> None:
    mail = read(report(FAILED).replace(b"multipart/report; report-type=delivery-status", b"multipart/mixed"))
    assert mail.bounce is not None
    assert mail.kind is Kind.BOUNCE


def test_a_person_who_forwards_a_report_with_its_parts_stays_a_person() -> None:
    raw = report(FAILED).replace(b"multipart/report; report-type=delivery-status", b"multipart/mixed")
    raw = raw.replace(b"MAILER-DAEMON@mx.example\nSubject: Undelivered", b"ann@acme.example\nSubject: Fwd: Undelivered")
    mail = read(raw)
    assert (mail.kind, mail.bounce) == (Kind.PERSONAL, None)


def test_a_report_without_recipients_is_read_by_its_words() -> None:
    raw = report("X: y\n").replace(b"It did not work.", b"<ann@acme.example>:\nSorry, no mailbox here by that name.")
    mail = read(raw)
    assert mail.bounce is not None
    assert [(r.address, r.status) for r in mail.bounce.recipients] == [("ann@acme.example", "5.1.1")]


def test_a_report_of_abuse_is_none_of_delivery() -> None:
    raw = report(FAILED).replace(b"report-type=delivery-status", b"report-type=feedback-report")
    assert (read(raw).kind, read(raw).bounce) == (Kind.FEEDBACK, None)


def test_the_message_is_also_named_by_a_field_of_the_report_or_of_the_notice() -> None:
    named = read(report("X-Original-Message-ID: <y@desk.example>\n\n" + FAILED))
    referred = read(b"In-Reply-To: <z@desk.example>\n" + report(FAILED))
    assert named.bounce is not None
    assert named.bounce.original_message_id == "<y@desk.example>"
    assert referred.bounce is not None
    assert referred.bounce.original_message_id == "<z@desk.example>"


def test_an_ordinary_mail_is_none() -> None:
    assert read(b"From: ann@acme.example\n\n550 5.1.1 no such user").bounce is None
