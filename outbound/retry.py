"""When a deferred letter is tried again: pure back-off, so that a test can walk five days in a microsecond."""

from datetime import datetime, timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=4)
SPREAD = 0.2
PATIENCE = timedelta(days=5)
WARNING = timedelta(hours=4)
_DOUBLINGS = 8  # a minute doubled eight times is past LONGEST: further attempts need no larger power


def next_try(attempt: int, jitter: float, now: datetime) -> datetime:
    """The time of the next attempt, after `attempt` failed ones (the first counts 1).

    The pause begins at a minute, doubles to four hours, and is spread by up to a fifth either way with `jitter` from
    -1 to 1, so that letters deferred together do not come back together (RFC 5321 section 4.5.4.1).
    """
    pause = min(FIRST * (1 << min(max(attempt, 1) - 1, _DOUBLINGS)), LONGEST)
    return now + pause * (1 + SPREAD * max(-1.0, min(jitter, 1.0)))


def is_late(created_at: datetime, now: datetime) -> bool:
    """True once a letter has waited for so long that whoever expects an answer to it should know."""
    return now - created_at >= WARNING


def given_up(created_at: datetime, now: datetime) -> bool:
    """True once a letter has been tried for five days (RFC 5321 section 4.5.4.1 asks for at least four or five)."""
    return now - created_at >= PATIENCE
