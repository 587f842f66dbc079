"""When a mailbox that could not be reached is tried again: pure back-off."""

FIRST = 5.0
LONGEST = 900.0
SPREAD = 0.2
AFTER_REFUSAL = 4
"""The attempt that a refused login counts as at least: who knocks on with a wrong password is locked out."""
OWN_FAULT = 3
"""The attempt that we count to at most while our own database is away: the server is well, and mail waits."""


def seconds(attempt: int, jitter: float) -> float:
    """How long to wait after `attempt` failed ones (the first counts 1): five seconds, doubling, up to 15 minutes.

    Spread by a fifth either way with `jitter` from -1 to 1, so that mailboxes of one server do not knock together.
    """
    pause = min(FIRST * (1 << min(max(attempt, 1) - 1, 10)), LONGEST)
    return pause * (1 + SPREAD * max(-1.0, min(jitter, 1.0)))
