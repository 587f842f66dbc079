"""A desk's rules: TOML in, a checked `Workflow` out, or every fault at once.

`rules` says what the rules are, `rule_tables` reads each table of the file, `soundness` checks the whole.
"""

import tomllib

from parsers.intent import Verb, Verbs, normalise
from routing import assignment_rules, creation_form, followup, rule_tables, soundness, timer_tables
from routing.builtin import BUILT_IN, SYSTEM
from routing.people_rules import people
from routing.rules import (
    GROUPS,
    HOLDERS,
    PROOFS,
    CommentRule,
    Letters,
    MoveRule,
    OpenRule,
    PartnerRole,
    State,
    StateKind,
    Workflow,
    resolution_of,
)
from routing.table import Table

__all__ = [
    "GROUPS",
    "HOLDERS",
    "PROOFS",
    "CommentRule",
    "Letters",
    "MoveRule",
    "OpenRule",
    "PartnerRole",
    "State",
    "StateKind",
    "Workflow",
    "WorkflowFaults",
    "load",
    "resolution_of",
    "verbs",
]


class WorkflowFaults(ValueError):  # noqa: N818 - it holds all faults of a file, not one error
    """All that is wrong with a workflow file, each a sentence with file, key and mend."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load(text: str, file: str, templates: Letters) -> Workflow:
    """The workflow that a TOML text describes; `file` is its name for messages, `templates` the letters there are.

    Raises WorkflowFaults with every fault at once.
    """
    faults: list[str] = []
    try:
        desk = Table(tomllib.loads(text), file, "", faults)
    except tomllib.TOMLDecodeError as error:
        raise WorkflowFaults((f"{file}: the file is no TOML: {error}.",)) from error
    workflow = _read(desk, templates)
    desk.finish()
    faults += [f"{file}: {fault}" for fault in soundness.faults(workflow, verbs(workflow))]
    if faults:
        raise WorkflowFaults(tuple(faults))
    return workflow


def _read(desk: Table, templates: Letters) -> Workflow:
    known = rule_tables.known(desk, templates)
    rating = timer_tables.rating(desk, known)
    opening = rule_tables.opening(desk.table("opening"), known)
    priorities = desk.texts("priorities", ("low", "normal", "high"))
    return Workflow(
        key=desk.text("key"),
        name=desk.text("name"),
        languages=rule_tables.languages(desk, templates),
        states=known.states,
        roles=known.roles,
        opening=opening,
        moves=tuple(rule for table in desk.tables("move", "verb") for rule in rule_tables.moves(table, known)),
        comments=tuple(rule_tables.comment(table, known) for table in desk.tables("comment", "")),
        shared_comments=desk.choice("comments", ("shared", "lanes"), "way to share comments", "shared") == "shared",
        bare_phrases=rule_tables.sides(desk, "bare_phrases", ("partner", "operator")),
        acts={**rule_tables.acts(desk), **timer_tables.acts(rating)},
        told=known.told,
        priorities=priorities,
        categories=desk.texts("categories", ()),
        substatuses=known.substatuses,
        by_hand=desk.choices("by_hand", known.states, "state", ()),
        resolutions=known.resolutions,
        form=creation_form.form(desk, known, opening.status),
        timers=timer_tables.timers(desk, known, priorities),
        rating=rating,
        assignment=assignment_rules.assignment(desk, known.working, tuple(known.substatuses)),
        followup=followup.followups(desk),
        hierarchy=known.hierarchy,
        vouched=desk.choice("on_behalf", ("strong", "claim"), "proof", "strong"),
        people=people(desk, priorities),
    )


def verbs(workflow: Workflow) -> Verbs:
    """All words of command of a desk: its moves and the built-in ones."""
    moves = (
        Verb(
            rule.verb,
            tuple(dict.fromkeys(normalise(phrase) for phrase in rule.phrases)),
            takes_arguments=bool(rule.resolutions),
            choices=tuple(
                normalise(said) for key in rule.resolutions for said in (key, workflow.resolutions.get(key, key))
            ),
        )
        for rule in workflow.moves
    )
    asked = workflow.form.fields if workflow.form else ()
    acts = (BUILT_IN[name].verb for name in BUILT_IN if name in workflow.acts or name in asked)
    return Verbs((*moves, *acts, SYSTEM))
