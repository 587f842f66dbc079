"""Who may do what in which state: not what a workflow file says, but what `decide` does with a mail that says it.

A ticket is invented for each state, and each person of an invented directory says each verb to it with full proof.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.matrix_town import DUPLICATE, Actor, actors, situation, ticket
from parsers.intent import UNDO, Command, Comment, Intent, Open, Orders, Source, VerbKind, Words
from routing.builtin import BUILT_IN, RATINGS
from routing.decide import decide
from routing.events import Commented, Event, Refusal, Unverified
from routing.model import Decision
from routing.roster import staff
from routing.rules import VISIBILITIES, Workflow
from routing.ticket import Ticket

NO = "-"
YES = "yes"
NOTHING = "(none)"
"""The state of a mail that is about no ticket."""
_WORDS = Words("Some words.")
_STATUS = re.compile(r"-> (\S+)(?: \(\S+\))?")
_KEPT = frozenset({"refused", "unclear", "unverified", "held"})


@dataclass(frozen=True, slots=True)
class Row:
    """What a verb (or a comment) does in a state, for each column; `-` where it does nothing but be refused."""

    state: str
    verb: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All rows of a desk; people who may do just the same share a column."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix(workflow: Workflow) -> Matrix:
    """What everybody may do in every state of a desk."""
    cast = actors(workflow)
    verbs = tuple(_verbs(workflow))
    opening = ("(a message)", *((_BEHALF,) if _BEHALF in workflow.acts else ()))
    rows = [Row(NOTHING, verb, tuple(_opening(workflow, one, verb) for one in cast)) for verb in opening]
    rows += [
        Row(state, verb, tuple(_effect(workflow, state, one, verb) for one in cast))
        for state in workflow.states
        for verb in ("(a comment)", *verbs)
    ]
    shared: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(cast)):
        shared.setdefault(tuple(row.effects[place] for row in rows), []).append(place)
    columns = tuple(", ".join(cast[place].name for place in same) for same in shared.values())
    first = tuple(same[0] for same in shared.values())
    return Matrix(columns, tuple(replace(row, effects=tuple(row.effects[n] for n in first)) for row in rows))


_BEHALF = "on-behalf-of"
_ABOUT_NO_TICKET = frozenset({UNDO, _BEHALF, "notify", "digest", "quiet"})


def _verbs(workflow: Workflow) -> Iterator[str]:
    """Moves and commands; what is about a mail or its writer and not about a ticket is no part of it."""
    yield from dict.fromkeys(move.verb for move in workflow.moves)
    asked = workflow.form.fields if workflow.form is not None else ()
    for name, known in BUILT_IN.items():
        about_ticket = known.verb.kind is not VerbKind.QUESTION and name not in _ABOUT_NO_TICKET
        if about_ticket and (name in workflow.acts or name in asked):
            yield name


def _opening(workflow: Workflow, actor: Actor, verb: str) -> str:
    """What a mail about no ticket does."""
    wanted = "Colleague" if actor.name == "Requester" else "Requester"
    other = next(one for one in actors(workflow) if one.name == wanted)
    says = Command(_BEHALF, (other.person.address,), Source.BODY, 1)
    intent: Intent = Open(_WORDS) if verb != _BEHALF else Orders(_WORDS, (says,))
    decision = decide(situation(workflow, actor, None), intent)
    if decision.ticket is None:
        return NO
    if verb == _BEHALF and decision.ticket.requester != other.person.address:
        return NO
    return f"-> {decision.ticket.status} ({decision.ticket.holder})"


def _effect(workflow: Workflow, state: str, actor: Actor, verb: str) -> str:
    """What any of the ways to say a verb does."""
    before = ticket(workflow, state, actor, verb)
    found = dict.fromkeys(
        _done(before, decide(situation(workflow, actor, before), intent), comment=verb == "(a comment)")
        for intent in _ways(workflow, before, actor, verb)
    )
    done = [effect for effect in found if effect not in (NO, "refused")]
    states = [_STATUS.fullmatch(effect) for effect in done]
    if len(done) > 1 and all(states):
        return f"-> {', '.join(dict.fromkeys(state[1] for state in states if state))}"
    return " | ".join(done) or next(iter(found), NO)


def _ways(workflow: Workflow, of: Ticket, actor: Actor, verb: str) -> Iterator[Intent]:
    if verb == "(a comment)":
        yield Comment(_WORDS)
    elif workflow.move(verb) is not None:
        yield Orders(_WORDS, move=Command(verb, (), Source.BODY, 1))
    else:
        for words in _arguments(workflow, of, actor, verb):
            yield Orders(Words(""), (Command(verb, tuple(words.split()), Source.BODY, 1),))


def _arguments(workflow: Workflow, of: Ticket, actor: Actor, verb: str) -> Sequence[str]:
    """Whatever may make sense after a verb."""
    match verb:
        case "priority":
            return workflow.priorities
        case "category":
            return workflow.categories
        case "visibility":
            return VISIBILITIES
        case "status":
            return (*workflow.substatuses, *workflow.by_hand)
        case "assign" | "transfer":
            desk = situation(workflow, actor, of).desk
            return tuple(person.address for person in staff(desk) if person is not actor.person)
        case "forward":
            return ("up", "admin")
        case "rate":
            return RATINGS[:1]
        case "merge" | "unmerge":
            return (DUPLICATE,)
        case "cc":
            return (next(one for one in actors(workflow) if one.name == "Colleague").person.address,)
        case _:
            return ("",)


def _done(before: Ticket, decision: Decision, *, comment: bool) -> str:
    """In few words, what a decision does to a ticket."""
    if decision.ticket is None or decision.outcome in _KEPT:
        return "refused" if comment else NO
    if decision.ticket.key != before.key:
        return "a new ticket"
    if not decision.events and decision.absence is None and not decision.notices:
        return NO
    idle = decision.absence is None and not any(event.changes for event in decision.events)
    if before.missing and idle and not comment:
        return "asked again"
    status = f"-> {decision.ticket.status}" if decision.ticket.status != before.status else ""
    holder = f"({decision.ticket.holder})" if decision.ticket.holder != before.holder else ""
    lane = next((f"for {one.audience}" for one in decision.events if _is_narrow(one)), "") if comment else ""
    return " ".join(filter(None, (status or ("stays" if comment else YES), holder, lane)))


def _is_narrow(event: Event) -> bool:
    return isinstance(event, Commented) and event.audience != "everyone" and not isinstance(event, Refusal | Unverified)
