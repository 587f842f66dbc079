"""Who may read the words of a mail: everyone, staff (partners and the operator), internal (the operator), or one lane.

Whatever narrows an audience counts even where nothing else of the mail does: a mistyped command, a repeated subject or
a command that this desk does not have must not turn words for few into words for all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from parsers.intent import Comment, Intent, Open, Orders, Unclear, normalise
from parsers.verbs import Verbs, meant
from routing.authority import cast_of
from routing.builtin import BUILT_IN
from routing.cast import CUSTOMER_LANE, OPERATOR_LANE, audience_of, lane_of
from routing.directory import Side
from routing.events import Fact
from routing.model import Situation
from routing.rules import MoveRule
from routing.ticket import Ticket

EVERYONE = "everyone"
STAFF = "staff"
INTERNAL = "internal"
NARROWING = (INTERNAL, STAFF)
"""The commands that say who may read the words of their mail, the narrowest first."""

_VERBS = Verbs(tuple(BUILT_IN[name].verb for name in NARROWING))
_HAND_OVER = "to "
_Happened = TypeVar("_Happened", bound=Fact)


def audience_for(situation: Situation, holder: str | None = None, lane: str | None = None) -> str:
    """Who may read the writer's words.

    `holder` is the party to which the words were handed over, by a command that says so. Else an answer to words of
    few is for those few, too. Else `lane`, what the desk's rule says: everyone, staff, internal or own. Without such a
    rule everyone, where the desk shares comments, else the writer's own lane.
    """
    shared = situation.desk.workflow.shared_comments
    if holder is not None and holder != OPERATOR_LANE:
        return EVERYONE if shared else audience_of(holder)
    cast, answered = cast_of(situation), _answered(situation)
    writer = cast.person(situation.author) if cast is not None and situation.author is not None else None
    if cast is not None and writer is not None and answered != EVERYONE and cast.sees(writer, answered):
        return answered
    if lane not in (None, "own"):
        return lane
    if shared and lane is None:
        return EVERYONE
    return INTERNAL if cast is None or writer is None else audience_of(cast.lane(writer))


def on(ticket: Ticket, audience: str) -> str:
    """The audience of words on a ticket as it stands: while it is internal they are said among the operator's people,
    and remain so when others are let in.
    """
    return INTERNAL if ticket.visibility == INTERNAL else audience


def settled(event: _Happened, ticket: Ticket) -> _Happened:
    """The event with the audience that it has on its ticket as it stands after it."""
    return replace(event, audience=on(ticket, event.audience))


def is_narrower(audience: str | None, other: str) -> bool:
    """Whether an audience is smaller than another one; one lane counts as smaller than the whole staff."""
    return audience is not None and _width(audience) < _width(other)


def handed_to(rule: MoveRule) -> str | None:
    """The party to which a move hands the words of its mail: one whose phrase begins with `to` does, and no other."""
    return rule.holder if normalise(rule.verb).startswith(_HAND_OVER) else None


def kept_for(situation: Situation) -> str:
    """Who may read words that came with something refused, or from a machine: no wider than the staff."""
    shared = situation.desk.workflow.shared_comments
    wide = {situation.narrowed, _answered(situation)} <= {None, EVERYONE, STAFF}
    return STAFF if shared and wide else INTERNAL


def listeners(audience: str, side: Side) -> tuple[str, ...]:
    """The groups for whom words of few are said, told beside those of the desk's rule.

    The operator's people answer a party in its lane, and speak among themselves; to the staff both sides speak.
    """
    if audience == STAFF:
        return ("agents", "told")
    if side is not Side.OPERATOR or audience == EVERYONE:
        return ()
    if audience == INTERNAL:
        return ("agents",)
    lane = lane_of(audience)
    return ("requester",) if lane == CUSTOMER_LANE else (lane,)


def asked_for(situation: Situation, intent: Intent) -> str | None:
    """The audience that a mail asks for, where that is smaller than the one it would have; None where it is not.

    Commands that are not followed count as well, mistyped ones and those that this desk does not have.
    """
    said = set(_said(intent))
    asked = next((name for name in NARROWING if name in said and _side(situation) in BUILT_IN[name].who), None)
    return asked if is_narrower(asked, audience_for(situation)) else None


def _side(situation: Situation) -> Side | None:
    """On whose side the writer stands; no proof is asked for what only keeps words from others."""
    cast = cast_of(situation)
    if cast is None or situation.author is None:
        return situation.desk.directory.side(situation.writer) if situation.writer else None
    return cast.side(cast.person(situation.author))


def _width(audience: str) -> int:
    """internal < one lane < staff < everyone."""
    return {INTERNAL: 0, STAFF: 2, EVERYONE: 3}.get(audience, 1)


def _answered(situation: Situation) -> str:
    """The audience of the letter that is answered.

    A role may be another company's on a ticket that this one was merged into.
    """
    if situation.minted is None:
        return EVERYONE
    answered = situation.minted.audience
    elsewhere = situation.merged is not None and answered.startswith("lane:") and answered != "lane:customer"
    return INTERNAL if elsewhere else answered


def _said(intent: Intent) -> Iterator[str]:
    match intent:
        case Orders(acts=acts):
            yield from (command.name for command in acts)
        case Unclear(written=written, suggestion=suggestion):
            yield from _meant(written)
            yield suggestion or ""
        case Open(words=words) | Comment(words=words):
            # A desk that lacks the command reads none in it; whoever writes `#internal` relies on it all the same.
            first = next(filter(None, map(str.strip, words.text.splitlines())), "")
            yield first.split()[0][1:].casefold().rstrip(".!:") if first.startswith(("#", "/")) else ""
        case _:
            pass


def _meant(written: Iterable[str]) -> Iterator[str]:
    for line in written:
        yield meant(line.strip("#/[] "), _VERBS) or ""
