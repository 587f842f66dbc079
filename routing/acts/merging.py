"""`merge KEY…`, `merge into KEY` and `unmerge [KEY]`: several tickets about one thing become one, and are taken apart.

Only tickets of one tenant (organisation, or requester where there is none) and of one owner (the holder) become one.
A duplicate is closed, its followers join the primary, and what is written to it arrives there. Duplicates of a
duplicate become those of the primary: there are no chains, and so no loops.
"""

from collections.abc import Sequence
from dataclasses import replace

from parsers.intent import Command, Words
from routing import foreign, others
from routing.audience import EVERYONE
from routing.authority import Denied, Lack, may_act
from routing.cast import Cast
from routing.directory import canonical
from routing.draft import Draft, cause_of
from routing.events import Change, Merged, changed
from routing.notices import Mailing, Occasion
from routing.rules import StateKind, Workflow
from routing.ticket import Ticket

MOST_DUPLICATES = 100
DUPLICATE = "duplicate"
_ALONE = "Write which ticket: #merge CT-2 makes CT-2 a part of this one, #merge into CT-2 this one of that."


def merge(draft: Draft, command: Command, words: Words) -> Draft | str:
    """The named tickets become duplicates of this one, or this one of the one named after `into`."""
    found = _named(draft, command)
    if isinstance(found, str):
        return found
    if others.is_into(command):
        if len(found) > 1:
            return "A ticket can be merged into one other only: write one key."
        return _merge(draft, draft.of(found[0]), (draft.ticket,), words)
    return _merge(draft, draft, found, words)


def _merge(draft: Draft, primary: Draft, duplicates: tuple[Ticket, ...], words: Words) -> Draft | str:
    """The draft with the duplicates in the primary, or why they cannot be there: a sentence."""
    reason = next(filter(None, (_hindrance(primary, one) for one in duplicates)), None)
    family = (*duplicates, *(child for one in duplicates for child in _children(draft, one)))
    if reason is not None:
        return reason
    if len(primary.ticket.merged) + len(family) > MOST_DUPLICATES:
        return f"{primary.ticket.key} would have more than {MOST_DUPLICATES} duplicates: no ticket can have more."
    return _merged(draft, primary, duplicates, family, words)


def _named(draft: Draft, command: Command) -> tuple[Ticket, ...] | str:
    """The tickets of a command; one that does not exist, is deleted or is none of the writer's: they look the same."""
    found = []
    for key in others.keys(command):
        if key == draft.ticket.key:
            return f"{key} cannot be merged into itself."
        ticket = draft.situation.others.get(key)
        verdict = None if ticket is None else may_act(replace(draft.situation, ticket=ticket), command.name)
        if ticket is None or ticket.hidden or verdict is None:
            return _no_ticket(key)
        if isinstance(verdict, Denied):
            return verdict.reason if verdict.code in (Lack.HOLDER, Lack.SIDE) else _no_ticket(key)
        found.append(ticket)
    return tuple(found) or _ALONE


def _no_ticket(key: str) -> str:
    return f"There is no ticket {key} that you could merge."


def _hindrance(primary: Draft, duplicate: Ticket) -> str | None:
    """Why one ticket cannot become a duplicate of another, a sentence."""
    first, cast = primary.ticket, primary.cast
    for one, other in ((duplicate, first), (first, duplicate)):
        if one.merged_into == other.key:
            return f"{one.key} is a duplicate of {other.key} already."
        if one.merged_into is not None:
            return f"{one.key} is a duplicate of {one.merged_into}: unmerge it first, or name {one.merged_into}."
    if _tenant(first, cast) != _tenant(duplicate, cast):
        return f"{duplicate.key} and {first.key} belong to different customers, so they cannot be merged."
    if duplicate.holder != first.holder:
        return (
            f"{duplicate.key} is with {replace(cast, ticket=duplicate).party(duplicate.holder)}, {first.key} with "
            f"{cast.party(first.holder)}: only tickets that one party has can be merged."
        )
    return None


