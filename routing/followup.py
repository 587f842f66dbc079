"""What words on a closed ticket do: each desk says so for each side, else its comment rules hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from routing.directory import Side
from routing.table import Table

_REOPEN = re.compile(r"reopen for ([1-9]\d{0,3}) days?")


class Policy(StrEnum):
    """What becomes of the words: the comment rules take the ticket up again, a letter refuses, a new ticket opens."""

    REOPEN = "reopen"
    REJECT = "reject"
    NEW_TICKET = "new ticket"


@dataclass(frozen=True, slots=True)
class Followup:
    """The rule for one side. What is reopened `within` a time (None: always) is a new ticket later."""

    policy: Policy
    within: timedelta | None = None

    def late(self, since: datetime, now: datetime) -> bool:
        """Whether a ticket that was closed at `since` cannot be taken up again."""
        return self.within is not None and now - since > self.within

    def at(self, since: datetime, now: datetime) -> Policy:
        """What holds for a ticket that was closed at `since`."""
        return Policy.NEW_TICKET if self.late(since, now) else self.policy


def followups(desk: Table) -> Mapping[Side, Followup]:
    """The table `followup`; a desk may have none."""
    if "followup" not in desk:
        return {}
    table = desk.table("followup")
    sides = (table.key(name, [side.value for side in Side], "side") for name in table)
    return {Side(side): _followup(table, side) for side in sides if side}


def _followup(table: Table, side: str) -> Followup:
    said = table.text(side)
    for_days = _REOPEN.fullmatch(said)
    if for_days:
        return Followup(Policy.REOPEN, timedelta(days=int(for_days[1])))
    if said in list(Policy):
        return Followup(Policy(said))
    choices = ", ".join(f'"{policy.value}"' for policy in Policy)
    table.fault(side, f'"{said}" is no way to follow up; choose one of {choices}, "reopen for 14 days"')
    return Followup(Policy.REOPEN)
