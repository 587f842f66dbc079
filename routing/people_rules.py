"""What a desk lets people choose for themselves: the table `[people]` of its file."""

from dataclasses import dataclass

from routing.table import Table
from routing.wishes import KINDS, Topic

URGENT = ("urgent", "critical")
"""What priorities are called whose letters wake people, unless the desk says which."""


@dataclass(frozen=True, slots=True)
class PeopleRule:
    """`never` are the kinds of letters of which somebody may want none; the others then come once a day at least.

    Letters about tickets of an `urgent` priority do not wait for the end of quiet hours. Where `out_of_office`,
    an out-of-office answer says that whoever it is of is away.
    """

    never: frozenset[Topic] = frozenset(KINDS)
    urgent: frozenset[str] = frozenset()
    out_of_office: bool = False


def people(desk: Table, priorities: tuple[str, ...]) -> PeopleRule:
    """The table `people`; a desk may have none."""
    usual = tuple(each for each in priorities if each in URGENT)
    if "people" not in desk:
        return PeopleRule(urgent=frozenset(usual))
    table = desk.table("people")
    rule = PeopleRule(
        never=frozenset(map(Topic, table.choices("never", KINDS, "kind of letter", tuple(KINDS)))),
        urgent=frozenset(table.choices("urgent", priorities, "priority", usual)),
        out_of_office=table.flag("out_of_office", default=False),
    )
    table.finish()
    return rule
