"""Taking back what a mail did: `undo`, in answer to its receipt, once, and only while nothing was built on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from parsers.intent import UNDO, Command, Intent, Orders, Words
from routing.audience import is_narrower
from routing.authority import is_owner
from routing.directory import Person, Side
from routing.draft import Draft, cause_of
from routing.events import Event, Moved, Opened, Value, changed, is_update
from routing.model import Deed, Proof, Receipt, Situation
from routing.notices import Occasion, tell

TIME = timedelta(minutes=10)
"""How long a receipt may be answered so, from when it was written until the answer came in, by our clock."""
NOT_RECALLED = "Letters that were sent cannot be recalled."
_INSTEAD = "Say what should be done instead."
_WIDTH = ("everyone", "staff")


def is_undo(intent: Intent) -> bool:
    """Whether a mail asks to take something back; such a mail asks for nothing else."""
    return isinstance(intent, Orders) and any(command.name == UNDO for command in intent.acts)


def is_own(situation: Situation, intent: Intent) -> bool:
    """Whether a mail asks to take back what its own writer did, on a desk where that can be done."""
    return UNDO in situation.desk.workflow.acts and is_undo(intent) and _is_own_receipt(situation)


def offered(draft: Draft) -> dict[str, str]:
    """What a receipt says of taking back what it confirms; nothing where that cannot be done."""
    undone = any(isinstance(event, Moved) and event.withdrawn for event in draft.events)
    more = draft.absence or draft.chosen or any(isinstance(event, Opened) for event in draft.events)
    if undone or more or UNDO not in draft.situation.desk.workflow.acts or not any(map(is_update, draft.events)):
        return {}
    return {"undo": str(int(TIME.total_seconds()) // 60)}


def _is_own_receipt(situation: Situation) -> bool:
    """Whether the mail answers a receipt that was written to its own writer, and proves as much."""
    return situation.receipt is not None and _proves(situation)


def _proves(situation: Situation) -> bool:
    """Whether the mail proves that its writer is whom the letter was written to that it answers."""
    letter = situation.minted
    if letter is None:
        return False
    is_operator = situation.desk.directory.side(situation.writer) is Side.OPERATOR
    least = Proof.STRONG if is_operator and situation.desk.strong_operator else Proof.TOKEN
    return situation.proof >= least and is_owner(situation.author, situation.writer, letter)


def undo(draft: Draft, _command: Command, words: Words) -> Draft | str:
    """All that the mail of the receipt did is turned back, on each ticket by one new event; its words are marked as
    withdrawn.
    """
    situation, receipt = draft.situation, draft.situation.receipt
    if receipt is None or not _is_own_receipt(situation):
        return _no_receipt(situation)
    deeds = ((draft, receipt.deed), *((draft.of(situation.others[key]), deed) for key, deed in receipt.beside.items()))
    hindrance = _hindrance(situation, receipt) or next(filter(None, map(_stands, deeds)), None)
    if hindrance is not None:
        return hindrance
    event = _reverse(draft, receipt.deed)
    # Why it is taken back is said to those who are spoken to, and to no more than knew what it was.
    audience = draft.for_words()
    undone, _ = draft.state(event, words, audience if is_narrower(audience, event.audience) else event.audience)
    for part, deed in deeds[1:]:
        undone = undone.beside(part.add(_reverse(part, deed)))
    undone = replace(undone, placed=True)
    again = " ".join(filter(None, (_again(draft, undone), *(_again_beside(part, undone) for part, _ in deeds[1:]))))
    done = f"What your mail did on {draft.ticket.key} was taken back. {again}".rstrip()
    return _told(draft, undone, receipt, again).did(f"{done} {NOT_RECALLED}")


def _no_receipt(situation: Situation) -> str:
    """Why there is nothing to take back, a sentence."""
    if situation.merged is not None and situation.ticket is not None and _proves(situation):
        return f"{situation.merged} is a part of {situation.ticket.key} now. {_INSTEAD}"
    return 'Only a receipt can be answered with "undo": reply to the letter that told you what your mail had done.'


def _reverse(draft: Draft, deed: Deed) -> Moved:
    """The event that turns back what was done to the ticket of a draft."""
    return Moved(
        verb=UNDO,
        withdrawn=tuple(range(deed.first, deed.first + len(deed.events))),
        at=draft.situation.now,
        actor=draft.situation.author,
        audience=_audience(deed.events),
        changes=changed(draft.ticket, **{name: first for name, (first, _) in _before(deed.events).items()}),
        cause=cause_of(draft.situation),
    )


def _hindrance(situation: Situation, receipt: Receipt) -> str | None:
    """Why it cannot be undone whatever came later, a sentence."""
    events = receipt.deed.events
    if any(isinstance(event, Moved) and receipt.deed.first in event.withdrawn for event in receipt.deed.later):
        return "This was undone already: a receipt can be answered so only once."
    minutes = int(TIME.total_seconds()) // 60
    if situation.envelope.received_at - receipt.at > TIME:
        return f"The {minutes} minutes in which this could be undone are over. {_INSTEAD}"
    if any(isinstance(event, Moved) and event.withdrawn for event in events):
        return "What was taken back stays so: do again what is to be done."
    if not receipt.whole:
        return "Your mail did more than can be undone here. Take it back step by step."
    if any(isinstance(event, Opened) for event in events) or not any(map(is_update, events)):
        return "There is nothing to undo: your mail changed nothing."
    return None


def _stands(done: tuple[Draft, Deed]) -> str | None:
    """What was built on what was done to a ticket, a sentence; None where nothing was."""
    draft, deed = done
    if _built_upon(deed):
        return f"Something has happened on {draft.ticket.key} since, so this cannot be undone. {_INSTEAD}"
    if any(getattr(draft.ticket, name) != after for name, (_, after) in _before(deed.events).items()):
        return f"{draft.ticket.key} has changed since, so this cannot be undone. {_INSTEAD}"
    return None


def _built_upon(deed: Deed) -> bool:
    """Whether a party or the desk did something since that still stands. What proves nothing must not stand in the
    way: machines' notes, delivery reports, unproven words, refusals."""
    start = deed.first + len(deed.events)
    withdrawn = {number for event in deed.later if isinstance(event, Moved) for number in event.withdrawn}
    return any(
        is_update(event) and number not in withdrawn and not (isinstance(event, Moved) and event.withdrawn)
        for number, event in enumerate(deed.later, start)
    )


