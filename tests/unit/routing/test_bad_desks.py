"""One bad desk for each fault that a workflow file can have: what is told of it, where, with the mend."""

from pathlib import Path

import pytest

import workflows
from outbound.render import Renderer
from routing.workflow import WorkflowFaults, load

FOLDER = Path(workflows.__file__).parent
LETTERS = Renderer((), "Example Support").languages()
PARTIES, TIERS = "several-parties", "four-tiers"
TIMER = '\n[[timer]]\nname = "late"\nfrom = ["{0}"]\nafter = "{1}"\n{2}\n'


def faults(desk: str, *changes: tuple[str, str], more: str = "") -> tuple[str, ...]:
    """What is told of a shipped desk with texts replaced by others."""
    text = (FOLDER / f"{desk}.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(WorkflowFaults) as caught:
        load(text + more, "desk.toml", LETTERS)
    return tuple(fault.removeprefix("desk.toml: ") for fault in caught.value.faults)


CASES = {
    "unknown state": (
        PARTIES, 'to = "on-customer"', 'to = "on-custmer"',
        'move "to-customer", key "to": there is no state "on-custmer"; did you mean "on-customer"?',
    ),
    "unknown state of a comment": (
        PARTIES, 'from = ["closed"]\nto', 'from = ["colsed"]\nto',
        'comment 1, key "from": there is no state "colsed"; did you mean "closed"?',
    ),
    "unknown group": (
        PARTIES, '"customer", "watchers"]', '"custmer", "watchers"]',
        'move "to-customer", key "notify": there is no group "custmer"; did you mean "customer"?',
    ),
    "unknown role": (
        PARTIES, 'notify = ["agents"]\ntemplate = "opened"', 'notify = ["party:webit"]\ntemplate = "opened"',
        'opening, key "notify": there is no group "party:webit"; did you mean "party:web-it-provider"?',
    ),
    "unknown side": (
        PARTIES, 'who = ["operator"]\nfrom', 'who = ["agent"]\nfrom',
        'comment 4, key "who": there is no side "agent"; choose one of "customer", "partner", "operator".',
    ),
    "unknown template": (
        PARTIES, 'template = "moved"', 'template = "movd"',
        'move "to-customer", key "template": there is no template "movd"; did you mean "moved"?',
    ),
    "unknown variable": (
        PARTIES, 'label = "To {name}"', 'label = "To {nme}"',
        'move "to-{role}", key "label": nothing is known that {nme} could stand for; write {role} or {name}.',
    ),
    "unknown command": (
        PARTIES, "\nassign = ", "\nasign = ",
        'acts, key "asign": there is no command "asign"; did you mean "assign"?',
    ),
    "unknown resolution": (
        TIERS, 'resolution = "resolved"', 'resolution = "solved"',
        'move "close", key "resolution": there is no resolution "solved"; did you mean "resolved"?',
    ),
    "unreachable state": (
        PARTIES, "closed = { name", 'lost = { name = "Lost", kind = "closed" }\nclosed = { name',
        'states, key "lost": no ticket can ever get there; let a move or a comment lead to it.',
    ),
    "opening state that is closed": (
        TIERS, 'status = "open"\nholder', 'status = "closed"\nholder',
        'opening, key "status": a ticket cannot begin as closed; choose a state of another kind.',
    ),
    "key of a state": (
        TIERS, "closed = { name", 'Closed_ = { name = "Shut", kind = "closed" }\nclosed = { name',
        'states, key "Closed_": this is no key; use small letters, digits and hyphens.',
    ),
    "verbs that collide in other case": (
        PARTIES, 'en = ["reopen"]', 'en = ["CLOSE"]',
        'move "reopen", key "phrases": "close" is a phrase of "close", too; choose another.',
    ),
    "verbs that collide in German": (
        PARTIES, 'de = ["wieder öffnen", "wiedereröffnen"]', 'de = ["SCHLIESSEN"]',
        'move "reopen", key "phrases": "schliessen" is a phrase of "close", too; choose another.',
    ),
    "verbs that collide but for a hyphen": (
        PARTIES, 'en = ["reopen"]', 'en = ["to/web-it provider"]',
        'move "reopen", key "phrases": "to web it provider" is a phrase of "to-web-it-provider", too; choose another.',
    ),
    "a phrase that is built in": (
        PARTIES, 'en = ["reopen"]', 'en = ["Assign"]',
        'move "reopen", key "phrases": "assign" is a phrase of "assign", too; choose another.',
    ),
    "a verb that is there twice": (
        PARTIES, 'verb = "to-{role}"', 'verb = "to-party"',
        'key "verb": there are two moves "to-party"; give one of them another name.',
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_bad_desk_is_told_with_place_and_mend(case: str) -> None:
    desk, old, new, sentence = CASES[case]
    assert sentence in faults(desk, (old, new))


TIMERS = {
    "a move that is not allowed there": (
        TIMER.format("closed", "3 days", 'move = "close"'),
        'timer "late", key "from": the move "close" cannot be made from "closed"; take the state out, or let the move '
        "begin there.",
    ),
    "no time": (
        TIMER.format("new", "soon", 'notify = ["agents"]'),
        'timer "late", key "after": "soon" is no time; write it as in "4 hours", "3 days" or "2 weeks".',
    ),
    "unknown priority": (
        TIMER.format("new", "3 days", 'priority = "urgent"'),
        'timer "late", key "priority": there is no priority "urgent"; choose one of "low", "normal", "high".',
    ),
    "nothing to do": (
        TIMER.format("new", "3 days", ""),
        'timer "late", key "notify": the timer does nothing; name groups to notify, a move or a priority.',
    ),
    "a comment that others shadow": (
        '\n[[comment]]\nwho = ["operator"]\nfrom = ["new"]\nnotify = []\ntemplate = "comment"\n',
        "comment 6: the tables above it take each of its cases; move it up, or take it out.",
    ),
}


@pytest.mark.parametrize("case", TIMERS)
def test_so_is_one_with_a_bad_table_more(case: str) -> None:
    more, sentence = TIMERS[case]
    assert faults(PARTIES, more=more) == (sentence,)


def test_a_state_that_nobody_leaves_and_one_that_never_ends() -> None:
    stuck = faults(TIERS, ('closed = { name', 'stuck = { name = "Stuck", kind = "open" }\nclosed = { name'),
                   ('from = ["open"]\nto = "closed"', 'from = ["open"]\nto = "stuck"'),
                   ('from = ["closed"]', 'from = ["open"]'))  # fmt: skip
    assert 'states, key "stuck": no ticket can ever leave it; add a move from it or make it closed.' in stuck
    assert 'states, key "open": no way leads from it to a closed state; add a move that ends there.' in stuck


def test_letters_that_the_desks_languages_lack() -> None:
    (fault,) = faults(PARTIES, ('key = "several-parties"', 'key = "several-parties"\nlanguages = ["en", "is"]'))
    assert fault.startswith('key "languages": there is no "is" of the letters acknowledgement, ')
    assert fault.endswith("write them, or take the language out.")


def test_all_faults_are_told_at_once() -> None:
    found = faults(
        PARTIES,
        ('to = "on-customer"', 'to = "on-custmer"'),
        ('template = "moved"', 'template = "movd"'),
        ('en = ["reopen"]', 'en = ["close"]'),
        more=TIMER.format("closed", "3 days", 'move = "close"'),
    )
    assert len(found) == 4
