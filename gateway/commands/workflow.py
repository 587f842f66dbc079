"""`postern workflow show`: the states and moves of the desk."""

import argparse
from importlib.resources import files
from pathlib import Path

from gateway import config
from gateway.commands.printing import table
from gateway.exits import BAD_CONFIGURATION, DONE, Exit
from gateway.faults import ConfigFaults
from outbound.render import Renderer
from routing.workflow import Workflow, WorkflowFaults, load


def command(arguments: argparse.Namespace) -> int:
    """Show the configured desk, or the one that ships where there is no configuration; 78 where it has faults."""
    try:
        workflow = _workflow(arguments.config)
    except WorkflowFaults as broken:
        raise Exit(BAD_CONFIGURATION, *broken.faults) from None
    except ConfigFaults as broken:
        raise Exit(BAD_CONFIGURATION, *(str(fault) for fault in broken.faults)) from None
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
    return DONE


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
