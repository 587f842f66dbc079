"""The tables of a workflow file, each read into the rule that it states; every fault is noted where it stands."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from parsers.intent import normalise
from routing.builtin import BUILT_IN
from routing.directory import Side
from routing.rules import (
    EVENTS,
    GROUPS,
    HOLDERS,
    LANES,
    MEMBERSHIPS,
    PROOFS,
    SETTABLE,
    VISIBILITIES,
    CommentRule,
    Letters,
    MoveRule,
    OpenRule,
    PartnerRole,
    State,
    StateKind,
)
from routing.table import Table

_SIDES = tuple(side.value for side in Side)
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ROLE = "{role}"
_NAME = "{name}"


_VARIABLE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Known:
    """What names in a workflow file may refer to, and what it says once for several rules."""

    states: Mapping[str, State]
    roles: Mapping[str, PartnerRole]
    templates: Letters
    substatuses: Mapping[str, str]
    resolutions: Mapping[str, str]
    told: Mapping[str, tuple[str, ...]]
    hierarchy: bool = False

    @property
    def working(self) -> tuple[str, ...]:
        """The states that are not closed."""
        return tuple(state.key for state in self.states.values() if state.kind is not StateKind.CLOSED)

    def parties(self, *, per_party: bool) -> tuple[str, ...]:
        """The groups and holders that partner roles are; in a move per party also `party:{role}`."""
        return _parties(self.roles, per_party=per_party)


def known(desk: Table, templates: Letters) -> Known:
    """All that may be named in the rules of a desk."""
    partners = roles(desk)
    return Known(
        states=states(desk.table("states")),
        roles=partners,
        templates=templates,
        substatuses=named(desk, "substatuses"),
        resolutions=named(desk, "resolutions"),
        told=told(desk, (*GROUPS, *_parties(partners, per_party=False))),
        hierarchy=desk.flag("hierarchy", default=False),
    )


def languages(desk: Table, templates: Letters) -> tuple[str, ...]:
    """The key `languages`: those in which every letter must exist. Without it letters may fall back to English."""
    wanted = desk.texts("languages", ())
    if not isinstance(templates, Mapping):
        return wanted
    for language in wanted:
        lacking = sorted(name for name, known in templates.items() if language not in known)
        if lacking:
            mend = "write them, or take the language out"
            desk.fault("languages", f'there is no "{language}" of the letters {", ".join(lacking)}; {mend}')
    return wanted


def _parties(partners: Iterable[str], *, per_party: bool) -> tuple[str, ...]:
    return tuple(f"party:{role}" for role in ((*partners, _ROLE) if per_party else partners))


def states(table: Table) -> Mapping[str, State]:
    """The table `states`: what each is called, its kind, and whose turn it is where the status is set by hand."""
    kinds = tuple(kind.value for kind in StateKind)
    found = {}
    for key in table:
        if not KEY.fullmatch(key):
            table.fault(key, "this is no key; use small letters, digits and hyphens")
        row = table.table(key)
        kind = row.choice("kind", kinds, "kind of state")
        holder = row.choice("holder", HOLDERS, "holder") if "holder" in row else None
        found[key] = State(key, row.text("name"), StateKind(kind) if kind else StateKind.OPEN, holder)
        row.finish()
    return found


def roles(desk: Table) -> Mapping[str, PartnerRole]:
    """The table `roles`; a desk may have none."""
    return {key: PartnerRole(key, name) for key, name in named(desk, "roles").items()}


def named(desk: Table, name: str) -> Mapping[str, str]:
    """A table of keys and what they are called; a desk may have none."""
    if name not in desk:
        return {}
    table = desk.table(name)
    for key in table:
        if not KEY.fullmatch(key):
            table.fault(key, "this is no key; use small letters, digits and hyphens")
    return {key: table.text(key) for key in table}


def told(desk: Table, groups: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """The table `told`: a built-in command, a move, `created` or `reply`, and the groups that hear of it."""
    if "told" not in desk:
        return {}
    table = desk.table("told")
    happenings = (*EVENTS, *desk.words("move", "verb"), *BUILT_IN)
    named = (table.key(name, happenings, "command") for name in table)
    return {name: table.choices(name, groups, "group") for name in named if name}


def _notify(table: Table, known: Known, event: str, parties: tuple[str, ...]) -> tuple[str, ...]:
    """Whom a rule tells: its own list, else what the desk's table `told` says of such events."""
    return table.choices("notify", (*GROUPS, *parties), "group", known.told.get(event))


def acts(desk: Table) -> Mapping[str, tuple[Side, ...]]:
    """The table `acts`: a built-in verb and who may say it. Questions may be asked by everybody."""
    questions = {name: each.who for name, each in BUILT_IN.items() if each.always}
    if "acts" not in desk:
        return questions
    table = desk.table("acts")
    named = (table.key(name, BUILT_IN, "command") for name in table)
    return questions | {name: sides(table, name) for name in named if name}


def sides(table: Table, key: str, default: tuple[str, ...] | None = None) -> tuple[Side, ...]:
    """A list of sides under a key."""
    return tuple(Side(side) for side in table.choices(key, _SIDES, "side", default))


