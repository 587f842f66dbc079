"""`delete`: a ticket is hidden from every list; its timeline stays, and says who did it."""

from dataclasses import replace

from parsers.intent import Command, Words
from routing.draft import Draft, cause_of
from routing.events import Moved, changed
from routing.notices import Occasion


def delete(draft: Draft, command: Command, words: Words) -> Draft | str:
    """No list shows the ticket any longer, and a mail to it opens a new one. The words are kept for the audit."""
    situation, ticket = draft.situation, draft.ticket
    done = f"{ticket.key} is deleted: no list shows it, and a message to it opens a new ticket."
    draft = draft.add(
        Moved(
            verb=command.name,
            at=situation.now,
            actor=situation.author,
            audience="internal",
            text=words.text,
            attachments=words.attachments,
            changes=changed(ticket, hidden=True),
            cause=cause_of(situation),
        )
    )
    groups = situation.desk.workflow.told_of(command.name)
    occasion = Occasion("changed", details={"done": f"{ticket.key} was deleted."})
    return replace(draft.notify(groups, occasion), placed=True).did(done)
