"""`postern parse`: what the parser understands of each message; touches no configuration and no database."""

import argparse
import io
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from gateway import report
from gateway.commands.printing import printable
from gateway.exits import DONE, FAILED, NO_INPUT, Exit
from gateway.mailfiles import Found, Unread, batches, messages
from gateway.mailfiles import files as mail_files
from gateway.progress import Progress
from gateway.reader import Containment, Crashed
from gateway.readers import Read, Readers
from gateway.report import Report
from outbound.render import Renderer
from parsers import show
from parsers.characters.charset import clean
from parsers.intent import commands
from parsers.mail import ParsedMail, Piece
from parsers.tags import ticket_tags
from parsers.verbs import Verbs
from routing import workflow

DESK = "several-parties.toml"
BATCH = 16


def command(arguments: argparse.Namespace) -> int:
    """Parse every message below the paths; 66 at the end where something could not be had, the others done."""
    _speak_utf8()
    verbs = desk_verbs()
    folder = Path(arguments.report) if arguments.report else None
    pages = _report(folder, verbs) if folder else None
    paths = [Path(path) for path in arguments.paths if _exists(path)]
    code = DONE if len(paths) == len(arguments.paths) else NO_INPUT
    progress = Progress("parsing", sys.stderr)
    if sys.stdout.isatty() and (arguments.json or not pages):
        progress.watched = False  # the results run over the same terminal, and show well enough that something goes on
    if progress.watched:
        progress.total = sum(_size(file) for path in paths for file in mail_files(path, folder))
    found = (each for path in paths for each in messages(path, folder))
    try:
        for one in _read(found, progress, shown=arguments.json):
            if isinstance(one.result, Unread):
                print(f"parse: {printable(one.name)}: {one.result.reason}.", file=sys.stderr)
                code = NO_INPUT
            _show(one, verbs, pages, as_lines=arguments.json)
    finally:
        progress.end()
    if pages:
        print(f"parse: the report is {pages.end()}", file=sys.stderr)
    return code


def desk_verbs() -> Verbs:
    """The words of command of the shipped desk, with every partner role."""
    text = (files("workflows") / DESK).read_text(encoding="utf-8")
    return workflow.verbs(workflow.load(text, DESK, Renderer((), "Postern").names()))


def _speak_utf8() -> None:
    """JSON is UTF-8 (RFC 8259 section 8.1), whatever the locale; a file name that is not is told all the same."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")


def _report(folder: Path, verbs: Verbs) -> Report:
    try:
        report.prepare(folder)
    except OSError as error:
        raise Exit(FAILED, f"parse: --report {folder}: {error.strerror or error}.") from None
    return Report(folder, verbs)


def _exists(path: str) -> bool:
    try:
        Path(path).stat()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        print(f"parse: {printable(path)}: {reason}.", file=sys.stderr)
        return False
    return True


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _read(found: Iterator[Found], progress: Progress, *, shown: bool) -> Iterator[Read]:
    """Every message read, in order, by as many children as there are cores."""
    done = size = 0
    with closing(Readers(Containment())) as readers:
        for one in readers.read(batches(found, BATCH), shown=shown):
            yield one
            done, size = done + 1, size + one.size
            progress.at(size, f"{done} messages")


def _show(one: Read, verbs: Verbs, pages: Report | None, *, as_lines: bool) -> None:
    try:
        _say(one, verbs, pages, as_lines=as_lines)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - no message ends the run
        reason = f"it cannot be shown ({type(error).__name__})"
        _say(replace(one, result=Crashed(reason)), verbs, pages, as_lines=as_lines)


def _say(one: Read, verbs: Verbs, pages: Report | None, *, as_lines: bool) -> None:
    if as_lines:
        print(json.dumps(_object(one, verbs), ensure_ascii=False))
    elif pages is None:
        _print(one, verbs)
    if pages:
        _add(pages, one)


def _object(one: Read, verbs: Verbs) -> dict[str, object]:
    name = clean(one.name)
    match one.result:
        case Crashed(reason) | Unread(reason):
            return show.failed(name, reason)
        case ParsedMail():
            return show.as_json(name, one.result, verbs, None)


def _add(pages: Report, one: Read) -> None:
    match one.result:
        case Crashed(reason) | Unread(reason):
            pages.failed(clean(one.name), reason)
        case ParsedMail():
            pages.add(clean(one.name), one.result)


def _print(one: Read, verbs: Verbs) -> None:
    mail = one.result
    if not isinstance(mail, ParsedMail):
        print(f"{printable(one.name)}\n  error: {mail.reason}\n")
        return
    from_ = f"{mail.from_.name} <{mail.from_.address}>".strip() if mail.from_ else "-"
    facts = {
        "from": from_,
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "kind": mail.kind.value,
        "tags": ", ".join(ticket_tags(mail.subject, None)),
        "commands": ", ".join(" ".join((c.name, *c.arguments)) for c in commands(mail, verbs)),
        "attached": ", ".join(f"{a.filename} ({a.size} bytes)" for a in mail.attachments),
        "defects": ", ".join(map(str, mail.defects)),
    }
    print(printable(one.name))
    for key, value in facts.items():
        if value:
            print(printable(f"  {key}: {value}"))
    for piece, label in ((Piece.FRESH, "reply"), (Piece.SIGNATURE, "signature"), (Piece.QUOTE, "quoted")):
        lines = printable(mail.of(piece)).splitlines()
        if lines:
            print(f"  {label}:")
            print("\n".join(f"    | {line}".rstrip() for line in lines))
    print()
