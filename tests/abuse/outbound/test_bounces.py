"""Reports of failed delivery, true and forged, from many mail systems and in great number."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from outbound.letter import Refused
from parsers.read import read
from routing.delivery import MOST_EVENTS
from routing.events import Delivery
from tests.stories.stage import ANN, DANA, SUPPORT, WENDY, Desk, Post
from tests.stories.test_bounces import DAY, HOUR, case, outcomes, suppressed
from tests.stories.test_machines import report

__all__ = ["case"]

NOTED = re.compile(rb"^Return-Path:[^\n]*\n(?=\S)", re.IGNORECASE | re.MULTILINE)
NOTICES = Path(__file__).parent / "notices"


def expected() -> Iterator[tuple[str, str]]:
    """The name of each notice, and what it means."""
    for line in (NOTICES / "expected.txt").read_text().splitlines():
        meaning, _, names = line.partition(": ")
        yield from ((name, meaning) for name in names.split())


def notice(name: str, *, noted: bool = False) -> bytes:
    """A notice of another mail system, as if it were about a letter to Ann, and as it comes in by SMTP.

    The files were taken from mailboxes, where the last stop has `noted` the return path; a forger may write it, too.
    """
    raw = (NOTICES / f"{name}.eml").read_bytes()
    bounce = read(raw).bounce
    assert bounce is not None
    (failed,) = bounce.recipients
    raw = raw if noted else NOTED.sub(b"", raw, count=1)
    return raw.replace(failed.address.encode(), ANN.encode())


def asked(desk: Desk, number: int) -> Post:
    """Dana writes another letter to Ann, so long after the last that it is no storm."""
    desk.moment += HOUR
    desk.reply(DANA, f"Question {number}?", letter=desk.mailboxes[DANA][0])
    return desk.last(ANN)


def test_a_true_report_of_any_mail_system_counts_for_what_it_says(case: Desk) -> None:
    """case 140: at the return path of the letter, from the null sender, about its own recipient."""
    wrong, letters = [], 0
    for number, (name, meaning) in enumerate(expected()):
        letter = asked(case, number)
        told = case.arrives(notice(name), "", letter.return_path)
        letters += len(told)
        found = suppressed(case) == [ANN]
        last = case.timeline()[-1]
        heard = isinstance(last, Delivery) and last.outcome.startswith("delayed" if meaning == "late" else "failed")
        if found != (meaning == "hard") or not heard or len(told) != (meaning != "late"):
            wrong.append((name, meaning, found, heard, len(told)))
        case.office.store.lift(ANN, case.moment, release=False)
    assert wrong == []
    assert letters > 50


def test_a_forged_report_suppresses_nobody_and_is_told_to_nobody(case: Desk) -> None:
    """case 140: to the plain address, to a reply address, to the return path of another letter, or from somebody."""
    letter, other = asked(case, 1), case.mailboxes[DANA][0]
    ways = [(SUPPORT, ""), (letter.reply_to, ""), (other.return_path, ""), (letter.return_path, "mallory@evil.example")]
    before, sent = case.ticket(), len(case.letters())
    case.resting = True
    for number, (name, _) in enumerate(expected()):
        raw = notice(name, noted=True)
        to, sender = ways[number % (3 if read(raw).auto_submitted else 4)]
        case.arrives(raw, sender, to)
    case.resting = False
    assert case.works() == []
    assert suppressed(case) == []
    assert len(case.letters()) == sent
    assert (case.status(), case.ticket().assignees, case.tickets()) == (before.status, before.assignees, ["CT-1"])
    assert len(outcomes(case)) <= 2 * MOST_EVENTS
    assert all("not proven" in outcome for _, outcome in outcomes(case))


def test_a_return_path_cannot_be_made_of_a_reply_address(case: Desk) -> None:
    """case 140: they look alike, and each is signed for its purpose."""
    letter = asked(case, 1)
    assert len(letter.return_path) == len(letter.reply_to)
    forged = letter.return_path[:-20] + letter.reply_to[-20:]
    assert forged not in (letter.return_path, letter.reply_to)
    assert not case.admits(forged, "")


def test_a_report_that_names_another_letter_says_nothing(case: Desk) -> None:
    """case 140: the message that it gives back is not the one that it came to; some relays give it another name."""
    first, second = asked(case, 1), asked(case, 2)
    kinds = case.kinds()
    assert report(case, first, ANN, to=second.return_path) == []
    assert (case.kinds(), suppressed(case)) == (kinds, [])
    renamed = second.data.decode().replace(second.message_id, "<0100018f@relay.example>").split("\r\n")
    report(case, second, ANN, to=second.return_path, returned=renamed)
    assert suppressed(case) == [ANN]


def test_a_report_long_after_the_letter_proves_nothing(case: Desk) -> None:
    """case 140: an old return path may have been seen by many."""
    letter = asked(case, 1)
    case.moment += 40 * DAY
    assert report(case, letter, ANN, to=letter.return_path) == []
    assert suppressed(case) == []


def test_reports_without_number_of_one_letter_are_counted(case: Desk) -> None:
    """case 141: a few stand in the timeline; one letter comes of all; one failure counts."""
    letter = asked(case, 1)
    full = {"to": letter.return_path, "status": "5.2.2", "diagnostic": "552 5.2.2 Mailbox full"}
    case.resting = True
    for _ in range(300):
        report(case, letter, ANN, **full)
    case.resting = False
    assert len(case.works()) == 1
    assert len(outcomes(case)) == MOST_EVENTS
    assert suppressed(case) == []


def test_a_failure_after_reports_of_delays_is_heard(case: Desk) -> None:
    """case 141: what is counted only must not hide the end."""
    letter = asked(case, 1)
    for _ in range(MOST_EVENTS + 2):
        assert report(case, letter, ANN, to=letter.return_path, action="delayed", status="4.4.1") == []
    (told,) = report(case, letter, ANN, to=letter.return_path)
    assert told.to == DANA
    assert suppressed(case) == [ANN]


def test_a_report_of_a_report_ends_where_it_came(case: Desk) -> None:
    """case 141: what gives back a report of ours gives back nothing that we have sent."""
    letter = asked(case, 1)
    inner = case.newest[0].decode(errors="replace").split("\r\n")
    assert report(case, letter, "mailer-daemon@mx.acme.example", to=letter.return_path, returned=inner) == []
    assert suppressed(case) == []


def test_a_letter_refused_for_its_content_is_one_alarm(case: Desk) -> None:
    """case 153: it is not tried again, one letter says so, and no other letter is harmed."""
    case.relay[ANN] = Refused(554, "5.6.0 We do not like this")
    first = case.mailboxes[DANA][0]
    (told,) = case.reply(DANA, "Which images?", letter=first)
    assert told.to == DANA
    assert [letter for _ in range(10) for letter in case.passes(12 * HOUR)] == []
    case.relay.clear()
    assert [letter.to for letter in case.reply(DANA, "The logo?", letter=first)] == [ANN]
    (line,) = case.queue()
    assert (line.state, line.attempts) == ("refused", 1)


def test_a_failure_at_an_address_of_ours_is_told_to_no_address_of_ours(case: Desk) -> None:
    """case 155: neither by the letter about it."""
    case.relay[WENDY] = Refused(550, "5.1.1 No such user", of_recipient=True)
    letters = case.reply(DANA, "to web-it provider\n\nPlease look.", letter=case.mailboxes[DANA][0])
    assert SUPPORT not in [letter.to for letter in letters]


@pytest.mark.parametrize("action", ["relayed", "delivered", "expanded"])
def test_a_report_of_success_is_none(case: Desk, action: str) -> None:
    """case 140: it says nothing that needs anybody."""
    letter = asked(case, 1)
    assert report(case, letter, ANN, to=letter.return_path, action=action, status="2.0.0") == []
    assert suppressed(case) == []
