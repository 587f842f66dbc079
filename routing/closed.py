"""Mail about a ticket that is over: what the desk makes of it, and what the old ticket keeps of the new one."""

from parsers.intent import Comment, Open, Orders, Unclear, Words
from routing.audience import kept_for
from routing.authority import Denied, cast_of, may_move
from routing.directory import Person, Side
from routing.draft import Draft, cause_of
from routing.events import Refusal
from routing.followup import Policy
from routing.gratitude import is_mere_thanks
from routing.model import Situation
from routing.rules import StateKind
from routing.ticket import Ticket

STILL_SAID = frozenset({"rate", "undo", "unmerge", "unwatch", "delete", "notify", "digest", "quiet"})
"""What may be said of a closed ticket on every side that the desk lets say it at all."""


def policy(situation: Situation, side: Side, intent: Open | Comment | Orders | Unclear) -> Policy | None:
    """What becomes of a party's mail on a closed ticket; None where all goes on as on any other.

    A move that the desk lets this side make is made, unless the time for it is over.
    """
    workflow, ticket = situation.desk.workflow, situation.ticket
    rule = workflow.followup.get(side)
    state = workflow.states.get(ticket.status) if ticket else None
    if ticket is None or rule is None or state is None or state.kind is not StateKind.CLOSED:
        return None
    since = ticket.since or ticket.updated_at
    found = rule.at(since, situation.now)
    if found is Policy.REOPEN or is_mere_thanks(situation, intent.words):
        return None
    if not _says_something(intent.words):
        return Policy.REJECT if _changes_something(intent) and not _may(situation, intent) else None
    if not rule.late(since, situation.now) and _may(situation, intent):
        return None
    return found


def _changes_something(intent: Open | Comment | Orders | Unclear) -> bool:
    return isinstance(intent, Orders) and (bool(intent.acts) or intent.move is not None)


def _may(situation: Situation, intent: Open | Comment | Orders | Unclear) -> bool:
    """Whether the commands of a mail are some that this writer may give on the closed ticket."""
    if not isinstance(intent, Orders):
        return False
    if intent.move is None:
        return bool(intent.acts) and all(act.name in STILL_SAID for act in intent.acts)
    move = situation.desk.workflow.move(intent.move.name)
    return move is not None and not isinstance(may_move(situation, move), Denied)


def rejection(situation: Situation, ticket: Ticket) -> str:
    """What is answered where a closed ticket takes no more words."""
    inlet = next((one for one in situation.desk.inlets if one.queue == ticket.queue), situation.desk.inlets[0])
    name = situation.desk.workflow.states[ticket.status].name
    return f"{ticket.key} is {name} and takes no more messages of yours. Write a new one to {inlet.address} instead."


def requester(situation: Situation) -> Person | None:
    """For whom the new ticket is that follows an old one: partners and the operator write about that of somebody else.

    None where it is the writer's own.
    """
    cast = cast_of(situation)
    if cast is None or situation.author is None:
        return None
    writer = cast.person(situation.author)
    return None if cast.side(writer) is Side.CUSTOMER else cast.person(cast.ticket.requester)


def linked(draft: Draft, old: Ticket) -> Draft:
    """The draft of a new ticket, with a note on the old one that it goes on there; nothing else changes on that."""
    situation = draft.situation
    note = Refusal(
        asked=(),
        reason=f"{old.key} takes no more messages; {draft.ticket.key} was opened for this one.",
        at=situation.now,
        actor=situation.author,
        audience=kept_for(situation),
        cause=cause_of(situation),
    )
    return draft.beside(draft.of(old).add(note))


def _says_something(words: Words) -> bool:
    return bool(words.text.strip() or words.attachments)
