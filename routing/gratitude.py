"""Answers that only say thanks: on a closed ticket they are filed, and nothing comes of them."""

from parsers.gratitude import is_gratitude
from parsers.intent import Words
from routing.directory import OrganisationKind
from routing.model import Situation
from routing.rules import StateKind


def is_mere_thanks(situation: Situation, words: Words) -> bool:
    """Whether the words are thanks for a ticket that is closed: no reason to reopen it, nor to tell anybody."""
    ticket, workflow = situation.ticket, situation.desk.workflow
    state = workflow.states.get(ticket.status) if ticket else None
    if state is None or state.kind is not StateKind.CLOSED or words.attachments:
        return False
    return is_gratitude(words.text, _names(situation))


def _names(situation: Situation) -> tuple[str, ...]:
    """Who may be named in thanks: the writer, the operator's people, the desk."""
    directory = situation.desk.directory
    operators = {o.key for o in directory.organisations.values() if o.kind is OrganisationKind.OPERATOR}
    helpers = tuple(person.name for person in directory.people if person.organisation in operators)
    own = (situation.writer.name,) if situation.writer else ()
    local = ((situation.author or "").partition("@")[0],)
    return (*own, *local, *helpers, situation.desk.name)
