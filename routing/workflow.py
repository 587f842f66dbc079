"""A desk's rules: TOML in, a checked `Workflow` out, or every fault at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from routing.directory import Side


class StateKind(StrEnum):
    """What a state means for whoever counts tickets."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class State:
    """A status that a ticket may have."""

    key: str
    name: str
    kind: StateKind


@dataclass(frozen=True, slots=True)
class PartnerRole:
    """A part that a partner organisation may play for a system."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class MoveRule:
    """A transition. One rule with `per_party` stands for a move to each partner role: `expand` makes them.

    `who` are the sides that may make it, `proof` the least proof (token, thread), `notify` group names
    (requester, watchers, assignee, holder, customer, party:<role>, agents, told). `holder` is whose turn it then is.
    """

    verb: str
    label: str
    phrases: tuple[str, ...]
    source: tuple[str, ...]
    target: str
    who: tuple[Side, ...]
    proof: str
    comment_required: bool
    holder: str
    notify: tuple[str, ...]
    template: str
    party: str | None = None
    resolutions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommentRule:
    """What a comment does: the first rule whose `who` and `source` fit. `target` None keeps status and holder."""

    who: tuple[Side, ...]
    source: tuple[str, ...]
    target: str | None
    holder: str | None
    notify: tuple[str, ...]
    template: str


@dataclass(frozen=True, slots=True)
class OpenRule:
    """How a ticket begins."""

    status: str
    holder: str
    notify: tuple[str, ...]
    template: str
    acknowledgement: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """A checked desk: every name in it is known. `bare_phrases` are the sides that may command without `#` or `/`."""

    key: str
    name: str
    states: Mapping[str, State]
    roles: Mapping[str, PartnerRole]
    opening: OpenRule
    moves: tuple[MoveRule, ...]
    comments: tuple[CommentRule, ...]
    shared_comments: bool = True
    bare_phrases: tuple[Side, ...] = (Side.PARTNER, Side.OPERATOR)
