"""What comes of a letter that did not arrive: an event, a letter to whoever works on the ticket, a suppression.

The relay says so itself, or a report does that came to the return path of the letter. Nothing here ever writes to the
address that failed, nor because of a letter about letters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from parsers.bounces import status as statuses
from parsers.characters.charset import line
from routing.cast import owns
from routing.directory import Person, Role, Side, canonical
from routing.draft import Draft
from routing.events import Cause, Delivery
from routing.model import Decision, Minted, Notice, NotTold, Situation
from routing.notices import Details, Mailing, Occasion
from routing.recipients import resolve
from routing.showing import moment
from routing.suppression import Deliveries, Failure, Suppression, Weight, judged, weighed
from routing.ticket import Ticket

UNDELIVERED, UNREACHABLE = "undelivered", "unreachable"
WITHHELD = "withheld"
ABOUT_LETTERS = frozenset({UNDELIVERED, UNREACHABLE})
"""The letters about letters: they have no return path, and nothing comes of it where they fail."""
MOST_EVENTS = 3
"""Reports of one letter that its ticket shows; the others are counted."""
ENOUGH = "this person had many letters of this sort within the hour"
LONGEST = 300  # characters of what a server said

_SIGNED = re.compile(r"\+[A-Za-z2-7]{31}(?=@)")


class Fate(StrEnum):
    """What befell a letter. `LATE` may still end well; `FAILED` is what a report says, the others are the relay's."""

    LATE = "delayed"
    EXPIRED = "expired"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether the letter will not arrive by itself."""
        return self is not Fate.LATE


@dataclass(frozen=True, slots=True)
class Mishap:
    """What became of a letter: its fate, and what was said of it. `status` is an enhanced one or a reply code.

    `about_recipient` says that the address was refused, not the letter. `stranger` marks an answer to somebody whom
    nothing proves: whoever forges senders must not cause letters to the staff.
    """

    fate: Fate
    status: str
    said: str
    about_recipient: bool = True
    stranger: bool = False


def of_relay(fate: Fate, code: int, said: str, *, about_recipient: bool, stranger: bool) -> Mishap:
    """What the relay's answer says; code 0 is no answer."""
    status = statuses.enhanced(said) or (statuses.by_code(f"{code} {said}") if code else "")
    return Mishap(fate, status or (str(code) if code else ""), quoted(said), about_recipient, stranger)


def quoted(said: str) -> str:
    """What a server said, as one line of moderate length without the signed part of an address."""
    shown = " ".join(unsigned(line(said)).split())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1].rstrip()}…"


def unsigned(said: str) -> str:
    """A text without the signed parts of addresses of ours: who reads it must not be able to use them."""
    return _SIGNED.sub("", said)


@dataclass(frozen=True, slots=True)
class Account:
    """What was said of a letter at length, for its ticket."""

    text: str = ""
    attachments: tuple[str, ...] = ()
    cause: Cause = field(default_factory=Cause)


def befell(situation: Situation, mishap: Mishap, account: Account) -> Decision:
    """What comes of it. The situation has the letter as `minted`, and in `deliveries` what is known of its address."""
    letter, known = situation.minted, situation.deliveries
    if letter is None:
        return Decision(outcome="ignored", why=("no letter of ours is named",))
    failure = _failure(situation, letter, mishap, known)
    why = f"letter {letter.letter} to {letter.address}: {mishap.fate} {mishap.status}".rstrip()
    keepers = _keepers(situation, letter)
    alarm = _alarm(situation, keepers, _details(letter, mishap, failure), letter) if failure.alarm else Mailing()
    if situation.ticket is None or situation.ticket.hidden:
        return Decision("delivery", notices=alarm.notices, failure=failure, why=(why,))
    news = failure.failed and not known.failed
    if known.reports >= MOST_EVENTS and not news:
        return Decision("counted", failure=failure, why=(why, f"it was heard of {known.reports} times before"))
    outcome = f"{mishap.fate} {mishap.status}".rstrip()
    draft = _noted(situation, situation.ticket, letter, outcome, account, mishap.said).post(alarm)
    apart = bool(keepers) and failure.counts
    if news and not apart and not mishap.stranger and letter.template not in ABOUT_LETTERS:
        draft = _told(draft, letter, _details(letter, mishap, failure), f"{UNDELIVERED}:{letter.letter}")
    return replace(draft.decide("delivery", why), failure=failure)


def withheld(situation: Situation, suppression: Suppression, *, stranger: bool) -> Decision:
    """What comes of a letter that stays behind, as nothing is sent to its address: its ticket says so, and one letter.

    It is for the first of a ticket to say; those that follow stay behind in silence.
    """
    letter = situation.minted
    if letter is None or situation.ticket is None or situation.ticket.hidden:
        return Decision("withheld")
    draft = _noted(situation, situation.ticket, letter, WITHHELD, Account(), suppression.reason)
    if not stranger and letter.template not in ABOUT_LETTERS and _colleague(situation, letter) is None:
        details = {
            "unreached": letter.address,
            "trouble": WITHHELD,
            "letter": f"out-{letter.letter}",
            "until": moment(suppression.until),
            **({"quoted": suppression.reason} if suppression.reason else {}),
        }
        draft = _told(draft, letter, details, f"{UNDELIVERED}:{letter.letter}")
    return draft.decide("withheld")


