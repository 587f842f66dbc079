"""`postern workflow`: the rules of a desk as tables, as a picture, or as who may do what in which state."""

import argparse
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from gateway import config
from gateway.arrows import by_themselves
from gateway.commands.opening import faults_told
from gateway.commands.printing import as_json, printable, table
from gateway.exits import DONE, FAILED, USAGE, Exit
from gateway.faults import ConfigFaults, choose
from gateway.graph import svg
from gateway.matrix import matrix
from gateway.settings import shipped_desks
from outbound.render import Renderer
from routing.rules import CommentRule, MoveRule, Workflow
from routing.workflow import Letters, load


def command(arguments: argparse.Namespace) -> int:
    """Show the configured desk, one that ships, or the usual one where there is no configuration; 78 for faults."""
    with faults_told():
        workflow = _workflow(arguments.config, arguments.desk)
    if arguments.action == "graph":
        return _graph(workflow, arguments.out)
    if arguments.out is not None:
        raise Exit(USAGE, f"workflow {arguments.action}: --out is for the picture: workflow graph --out FILE.")
    return (_matrix if arguments.action == "matrix" else _show)(workflow, as_lines=arguments.json)


def _graph(workflow: Workflow, out: str | None) -> int:
    if out is None:
        print(svg(workflow), end="")
        return DONE
    try:
        Path(out).write_text(svg(workflow), encoding="utf-8")
    except OSError as error:
        raise Exit(FAILED, f"workflow graph: {out}: {error.strerror}; name a file that you may write.") from None
    print(f"wrote {out}")
    return DONE


def _matrix(workflow: Workflow, *, as_lines: bool) -> int:
    found = matrix(workflow)
    if as_lines:
        for row in found.rows:
            as_json({"state": row.state, "verb": row.verb, **dict(zip(found.columns, row.effects, strict=True))})
        return DONE
    table(("State", "Verb", *found.columns), [(row.state, row.verb, *row.effects) for row in found.rows])
    return DONE


def _show(workflow: Workflow, *, as_lines: bool) -> int:
    if as_lines:
        as_json(_object(workflow))
    else:
        print(workflow.name)
        for title, print_part in _PARTS.items():
            _part(title, print_part, workflow)
    return DONE


def _object(workflow: Workflow) -> dict[str, object]:
    return {
        "key": workflow.key,
        "name": workflow.name,
        "states": [{"key": s.key, "name": s.name, "kind": s.kind.value} for s in workflow.states.values()],
        "substatuses": dict(workflow.substatuses),
        "resolutions": dict(workflow.resolutions),
        "priorities": list(workflow.priorities),
        "categories": list(workflow.categories),
        "moves": [_move_object(rule) for rule in workflow.moves],
        "comments": [_comment_object(rule) for rule in workflow.comments],
        "commands": {name: list(who) for name, who in workflow.acts.items()},
        "creation": [each.key for each in workflow.form.questions] if workflow.form else [],
    }


def _move_object(rule: MoveRule) -> dict[str, object]:
    return {
        "verb": rule.verb,
        "phrases": list(rule.phrases),
        "from": list(rule.source),
        "to": rule.target,
        "who": [side.value for side in rule.who],
        "only": list(rule.only),
        "proof": rule.proof,
        "resolutions": list(rule.resolutions),
        "notify": list(rule.notify),
    }


def _comment_object(rule: CommentRule) -> dict[str, object]:
    return {
        "who": [side.value for side in rule.who],
        "from": list(rule.source),
        "to": rule.target or None,
        "refused": rule.refuse,
        "notify": list(rule.notify),
    }


_Rows = list[tuple[str, ...]]


def _part(title: str, rows_of: Callable[[Workflow], tuple[tuple[str, ...], _Rows]], workflow: Workflow) -> None:
    """One table of the desk, none where it would be empty."""
    headings, rows = rows_of(workflow)
    if rows:
        print(f"\n{title}" if title else "")
        table(headings, rows)


def _states(workflow: Workflow) -> tuple[tuple[str, ...], _Rows]:
    return ("State", "Name", "Kind"), [(s.key, s.name, s.kind.value) for s in workflow.states.values()]


def _substatuses(workflow: Workflow) -> tuple[tuple[str, ...], _Rows]:
    return ("Sub-status", "Name"), list(workflow.substatuses.items())


def _resolutions(workflow: Workflow) -> tuple[tuple[str, ...], _Rows]:
    return ("Resolution", "Name"), list(workflow.resolutions.items())


def _moves(workflow: Workflow) -> tuple[tuple[str, ...], _Rows]:
    return ("Move", "Phrases", "From", "To", "Who", "Told"), [
        (
            m.verb,
            ", ".join(m.phrases),
            ", ".join(m.source),
            m.target or "(stays)",
            ", ".join((*m.who, *(f"only {group}" for group in m.only))),
            ", ".join(m.notify),
        )
        for m in workflow.moves
    ]


def _comments(workflow: Workflow) -> tuple[tuple[str, ...], _Rows]:
    return ("Comment by", "In", "Then", "Told"), [
        (
            ", ".join(c.who),
            ", ".join(c.source),
            "(refused)" if c.refuse else c.target or "(stays)",
            ", ".join(c.notify),
        )
        for c in workflow.comments
    ]


def _automatic(workflow: Workflow) -> tuple[tuple[str, ...], _Rows]:
    return ("From", "To", "By itself"), list(by_themselves(workflow))


def _acts(workflow: Workflow) -> tuple[tuple[str, ...], _Rows]:
    told = workflow.told
    return ("Command", "Who", "Told"), [
        (name, ", ".join(who), ", ".join(told.get(name, ()))) for name, who in workflow.acts.items()
    ]


def _questions(workflow: Workflow) -> tuple[tuple[str, ...], _Rows]:
    asked = workflow.form.questions if workflow.form else ()
    return ("Asked of a new ticket", "Of whom", "Question"), [
        (each.key, ", ".join(each.who), each.prompt) for each in asked
    ]


_PARTS: Mapping[str, Callable[[Workflow], tuple[tuple[str, ...], _Rows]]] = {
    "States": _states,
    "Sub-statuses": _substatuses,
    "Resolutions": _resolutions,
    "Moves": _moves,
    "Comments": _comments,
    "What happens by itself": _automatic,
    "Commands": _acts,
    "Creation form": _questions,
}


def _workflow(argument: str | None, desk: str | None) -> Workflow:
    templates = Renderer((), "Postern").languages()
    if desk is not None:
        return _loaded(_shipped(desk), templates)
    try:
        path = config.find(argument)
    except ConfigFaults:
        if argument:
            raise
        path = None
    return _loaded(config.load(path).gateway.workflow if path else _shipped("several-parties"), templates)


def _shipped(desk: str) -> Path:
    known = shipped_desks()
    if desk not in known:
        raise Exit(USAGE, f'workflow: there is no shipped desk "{printable(desk)}"; {choose(desk, known)}')
    return Path(str(files("workflows") / f"{desk}.toml"))


def _loaded(path: Path, templates: Letters) -> Workflow:
    return load(path.read_text(encoding="utf-8"), str(path), templates)
