"""To whom a ticket goes by itself, and what follows when somebody else has it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from routing.assignment_rules import Automatic
from routing.cast import OPERATOR_LANE, includes, owns
from routing.directory import Person, canonical
from routing.draft import Draft, cause_of
from routing.events import Assigned, Value, changed
from routing.model import Notice, Offer
from routing.notices import Details, Mailing, Occasion
from routing.roster import Roster, has, holds, name_of, standing
from routing.rules import Workflow
from routing.ticket import Ticket
from routing.wishes import Topic

TAKE = Offer("take", "#take", "Take the ticket")
NOTHING_MORE = Occasion("")
"""What letters are like that say nothing beyond the assignment."""
_WITH_WORDS = frozenset({"assigned", "unassigned", "offer"})


def fewest(persons: Sequence[Person], loads: Mapping[str, int], seed: int) -> Person:
    """Who of at least one person has the fewest open tickets; `seed`, any number, chooses among equals."""

    def load(person: Person) -> int:
        return sum(loads.get(canonical(address), 0) for address in person.addresses)

    least = min(map(load, persons))
    equal = sorted((one for one in persons if load(one) == least), key=lambda one: canonical(one.address))
    return equal[int.from_bytes(sha256(str(seed).encode()).digest()[:8], "big") % len(equal)]


def begin(draft: Draft, occasion: Occasion) -> Draft:
    """What the desk does by itself with a ticket that nobody has. `occasion` is that of its being put before the staff.

    Where nobody is there to have it, all agents of its queue are told of it, so that it does not lie unseen.
    """
    rule, ticket, situation = draft.situation.desk.workflow.assignment, draft.ticket, draft.situation
    wanted = rule.automatic is not Automatic.NOTHING and ticket.status in rule.automatic_in
    if not wanted or ticket.assignees or ticket.offered or situation.quiet:
        return draft
    today = situation.now.date()
    free = tuple(person for person in Roster(draft.cast).candidates() if not person.is_away(today))
    if not free:
        known = {canonical(notice.to) for notice in draft.mailing.notices if not notice.answer}
        agents = situation.desk.directory.agents(ticket.queue)
        return draft.tell([one for one in agents if canonical(one.address) not in known], occasion)
    if rule.automatic is Automatic.OFFER:
        draft = offer(draft, free, occasion)
    else:
        chosen = fewest(free, situation.loads, situation.seed)
        draft = give(draft, "assign", (chosen.address,), actor=None, like=occasion)
    return with_words(draft, occasion.event)


def offer(draft: Draft, persons: Sequence[Person], like: Occasion = NOTHING_MORE) -> Draft:
    """The ticket is offered: whoever takes it has it. The letters say what those of `like` say, too."""
    outside = any(draft.cast.lane(person) != OPERATOR_LANE for person in persons)
    addresses = tuple(person.address for person in persons)
    draft = draft.add(
        Assigned(
            verb="offer",
            people=addresses,
            at=draft.situation.now,
            actor=None,
            audience="staff" if outside else "internal",
            changes=changed(draft.ticket, offered=addresses),
            cause=cause_of(draft.situation),
        )
    )
    first = not draft.situation.desk.workflow.assignment.several
    details = {**like.details, **({"reason": "whoever replies first has it."} if first else {})}
    occasion = replace(like, template="offer", audience="everyone", event=draft.latest, details=details)
    return _by_itself(draft, persons, replace(occasion, topic=Topic.OFFER, offers=(TAKE,)))


def give(
    draft: Draft,
    verb: str,
    after: tuple[str, ...],
    *,
    actor: str | None,
    like: Occasion = NOTHING_MORE,
    also: Mapping[str, Value] | None = None,
) -> Draft:
    """Just these addresses have the ticket from now on; all that follows is done, everybody concerned is told.

    `actor` is who said so, None where it happened by itself; the letters say what those of `like` say, too. `also` are
    further fields that change with it.
    """
    ticket, cast = draft.ticket, draft.cast
    persons = {address: cast.person(address) for address in (*ticket.assignees, *after)}
    come = tuple(persons[address] for address in after if not has(ticket, persons[address]))
    gone = tuple(persons[address] for address in ticket.assignees if not holds(after, persons[address]))
    follows = _following(draft.situation.desk.workflow, ticket, after, gone=bool(gone))
    event = Assigned(
        verb=verb,
        people=tuple(person.address for person in come or gone or map(cast.person, after)),
        at=draft.situation.now,
        actor=actor,
        audience="everyone",  # it has no words: who has a ticket is no secret before its parties
        changes=changed(ticket, assignees=after, offered=_still_asked(draft, after), **{**follows, **(also or {})}),
        cause=cause_of(draft.situation),
    )
    return _told(draft.add(event), ticket, come, gone, like)


def _following(workflow: Workflow, ticket: Ticket, after: tuple[str, ...], *, gone: bool) -> dict[str, Value]:
    """What changes with whoever has a ticket: its status where that begins or ends, its sub-status with each change.

    That somebody joins changes nothing for those who have it already.
    """
    rule, begins, ends = workflow.assignment, after and not ticket.assignees, ticket.assignees and not after
    found: dict[str, Value] = {}
    if begins or ends:
        found["status"] = (rule.assigned if begins else rule.released).get(ticket.status, ticket.status)
    if workflow.substatuses and (begins or gone):
        found["substatus"] = (rule.substatus if after else None) or workflow.unassigned
    return found


def _still_asked(draft: Draft, after: tuple[str, ...]) -> tuple[str, ...]:
    """Who may still take an offer: nobody where one person is enough."""
    if after and not draft.situation.desk.workflow.assignment.several:
        return ()
    return tuple(one for one in draft.ticket.offered if not holds(after, draft.cast.person(one)))


def _told(draft: Draft, before: Ticket, come: Sequence[Person], gone: Sequence[Person], like: Occasion) -> Draft:
    """Letters about the event just added: to whoever has the ticket now, had it, or was asked and is no longer."""
    event, cast = draft.events[-1], draft.cast
    if not isinstance(event, Assigned):
        return draft
    earlier = len(draft.mailing.notices)
    by: Details = {} if event.actor is None else {"assigner": name_of(cast, cast.person(event.actor))}
    theirs = replace(like, template="assigned", audience="everyone", event=draft.latest)
    draft = _by_itself(draft, come, replace(theirs, details={**like.details, **by}))
    draft = draft.tell(gone, Occasion("unassigned", event=draft.latest, details=by))
    if before.offered and not draft.ticket.offered and come:
        asked = [cast.person(one) for one in before.offered if not holds(draft.ticket.assignees, cast.person(one))]
        details: Details = {"taker": ", ".join(name_of(cast, person) for person in come)}
        draft = draft.tell(asked, Occasion("taken", event=draft.latest, details=details, topic=Topic.OFFER))
    groups = draft.situation.desk.workflow.told_of(event.verb)
    occasion = Occasion("changed", event.audience, draft.latest, {"done": standing(cast)})
    others = replace(draft, mailing=Mailing()).notify(groups, occasion).mailing
    known = {canonical(notice.to) for notice in draft.mailing.notices[earlier:]}
    fresh = tuple(notice for notice in others.notices if canonical(notice.to) not in known)
    return draft.post(replace(others, notices=fresh))


def _by_itself(draft: Draft, persons: Sequence[Person], occasion: Occasion) -> Draft:
    """As `Draft.tell`; where no person did it, the writer of the mail that brought it about is told, too."""
    event, author = draft.events[-1], draft.situation.author
    own = [person for person in persons if author is not None and owns(person, author)]
    if event.actor is not None or not own:
        return draft.tell(persons, occasion)
    return draft.tell([person for person in persons if person not in own], occasion).answer(occasion)


def with_words(draft: Draft, words: int | None) -> Draft:
    """Letters about an assignment carry the words of the event `words`; who gets one has no second letter for those."""
    if words is None:
        return draft
    audience = draft.events[words].audience

    def carries(notice: Notice) -> bool:
        ours = notice.key == draft.ticket.key and notice.template in _WITH_WORDS
        return ours and includes(audience, notice.lane)

    notices = draft.mailing.notices
    told = {canonical(notice.to) for notice in notices if carries(notice)}
    kept = (
        replace(notice, event=words, audience=audience) if carries(notice) else notice
        for notice in notices
        if carries(notice) or notice.event != words or canonical(notice.to) not in told
    )
    return replace(draft, mailing=replace(draft.mailing, notices=tuple(kept)))