def opening(table: Table, known: Known) -> OpenRule:
    """The table `opening`."""
    parties = known.parties(per_party=False)
    rule = OpenRule(
        status=table.choice("status", known.states, "state"),
        holder=table.choice("holder", ("tier", "operator") if known.hierarchy else (*HOLDERS, *parties), "holder"),
        notify=_notify(table, known, "created", parties),
        template=table.choice("template", sorted(known.templates), "template"),
        acknowledgement=table.choice("acknowledgement", sorted(known.templates), "template"),
    )
    table.finish()
    return rule


def comment(table: Table, known: Known) -> CommentRule:
    """A table `comment`. One that refuses tells nobody else, by the usual letter unless it names another."""
    parties = known.parties(per_party=False)
    refuse = table.flag("refuse", default=False)
    rule = CommentRule(
        who=sides(table, "who"),
        source=table.choices("from", known.states, "state"),
        target=table.choice("to", known.states, "state") if "to" in table else None,
        holder=_holder(table, known, parties),
        notify=() if refuse else _notify(table, known, "reply", parties),
        template=table.choice("template", sorted(known.templates), "template", "refusal" if refuse else None),
        lane=table.choice("lane", LANES, "lane") if "lane" in table else None,
        refuse=refuse,
    )
    table.finish()
    return rule


def moves(table: Table, known: Known) -> Iterator[MoveRule]:
    """The moves of a table `move`: one, or with `per_party` one for each role."""
    per_party = table.flag("per_party", default=False)
    parties = known.parties(per_party=per_party)
    verb = table.text("verb")
    rule = MoveRule(
        verb=verb,
        label=table.text("label"),
        phrases=_phrases(table),
        source=table.choices("from", known.states, "state"),
        target=table.choice("to", known.states, "state") if "to" in table else None,
        who=sides(table, "who"),
        proof=table.choice("proof", PROOFS, "proof", "token"),
        comment_required=table.flag("comment_required", default=False),
        holder=_holder(table, known, parties),
        notify=_notify(table, known, verb, parties),
        template=table.choice("template", sorted(known.templates), "template"),
        only=table.choices("only", (*MEMBERSHIPS, *parties), "group", ()),
        sets=_sets(table, known),
        **_resolved(table, known),
    )
    if rule.verb and not KEY.fullmatch(rule.verb.replace(_ROLE, "role") if per_party else rule.verb):
        table.fault("verb", f'"{rule.verb}" is no name of a verb; use small letters, digits and hyphens')
    if per_party and _ROLE not in rule.verb:
        table.fault("verb", f'a move per party needs {_ROLE} in its verb, as in "to-{_ROLE}"')
    _refuse_unknown_variables(table, rule, per_party=per_party)
    table.finish()
    yield from (_for_role(rule, role) for role in known.roles.values()) if per_party else (rule,)


def _holder(table: Table, known: Known, parties: tuple[str, ...]) -> str | None:
    """Whose turn it is after a rule that changes the status; in a hierarchy that is for `forward` alone to say."""
    if not known.hierarchy:
        return table.choice("holder", (*HOLDERS, *parties), "holder") if "to" in table or "holder" in table else None
    if "holder" in table:
        table.text("holder")
        table.fault("holder", "in a hierarchy only `forward` changes who has a ticket; take it out")
    return None


class _Resolved(TypedDict):
    resolutions: tuple[str, ...]
    resolution: str | None


def _resolved(table: Table, known: Known) -> _Resolved:
    """What the ticket may be closed as; keys of the table `resolutions` where the desk has one."""
    if known.resolutions:
        choices = table.choices("resolutions", known.resolutions, "resolution", ())
    else:
        choices = table.texts("resolutions", ())
    usual = table.choice("resolution", choices, "resolution") if "resolution" in table else None
    return {"resolutions": choices, "resolution": usual}


def _sets(table: Table, known: Known) -> Mapping[str, str]:
    """The table `sets` of a move: fields and their values."""
    if "sets" not in table:
        return {}
    own = table.table("sets")
    found = {name: own.text(name) for name in (own.key(name, SETTABLE, "field to set") for name in own) if name}
    if "substatus" in found:
        own.choice("substatus", known.substatuses, "sub-status")
    if "visibility" in found:
        own.choice("visibility", VISIBILITIES, "visibility")
    return found


def _refuse_unknown_variables(table: Table, rule: MoveRule, *, per_party: bool) -> None:
    """What stands in braces must be something that a move per party fills in."""
    filled = (_ROLE, _NAME) if per_party else ()
    for key, texts in (("verb", (rule.verb,)), ("label", (rule.label,)), ("phrases", rule.phrases)):
        for variable in (one for text in texts for one in _VARIABLE.findall(text) if one not in filled):
            mend = f"write {_ROLE} or {_NAME}" if per_party else "only a move with per_party = true has variables"
            table.fault(key, f"nothing is known that {variable} could stand for; {mend}")


def _for_role(rule: MoveRule, role: PartnerRole) -> MoveRule:
    def filled(text: str) -> str:
        return text.replace(_ROLE, role.key).replace(_NAME, role.name)

    return replace(
        rule,
        verb=filled(rule.verb),
        label=filled(rule.label),
        phrases=tuple(filled(phrase) for phrase in rule.phrases),
        holder=filled(rule.holder) if rule.holder else None,
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
