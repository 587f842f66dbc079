"""Tiers: in a hierarchy a ticket is with one organisation at a time, and goes up from one to the next.

The way up is that of `Organisation.parent`, from the ticket's customer over partners and distributors to the operator.
Whose turn it is stands in the ticket's `holder`: `operator`, or `party:<key of the organisation>`.
"""

from routing.cast import OPERATOR_LANE, PARTY_PREFIX
from routing.directory import Directory, OrganisationKind, Side
from routing.events import Value
from routing.model import Desk

TIER = "tier"
"""Who has a new ticket, where the desk says so: the tier above its organisation."""


def above(directory: Directory, organisation: str | None) -> tuple[str, ...]:
    """The tiers between an organisation and the operator, the nearest first; those without people are passed over."""
    found = directory.above(organisation) if organisation else ()
    return tuple(tier.key for tier in found if tier.kind.side is Side.PARTNER and directory.support_group(tier.key))


def begins(desk: Desk, organisation: str | None) -> dict[str, Value]:
    """Whose turn a new ticket of an organisation is, by field: the tier above it has it, else the operator."""
    rule = desk.workflow.opening.holder
    if not desk.workflow.hierarchy:
        return {"holder": rule}
    tiers = above(desk.directory, organisation)[:1] if rule == TIER else ()
    return {"holder": holder_of(tiers[0]) if tiers else OPERATOR_LANE, "tiers": tiers}


def holder_of(organisation: str) -> str:
    """How an organisation is called as the holder of a ticket."""
    return f"{PARTY_PREFIX}{organisation}"


def operator_key(directory: Directory) -> str:
    """The key of the operator's organisation."""
    known = (one.key for one in directory.organisations.values() if one.kind is OrganisationKind.OPERATOR)
    return next(known, OPERATOR_LANE)
