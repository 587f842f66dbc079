"""Who may do what in which state, by the rules of a desk: state × verb × side, as rows to print or to compare."""

from collections.abc import Iterator
from dataclasses import dataclass

from parsers.verbs import VerbKind
from routing.builtin import BUILT_IN
from routing.closed import STILL_SAID
from routing.directory import Side
from routing.followup import Policy
from routing.rules import StateKind, Workflow

NO = "-"
YES = "yes"
_GIVING = frozenset({"assign", "take", "release", "transfer"})
"""The commands that give a ticket to somebody: neither a draft nor what is over is given to anybody."""
_POLICY = {Policy.REJECT: "refused", Policy.NEW_TICKET: "a new ticket"}


@dataclass(frozen=True, slots=True)
class Row:
    """What a verb (or a comment) does in a state, per side in their order; `-` where nobody may say it."""

    state: str
    verb: str
    effects: tuple[str, ...]


def matrix(workflow: Workflow) -> tuple[Row, ...]:
    """All rows of a desk: for each state comments, moves and commands."""
    return tuple(row for state in workflow.states for row in _of_state(workflow, state))


def _of_state(workflow: Workflow, state: str) -> Iterator[Row]:
    yield Row(state, "(a comment)", tuple(_comment(workflow, state, side) for side in Side))
    for verb in dict.fromkeys(move.verb for move in workflow.moves):
        yield Row(state, verb, tuple(_move(workflow, state, verb, side) for side in Side))
    asked = workflow.form.fields if workflow.form is not None and state == workflow.form.status else ()
    for name in BUILT_IN:
        if (name in workflow.acts or name in asked) and BUILT_IN[name].verb.kind is not VerbKind.QUESTION:
            yield Row(state, name, tuple(_act(workflow, state, name, side) for side in Side))


def _comment(workflow: Workflow, state: str, side: Side) -> str:
    rule, later = workflow.comment(side, state), workflow.followup.get(side)
    if workflow.states[state].kind is StateKind.CLOSED and later is not None and later.policy in _POLICY:
        return _POLICY[later.policy]
    if rule is not None and rule.refuse:
        return "refused"
    says = _arrow(rule.target, rule.holder) if rule is not None else "stays"
    return f"{says}, for {rule.lane}" if rule is not None and rule.lane is not None else says


def _move(workflow: Workflow, state: str, verb: str, side: Side) -> str:
    rule = workflow.move(verb)
    if rule is None or side not in rule.who or state not in rule.source:
        return NO
    only = f" if {' or '.join(rule.only)}" if rule.only else ""
    return _arrow(rule.target, rule.holder) + only


def _act(workflow: Workflow, state: str, name: str, side: Side) -> str:
    if side in workflow.acts.get(name, ()) and _can_be_said(workflow, state, name, side):
        return YES
    form = workflow.form
    asked = form.questions if form is not None and state == form.status else ()
    return "in a draft" if any(name in each.fields and side in each.who for each in asked) else NO


def _can_be_said(workflow: Workflow, state: str, name: str, side: Side) -> bool:
    """Whether a command that a side may say means anything in a state."""
    later = workflow.followup.get(side)
    if name == "rate" and workflow.rating is not None:
        return state in workflow.rating.source
    if workflow.form is not None and state == workflow.form.status != workflow.opening.status and name in _GIVING:
        return False
    if workflow.states[state].kind is not StateKind.CLOSED:
        return True
    if later is not None and later.policy in _POLICY and name not in STILL_SAID:
        return False
    return name not in _GIVING


def _arrow(target: str | None, holder: str | None) -> str:
    """Where it leads, and whose turn it then is."""
    return (f"-> {target}" if target else "stays") + (f" ({holder})" if holder else "")
