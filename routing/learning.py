"""What a partner calls a ticket is learnt from its mail."""

from parsers import foreign
from routing.cast import PARTY_PREFIX, audience_of
from routing.draft import Draft, cause_of
from routing.events import NUMBER, Moved, changed
from routing.foreign import by_organisation, kept, named
from routing.model import Proof


def learnt(draft: Draft) -> Draft:
    """The draft with the number that a partner's mail shows for its ticket. Where it shows several, none is learnt."""
    situation, cast = draft.situation, draft.cast
    person = cast.person(situation.author or "")
    lane = cast.lane(person)
    if situation.proof is Proof.NONE or not lane.startswith(PARTY_PREFIX):
        return draft
    subject = {number.plain for number in named(draft.ticket.subject, person, situation.desk)}
    shown = [one for one in named(situation.mail.subject, person, situation.desk) if one.plain not in subject]
    known = by_organisation(draft.ticket)
    before = foreign.plain(known.get(person.organisation or "", ""))
    if len(shown) != 1 or shown[0].plain == before:
        return draft
    numbers = {**known, str(person.organisation): shown[0].shown}
    return draft.add(
        Moved(
            verb=NUMBER,
            at=situation.now,
            actor=situation.author,
            audience=audience_of(lane),
            changes=changed(draft.ticket, numbers=kept(numbers)),
            cause=cause_of(situation),
        )
    )