def _tenant(ticket: Ticket, cast: Cast) -> tuple[str, str]:
    """Whose ticket it is. People without an organisation have nothing in common."""
    if ticket.organisation is not None:
        return ("organisation", ticket.organisation)
    return ("person", canonical(cast.person(ticket.requester).address))


def _children(draft: Draft, ticket: Ticket) -> tuple[Ticket, ...]:
    known = draft.situation.others
    return tuple(known[key] for key in ticket.merged if key in known)


def _merged(
    draft: Draft, primary: Draft, duplicates: Sequence[Ticket], family: Sequence[Ticket], words: Words
) -> Draft:
    """All events and letters. The words of the mail stand on the primary, where the conversation goes on."""
    whole = {each.key: each for each in (draft.ticket, *draft.situation.others.values())}
    changes = changed(
        primary.ticket,
        merged=(*primary.ticket.merged, *(one.key for one in family)),
        watchers=_joined(primary, duplicates),
        numbers=foreign.joined(primary.ticket, tuple(family)),
    )
    keys = tuple(one.key for one in family)
    words, audience = Words("") if draft.placed else words, primary.for_words()
    primary, fact = primary.state(_event(primary, "merge", keys, changes), words, audience)
    names = _listed([one.key for one in duplicates])
    done = f"{names} {'is a duplicate' if len(duplicates) == 1 else 'are duplicates'} of {primary.ticket.key} now"
    closed, there = ("It is", "it") if len(duplicates) == 1 else ("They are", "them")
    told = f"{done}. {closed} closed, and what is written to {there} arrives at {primary.ticket.key}."
    occasion = Occasion("changed", audience, primary.latest, {"done": told}, fact=fact)
    primary = primary.notify(draft.situation.desk.workflow.told_of("merge"), occasion)
    draft = primary if draft.ticket.key == primary.ticket.key else draft.beside(primary)
    for one in family:
        draft = _closed(draft, whole[one.key], primary.ticket.key)
    return replace(draft, placed=True).did(f"{done}.")


def _closed(draft: Draft, duplicate: Ticket, primary: str) -> Draft:
    """The duplicate's own part in it."""
    workflow = draft.situation.desk.workflow
    own = duplicate.key == draft.ticket.key
    part = draft if own else draft.of(duplicate)
    state = workflow.states.get(duplicate.status)
    closed = duplicate.status if state is not None and state.kind is StateKind.CLOSED else _closing(workflow)
    resolution = DUPLICATE if _has_duplicate(workflow) else duplicate.resolution
    changes = changed(
        part.ticket, merged_into=primary, merged=(), status=closed or duplicate.status, resolution=resolution
    )
    part = part.add(_event(part, "merge", (primary,), changes))
    return part if own else draft.beside(part)


def _closing(workflow: Workflow) -> str | None:
    """The state of a duplicate: the first that is closed."""
    return next((state.key for state in workflow.states.values() if state.kind is StateKind.CLOSED), None)


def _has_duplicate(workflow: Workflow) -> bool:
    return DUPLICATE in workflow.resolutions or any(DUPLICATE in rule.resolutions for rule in workflow.moves)


def _joined(primary: Draft, duplicates: Sequence[Ticket]) -> tuple[str, ...]:
    """The followers of the primary, with whoever opened or followed a duplicate."""
    known = {canonical(address): address for address in primary.ticket.watchers}
    for address in (each for one in duplicates for each in (one.requester, *one.watchers)):
        person = primary.cast.person(address)
        if primary.situation.desk.inlet(person.address) is None:
            known.setdefault(canonical(person.address), person.address)
    known.pop(canonical(primary.ticket.requester), None)
    return tuple(known.values())


