"""How many answers and tickets a mail may have of us: whoever forges a From line must not make a mail bomb of us."""

from routing.directory import Person
from routing.model import Proof, Situation


def exhausted(situation: Situation, person: Person) -> str | None:
    """Why this mail gets no answer any more, a few words; None where it gets one.

    Mail that is proven or of somebody known is bounded, too: a machine may answer each acknowledgement by new mail.
    """
    caps, given = situation.desk.caps, situation.given
    if given is None:
        return None
    if person.known or situation.proof is not Proof.NONE:
        most = caps.answers_per_person
        return f"had {most} answers within the hour" if given.to_writer >= most else None
    if given.to_writer >= caps.answers_per_stranger:
        return f"had {caps.answers_per_stranger} answers within the hour to mail that proves nothing"
    if given.to_domain >= caps.answers_per_domain:
        return f"{caps.answers_per_domain} strangers of its domain had an answer within the hour"
    if given.to_strangers >= caps.answers_to_strangers:
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
