"""What a failure says of an address, and when that gets no more letters."""

from datetime import UTC, datetime, timedelta

import pytest

from routing.caps import Caps
from routing.suppression import Weight, judged, weighed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HARD, SOFT, LETTER = Weight.HARD, Weight.SOFT, Weight.LETTER


@pytest.mark.parametrize(
    ("status", "said", "weight"),
    [
        ("5.1.1", "550 5.1.1 No such user", HARD),
        ("5.1.2", "Host unknown", HARD),
        ("5.1.10", "Recipient not found, null MX", HARD),
        ("5.1.6", "Mailbox has moved", HARD),
        ("5.2.1", "The account is disabled", HARD),
        ("5.0.0", "550 user unknown", HARD),
        ("550", "550 no such user here", HARD),
        ("5.5.0", "550 5.5.0 Requested action not taken: user unknown", HARD),
        ("5.1.7", "Sender address is malformed", LETTER),
        ("5.1.8", "Sender's domain does not exist", LETTER),
        ("5.2.2", "Mailbox full", SOFT),
        ("5.0.0", "", SOFT),
        ("5.1.0", "Address rejected", SOFT),
        ("5.1.0", "Sender denied", SOFT),
        ("5.1.0", "Unknown user", HARD),
        ("5.3.0", "Something failed", SOFT),
        ("5.4.4", "Unable to route", SOFT),
        ("4.4.7", "Delivery time expired", SOFT),
        ("4.2.2", "Mailbox full for days", SOFT),
        ("5.2.3", "Message too long for the mailbox", LETTER),
        ("5.3.4", "Message too big for the system", LETTER),
        ("5.5.2", "Syntax error", LETTER),
        ("5.6.0", "Content cannot be converted", LETTER),
        ("5.7.1", "Rejected as spam", LETTER),
        ("5.7.26", "Unauthenticated mail is not taken", LETTER),
    ],
)
def test_what_a_failure_of_an_address_says(status: str, said: str, weight: Weight) -> None:
    assert weighed(status, said, about_recipient=True) is weight


@pytest.mark.parametrize(
    ("status", "said", "weight"),
    [
        ("5.0.0", "554 Transaction failed", LETTER),
        ("554", "554 Transaction failed", LETTER),
        ("", "", SOFT),
        ("5.1.1", "550 5.1.1 No such user", HARD),
        ("5.2.2", "552 5.2.2 Quota", SOFT),
    ],
)
def test_case_153_what_is_refused_after_the_letter_is_about_the_letter_unless_it_says_otherwise(
    status: str, said: str, weight: Weight
) -> None:
    """case 153: content that a relay does not want says nothing of the person."""
    assert weighed(status, said, about_recipient=False) is weight


def test_an_unknown_mailbox_is_suppressed_at_once_for_thirty_days() -> None:
    found = judged("ann@acme.example", HARD, "550 no", (), NOW, Caps())
    assert found is not None
    assert (found.hard, found.since, found.until) == (True, NOW, NOW + 30 * DAY)


def test_five_letters_that_fail_within_a_week_suppress_for_a_week() -> None:
    """case 140: soft by score, where each letter counts once."""
    caps, within = Caps(), tuple(NOW - n * DAY for n in range(1, 5))
    assert judged("ann@acme.example", SOFT, "full", within[:3], NOW, caps) is None
    assert judged("ann@acme.example", SOFT, "full", (*within[:3], NOW - 7 * DAY), NOW, caps) is None
    found = judged("ann@acme.example", SOFT, "full", within, NOW, caps)
    assert found is not None
    assert (found.hard, found.until) == (False, NOW + 7 * DAY)


def test_a_letter_that_nobody_wants_suppresses_nobody() -> None:
    """case 153: however often it happens."""
    assert judged("ann@acme.example", LETTER, "spam", tuple([NOW] * 100), NOW, Caps()) is None
