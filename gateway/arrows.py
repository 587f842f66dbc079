"""What leads from state to state in a desk, as a reader of its picture or its lists wants it said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from routing.directory import Side
from routing.rules import Workflow


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one state to another: by a move, a comment, or by itself."""

    source: str
    target: str
    kind: str
    label: str


def arrows(workflow: Workflow) -> tuple[Arrow, ...]:
    """All that leads from one state to another, one arrow for each kind, with all labels of that kind."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for arrow in _each(workflow):
        labels = found.setdefault((arrow.source, arrow.target, arrow.kind), [])
        if arrow.source != arrow.target and arrow.label not in labels:
            labels.append(arrow.label)
    return tuple(Arrow(*ends, ", ".join(labels)) for ends, labels in found.items() if labels)


def staying(workflow: Workflow) -> Mapping[str, str]:
    """For each state the moves that can be made there and leave it as it is."""
    found: dict[str, list[str]] = {}
    for move in workflow.moves:
        for source in move.source:
            if move.target in (None, source) and (label := _label(move.label, move.party)) not in found.get(source, []):
                found.setdefault(source, []).append(label)
    return {state: f"\u21bb {', '.join(labels)}" for state, labels in found.items()}


def by_themselves(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    """What happens without a move or a comment: source, target, and what brings it about."""
    if workflow.form is not None:
        yield workflow.form.status, workflow.opening.status, "all questions answered"
    yield from ((source, target, "assigned") for source, target in workflow.assignment.assigned.items())
    yield from ((source, target, "released") for source, target in workflow.assignment.released.items())
    for timer in workflow.timers:
        move = workflow.move(timer.move) if timer.move else None
        if move is not None and move.target is not None:
            yield from ((source, move.target, timer.name) for source in timer.source)
    if workflow.rating is not None and workflow.rating.target is not None:
        cause = "rated" if workflow.rating.enabled else "at once"
        yield from ((source, workflow.rating.target, cause) for source in workflow.rating.source)


def _each(workflow: Workflow) -> Iterator[Arrow]:
    for move in workflow.moves:
        for source in move.source:
            if move.target is not None:
                yield Arrow(source, move.target, "move", _label(move.label, move.party))
    for state in workflow.states:
        rules = {side: workflow.comment(side, state) for side in Side}
        led = {side: rule.target for side, rule in rules.items() if rule is not None and rule.target is not None}
        for target in dict.fromkeys(led.values()):
            sides = " or ".join(side.value for side in led if led[side] == target)
            yield Arrow(state, target, "comment", f"comment by {sides}" if len(led) < len(Side) else "comment")
    yield from (Arrow(source, target, "itself", cause) for source, target, cause in by_themselves(workflow))


def _label(label: str, party: str | None) -> str:
    """Moves to partners are many of a kind: one label stands for all of them."""
    return label if party is None else "To a partner"
