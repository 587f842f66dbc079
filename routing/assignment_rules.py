"""The table `assignment` of a workflow file: who may be given a ticket, how that happens by itself, what follows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.directory import Role, Side
from routing.table import Table

STAFF = (Role.AGENT, Role.TECHNICIAN, Role.MODERATOR, Role.ADMIN)


class Automatic(StrEnum):
    """What a ticket that nobody has does by itself: wait, go to whoever has the fewest open ones, or be offered."""

    NOTHING = "nothing"
    FEWEST = "fewest"
    OFFER = "offer"


class Fit(StrEnum):
    """What of a ticket a person must fit: its queue by membership, its category and its system by a skill."""

    QUEUE = "queue"
    CATEGORY = "category"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class AssignmentRule:
    """To whom tickets go.

    A ticket may be given to people on the sides `who`, of these `roles`, with all of these `skills`, who fit it by
    `fits`; with `holder_only` just to the party whose turn it is. `several` people may have it, or one. Those of the
    roles `assigners` may give it to others. `automatic` happens in the states `automatic_in`. People of the roles
    `write_after` write on it only once it is theirs. `assigned` maps a status to the one that follows when somebody has
    it, `released` to the one when nobody has it any longer; `substatus` is the one that each new holder begins with.
    """

    who: tuple[Side, ...] = (Side.OPERATOR,)
    roles: tuple[Role, ...] = STAFF
    skills: tuple[str, ...] = ()
    fits: tuple[Fit, ...] = (Fit.QUEUE,)
    holder_only: bool = False
    several: bool = False
    assigners: tuple[Role, ...] = tuple(Role)
    automatic: Automatic = Automatic.NOTHING
    automatic_in: tuple[str, ...] = ()
    write_after: tuple[Role, ...] = ()
    assigned: Mapping[str, str] = field(default_factory=dict)
    released: Mapping[str, str] = field(default_factory=dict)
    substatus: str | None = None

    @property
    def ways(self) -> Iterator[tuple[str, str]]:
        """The ways from status to status that a ticket goes because of who has it."""
        yield from (*self.assigned.items(), *self.released.items())


def assignment(desk: Table, working: tuple[str, ...], substatuses: tuple[str, ...]) -> AssignmentRule:
    """The table `assignment`, else what holds without one; `working` are the states that are not closed."""
    usual = AssignmentRule(automatic_in=working)
    if "assignment" not in desk:
        return usual
    table = desk.table("assignment")
    rule = AssignmentRule(
        who=tuple(map(Side, _words(table, "who", Side, "side", usual.who))),
        roles=tuple(map(Role, _words(table, "roles", Role, "role", usual.roles))),
        skills=table.texts("skills", ()),
        fits=tuple(map(Fit, _words(table, "fits", Fit, "part of a ticket", usual.fits))),
        holder_only=table.flag("holder_only", default=False),
        several=table.flag("several", default=False),
        assigners=tuple(map(Role, _words(table, "assigners", Role, "role", usual.assigners))),
        automatic=Automatic(table.choice("automatic", _values(Automatic), "way", "nothing") or "nothing"),
        automatic_in=table.choices("automatic_in", working, "open or waiting state", working),
        write_after=tuple(map(Role, _words(table, "write_after_assignment", Role, "role", ()))),
        assigned=_follows(table, "assigned", working),
        released=_follows(table, "released", working),
        substatus=table.choice("substatus", substatuses, "sub-status") if "substatus" in table else None,
    )
    table.finish()
    return rule


def _words(table: Table, key: str, known: type[StrEnum], what: str, usual: Iterable[StrEnum]) -> tuple[str, ...]:
    return table.choices(key, _values(known), what, tuple(word.value for word in usual))


def _values(known: type[StrEnum]) -> tuple[str, ...]:
    return tuple(word.value for word in known)


def _follows(table: Table, key: str, working: tuple[str, ...]) -> Mapping[str, str]:
    """A status and the one that follows it: `assigned = { open = "assigned" }`."""
    if key not in table:
        return {}
    ways = table.table(key)
    named = (ways.key(source, working, "open or waiting state") for source in ways)
    found = {source: ways.choice(source, working, "open or waiting state") for source in named if source}
    return {source: target for source, target in found.items() if target}
