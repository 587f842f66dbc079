"""What makes a mail's writer look like somebody else: told to the staff, and worth one step of proof.

Nobody gains an address by any of this; it is people who are deceived by a name, a look-alike domain or a reply address.
"""

from parsers.mail import Address
from routing.cast import owns
from routing.directory import Person, Side, canonical
from routing.lookalike import shown, skeleton
from routing.model import Desk, Proof

_LEAST_NAME = 3


def doubts(author: str | None, from_: Address | None, reply_to: tuple[Address, ...], desk: Desk) -> tuple[str, ...]:
    """Sentences for the staff, none for nearly every mail. `author` is the strict From address."""
    if author is None:
        return ()
    found = (
        _answers_elsewhere(author, reply_to, desk),
        _borrows_a_name(author, from_.name if from_ else "", desk),
        _borrows_a_domain(author, desk),
    )
    return tuple(doubt for doubt in found if doubt is not None)


def lowered(proof: Proof) -> Proof:
    """What is left of a proof that is in doubt: words still count as the writer's, commands want one step more."""
    return {Proof.STRONG: Proof.TOKEN, Proof.TOKEN: Proof.THREAD}.get(proof, proof)


def _answers_elsewhere(author: str, reply_to: tuple[Address, ...], desk: Desk) -> str | None:
    """Reply-To names somebody who is neither the writer nor of its domain or organisation."""
    writer = desk.directory.person(author)
    for other in reply_to:
        if other.address and not _is_near(author, writer, other.address, desk):
            return f"Its Reply-To is {other.address}, which is none of {author}'s; answers go to {author} all the same."
    return None


def _is_near(author: str, writer: Person | None, other: str, desk: Desk) -> bool:
    if canonical(other).rpartition("@")[2] == canonical(author).rpartition("@")[2]:
        return True
    if writer is None:
        return False
    known = desk.directory.person(other)
    return owns(writer, other) or (known is not None and known.organisation == writer.organisation)


def _borrows_a_name(author: str, name: str, desk: Desk) -> str | None:
    """The display name is that of the desk or of one of its people, or an address of ours."""
    seen = skeleton(name)
    if len(seen) < _LEAST_NAME or desk.directory.side(desk.directory.person(author)) is Side.OPERATOR:
        return None
    ours = {skeleton(one): one for one in (desk.name, *(inlet.address for inlet in desk.inlets))}
    taken = ours.get(seen) or desk.directory.faces.get(seen)
    return None if taken is None else f'It calls itself "{name}", but {author} is no address of {taken}.'


def _borrows_a_domain(author: str, desk: Desk) -> str | None:
    """The domain looks like one that the desk knows, and is another."""
    domain = author.rpartition("@")[2].lower()
    seen = skeleton(shown(domain))
    ours = {skeleton(own): own for own in (inlet.address.rpartition("@")[2].lower() for inlet in desk.inlets)}
    known = desk.directory.places.get(seen) or ours.get(seen)
    if known is None or known == domain or domain in desk.directory.places.values() or domain in ours.values():
        return None
    return f"{shown(domain)} ({domain}) looks like {known}, and is another domain."
