"""Invitations in words (RFC 5545)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.parts.calendar import method, told


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["SUMMARY:Tea\\, at last"], "Tea, at last"),
        (["DTSTART:20260203T100000Z", "DTEND:20260203T113000Z"], "When: 2026-02-03 10:00 - 11:30 (UTC)"),
        (
            ["DTSTART;TZID=Europe/Prague:20260203T100000", "DTEND;TZID=Europe/Prague:20260204T090000"],
            "When: 2026-02-03 10:00 - 2026-02-04 09:00 (Europe/Prague)",
        ),
        (["DTSTART;TZID=Our Own Time:20260203T100000"], "When: 2026-02-03 10:00 (Our Own Time)"),
        (["DTSTART;VALUE=DATE:20260203"], "When: 2026-02-03"),
        (["LOCATION:Room 4"], "Where: Room 4"),
        (["ORGANIZER;CN=Ann:MAILTO:ann@acme.example"], "Organizer: Ann <ann@acme.example>"),
        (['ATTENDEE;PARTSTAT=DECLINED;CN="Bob":mailto:b@acme.example'], "Attendee: Bob <b@acme.example>, declined"),
        (["ATTENDEE;CN=b@acme.example:mailto:b@acme.example"], "Attendee: b@acme.example"),
        (["STATUS:CANCELLED"], "Status: cancelled"),
        (["SUMMARY:Tea", "DESCRIPTION:One\\nTwo"], "Tea\n\nOne\nTwo"),
        (["SUMMARY:Te", " a"], "Tea"),
        (["SUMMARY:Tea", "BEGIN:VALARM", "DESCRIPTION:Reminder", "END:VALARM"], "Tea"),
    ],
)
def test_what_when_where_and_who(lines: list[str], words: str) -> None:
    assert told(event(*lines)) == words


def test_the_rules_of_a_time_zone_are_no_event() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:x\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    assert told(event("SUMMARY:Tea").replace("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT")) == "Tea"


def test_what_a_calendar_wants() -> None:
    assert method("BEGIN:VCALENDAR\r\nMETHOD:Reply\r\n") == "reply"
    assert method("BEGIN:VCALENDAR\r\nSUMMARY:METHOD:no\r\n") == ""


@pytest.mark.parametrize("text", ["", "BEGIN:VCALENDAR", "BEGIN:VEVENT\nX:y\n", event("DTSTART:nonsense")])
def test_what_cannot_be_read_is_not_told(text: str) -> None:
    assert told(text) == ""


LINE = st.sampled_from(
    ["SUMMARY", "DTSTART", ";", ":", "TZID=", '"', "20260101T000000", "\\", "\r\n", "ATTENDEE", " ", "é"]
)


@given(st.lists(LINE, max_size=20).map("".join))
def test_any_text_is_read(text: str) -> None:
    told(event(text)).encode()
