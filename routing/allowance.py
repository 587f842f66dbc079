"""What mail that proves nothing may have of us: whoever forges a From line must not make a mail bomb of our answers."""

from routing.directory import Person
from routing.model import Proof, Situation


def exhausted(situation: Situation, person: Person) -> str | None:
    """Why a mail that proves nothing gets no answer any more, a sentence; None where it gets one."""
    caps, given = situation.desk.caps, situation.given
    if situation.proof is not Proof.NONE or given is None:
        return None
    most = caps.answers_per_person if person.registered else caps.answers_per_stranger
    if given.to_writer >= most:
        return f"had {most} answers within the hour to mail that proves nothing"
    if not person.registered and given.to_strangers >= caps.answers_to_strangers:
        return f"{caps.answers_to_strangers} strangers had an answer within the hour"
    return None


def too_many_tickets(situation: Situation) -> str | None:
    """Why a stranger opens no further ticket by itself, a sentence; None where it may."""
    most, given = situation.desk.caps.tickets_per_stranger, situation.given
    if given is None or situation.envelope.trusted or given.opened < most:
        return None
    return (
        f"{situation.author} has opened {most} tickets within the hour; replay it if it may open one more, or drop it."
    )
