"""What is not done: the words are kept, and the writer is told what is wrong and what may be done instead."""

from typing import TypeAlias

from parsers.intent import Command, Comment, Confusion, Open, Orders, Unclear, Words
from routing.audience import kept_for
from routing.draft import Draft, cause_of
from routing.events import Refusal
from routing.hearing import asked
from routing.model import Decision
from routing.notices import Details, Occasion

Spoken: TypeAlias = Open | Comment | Orders | Unclear

CONFUSED = {
    Confusion.UNKNOWN: "A command is unknown here, so none of the commands in the mail was followed.",
    Confusion.CONFLICT: "The commands exclude each other, so none of them was followed.",
    Confusion.ARGUMENTS: "A command lacks a word or has one too many, so none of the commands was followed.",
    Confusion.DISAGREE: "The text and the HTML part of the mail hold different commands, so none was followed.",
}
REPEATED = "A message under the same Message-ID was followed before: it counts once."


def refused(draft: Draft, intent: Spoken, reason: str) -> Decision:
    """Nothing is done; the words are kept and the writer is told what is wrong and what may be done instead."""
    written = asked(intent) if isinstance(intent, Orders | Unclear) else ()
    event = refusal(draft, written, reason, intent.words)
    details: Details = {"reason": reason, "asked": event.asked, **kept(intent.words)}
    return draft.add(event).answer(Occasion("refusal", details=details)).decide("refused", reason)


def refusal(
    draft: Draft, written: tuple[str, ...], reason: str, words: Words, waiting: tuple[Command, ...] = ()
) -> Refusal:
    """The event; `written` is what was asked for, as it stood there, `waiting` what may still be confirmed."""
    return Refusal(
        asked=written,
        reason=reason,
        waiting=waiting,
        at=draft.situation.now,
        actor=draft.situation.author,
        audience=kept_for(draft.situation),
        text=words.text,
        attachments=words.attachments,
        cause=cause_of(draft.situation),
    )


def kept(words: Words) -> Details:
    """What a letter says of the words beside what is not done."""
    return {"kept": "yes"} if words.text.strip() or words.attachments else {}
