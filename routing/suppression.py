"""When an address gets no more letters: at once where there is no such mailbox, by score where it fails for a time.

Only what is about the address counts. A letter that is refused for what it says, or for where it comes from, says
nothing of whoever should have read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from parsers.bounces import status as statuses
from routing.caps import Caps


class Weight(StrEnum):
    """What a failure says: there is no such mailbox, it takes none at present, or the letter itself is unwelcome."""

    HARD = "hard"
    SOFT = "soft"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address to which nothing is sent from `since` to `until`; `reason` is what its server said, one line."""

    address: str
    hard: bool
    reason: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What is known of letters that did not arrive, when one more word of one of them comes.

    It was heard of before in `reports`, and has `failed` already or not. `earlier` are when other letters to its
    address failed, as far as they count; `suppression` is there where nothing is sent to it now. Others to whom
    nothing is sent are `unreachable`; `told` says how many letters about such failures somebody had within the hour.
    Addresses are canonical.
    """

    reports: int = 0
    failed: bool = False
    earlier: tuple[datetime, ...] = ()
    suppression: Suppression | None = None
    unreachable: frozenset[str] = frozenset()
    told: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """What is kept of a letter of which something was heard: that it `failed`, and `counts` against its address.

    `said` is what was said of it, one line. `suppression` begins with it; `alarm` is what the log says where one of the
    operator's own addresses failed.
    """

    letter: int
    address: str
    failed: bool = False
    counts: bool = False
    said: str = ""
    suppression: Suppression | None = None
    alarm: str | None = None


# Enhanced status codes (RFC 3463, and the registry that RFC 5248 began) without their class: a code first, else its
# subject. X.1.7 and X.1.8 are about the sender's address, X.2.3 and X.3.4 about a letter that is too large.
_CODES = {
    "1.7": Weight.LETTER, "1.8": Weight.LETTER, "1.9": Weight.SOFT,
    "2.1": Weight.HARD, "2.3": Weight.LETTER, "3.4": Weight.LETTER,
}  # fmt: skip
_SUBJECTS = {
    "1": Weight.HARD, "2": Weight.SOFT, "3": Weight.SOFT, "4": Weight.SOFT, "5": Weight.LETTER, "6": Weight.LETTER,
    "7": Weight.LETTER,
}  # fmt: skip
# What says no more than that something failed: the words beside it may say more. Some mail systems give X.4.1 and
# X.5.0 to mailboxes that they do not have, and X.1.0 to senders whom they do not like.
_VAGUE = frozenset({"0.0", "1.0", "4.1", "5.0"})


def weighed(status: str, said: str, *, about_recipient: bool) -> Weight:
    """What a failure says, by its enhanced status (empty: none was given) and by the words of the server.

    `about_recipient` says that the address was refused, not the letter: what says nothing else then counts against it.
    """
    detail = status.partition(".")[2]
    if detail in _VAGUE or not detail:
        words = statuses.by_words(said, status[:1] or "5").partition(".")[2]
        detail = words or detail
    if not status.startswith("5"):
        return Weight.SOFT
    if detail in _VAGUE or not detail:
        return Weight.SOFT if about_recipient else Weight.LETTER
    return _CODES.get(detail) or _SUBJECTS.get(detail.partition(".")[0], Weight.SOFT)


def judged(
    address: str, weight: Weight, reason: str, earlier: tuple[datetime, ...], now: datetime, caps: Caps
) -> Suppression | None:
    """Whether an address is suppressed by one more failure; `earlier` are when other letters to it failed.

    One failure counts a letter, however often it is reported.
    """
    match weight:
        case Weight.LETTER:
            return None
        case Weight.HARD:
            return Suppression(address, True, reason, now, now + caps.hard_suppression)
        case Weight.SOFT:
            recent = sum(now - caps.soft_window < at for at in earlier)
            if recent + 1 < caps.soft_failures:
                return None
            return Suppression(address, False, reason, now, now + caps.soft_suppression)
