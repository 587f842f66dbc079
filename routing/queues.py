"""One mail to several of our addresses: one ticket, which the other queues see, too."""

from collections.abc import Iterator

from routing.draft import Draft, cause_of
from routing.events import Change, Moved, changed
from routing.model import Decision, Mail, Situation
from routing.notices import Occasion
from routing.ticket import Ticket

VERB = "queue"


def joining(situation: Situation, ticket: Ticket) -> tuple[Change, ...]:
    """The change that lets the other queues which the mail was written to see the ticket."""
    queues = tuple(dict.fromkeys((*ticket.also_in, *_written_to(situation, situation.mail))))
    return changed(ticket, also_in=tuple(queue for queue in queues if queue != ticket.queue))


def _written_to(situation: Situation, mail: Mail) -> Iterator[str]:
    for address in (*mail.to, *mail.cc):
        inlet = situation.desk.inlet(address.address)
        if inlet is not None:
            yield inlet.queue


def seen_again(situation: Situation, ticket: Ticket) -> Decision:
    """The same mail, come to another address of ours: all that it says was decided when it came to the first.

    The queue of this address sees the ticket from now on, and its people are told where they were not.
    """
    draft, inlet = Draft(situation, ticket), situation.desk.inlet(situation.envelope.recipient)
    why = f"the same mail was decided on {ticket.key} already"
    if inlet is None or inlet.queue in (ticket.queue, *ticket.also_in) or "+" in situation.envelope.recipient:
        return draft.decide("noted", why)
    event = Moved(
        verb=VERB,
        at=situation.now,
        actor=None,
        audience="internal",
        changes=changed(ticket, also_in=(*ticket.also_in, inlet.queue)),
        cause=cause_of(situation),
    )
    told = set(situation.told)
    fresh = [one for one in situation.desk.directory.agents(inlet.queue) if one.address not in told]
    occasion = Occasion("opened", "internal", None)
    return draft.add(event).tell(fresh, occasion).decide("noted", why)
