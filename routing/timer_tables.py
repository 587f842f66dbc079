"""The tables `[[timer]]` and `[rating]` of a workflow file, and what must hold of them beside the other rules."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from routing.builtin import BUILT_IN
from routing.directory import Side
from routing.rule_tables import KEY, Known
from routing.rules import GROUPS, Workflow
from routing.table import Table
from routing.timer_rules import RatingRule, TimerRule

_DURATION = re.compile(r"([1-9][0-9]{0,4}) ?(minute|hour|day|week)s?")
_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


def timers(desk: Table, known: Known, priorities: tuple[str, ...]) -> tuple[TimerRule, ...]:
    """All `[[timer]]` tables; a desk may have none."""
    if "timer" not in desk:
        return ()
    return tuple(_timer(table, known, priorities) for table in desk.tables("timer", "name"))


def _timer(table: Table, known: Known, priorities: tuple[str, ...]) -> TimerRule:
    name = table.text("name")
    if name and not KEY.fullmatch(name):
        table.fault("name", f'"{name}" is no name of a timer; use small letters, digits and hyphens')
    groups = (*GROUPS, *known.parties(per_party=False))
    rule = TimerRule(
        name=name,
        source=table.choices("from", known.states, "state"),
        after=_duration(table, "after"),
        notify=table.choices("notify", groups, "group", ()),
        template=table.choice("template", sorted(known.templates), "template", _usual_template(table)),
        move=table.text("move") if "move" in table else None,
        resolution=table.text("resolution") if "resolution" in table else None,
        priority=table.choice("priority", priorities, "priority") if "priority" in table else None,
    )
    if rule.move is None and rule.priority is None and not rule.notify:
        table.fault("notify", "the timer does nothing; name groups to notify, a move or a priority")
    if rule.resolution is not None and rule.move is None:
        table.fault("resolution", "only a move closes a ticket; add the move or take it out")
    table.finish()
    return rule


def _usual_template(table: Table) -> str:
    """The shipped letter for what a timer does."""
    return "expired" if "move" in table else "escalated" if "priority" in table else "reminder"


def _duration(table: Table, key: str) -> timedelta:
    said = table.text(key)
    found = _DURATION.fullmatch(said)
    if found is None:
        if said:
            table.fault(key, f'"{said}" is no time; write it as in "4 hours", "3 days" or "2 weeks"')
        return timedelta(days=1)
    return int(found[1]) * _UNITS[found[2]]


def rating(desk: Table, known: Known) -> RatingRule | None:
    """The table `rating`; a desk without one takes no ratings."""
    if "rating" not in desk:
        return None
    table = desk.table("rating")
    rule = RatingRule(
        enabled=table.flag("enabled", default=True),
        source=table.choices("from", known.states, "state"),
        target=table.choice("to", known.states, "state") if "to" in table else None,
        notify=table.choices("notify", (*GROUPS, *known.parties(per_party=False)), "group", ()),
        template=table.choice("template", sorted(known.templates), "template", "rated"),
    )
    table.finish()
    return rule


def acts(rule: RatingRule | None) -> Mapping[str, tuple[Side, ...]]:
    """The built-in verb that comes with ratings, and who may say it."""
    return {"rate": BUILT_IN["rate"].who} if rule is not None and rule.enabled else {}


def faults(workflow: Workflow) -> Iterator[str]:
    """What is wrong between timers, rating and the other rules of a desk, a sentence each."""
    names: set[str] = set()
    for timer in workflow.timers:
        if timer.name in names:
            yield f'timer "{timer.name}", key "name": there are two timers of this name; give one of them another.'
        names.add(timer.name)
        yield from _unmade(workflow, timer)
    rule = workflow.rating
    if rule is not None and not rule.enabled and rule.target is None:
        yield 'rating, key "to": where nobody rates, a ticket goes on by itself; say to which state.'


def _unmade(workflow: Workflow, timer: TimerRule) -> Iterator[str]:
    """Why a timer's move could not be made."""
    if timer.move is None:
        return
    rule = workflow.move(timer.move)
    if rule is None:
        known = ", ".join(f'"{one.verb}"' for one in workflow.moves)
        yield f'timer "{timer.name}", key "move": there is no move "{timer.move}"; choose one of {known}.'
        return
    for state in timer.source:
        if state not in rule.source:
            yield (
                f'timer "{timer.name}", key "from": the move "{rule.verb}" cannot be made from "{state}"; '
                "take the state out, or let the move begin there."
            )
    if timer.resolution is not None and timer.resolution not in rule.resolutions:
        known = ", ".join(f'"{one}"' for one in rule.resolutions) or "none"
        yield f'timer "{timer.name}", key "resolution": the move "{rule.verb}" knows {known}, not "{timer.resolution}".'
