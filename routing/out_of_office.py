"""Out-of-office answers: on desks that go by them, whoever sends one gets no new tickets until its day."""

from dataclasses import replace
from datetime import timedelta

from parsers.mail import Kind
from routing.authority import is_owner
from routing.directory import Person
from routing.model import Absence, Decision, Proof, Situation
from routing.notices import of_machine
from routing.questions import is_proven

LONGEST = timedelta(days=60)
"""A day of return that is further away was misread, or somebody else should say it."""


def noted(situation: Situation, decision: Decision) -> Decision:
    """The decision about a machine's mail, with the absence of which that tells; nobody is written to."""
    person, rule = situation.writer, situation.desk.workflow.people
    if situation.mail.kind is not Kind.OUT_OF_OFFICE or not rule.out_of_office or situation.quiet:
        return decision
    if person is None or not _may_be_away(situation, person):
        return decision
    until, today = situation.mail.until, situation.now.date()
    if not is_proven(situation, person) or not _is_own_answer(situation):
        return _because(decision, "its out-of-office answer changes nothing: nothing proves its writer")
    if until is None or not today < until <= today + LONGEST:
        return _because(decision, "its out-of-office answer names no day of return that could be gone by")
    if person.is_away(today) and not person.away_by_itself:
        return _because(decision, "its out-of-office answer changes nothing: the writer said until when it is away")
    absence = Absence(person.address, until, by_itself=True)
    why = f"by its out-of-office answer the writer is away: no new tickets go there before {until.isoformat()}"
    return replace(_because(decision, why), absence=absence)


def ended(situation: Situation, decision: Decision) -> Decision:
    """The decision about a mail, with the end of an absence that an out-of-office answer began: its person writes."""
    person = situation.writer
    if person is None or not person.away_by_itself or decision.absence is not None or decision.held is not None:
        return decision
    if situation.quiet or of_machine(situation) or situation.proof is Proof.NONE:
        return decision
    over = _because(decision, "the writer is back, which ends the absence that its out-of-office answer told of")
    return replace(over, absence=Absence(person.address, None))


def _may_be_away(situation: Situation, person: Person) -> bool:
    """Whether somebody is of those who may say so by a command."""
    side = situation.desk.directory.side(person)
    return person.registered and side in situation.desk.workflow.acts.get("away", ())


def _is_own_answer(situation: Situation) -> bool:
    """Whether a letter of the writer's own is answered, at either address that it has: machines are to take its return
    path (RFC 3834 section 4).
    """
    if situation.proof >= Proof.TOKEN:
        return True
    letter = situation.minted
    return situation.returned and letter is not None and is_owner(situation.author, situation.writer, letter)


def _because(decision: Decision, why: str) -> Decision:
    return replace(decision, why=(*decision.why, why))
