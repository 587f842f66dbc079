"""What must hold of a desk as a whole: no word means two things, every state is reached and can be left."""

from collections.abc import Iterator, Sequence

from parsers.intent import Verbs
from routing import timer_tables
from routing.directory import Side
from routing.followup import Policy
from routing.rules import CommentRule, MoveRule, StateKind, Workflow


def faults(workflow: Workflow, spoken: Verbs) -> Iterator[str]:
    """All that is wrong between the rules of a desk, a sentence each; `spoken` are its words of command."""
    yield from _collisions(workflow, spoken)
    yield from _dead(workflow)
    yield from _shadowed(workflow)
    yield from _tiers(workflow)
    yield from _followups(workflow)
    yield from timer_tables.faults(workflow)
    yield from _form(workflow)


def _collisions(workflow: Workflow, spoken: Verbs) -> Iterator[str]:
    """Verbs that are there twice, and phrases that could mean two verbs."""
    names: set[str] = set()
    told: set[str] = set()
    meaning: dict[str, str] = {}
    moves = len(workflow.moves)
    for verb in (*spoken.known[moves:], *spoken.known[:moves]):
        if verb.name in names and verb.name not in told:
            told.add(verb.name)
            yield f'key "verb": there are two moves "{verb.name}"; give one of them another name.'
        names.add(verb.name)
        for phrase in verb.phrases:
            other = meaning.setdefault(phrase, verb.name)
            if other != verb.name:
                yield f'move "{verb.name}", key "phrases": "{phrase}" is a phrase of "{other}", too; choose another.'


def _dead(workflow: Workflow) -> Iterator[str]:
    """States that no ticket can reach, that are not closed and cannot be left, or from which none can be closed."""
    ways = set(_ways(workflow))
    reached = _reached({workflow.form.status if workflow.form else workflow.opening.status}, ways)
    closed = {state.key for state in workflow.states.values() if state.kind is StateKind.CLOSED}
    ending = _reached(closed, {(target, source) for source, target in ways})
    for state in workflow.states.values():
        if workflow.opening.status and state.key not in reached:
            yield f'states, key "{state.key}": no ticket can ever get there; let a move or a comment lead to it.'
        if state.key not in closed and not any(s == state.key != target for s, target in ways):
            yield f'states, key "{state.key}": no ticket can ever leave it; add a move from it or make it closed.'
        elif closed and state.key not in ending:
            yield f'states, key "{state.key}": no way leads from it to a closed state; add a move that ends there.'
    if workflow.opening.status in closed:
        yield 'opening, key "status": a ticket cannot begin as closed; choose a state of another kind.'


def _reached(first: set[str], ways: set[tuple[str, str]]) -> set[str]:
    """All states to which ways lead from the first ones, and these."""
    found = set(first)
    while more := {target for source, target in ways if source in found} - found:
        found |= more
    return found


def _shadowed(workflow: Workflow) -> Iterator[str]:
    """Comment rules of which others above take every case."""
    taken: set[tuple[Side, str]] = set()
    for number, rule in enumerate(workflow.comments, 1):
        cases = {(side, state) for side in rule.who for state in rule.source}
        if cases and cases <= taken:
            yield f"comment {number}: the tables above it take each of its cases; move it up, or take it out."
        taken |= cases


def _ways(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """From which state a ticket can come to which, by whatever rule."""
    rules: Sequence[MoveRule | CommentRule] = (*workflow.moves, *workflow.comments)
    yield from ((source, rule.target) for rule in rules for source in rule.source if rule.target)
    if workflow.form is not None:
        yield workflow.form.status, workflow.opening.status
    if workflow.rating is not None and workflow.rating.target is not None:
        yield from ((source, workflow.rating.target) for source in workflow.rating.source)
    yield from workflow.assignment.ways
    if "status" in workflow.acts:
        yield from ((state, target) for state in workflow.states for target in workflow.by_hand)


def _tiers(workflow: Workflow) -> Iterator[str]:
    """In a hierarchy a party is an organisation: a role of the same key would be taken for it."""
    if workflow.hierarchy and workflow.roles:
        yield 'key "roles": in a hierarchy the organisations themselves are the parties; take the table out.'
    if "forward" in workflow.acts and not workflow.hierarchy:
        yield 'acts, key "forward": there are no tiers to forward a ticket to; write hierarchy = true, or take it out.'


def _followups(workflow: Workflow) -> Iterator[str]:
    """Words that are to take up a closed ticket need a rule that does."""
    closed = [state.key for state in workflow.states.values() if state.kind is StateKind.CLOSED]
    for side in (side for side, rule in workflow.followup.items() if rule.policy is Policy.REOPEN):
        for state in closed:
            rule = workflow.comment(side, state)
            if rule is None or rule.target in {None, state}:
                yield (
                    f'followup, key "{side.value}": no comment of this side takes up a ticket that is "{state}"; '
                    "add a [[comment]] for it."
                )


def _form(workflow: Workflow) -> Iterator[str]:
    """A form must be possible to answer, and a draft be no closed ticket."""
    form = workflow.form
    if form is None:
        return
    if "category" in form.fields and not workflow.categories:
        yield 'creation, key "required": there is no category to choose; list them as categories = [...].'
    state = workflow.states.get(form.status)
    if state is not None and state.kind is StateKind.CLOSED:
        yield 'creation, key "status": a draft cannot be closed; choose a state of another kind.'
