"""`on behalf of ADDRESS`: a mail that opens a ticket for somebody else, whose ticket it then is."""

from dataclasses import replace
from typing import TypeAlias

from parsers.intent import Command, Comment, Open, Orders, Unclear, Words
from routing.authority import only_for
from routing.builtin import BUILT_IN
from routing.creation import only_fills
from routing.directory import Directory, Person, Side
from routing.draft import Draft
from routing.model import Proof, Situation

Spoken: TypeAlias = Open | Comment | Orders | Unclear

VERB = "on-behalf-of"
USAGE = "#on behalf of"


def on_behalf_of(draft: Draft, _command: Command, _words: Words) -> Draft | str:
    """A ticket has its requester from the beginning."""
    return f'{draft.ticket.key} is opened already: "On behalf of" stands in the message that opens a ticket.'


def read(situation: Situation, intent: Spoken) -> tuple[Spoken, Person | str | None]:
    """An opening mail without this command, and for whom its ticket is to be, or why not: a sentence.

    With other commands that an opening mail cannot have none of them is followed.
    """
    if not isinstance(intent, Orders):
        return intent, None
    rest = replace(intent, acts=tuple(act for act in intent.acts if act.name != VERB))
    command = next((act for act in intent.acts if act.name == VERB), None)
    if command is None or rest.move is not None or (rest.acts and not only_fills(situation.desk.workflow, rest)):
        return intent, None
    return rest, _principal(situation, command)


def _principal(situation: Situation, command: Command) -> Person | str:
    """For whom the ticket is, or why it is opened for the writer instead: a sentence.

    A mail that opens a ticket answers no letter of ours, so From alone stands for its writer: it must be authenticated,
    unless the desk takes the claim. Partners open tickets for those below them, the operator for everybody.
    """
    workflow, directory = situation.desk.workflow, situation.desk.directory
    writer, label, who = situation.writer, BUILT_IN[VERB].label, workflow.acts.get(VERB, ())
    if writer is None or not writer.registered or directory.side(writer) not in who:
        return only_for(label, who)
    if situation.proof < Proof.STRONG and workflow.vouched == "strong":
        return f'"{label}" needs a mail that your domain authenticates (DKIM or SPF); this one was not.'
    address = command.arguments[0].strip("<>,;").removeprefix("mailto:") if len(command.arguments) == 1 else ""
    person = directory.person(address)
    if person is None or situation.desk.inlet(address) is not None:
        return f'Nobody is registered as "{" ".join(command.arguments)}": write one address of a registered person.'
    if not _may_speak_for(directory, writer, person):
        return f"{person.address} is nobody for whom you can open a ticket: that is for those who serve them."
    return person


def _may_speak_for(directory: Directory, writer: Person, person: Person) -> bool:
    if directory.side(writer) is Side.OPERATOR:
        return True
    if person.organisation is None or writer.organisation is None:
        return False
    serving = (tier.key for tier in directory.above(person.organisation))
    partners = (partner for system in directory.systems_of(person.organisation) for partner in system.involved.values())
    return writer.organisation in (person.organisation, *serving, *partners)