def _before(events: Sequence[Event]) -> dict[str, tuple[Value, Value]]:
    """Each field that was changed, with its first value and its last."""
    found: dict[str, tuple[Value, Value]] = {}
    for change in (change for event in events for change in event.changes):
        first = found[change.field][0] if change.field in found else change.before
        found[change.field] = (first, change.after)
    return found


def _audience(events: Sequence[Event]) -> str:
    """Whoever could see any of it may see that it was taken back; the words stay with those who had them."""
    audiences = [event.audience for event in events]
    lanes = (audience for audience in audiences if audience.startswith("lane:"))
    return next((wide for wide in _WIDTH if wide in audiences), next(lanes, "internal"))


def _again(before: Draft, after: Draft) -> str:
    """What is so again, a sentence; nothing where no status changed."""
    state = after.situation.desk.workflow.states.get(after.ticket.status)
    same = before.ticket.status == after.ticket.status
    return "" if same or state is None else f"It is {state.name} again."


def _again_beside(before: Draft, after: Draft) -> str:
    """The same of another ticket."""
    key = before.ticket.key
    states, ticket = after.situation.desk.workflow.states, after.situation.others[key]
    same = before.ticket.status == ticket.status
    return f"{key} is as it was." if same else f"{key} is {states[ticket.status].name} again."


def _told(before: Draft, after: Draft, receipt: Receipt, again: str) -> Draft:
    """Everyone who had a letter hears of it: about a ticket that is still theirs, else about the one it was about."""
    audience = _audience(receipt.deed.events)
    occasion = Occasion("undone", details={"done": again} if again else {})
    places = (after, *(after.of(one.ticket) for one in after.also))
    persons: dict[int, list[Person]] = {}
    gone: list[Person] = []
    for person in map(before.cast.person, receipt.told):
        at = next((number for number, place in enumerate(places) if place.cast.sees(person, audience)), None)
        (gone if at is None else persons.setdefault(at, [])).append(person)
    for at, some in persons.items():
        place = places[at]
        after = after.post(tell(place.situation, place.ticket, some, replace(occasion, audience=audience)))
    return after.post(tell(before.situation, before.ticket, gone, occasion))