def _noted(situation: Situation, ticket: Ticket, letter: Minted, outcome: str, account: Account, said: str) -> Draft:
    """The ticket with what became of a letter of it, for the operator's people."""
    return Draft(replace(situation, author=None), ticket).add(
        Delivery(
            recipients=(letter.address,),
            outcome=outcome,
            at=situation.now,
            actor=None,
            audience="internal",
            text=account.text or said,
            attachments=account.attachments,
            cause=account.cause,
        )
    )


def _failure(situation: Situation, letter: Minted, mishap: Mishap, known: Deliveries) -> Failure:
    """What is kept of it. A letter counts once against its address; one that no server took for days, not at all."""
    address, caps = canonical(letter.address), situation.desk.caps
    if not mishap.fate.final:
        return Failure(letter.letter, address)
    said = mishap.said if mishap.status in mishap.said else f"{mishap.status} {mishap.said}".strip()
    weight = weighed(mishap.status, mishap.said, about_recipient=mishap.about_recipient)
    if known.failed or weight is Weight.LETTER or mishap.fate is Fate.EXPIRED:
        return Failure(letter.letter, address, failed=True, said=said)
    begun = judged(address, weight, said, known.earlier, situation.now, caps)
    if known.suppression is not None and (known.suppression.hard or begun is None or not begun.hard):
        begun = None
    first = _colleague(situation, letter) is not None and not known.earlier and known.suppression is None
    alarm = f"letters to {address}, a colleague, do not arrive: {said}" if first else None
    return Failure(letter.letter, address, failed=True, counts=True, said=said, suppression=begun, alarm=alarm)


def _colleague(situation: Situation, letter: Minted) -> Person | None:
    """The person of the operator's whom a letter was for."""
    directory = situation.desk.directory
    person = directory.person(letter.address)
    return person if person is not None and directory.side(person) is Side.OPERATOR else None


def _details(letter: Minted, mishap: Mishap, failure: Failure) -> Details:
    weight = weighed(mishap.status, mishap.said, about_recipient=mishap.about_recipient)
    trouble = Fate.EXPIRED.value if mishap.fate is Fate.EXPIRED else weight.value
    return {
        "unreached": letter.address,
        "trouble": trouble,
        "letter": f"out-{letter.letter}",
        **({"quoted": mishap.said} if mishap.said else {}),
        **({"until": moment(failure.suppression.until)} if failure.suppression else {}),
    }


def _told(draft: Draft, letter: Minted, details: Details, once: str) -> Draft:
    """One letter to whoever has the ticket, else to those who are told of it: never to the address that failed."""
    situation, not_told = draft.situation, Mailing()
    occasion = Occasion(UNDELIVERED, "internal", draft.latest, internal=details, once=once)
    for group in ("assignee", "agents"):
        persons, _ = resolve((group,), situation, draft.ticket, "internal")
        fit = tuple(person for person in persons if _hindrance(situation, letter, person) is None)
        left = [NotTold(p.address, why) for p in persons if (why := _hindrance(situation, letter, p)) is not None]
        not_told += Mailing(not_told=tuple(left))
        if fit or any(one.why == ENOUGH for one in left):  # who has heard enough knows that letters fail
            return draft.post(not_told).tell(fit, occasion)
    return draft.post(not_told)


def _hindrance(situation: Situation, letter: Minted, person: Person) -> str | None:
    known, address = situation.deliveries, canonical(person.address)
    if owns(person, letter.address):
        return "it is this person's own letter that did not arrive"
    if address in known.unreachable:
        return "letters to this address are withheld, too"
    if known.told.get(address, 0) >= situation.desk.caps.failures_per_person:
        return ENOUGH
    return None


def _keepers(situation: Situation, letter: Minted) -> tuple[Person, ...]:
    """Those who keep the directory, where a letter was for a colleague of theirs; then they alone hear of it."""
    if _colleague(situation, letter) is None:
        return ()
    directory, known = situation.desk.directory, situation.deliveries
    return tuple(
        person
        for person in dict.fromkeys((*directory.of_role(Role.ADMIN), *directory.of_role(Role.MODERATOR)))
        if directory.side(person) is Side.OPERATOR
        and not owns(person, letter.address)
        and situation.desk.inlet(person.address) is None
        and canonical(person.address) not in known.unreachable
    )


def _alarm(situation: Situation, keepers: Sequence[Person], details: Details, letter: Minted) -> Mailing:
    """A letter of no ticket to those who keep the directory: one of the operator's own addresses does not work."""
    if letter.template in ABOUT_LETTERS:
        return Mailing()
    return Mailing(
        tuple(
            Notice(
                to=person.address,
                name=person.name,
                language=person.language,
                template=UNREACHABLE,
                lane=Side.OPERATOR.value,
                sender=situation.desk.inlets[0].address,
                key="",
                subject="",
                details=details,
                once=f"{UNREACHABLE}:{letter.letter}",
                audience="internal",
            )
            for person in keepers
        )
    )
