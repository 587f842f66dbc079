"""Who may do what, with which proof."""

from dataclasses import dataclass

from routing.directory import Person
from routing.model import Minted, Proof


@dataclass(frozen=True, slots=True)
class Identity:
    """Who writes, what that is proven by, and which ticket is meant.

    `ticket` is a key or None; `minted` the letter of ours that the mail carries, whoever carries it.
    """

    writer: Person | None
    proof: Proof
    ticket: str | None
    minted: Minted | None
    why: tuple[str, ...]
