"""Commands about words that were set aside: `approve` lets them stand, `invite` lets their writer take part."""

from dataclasses import replace

from parsers.intent import Command, Words
from routing.acts.settings import change
from routing.audience import audience_for, listeners
from routing.directory import Side, canonical
from routing.draft import Draft, cause_of
from routing.events import Commented
from routing.model import Offer
from routing.notices import Occasion, notify

SET_ASIDE = "unverified"
"""The template of the letters that tell of such words."""
APPROVE, INVITE = "approve", "invite"
VERBS = frozenset({APPROVE, INVITE})
_WHICH = "Answer the letter that told you of a message that was set aside; each can be approved once."
_MORE = "More people follow the ticket now."


def offers(side: Side | None) -> tuple[Offer, ...]:
    """What the staff may do with words of somebody on a side of the ticket, or of a stranger."""
    if side is None:
        return (Offer(INVITE, "#invite", "Let the writer take part in the ticket"),)
    return (Offer(APPROVE, "#approve", "Let these words stand as the writer's"),)


def approve(draft: Draft, _command: Command, _words: Words) -> Draft | str:
    """The words are a comment of whoever they claim to come from, and say who answers for that. Nothing moves."""
    situation, entry = draft.situation, draft.situation.entry
    writer = None if entry is None else entry.event.actor
    if entry is None or writer is None:
        return _WHICH
    person = draft.cast.person(writer)
    side = draft.cast.side(person)
    if side is None:
        return f"{writer} takes no part in {draft.ticket.key}: write #invite first."
    theirs = replace(situation, author=writer, writer=person, minted=None, narrowed=None)
    rule = situation.desk.workflow.comment(side, draft.ticket.status)
    audience = audience_for(theirs, lane=rule.lane if rule else None)
    draft = draft.add(
        Commented(
            vouched=situation.author,
            at=situation.now,
            actor=writer,
            audience=audience,
            text=entry.event.text,
            attachments=entry.event.attachments,
            cause=replace(cause_of(situation), words_of=entry.mail),
        )
    )
    groups = (*(rule.notify if rule else ()), *listeners(audience, side))
    occasion = Occasion(rule.template if rule else "comment", audience, draft.latest)
    letters = notify(replace(theirs, ticket=draft.ticket), draft.ticket, groups, occasion)
    return draft.post(letters).did(f"The message of {writer} now stands on {draft.ticket.key}.")


def invite(draft: Draft, command: Command, _words: Words) -> Draft | str:
    """Whoever wrote the words follows the ticket from now on, and has a letter to answer."""
    entry = draft.situation.entry
    if entry is None or entry.event.actor is None:
        return _WHICH
    person = draft.cast.person(entry.event.actor)
    if draft.cast.side(person) is not None:
        return f"{entry.event.actor} takes part in {draft.ticket.key} already: #approve lets the message stand."
    if draft.ticket.is_internal or draft.situation.desk.inlet(person.address) is not None:
        return f"{draft.ticket.key} is for your own people alone: nobody else can be invited."
    watchers = (*(w for w in draft.ticket.watchers if canonical(w) != canonical(person.address)), person.address)
    done = f"{person.address} now takes part in {draft.ticket.key}."
    changed = change(draft, command, done, _MORE, watchers=watchers)
    return changed if isinstance(changed, str) else changed.tell((person,), Occasion("invited"))
