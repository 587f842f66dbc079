"""What the rules of a desk are: states, moves, comments, and all that a workflow file may say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from parsers.intent import Command, normalise
from routing.assignment_rules import AssignmentRule
from routing.directory import Side
from routing.followup import Followup
from routing.people_rules import PeopleRule
from routing.ticket import Ticket
from routing.timer_rules import RatingRule, TimerRule

Letters: TypeAlias = frozenset[str] | Mapping[str, frozenset[str]]
"""The letters there are, by name; where it is known, with the languages of each."""
GROUPS = ("requester", "watchers", "assignee", "holder", "customer", "agents", "told")
MEMBERSHIPS = ("requester", "watchers", "assignee", "holder", "customer", "agents")
"""The groups that `only` may name: those that somebody is in or not whatever was told to whom."""
HOLDERS = ("operator", "customer")
PROOFS = ("thread", "token", "strong")
LANES = ("everyone", "staff", "internal", "own")
EVENTS = ("created", "reply")
"""What `told` may name beside commands: a new ticket, and a comment."""
FIELDS = ("organisation", "system", "category", "priority", "visibility")
"""What a creation form may ask for beside questions of the desk's own."""
SETTABLE = ("substatus", "priority", "category", "visibility")
"""The fields that a move may set beside the status."""
VISIBILITIES = ("public", "internal")


class StateKind(StrEnum):
    """What a state means for whoever counts tickets."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class State:
    """A status that a ticket may have; `holder` is whose turn it is once it is set by hand, None for no change."""

    key: str
    name: str
    kind: StateKind
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class PartnerRole:
    """A part that a partner organisation may play for a system."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class MoveRule:
    """A transition. A table with `per_party` becomes one rule for each partner role, its `party`.

    `phrases` stand as they were written, the first is the one to propose. `who` are the sides that may make the move,
    `proof` the least proof (thread, token, strong), `notify` group names (requester, watchers, assignee, holder,
    customer, party:<role>, agents, told). `holder` is whose turn it then is; without `target` the ticket keeps its
    status, without `holder` its holder. `only` narrows `who` to the members of groups. `resolutions` are those that may
    be named, `resolution` the one where none is. `sets` are further fields (substatus, priority, category, visibility).
    """

    verb: str
    label: str
    phrases: tuple[str, ...]
    source: tuple[str, ...]
    target: str | None
    who: tuple[Side, ...]
    proof: str
    comment_required: bool
    holder: str | None
    notify: tuple[str, ...]
    template: str
    party: str | None = None
    resolutions: tuple[str, ...] = ()
    resolution: str | None = None
    only: tuple[str, ...] = ()
    sets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CommentRule:
    """What a comment does: the first rule whose `who` and `source` fit. `target` None keeps status and holder.

    `lane` is who may read it where that is not what the desk's way to share comments says: everyone, staff, internal
    or own (the writer's party and the operator). With `refuse` the words are kept and the writer is told so.
    """

    who: tuple[Side, ...]
    source: tuple[str, ...]
    target: str | None
    holder: str | None
    notify: tuple[str, ...]
    template: str
    lane: str | None = None
    refuse: bool = False


@dataclass(frozen=True, slots=True)
class OpenRule:
    """How a ticket begins."""

    status: str
    holder: str
    notify: tuple[str, ...]
    template: str
    acknowledgement: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something that a new ticket must say: any of `fields`, asked for by `prompt` of openers on the sides `who`.

    A field is one of `FIELDS`, or a question of the desk's own. `key` names it among those that are still open.
    """

    key: str
    fields: tuple[str, ...]
    prompt: str
    who: tuple[Side, ...] = tuple(Side)


@dataclass(frozen=True, slots=True)
class Form:
    """The creation form: what must be said before a ticket is more than a draft, and the status of a draft.

    `names` are what its fields are called, where that is not their key.
    """

    status: str
    questions: tuple[Question, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """All that it asks for."""
        return tuple(dict.fromkeys(name for question in self.questions for name in question.fields))

    def called(self, name: str) -> str:
        """What a field is called at the beginning of a line."""
        return self.names.get(name, name.replace("-", " ").capitalize())


@dataclass(frozen=True, slots=True)
class Workflow:
    """A checked desk: every name in it is known.

    `bare_phrases` are the sides that may command without `#` or `/`, `acts` who may say which of the built-in verbs;
    those that are not in it do not exist here. `told` are the groups that hear of a built-in command. `substatuses`
    maps keys to names, the first is that of a ticket assigned to nobody; `by_hand` are the states that `status` sets.
    `resolutions` maps keys to names. `form` is what a new ticket must say before anybody works on it,
    `assignment` to whom tickets go. `followup` is what words on a closed ticket do where that is not what the comment
    rules say. In a `hierarchy` a ticket is with one tier at a time. `vouched` is the proof (strong or claim) that an
    opening mail on behalf of somebody else needs. `people` is what people may choose for themselves.
    """

    key: str
    name: str
    states: Mapping[str, State]
    roles: Mapping[str, PartnerRole]
    opening: OpenRule
    moves: tuple[MoveRule, ...]
    comments: tuple[CommentRule, ...]
    shared_comments: bool = True
    bare_phrases: tuple[Side, ...] = (Side.PARTNER, Side.OPERATOR)
    acts: Mapping[str, tuple[Side, ...]] = field(default_factory=dict)
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    priorities: tuple[str, ...] = ("low", "normal", "high")
    categories: tuple[str, ...] = ()
    substatuses: Mapping[str, str] = field(default_factory=dict)
    by_hand: tuple[str, ...] = ()
    resolutions: Mapping[str, str] = field(default_factory=dict)
    form: Form | None = None
    languages: tuple[str, ...] = ()
    timers: tuple[TimerRule, ...] = ()
    rating: RatingRule | None = None
    assignment: AssignmentRule = field(default_factory=AssignmentRule)
    followup: Mapping[Side, Followup] = field(default_factory=dict)
    hierarchy: bool = False
    vouched: str = "strong"
    people: PeopleRule = field(default_factory=PeopleRule)

    @property
    def unassigned(self) -> str | None:
        """The sub-status of a ticket that nobody has: the first."""
        return next(iter(self.substatuses), None)

    def is_draft(self, ticket: Ticket) -> bool:
        """Whether a ticket still waits for answers to the creation form."""
        return self.form is not None and bool(ticket.missing) and ticket.status == self.form.status

    def told_of(self, verb: str) -> tuple[str, ...]:
        """The groups that hear of a built-in command."""
        return self.told.get(verb, ())

    def move(self, verb: str) -> MoveRule | None:
        """The rule of a verb."""
        return next((rule for rule in self.moves if rule.verb == verb), None)

    def comment(self, side: Side, status: str) -> CommentRule | None:
        """The first rule for a comment of that side on a ticket of that status."""
        return next((rule for rule in self.comments if side in rule.who and status in rule.source), None)


def resolution_of(rule: MoveRule, workflow: Workflow, command: Command) -> str | None:
    """The resolution that the words after a move name, by key or by name; None where they name none of its own."""
    said = normalise(" ".join(command.arguments))
    spelt = ((key, workflow.resolutions.get(key, key)) for key in rule.resolutions)
    return next((key for key, name in spelt if said in (normalise(key), normalise(name))), None)
