"""The table `[people]` of a desk: what people may choose for themselves."""

from importlib.resources import files

import pytest

from outbound.render import Renderer
from routing.people_rules import PeopleRule
from routing.wishes import KINDS, Topic
from routing.workflow import WorkflowFaults, load

LETTERS = Renderer((), "Example Support").languages()
PLAIN = (files("workflows") / "partner-desk.toml").read_text()


def rule(more: str, priorities: str = "") -> PeopleRule:
    """What a desk says that has these lines more."""
    return load(f"{priorities}\n{PLAIN}\n{more}", "desk.toml", LETTERS).people


def faults(more: str) -> tuple[str, ...]:
    with pytest.raises(WorkflowFaults) as caught:
        rule(more)
    return caught.value.faults


def test_a_desk_without_it_lets_people_choose_freely() -> None:
    assert rule("") == PeopleRule(frozenset(KINDS), frozenset(), out_of_office=False)


def test_priorities_that_are_called_urgent_are_so() -> None:
    assert rule("", 'priorities = ["low", "urgent", "critical"]').urgent == {"urgent", "critical"}
    assert rule('[people]\nurgent = ["low"]', 'priorities = ["low", "urgent"]').urgent == {"low"}


def test_all_of_it_is_said() -> None:
    found = rule('[people]\nnever = ["merge", "rating"]\nurgent = ["high"]\nout_of_office = true')
    assert found == PeopleRule(frozenset({Topic.MERGE, Topic.RATING}), frozenset({"high"}), out_of_office=True)


def test_what_it_cannot_say() -> None:
    assert faults('[people]\nnever = ["coment"]\nurgent = ["hihg"]\nout_of_office = "yes"\nnotify = []') == (
        'desk.toml: people, key "never": there is no kind of letter "coment"; did you mean "comment"?',
        'desk.toml: people, key "urgent": there is no priority "hihg"; did you mean "high"?',
        'desk.toml: people, key "out_of_office": this is the text "yes" where true or false is wanted.',
        'desk.toml: people, key "notify": nothing of this name is known here; choose one of "never", "out_of_office", '
        '"urgent".',
    )
