"""`postern workflow show`: the states and moves of the desk."""

import argparse
from importlib.resources import files
from pathlib import Path

from gateway import config
from gateway.commands.opening import faults_told
from gateway.commands.printing import as_json, table
from gateway.exits import DONE
from gateway.faults import ConfigFaults
from outbound.render import Renderer
from routing.workflow import Workflow, load


def command(arguments: argparse.Namespace) -> int:
    """Show the configured desk, or the one that ships where there is no configuration; 78 where it has faults."""
    with faults_told():
        workflow = _workflow(arguments.config)
    if arguments.json:
        as_json(_object(workflow))
    else:
        _print(workflow)
    return DONE


def _object(workflow: Workflow) -> dict[str, object]:
    return {
        "key": workflow.key,
        "name": workflow.name,
        "states": [{"key": s.key, "name": s.name, "kind": s.kind.value} for s in workflow.states.values()],
        "moves": [
            {
                "verb": m.verb,
                "phrases": list(m.phrases),
                "from": list(m.source),
                "to": m.target,
                "who": [side.value for side in m.who],
                "proof": m.proof,
                "notify": list(m.notify),
            }
            for m in workflow.moves
        ],
        "comments": [
            {
                "who": [side.value for side in c.who],
                "from": list(c.source),
                "to": c.target or None,
                "notify": list(c.notify),
            }
            for c in workflow.comments
        ],
    }


def _print(workflow: Workflow) -> None:
    print(f"{workflow.name}\n")
    table(("State", "Name", "Kind"), [(s.key, s.name, s.kind.value) for s in workflow.states.values()])
    print()
    rows = [
        (m.verb, ", ".join(m.phrases), ", ".join(m.source), m.target, ", ".join(m.who), ", ".join(m.notify))
        for m in workflow.moves
    ]
    table(("Move", "Phrases", "From", "To", "Who", "Told"), rows)
    print()
    comments = [
        (", ".join(c.who), ", ".join(c.source), c.target or "(stays)", ", ".join(c.notify)) for c in workflow.comments
    ]
    table(("Comment by", "In", "Then", "Told"), comments)


def _workflow(argument: str | None) -> Workflow:
    templates = Renderer((), "Postern").names()
    try:
        path = config.find(argument)
    except ConfigFaults:
        if argument:
            raise
        path = None
    found = config.load(path).gateway.workflow if path else Path(str(files("workflows") / "several-parties.toml"))
    return load(found.read_text(encoding="utf-8"), str(found), templates)
