"""The table `assignment` of a workflow: what it may say, and what is said of its faults."""

from pathlib import Path

import pytest

import workflows
from routing.assignment_rules import STAFF, AssignmentRule, Automatic, Fit
from routing.directory import Role, Side
from routing.rules import Workflow
from routing.workflow import WorkflowFaults, load
from tests.unit.routing.town import TEMPLATES

SHIPPED = Path(workflows.__file__).parent / "several-parties.toml"
WORKING = ("new", "in-progress", "on-customer", "on-partner")


def loaded(table: str) -> Workflow:
    text = SHIPPED.read_text(encoding="utf-8")
    return load(f"{text}\n[substatuses]\nidle = 'Idle'\nbusy = 'Busy'\n[assignment]\n{table}", "desk.toml", TEMPLATES)


def faults(table: str) -> list[str]:
    with pytest.raises(WorkflowFaults) as caught:
        loaded(table)
    return [fault.removeprefix("desk.toml: ") for fault in caught.value.faults]


def test_a_desk_without_the_table_assigns_by_hand() -> None:
    rule = load(SHIPPED.read_text(encoding="utf-8"), "desk.toml", TEMPLATES).assignment
    assert rule == AssignmentRule(automatic_in=WORKING)
    assert (rule.who, rule.roles, rule.automatic) == ((Side.OPERATOR,), STAFF, Automatic.NOTHING)


def test_the_table_says_who_how_and_what_follows() -> None:
    rule = loaded("""
        who = ["partner", "operator"]
        roles = ["technician"]
        skills = ["network"]
        fits = ["queue", "category", "system"]
        holder_only = true
        several = true
        assigners = ["moderator"]
        automatic = "offer"
        automatic_in = ["new"]
        write_after_assignment = ["technician"]
        assigned = { new = "in-progress" }
        released = { in-progress = "new" }
        substatus = "busy"
    """).assignment
    assert rule == AssignmentRule(
        who=(Side.PARTNER, Side.OPERATOR),
        roles=(Role.TECHNICIAN,),
        skills=("network",),
        fits=(Fit.QUEUE, Fit.CATEGORY, Fit.SYSTEM),
        holder_only=True,
        several=True,
        assigners=(Role.MODERATOR,),
        automatic=Automatic.OFFER,
        automatic_in=("new",),
        write_after=(Role.TECHNICIAN,),
        assigned={"new": "in-progress"},
        released={"in-progress": "new"},
        substatus="busy",
    )


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('who = ["operater"]', 'assignment, key "who": there is no side "operater"; did you mean "operator"?'),
        ('roles = ["agnet"]', 'assignment, key "roles": there is no role "agnet"; did you mean "agent"?'),
        ('automatic = "fewst"', 'assignment, key "automatic": there is no way "fewst"; did you mean "fewest"?'),
        ('fits = ["queues"]', 'assignment, key "fits": there is no part of a ticket "queues"; did you mean "queue"?'),
        ('substatus = "bussy"', 'assignment, key "substatus": there is no sub-status "bussy"; did you mean "busy"?'),
        ("several = 1", 'assignment, key "several": this is 1 where true or false is wanted.'),
        ('offer = "all"', 'assignment, key "offer": nothing of this name is known here; '),
    ],
)
def test_faults_say_the_mend(table: str, fault: str) -> None:
    (found,) = faults(table)
    assert found.startswith(fault)


def test_what_follows_is_never_a_closed_state() -> None:
    first, second = faults('assigned = { new = "closed" }\nreleased = { closed = "new" }')
    assert first.startswith('assignment.assigned, key "new": there is no open or waiting state "closed"')
    assert second.startswith('assignment.released, key "closed": there is no open or waiting state "closed"')


def test_several_faults_are_told_at_once() -> None:
    assert len(faults('who = ["x"]\nautomatic = "y"\nassigned = { z = "new" }')) == 3
