"""`forward`: a ticket goes up to the next tier, past it to the operator, or to a tier that is named."""

from dataclasses import replace

from parsers.intent import Command, Words, normalise
from routing import tiers
from routing.audience import EVERYONE
from routing.cast import OPERATOR_LANE, PARTY_PREFIX
from routing.directory import Side
from routing.draft import Draft, cause_of
from routing.events import Forwarded, changed
from routing.notices import Occasion
from routing.rules import StateKind

_UP = frozenset({"", "up"})
_ADMIN = frozenset({"admin", "operator"})


def forward(draft: Draft, command: Command, words: Words) -> Draft | str:
    """The next tier has the ticket from now on; the one that had it reads on and does nothing more.

    The words of the mail go with it, to whoever may read them.
    """
    situation, ticket, cast = draft.situation, draft.ticket, draft.cast
    workflow = situation.desk.workflow
    if not workflow.hierarchy:
        return "This desk has no tiers to forward a ticket to."
    state = workflow.states.get(ticket.status)
    if state is not None and state.kind is StateKind.CLOSED:
        return f"{ticket.key} is {state.name}: only an open ticket can be forwarded."
    if not _may(draft):
        return f"{ticket.key} is with {cast.party(ticket.holder)}: it is for them to forward it."
    target = _target(draft, normalise(" ".join(command.arguments)))
    if target is None:
        return _nowhere(draft, " ".join(command.arguments))
    holder = tiers.holder_of(target) if target != OPERATOR_LANE else OPERATOR_LANE
    if holder == ticket.holder:
        return f"{ticket.key} is with {cast.party(ticket.holder)} already: there is nobody above to forward it to."
    audience = draft.for_words(holder)
    draft, told = draft.state(_handed_over(draft, holder, target), words, audience)
    party = draft.cast.party(holder)
    groups = ("holder", *(group for group in workflow.told_of(command.name) if group != "holder"))
    # All are told that it went there; the words are in the letters of those alone who may read them.
    occasion = Occasion("moved", audience, draft.latest, {"moved_to": party}, fact=told)
    return replace(draft.notify(groups, occasion), placed=True).did(f"{ticket.key} is now with {party}.")


def _may(draft: Draft) -> bool:
    """Whoever has the ticket passes it on, and the operator, who is above all."""
    person = draft.cast.person(draft.situation.author or "")
    return draft.cast.belongs(person, "holder") or draft.cast.side(person) is Side.OPERATOR


def ways(draft: Draft) -> tuple[str, ...]:
    """What may be said after `forward`."""
    return ("up", *_ways(draft), "admin")


def _target(draft: Draft, said: str) -> str | None:
    """The key of the tier that is meant, or `operator`; None where there is none of that name."""
    directory = draft.situation.desk.directory
    ways = _ways(draft)
    if said in _UP:
        return ways[0] if draft.ticket.holder != OPERATOR_LANE and ways else OPERATOR_LANE
    if said in _ADMIN or said in _spellings(draft, tiers.operator_key(directory)):
        return OPERATOR_LANE
    return next((key for key in ways if said in _spellings(draft, key)), None)


def _ways(draft: Draft) -> tuple[str, ...]:
    """The tiers above whoever has the ticket; the operator may give it to any tier above the customer."""
    directory, ticket = draft.situation.desk.directory, draft.ticket
    person = draft.cast.person(draft.situation.author or "")
    if draft.cast.side(person) is Side.OPERATOR and ticket.holder == OPERATOR_LANE:
        return tiers.above(directory, ticket.organisation)
    return tiers.above(directory, ticket.holder.removeprefix(PARTY_PREFIX))


def _spellings(draft: Draft, key: str) -> tuple[str, ...]:
    organisation = draft.situation.desk.directory.organisations.get(key)
    return (normalise(key), *((normalise(organisation.name),) if organisation else ()))


def _nowhere(draft: Draft, said: str) -> str:
    choices = ", ".join(ways(draft))
    return f'{draft.ticket.key} cannot be forwarded to "{said}"; write one of these: {choices}.'


def _handed_over(draft: Draft, holder: str, target: str) -> Forwarded:
    """The event, without words; nobody of the former tier has the ticket any longer."""
    situation, ticket = draft.situation, draft.ticket
    key = tiers.operator_key(situation.desk.directory) if target == OPERATOR_LANE else target
    had = () if target == OPERATOR_LANE or target in ticket.tiers else (target,)
    changes = changed(
        ticket,
        holder=holder,
        tiers=(*ticket.tiers, *had),
        assignees=(),
        substatus=situation.desk.workflow.unassigned if ticket.substatus is not None else None,
    )
    return Forwarded(
        to=key,
        at=situation.now,
        actor=situation.author,
        audience=EVERYONE,
        changes=changes,
        cause=cause_of(situation),
    )
