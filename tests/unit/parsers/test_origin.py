"""Persons, machines, mail systems and lists."""

from datetime import date

import pytest

from parsers.mail import Kind, ParsedMail
from parsers.read import read


def mail(*fields: str, body: str = "hello", sender: str = "ann@acme.example", subject: str = "Printer") -> ParsedMail:
    head = "".join(f"{field}\n" for field in fields)
    return read(f"From: {sender}\nSubject: {subject}\n{head}\n{body}".encode())


def test_a_person() -> None:
    found = mail()
    assert found.kind is Kind.PERSONAL
    assert not found.auto_submitted


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated",
        "auto-submitted: AUTO-REPLIED; x=y",
        "Auto-Submitted: auto-notified",
        "X-Autoreply: yes",
        "X-Autorespond: Printer",
        "Precedence: auto_reply",
        "Return-Path: <>",
    ],
)
def test_a_machine_answered(field: str) -> None:
    found = mail(field)
    assert found.kind is Kind.AUTO_REPLY
    assert found.auto_submitted


@pytest.mark.parametrize("field", ["Auto-Submitted: no", "X-Autoreply: no", "Return-Path: <ann@acme.example>"])
def test_a_mark_that_says_no_is_none(field: str) -> None:
    found = mail(field)
    assert found.kind is Kind.PERSONAL
    assert not found.auto_submitted


@pytest.mark.parametrize(
    "field",
    [
        "Precedence: bulk",
        "Precedence: Junk",
        "List-Unsubscribe: <mailto:x@list.example>",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF",
        "Feedback-ID: x",
        "X-Loop: desk.example",
    ],
)
def test_case_136_a_mail_that_must_not_be_answered_may_still_be_a_persons(field: str) -> None:
    found = mail(field)
    assert found.kind is Kind.PERSONAL
    assert found.auto_submitted


@pytest.mark.parametrize(
    "sender",
    ["no-reply@x.example", "NoReply@x.example", "do-not-reply@x.example", "jira-noreply@x.example", "bounce@x.example"],
)
def test_case_136_nobody_reads_the_answers_to_these(sender: str) -> None:
    assert mail(sender=sender).auto_submitted


@pytest.mark.parametrize("field", ["List-Id: Users <users.list.example>", "Precedence: list"])
def test_a_list(field: str) -> None:
    found = mail(field)
    assert found.kind is Kind.LIST
    assert found.auto_submitted


def test_the_name_of_a_list() -> None:
    assert mail("List-Id: Users <users.list.example>").list_id == "users.list.example"
    assert mail().list_id is None


@pytest.mark.parametrize(
    "subject",
    ["Automatic reply: Printer", "Automatische Antwort: Printer", "Réponse automatique : Printer", "Autosvar: Printer"],
)
def test_a_machine_without_marks_shows_in_its_subject(subject: str) -> None:
    assert mail(subject=subject).kind is Kind.AUTO_REPLY
    assert mail(subject=f"Re: {subject}").kind is Kind.PERSONAL


@pytest.mark.parametrize(
    ("body", "until"),
    [
        ("I am out of office until 2026-02-14.", date(2026, 2, 14)),
        ("I am out of the office from 2026-02-01 to 2026-02-14.", date(2026, 2, 14)),
        ("Ich bin abwesend vom 01.02.2026 bis zum 14.02.2026.", date(2026, 2, 14)),
        ("Out of office. I will be back on 14 February 2026", date(2026, 2, 14)),
        ("I am on vacation until February 14th, 2026", date(2026, 2, 14)),
        ("I am on vacation; see ticket 2026-02-14", date(2026, 2, 14)),
        ("I am on vacation 2026-02-01 and 2026-02-14", None),
        ("I am on vacation until 2026-02-31", None),
        ("I am on vacation until next week", None),
    ],
)
def test_an_absence_and_its_end(body: str, until: date | None) -> None:
    found = mail("Auto-Submitted: auto-replied", body=body)
    assert found.kind is Kind.OUT_OF_OFFICE
    assert found.until == until


def test_a_person_may_write_about_an_absence() -> None:
    assert mail(subject="Out of office lamp is broken").kind is Kind.PERSONAL


def part(content_type: str, body: str) -> str:
    return f"--b\nContent-Type: {content_type}\n\n{body}\n--b--\n"


@pytest.mark.parametrize(
    ("report", "content_type", "kind"),
    [
        ("feedback-report", "message/feedback-report", Kind.FEEDBACK),
        ("disposition-notification", "message/disposition-notification", Kind.RECEIPT),
    ],
)
def test_reports_about_a_letter(report: str, content_type: str, kind: Kind) -> None:
    head = f'Content-Type: multipart/report; report-type={report}; boundary="b"'
    assert mail(head, body=part(content_type, "X: y")).kind is kind


def test_case_127_an_invitation() -> None:
    found = mail('Content-Type: multipart/mixed; boundary="b"', body=part("text/calendar; method=REQUEST", "x"))
    assert found.kind is Kind.CALENDAR
    assert found.auto_submitted


def test_a_daemon_with_the_null_sender_reports_a_bounce() -> None:
    assert mail("Return-Path: <>", sender="MAILER-DAEMON@mx.example").kind is Kind.BOUNCE
