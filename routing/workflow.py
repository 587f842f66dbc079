"""A desk's rules: TOML in, a checked `Workflow` out, or every fault at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from parsers.intent import Verb, VerbKind, Verbs, normalise
from routing.builtin import BUILT_IN, SYSTEM
from routing.directory import Side
from routing.table import Table

GROUPS = ("requester", "watchers", "assignee", "holder", "customer", "agents", "told")
HOLDERS = ("operator", "customer")
PROOFS = ("thread", "token", "strong")
_SIDES = tuple(side.value for side in Side)
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ROLE = "{role}"
_NAME = "{name}"


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
    """A transition. A table with `per_party` becomes one rule for each partner role, its `party`.

    `phrases` stand as they were written, the first is the one to propose. `who` are the sides that may make the move,
    `proof` the least proof (thread, token, strong), `notify` group names (requester, watchers, assignee, holder,
    customer, party:<role>, agents, told). `holder` is whose turn it then is.
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
    """A checked desk: every name in it is known.

    `bare_phrases` are the sides that may command without `#` or `/`, `acts` who may say which of the built-in verbs;
    those that are not in it do not exist here. `told` are the groups that hear of a built-in command. `substatuses`
    maps keys to names, the first is that of a ticket assigned to nobody; `by_hand` are the states that `status` sets.
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

    @property
    def unassigned(self) -> str | None:
        """The sub-status of a ticket that nobody has: the first."""
        return next(iter(self.substatuses), None)

    def told_of(self, verb: str) -> tuple[str, ...]:
        """The groups that hear of a built-in command."""
        return self.told.get(verb, ())

    def move(self, verb: str) -> MoveRule | None:
        """The rule of a verb."""
        return next((rule for rule in self.moves if rule.verb == verb), None)

    def comment(self, side: Side, status: str) -> CommentRule | None:
        """The first rule for a comment of that side on a ticket of that status."""
        return next((rule for rule in self.comments if side in rule.who and status in rule.source), None)


class WorkflowFaults(ValueError):  # noqa: N818 - it holds all faults of a file, not one error
    """All that is wrong with a workflow file, each a sentence with file, key and mend."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class _Known:
    """What names in a workflow file may refer to."""

    states: Mapping[str, State]
    roles: Mapping[str, PartnerRole]
    templates: frozenset[str]

    def parties(self, *, per_party: bool) -> tuple[str, ...]:
        roles = (*self.roles, _ROLE) if per_party else tuple(self.roles)
        return tuple(f"party:{role}" for role in roles)


def load(text: str, file: str, templates: frozenset[str]) -> Workflow:
    """The workflow that a TOML text describes; `file` is its name for messages, `templates` the letters there are.

    Raises WorkflowFaults with every fault at once.
    """
    faults: list[str] = []
    try:
        desk = Table(tomllib.loads(text), file, "", faults)
    except tomllib.TOMLDecodeError as error:
        raise WorkflowFaults((f"{file}: the file is no TOML: {error}.",)) from error
    known = _Known(_states(desk.table("states")), _roles(desk), templates)
    workflow = Workflow(
        key=desk.text("key"),
        name=desk.text("name"),
        states=known.states,
        roles=known.roles,
        opening=_opening(desk.table("opening"), known),
        moves=tuple(rule for table in desk.tables("move", "verb") for rule in _moves(table, known)),
        comments=tuple(_comment(table, known) for table in desk.tables("comment", "")),
        shared_comments=desk.choice("comments", ("shared", "lanes"), "way to share comments", "shared") == "shared",
        bare_phrases=_sides(desk, "bare_phrases", ("partner", "operator")),
        acts=_acts(desk),
        told=_told(desk, known),
        priorities=desk.texts("priorities", ("low", "normal", "high")),
        categories=desk.texts("categories", ()),
        substatuses=_named(desk, "substatuses"),
        by_hand=desk.choices("by_hand", known.states, "state", ()),
    )
    desk.finish()
    faults += [f"{file}: {fault}" for fault in (*_collisions(workflow), *_dead(workflow))]
    if faults:
        raise WorkflowFaults(tuple(faults))
    return workflow


def verbs(workflow: Workflow) -> Verbs:
    """All words of command of a desk: its moves and the built-in ones."""
    moves = (
        Verb(
            rule.verb,
            tuple(dict.fromkeys(normalise(phrase) for phrase in rule.phrases)),
            takes_arguments=bool(rule.resolutions),
        )
        for rule in workflow.moves
    )
    acts = (BUILT_IN[name].verb for name in BUILT_IN if name in workflow.acts)
    return Verbs((*moves, *acts, SYSTEM))


def _states(table: Table) -> Mapping[str, State]:
    kinds = tuple(kind.value for kind in StateKind)
    states = {}
    for key in table:
        row = table.table(key)
        kind = row.choice("kind", kinds, "kind of state")
        states[key] = State(key, row.text("name"), StateKind(kind) if kind else StateKind.OPEN)
        row.finish()
    return states


def _roles(desk: Table) -> Mapping[str, PartnerRole]:
    return {key: PartnerRole(key, name) for key, name in _named(desk, "roles").items()}


def _named(desk: Table, name: str) -> Mapping[str, str]:
    """A table of keys and what they are called; a desk may have none."""
    if name not in desk:
        return {}
    table = desk.table(name)
    for key in table:
        if not _KEY.fullmatch(key):
            table.fault(key, "this is no key; use small letters, digits and hyphens")
    return {key: table.text(key) for key in table}


def _told(desk: Table, known: _Known) -> Mapping[str, tuple[str, ...]]:
    """The table `told`: a built-in command and the groups that hear of it."""
    if "told" not in desk:
        return {}
    table = desk.table("told")
    groups = (*GROUPS, *known.parties(per_party=False))
    named = (table.key(name, BUILT_IN, "command") for name in table)
    return {name: table.choices(name, groups, "group") for name in named if name}


