"""Commands that set one field: `priority`, `category`, `visibility`, `status` (a sub-status, or a status by hand)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from parsers.intent import Command, Words, normalise
from routing.audience import EVERYONE, INTERNAL
from routing.draft import Draft, cause_of
from routing.events import Moved, Value, changed
from routing.notices import Occasion
from routing.rules import VISIBILITIES
from routing.workflow import StateKind


def priority(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """`priority high`."""
    known = draft.situation.desk.workflow.priorities
    found = _named(command, {each: each for each in known})
    if found is None:
        return _unknown("priority", command, known)
    return change(draft, command, f"The priority of {draft.ticket.key} is now {found}.", priority=found)


def category(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """`category billing`."""
    known = draft.situation.desk.workflow.categories
    found = _named(command, {each: each for each in known})
    if found is None:
        return _unknown("category", command, known)
    return change(draft, command, f"The category of {draft.ticket.key} is now {found}.", category=found)


def visibility(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """`visibility internal`: only the operator's people see the ticket; `public` shows it to its parties again.

    What was said in between stays among those people; the words of the mail that shows the ticket are said after it.
    """
    found = _named(command, {each: each for each in VISIBILITIES})
    if found is None:
        return _unknown("visibility", command, VISIBILITIES)
    shown = change(draft, command, f"The visibility of {draft.ticket.key} is now {found}.", visibility=found)
    return shown if isinstance(shown, str) or found == INTERNAL else _in_the_open(shown)


def _in_the_open(draft: Draft) -> Draft:
    """The letter that is answered was internal as its ticket was: what is said from now on need not be."""
    letter = draft.situation.minted
    if letter is None or letter.audience != INTERNAL:
        return draft
    return replace(draft, situation=replace(draft.situation, minted=replace(letter, audience=EVERYONE)))


def status(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """`status in progress`: the sub-status where the desk has it, else a status that may be set by hand."""
    workflow, ticket = draft.situation.desk.workflow, draft.ticket
    substatus = _named(command, workflow.substatuses)
    if substatus is not None:
        if not ticket.assignees and substatus != workflow.unassigned:
            return f"{ticket.key} is assigned to nobody: assign it first, then set its status."
        name = workflow.substatuses[substatus]
        return change(draft, command, f"{ticket.key} is now: {name}.", substatus=substatus)
    states = {key: state.name for key, state in workflow.states.items() if key in workflow.by_hand}
    target = _named(command, states)
    if target is None:
        return _unknown("status", command, (*workflow.substatuses.values(), *states.values()))
    closed = workflow.states[target].kind is StateKind.CLOSED
    resolution = ticket.resolution if closed else None
    done = f"{ticket.key} is now {states[target]}."
    holder = workflow.states[target].holder or ticket.holder
    return change(draft, command, done, status=target, resolution=resolution, holder=holder)


def change(draft: Draft, command: Command, done: str, news: str | None = None, **after: Value) -> Draft | str:
    """The draft with one event that sets fields and tells whom the desk tells of this verb; a sentence where all of
    them are as they should be already. `news` is the sentence for others, where it is not the one for the writer.
    """
    changes = changed(draft.ticket, **after)
    if not changes:
        return f"{done.rstrip('.').replace(' is now', ' is already')}: there is nothing to change."
    draft = draft.add(
        Moved(
            verb=command.name,
            at=draft.situation.now,
            actor=draft.situation.author,
            audience="everyone",
            changes=changes,
            cause=cause_of(draft.situation),
        )
    ).did(done)
    groups = draft.situation.desk.workflow.told_of(command.name)
    occasion = Occasion("changed", draft.for_words(), draft.latest, {"done": news or done}, fact=draft.latest)
    return draft.notify(groups, occasion) if groups else draft


def _named(command: Command, known: Mapping[str, str]) -> str | None:
    """The key that the words of a command mean, by key or by name."""
    said = normalise(" ".join(command.arguments))
    return next((key for key, name in known.items() if said in (normalise(key), normalise(name))), None)


def _unknown(what: str, command: Command, known: Iterable[str]) -> str:
    choices = ", ".join(known)
    if not choices:
        return f"This desk has no {what} to set."
    return f'There is no {what} "{" ".join(command.arguments)}" here; write one of these: {choices}.'
