"""`postern parse`: what the parser understands of each message; touches no configuration and no database."""

import argparse
import json
import sys
from importlib.resources import files
from pathlib import Path

from gateway.commands.printing import printable
from gateway.exits import DONE, NO_INPUT
from gateway.mailfiles import batches, messages
from gateway.progress import Progress
from gateway.reader import Containment, Crashed, Reader, Request
from outbound.render import Renderer
from parsers import show
from parsers.intent import commands
from parsers.mail import ParsedMail, Piece
from parsers.tags import ticket_tags
from parsers.verbs import Verbs
from routing import workflow

DESK = "several-parties.toml"
BATCH = 16


def command(arguments: argparse.Namespace) -> int:
    """Parse every message below the paths; 66 at the end where a path could not be read, the others done."""
    verbs, code = _verbs(), DONE
    reader, progress = Reader(Containment()), Progress("parsing", sys.stderr)
    done = 0
    try:
        for path in arguments.paths:
            try:
                for batch in batches(messages(_existing(path)), BATCH):
                    _show_all(reader, batch, verbs, as_lines=arguments.json)
                    done += len(batch)
                    progress.at(done)
            except OSError as error:
                print(f"parse: {path}: {error.strerror}.", file=sys.stderr)
                code = NO_INPUT
    finally:
        reader.close()
        progress.end()
    return code


def _verbs() -> Verbs:
    """The words of command of the shipped desk, with every partner role."""
    text = (files("workflows") / DESK).read_text(encoding="utf-8")
    return workflow.verbs(workflow.load(text, DESK, Renderer((), "Postern").names()))


def _existing(path: str) -> Path:
    found = Path(path)
    found.stat()
    return found


def _show_all(reader: Reader, batch: list[tuple[str, bytes]], verbs: Verbs, *, as_lines: bool) -> None:
    results = reader.read([Request(raw, shown=as_lines) for _, raw in batch])
    for (name, _), result in zip(batch, results, strict=True):
        if as_lines:
            print(json.dumps(_object(name, result, verbs), ensure_ascii=False))
        else:
            _print(name, result, verbs)


def _object(name: str, result: ParsedMail | Crashed, verbs: Verbs) -> dict[str, object]:
    if isinstance(result, Crashed):
        return show.failed(name, result.reason)
    return show.as_json(name, result, verbs, None)


def _print(name: str, result: ParsedMail | Crashed, verbs: Verbs) -> None:
    if isinstance(result, Crashed):
        print(f"{name}\n  error: {result.reason}\n")
        return
    from_ = f"{result.from_.name} <{result.from_.address}>".strip() if result.from_ else "-"
    facts = {
        "from": from_,
        "subject": result.subject,
        "date": result.date.isoformat() if result.date else None,
        "kind": result.kind.value,
        "tags": ", ".join(ticket_tags(result.subject, None)),
        "commands": ", ".join(" ".join((c.name, *c.arguments)) for c in commands(result, verbs)),
        "attached": ", ".join(f"{a.filename} ({a.size} bytes)" for a in result.attachments),
        "defects": ", ".join(map(str, result.defects)),
    }
    print(printable(name))
    for key, value in facts.items():
        if value:
            print(printable(f"  {key}: {value}"))
    for piece, label in ((Piece.FRESH, "reply"), (Piece.SIGNATURE, "signature"), (Piece.QUOTE, "quoted")):
        lines = printable(result.of(piece)).splitlines()
        if lines:
            print(f"  {label}:")
            print("\n".join(f"    | {line}".rstrip() for line in lines))
    print()