def unmerge(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """Duplicates stand by themselves again: those that are named, else the one whose letter is answered."""
    ticket, cast = draft.ticket, draft.cast
    person = cast.person(draft.situation.author or "")
    own = person.registered and person.organisation is not None and person.organisation == ticket.organisation
    if not (own or cast.belongs(person, "holder")):
        whose = cast.party(ticket.holder)
        return f"{ticket.key} is with {whose}: it is for them, or for whose ticket it is, to take it apart."
    keys = _apart(draft, command)
    if isinstance(keys, str):
        return keys
    return _taken_apart(draft, [draft.situation.others[key] for key in keys])


def _apart(draft: Draft, command: Command) -> tuple[str, ...] | str:
    """The keys of the duplicates that are meant, or why that cannot be told."""
    ticket, known = draft.ticket, draft.situation.others
    merged = tuple(key for key in ticket.merged if key in known)
    if not merged:
        return f"No ticket was merged into {ticket.key}."
    named = others.keys(command)
    if not named and draft.situation.merged in merged:
        return (str(draft.situation.merged),)
    if not named and len(merged) == 1:
        return merged
    strangers = [key for key in named if key not in merged]
    if strangers or not named:
        which = f"{_listed(strangers)} was not merged into {ticket.key}" if strangers else "Write which one"
        return f"{which}. These were: {', '.join(merged)}."
    return named


def _taken_apart(draft: Draft, duplicates: Sequence[Ticket]) -> Draft:
    keys = tuple(one.key for one in duplicates)
    ticket = draft.ticket
    staying = [key for key in ticket.merged if key not in keys]
    changes = changed(ticket, merged=tuple(staying), watchers=_left(draft, duplicates, staying))
    draft = draft.add(_event(draft, "unmerge", keys, changes))
    done = f"{_listed(keys)} {'stands by itself' if len(keys) == 1 else 'stand by themselves'} again"
    told = draft.situation.desk.workflow.told_of("unmerge")
    letters = Mailing()
    for one in duplicates:
        part = draft.of(one)
        back = changed(one, merged_into=None)
        part = part.add(_event(part, "unmerge", (ticket.key,), back))
        details = {"done": f"{one.key} stands by itself again: it is no longer a duplicate of {ticket.key}."}
        part = part.notify(told, Occasion("changed", details=details))
        letters += part.mailing
        draft = draft.beside(part)
    reached = {canonical(notice.to) for notice in letters.notices}
    before = draft.mailing
    draft = replace(draft, mailing=Mailing()).notify(told, Occasion("changed", details={"done": f"{done}."}))
    fresh = tuple(notice for notice in draft.mailing.notices if canonical(notice.to) not in reached)
    draft = replace(draft, mailing=before + Mailing(fresh, draft.mailing.not_told))
    closed = "It is" if len(keys) == 1 else "They are"
    return draft.did(f"{done}. {closed} still closed and can be reopened.")


def _left(draft: Draft, duplicates: Sequence[Ticket], staying: Sequence[str]) -> tuple[str, ...]:
    """The followers of the primary without those who came with these duplicates alone."""
    known = draft.situation.others
    rest = [known[key] for key in staying if key in known]
    gone = _followers(draft, duplicates) - _followers(draft, rest)
    return tuple(address for address in draft.ticket.watchers if _person(draft, address) not in gone)


def _followers(draft: Draft, some: Sequence[Ticket]) -> set[str]:
    return {_person(draft, address) for one in some for address in (one.requester, *one.watchers)}


def _person(draft: Draft, address: str) -> str:
    return canonical(draft.cast.person(address).address)


def _event(draft: Draft, verb: str, keys: tuple[str, ...], changes: tuple[Change, ...]) -> Merged:
    return Merged(
        verb=verb,
        others=keys,
        at=draft.situation.now,
        actor=draft.situation.author,
        audience=EVERYONE,
        changes=changes,
        cause=cause_of(draft.situation),
    )


def _listed(keys: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(keys[:-1]), *keys[-1:])))
