"""Delivery reports (RFC 3464)."""

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
    ],
)
def test_missing_and_odd_fields(fields: str, action: str, status: str) -> None:
    (found,) = bounce(f"Final-Recipient: rfc822; ann@acme.example\n{fields}\n").recipients
    assert (found.action, found.status) == (action, status)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_a_receipt(action: str) -> None:
    mail = read(report(f"Final-Recipient: rfc822; ann@acme.example\nAction: {action}\nStatus: 2.1.5\n"))
    assert mail.kind is Kind.RECEIPT
    assert mail.bounce == Bounce((), None)


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
    assert mail.bounce == Bounce((), None)


def test_an_ordinary_mail_is_none() -> None:
    assert read(b"From: ann@acme.example\n\n550 5.1.1 no such user").bounce is None
