"""How many open tickets somebody has, counted as tickets come and go."""

from collections.abc import Mapping
from dataclasses import replace

from gateway.store import assignments, tickets
from gateway.store import directory as people
from gateway.store.store import Store
from routing.assignment_rules import AssignmentRule, Automatic
from routing.model import Desk, Minted
from routing.ticket import Ticket
from tests.integration.store.samples import DESK, DIRECTORY, JANE, NOW

RULE = AssignmentRule(automatic=Automatic.FEWEST, automatic_in=("new",))
FEWEST = replace(DESK, workflow=replace(DESK.workflow, assignment=RULE))
LETTER = Minted(1, "CT-1", JANE, "operator", "<x@desk.example>")


def _ticket(number: int, **more: object) -> Ticket:
    plain = Ticket(f"CT-{number}", "x", "new", "inbound", "ann@acme.example", NOW, NOW, assignees=(JANE,), version=1)
    return replace(plain, **more)  # type: ignore[arg-type] # any field


def _write(store: Store, ticket: Ticket) -> None:
    with store.database.write() as connection:
        known = tickets.exact(connection, ticket.key)
        version = known.ticket.version + 1 if known else 1
        tickets.write(connection, replace(ticket, version=version), known, 1)


def _loads(
    store: Store, desk: Desk = FEWEST, ticket: Ticket | None = None, minted: Minted | None = None
) -> Mapping[str, int]:
    with store.database.read() as connection:
        return assignments.loads(connection, desk, ticket, minted)


def test_open_tickets_are_counted_and_closed_merged_and_deleted_ones_are_not(store: Store) -> None:
    people.apply(store, DIRECTORY)
    for number in range(1, 6):
        _write(store, _ticket(number))
    assert _loads(store) == {JANE: 5}
    _write(store, _ticket(1, status="closed"))
    _write(store, _ticket(2, hidden=True))
    _write(store, _ticket(3, merged_into="CT-4"))
    _write(store, _ticket(4, assignees=()))
    assert _loads(store) == {JANE: 1}
    _write(store, _ticket(1))
    _write(store, _ticket(4, assignees=(JANE.upper(), JANE)))
    assert _loads(store) == {JANE: 3}


def test_nothing_is_counted_where_nothing_depends_on_it(store: Store) -> None:
    people.apply(store, DIRECTORY)
    _write(store, _ticket(1))
    assert _loads(store, DESK) == {}
    assert _loads(store, ticket=_ticket(1), minted=LETTER) == {}
    assert _loads(store, ticket=_ticket(1)) == {JANE: 1}
    assert _loads(store, ticket=_ticket(1, assignees=()), minted=LETTER) == {JANE: 1}
    assert _loads(store, ticket=_ticket(1, status="closed"), minted=LETTER) == {JANE: 1}
