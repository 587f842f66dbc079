"""Taking back what a mail did: `undo`, in answer to its receipt, once, and only while nothing was built on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from parsers.intent import UNDO, Command, Intent, Orders, Words
from routing.audience import is_narrower
from routing.authority import is_owner
from routing.directory import Side
from routing.draft import Draft, cause_of
from routing.events import Event, Merged, Moved, Opened, Value, changed, is_update
from routing.model import Proof, Receipt, Situation
from routing.notices import Occasion, tell

TIME = timedelta(minutes=10)
"""How long a receipt may be answered so, from when it was written until the answer came in, by our clock."""
NOT_RECALLED = "Letters that were sent cannot be recalled."
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
    more = draft.also or draft.absence or any(isinstance(event, Opened | Merged) for event in draft.events)
    if undone or more or UNDO not in draft.situation.desk.workflow.acts or not any(map(is_update, draft.events)):
        return {}
    return {"undo": str(int(TIME.total_seconds()) // 60)}


def _is_own_receipt(situation: Situation) -> bool:
    """Whether the mail answers a receipt that was written to its own writer, and proves as much."""
    letter = situation.minted
    if situation.receipt is None or letter is None:
        return False
    is_operator = situation.desk.directory.side(situation.writer) is Side.OPERATOR
    least = Proof.STRONG if is_operator and situation.desk.strong_operator else Proof.TOKEN
    return situation.proof >= least and is_owner(situation.author, situation.writer, letter)


def undo(draft: Draft, _command: Command, words: Words) -> Draft | str:
    """All that the mail of the receipt did is turned back by one new event; its words are marked as withdrawn."""
    situation, receipt = draft.situation, draft.situation.receipt
    if receipt is None or not _is_own_receipt(situation):
        return 'Only a receipt can be answered with "undo": reply to the letter that told you what your mail had done.'
    hindrance = _hindrance(situation, receipt)
    if hindrance is not None:
        return hindrance
    before = _before(receipt.events)
    if any(getattr(draft.ticket, name) != after for name, (_, after) in before.items()):
        return f"{draft.ticket.key} has changed since, so this cannot be undone. Say what should be done instead."
    event = Moved(
        verb=UNDO,
        withdrawn=_numbers(receipt),
        at=situation.now,
        actor=situation.author,
        audience=_audience(receipt.events),
        changes=changed(draft.ticket, **{name: first for name, (first, _) in before.items()}),
        cause=cause_of(situation),
    )
    # Why it is taken back is said to those who are spoken to, and to no more than knew what it was.
    audience = draft.for_words()
    undone, _ = draft.state(event, words, audience if is_narrower(audience, event.audience) else event.audience)
    undone = replace(undone, placed=True)
    again = _again(draft, undone)
    done = f"What your mail did on {draft.ticket.key} was taken back. {again}".rstrip()
    return _told(draft, undone, receipt, again).did(f"{done} {NOT_RECALLED}")


def _hindrance(situation: Situation, receipt: Receipt) -> str | None:
    """Why it is too late, a sentence."""
    if any(isinstance(event, Moved) and receipt.first in event.withdrawn for event in receipt.later):
        return "This was undone already: a receipt can be answered so only once."
    minutes = int(TIME.total_seconds()) // 60
    if situation.envelope.received_at - receipt.at > TIME:
        return f"The {minutes} minutes in which this could be undone are over. Say what should be done instead."
    if any(isinstance(event, Moved) and event.withdrawn for event in receipt.events):
        return "What was taken back stays so: do again what is to be done."
    if not receipt.whole or any(isinstance(event, Merged) for event in receipt.events):
        return "Your mail did more than can be undone here. Take it back step by step."
    if any(isinstance(event, Opened) for event in receipt.events) or not any(map(is_update, receipt.events)):
        return "There is nothing to undo: your mail changed nothing."
    if _built_upon(receipt):
        return "Something has happened on the ticket since, so this cannot be undone. Say what should be done instead."
    return None


def _numbers(receipt: Receipt) -> tuple[int, ...]:
    return tuple(range(receipt.first, receipt.first + len(receipt.events)))


def _built_upon(receipt: Receipt) -> bool:
    """Whether a party or the desk did something since that still stands. What proves nothing must not stand in the
    way: machines' notes, delivery reports, unproven words, refusals."""
    start = receipt.first + len(receipt.events)
    withdrawn = {number for event in receipt.later if isinstance(event, Moved) for number in event.withdrawn}
    return any(
        is_update(event) and number not in withdrawn and not (isinstance(event, Moved) and event.withdrawn)
        for number, event in enumerate(receipt.later, start)
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


def _told(before: Draft, after: Draft, receipt: Receipt, again: str) -> Draft:
    """Everyone who had a letter hears of it, those too who are no longer party of the ticket now."""
    persons = [before.cast.person(address) for address in receipt.told]
    audience = _audience(receipt.events)
    still = [person for person in persons if after.cast.sees(person, audience)]
    gone = [person for person in persons if person not in still]
    occasion = Occasion("undone", details={"done": again} if again else {})
    letters = tell(after.situation, after.ticket, still, replace(occasion, audience=audience))
    return after.post(letters + tell(before.situation, before.ticket, gone, occasion))
