"""Which relays a letter may go by, in order: pure, so that a configuration can be tried on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT = "default"
"""The name of the relay that takes what no route is for."""


@dataclass(frozen=True, slots=True)
class Route:
    """Letters that fit every condition given here go by `relays`, the first that can be used.

    `senders` and `recipients` are addresses and, with an @ before them, domains, all in lower case; an empty condition
    fits every letter.
    """

    relays: tuple[str, ...]
    senders: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()

    def fits(self, sender: str, recipient: str) -> bool:
        """Whether it is for a letter from an address of ours to a recipient."""
        return among(self.senders, sender) and among(self.recipients, recipient)


@dataclass(frozen=True, slots=True)
class Routes:
    """All routes in the order of the configuration, and the relays of the letters that none is for."""

    routes: tuple[Route, ...] = ()
    default: tuple[str, ...] = (DEFAULT,)

    def relays(self, sender: str, recipient: str) -> Sequence[str]:
        """The relays for a letter, the one to try first before the others."""
        return next((route.relays for route in self.routes if route.fits(sender, recipient)), self.default)


def domain(address: str) -> str:
    """The domain of an address, in lower case."""
    return address.rpartition("@")[2].lower()


def among(wanted: frozenset[str], address: str) -> bool:
    """Whether an address, or its domain with an @ before it, is wanted; without a wish every one is."""
    return not wanted or address.lower() in wanted or f"@{domain(address)}" in wanted