def _acts(desk: Table) -> Mapping[str, tuple[Side, ...]]:
    """The table `acts`: a built-in verb and who may say it. Questions may be asked by everybody."""
    questions = {name: each.who for name, each in BUILT_IN.items() if each.verb.kind is VerbKind.QUESTION}
    if "acts" not in desk:
        return questions
    table = desk.table("acts")
    named = (table.key(name, BUILT_IN, "command") for name in table)
    return questions | {name: _sides(table, name) for name in named if name}


def _sides(table: Table, key: str, default: tuple[str, ...] | None = None) -> tuple[Side, ...]:
    return tuple(Side(side) for side in table.choices(key, _SIDES, "side", default))


def _opening(table: Table, known: _Known) -> OpenRule:
    rule = OpenRule(
        status=table.choice("status", known.states, "state"),
        holder=table.choice("holder", (*HOLDERS, *known.parties(per_party=False)), "holder"),
        notify=table.choices("notify", (*GROUPS, *known.parties(per_party=False)), "group"),
        template=table.choice("template", sorted(known.templates), "template"),
        acknowledgement=table.choice("acknowledgement", sorted(known.templates), "template"),
    )
    table.finish()
    return rule


def _comment(table: Table, known: _Known) -> CommentRule:
    parties = known.parties(per_party=False)
    rule = CommentRule(
        who=_sides(table, "who"),
        source=table.choices("from", known.states, "state"),
        target=table.choice("to", known.states, "state") if "to" in table else None,
        holder=table.choice("holder", (*HOLDERS, *parties), "holder") if "to" in table or "holder" in table else None,
        notify=table.choices("notify", (*GROUPS, *parties), "group"),
        template=table.choice("template", sorted(known.templates), "template"),
    )
    table.finish()
    return rule


def _moves(table: Table, known: _Known) -> Iterator[MoveRule]:
    per_party = table.flag("per_party", default=False)
    parties = known.parties(per_party=per_party)
    rule = MoveRule(
        verb=table.text("verb"),
        label=table.text("label"),
        phrases=_phrases(table),
        source=table.choices("from", known.states, "state"),
        target=table.choice("to", known.states, "state"),
        who=_sides(table, "who"),
        proof=table.choice("proof", PROOFS, "proof", "token"),
        comment_required=table.flag("comment_required", default=False),
        holder=table.choice("holder", (*HOLDERS, *parties), "holder"),
        notify=table.choices("notify", (*GROUPS, *parties), "group"),
        template=table.choice("template", sorted(known.templates), "template"),
        resolutions=table.texts("resolutions", ()),
    )
    if rule.verb and not _KEY.fullmatch(rule.verb.replace(_ROLE, "role") if per_party else rule.verb):
        table.fault("verb", f'"{rule.verb}" is no name of a verb; use small letters, digits and hyphens')
    if per_party and _ROLE not in rule.verb:
        table.fault("verb", f'a move per party needs {_ROLE} in its verb, as in "to-{_ROLE}"')
    table.finish()
    yield from (_for_role(rule, role) for role in known.roles.values()) if per_party else (rule,)


def _for_role(rule: MoveRule, role: PartnerRole) -> MoveRule:
    def filled(text: str) -> str:
        return text.replace(_ROLE, role.key).replace(_NAME, role.name)

    return replace(
        rule,
        verb=filled(rule.verb),
        label=filled(rule.label),
        phrases=tuple(filled(phrase) for phrase in rule.phrases),
        holder=filled(rule.holder),
        notify=tuple(filled(group) for group in rule.notify),
        party=role.key,
    )


def _phrases(table: Table) -> tuple[str, ...]:
    """A list of phrases, or one list for each language."""
    if table.holds_table("phrases"):
        languages = table.table("phrases")
        found = tuple(phrase for language in languages for phrase in languages.texts(language))
    else:
        found = table.texts("phrases")
    for phrase in found:
        if not normalise(phrase):
            table.fault("phrases", f'"{phrase}" is no phrase that can be written; use words')
    return found


def _collisions(workflow: Workflow) -> Iterator[str]:
    """Verbs that are there twice, and phrases that could mean two verbs."""
    names: set[str] = set()
    meaning: dict[str, str] = {}
    moves = len(workflow.moves)
    known = verbs(workflow).known
    for verb in (*known[moves:], *known[:moves]):
        if verb.name in names:
            yield f'key "verb": there are two moves "{verb.name}"; give one of them another name.'
        names.add(verb.name)
        for phrase in verb.phrases:
            other = meaning.setdefault(phrase, verb.name)
            if other != verb.name:
                yield f'move "{verb.name}", key "phrases": "{phrase}" is a phrase of "{other}", too; choose another.'


def _dead(workflow: Workflow) -> Iterator[str]:
    """States that no ticket can reach, and states that are not closed and that no ticket can leave."""
    rules: Sequence[MoveRule | CommentRule] = (*workflow.moves, *workflow.comments)
    ways = {(source, rule.target) for rule in rules for source in rule.source if rule.target}
    reached = {workflow.opening.status}
    while more := {target for source, target in ways if source in reached} - reached:
        reached |= more
    for state in workflow.states.values():
        if workflow.opening.status and state.key not in reached:
            yield f'states, key "{state.key}": no ticket can ever get there; let a move or a comment lead to it.'
        if state.kind is not StateKind.CLOSED and not any(s == state.key != target for s, target in ways):
            yield f'states, key "{state.key}": no ticket can ever leave it; add a move from it or make it closed.'
