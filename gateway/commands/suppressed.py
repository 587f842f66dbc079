"""`postern suppressed`: the addresses to which nothing is sent for a while, and letting letters go there again."""

import argparse
import sys

from gateway.app import Office
from gateway.commands.opening import opened
from gateway.commands.printing import as_json, table
from gateway.exits import DONE, NO_INPUT, USAGE, Exit
from gateway.instant import now, written
from gateway.store.store import SuppressedLine

_HEADINGS = ("Address", "Why", "Since", "Until", "Letters held", "What its server said")


def command(arguments: argparse.Namespace) -> int:
    """List, or lift; 66 for an address to which letters go anyway."""
    with opened(arguments.config) as office:
        if arguments.action == "list":
            return _list(office, as_lines=arguments.json)
        if not arguments.addresses:
            raise Exit(USAGE, "suppressed lift: name at least one address; `postern suppressed` lists them.")
        codes = [_lift(office, address, arguments) for address in arguments.addresses]
        return next((code for code in codes if code != DONE), DONE)


def _list(office: Office, *, as_lines: bool) -> int:
    found = office.store.suppressions(now())
    if as_lines:
        for line in found:
            as_json(_object(line))
    else:
        table(_HEADINGS, [_row(line) for line in found])
    return DONE


def _object(line: SuppressedLine) -> dict[str, object]:
    one = line.suppression
    return {
        "address": one.address,
        "kind": "hard" if one.hard else "soft",
        "since": written(one.since),
        "until": written(one.until),
        "reason": one.reason,
        "letters": line.letters,
    }


def _row(line: SuppressedLine) -> tuple[str | None, ...]:
    one = line.suppression
    why = "no such mailbox" if one.hard else "failed too often"
    return (one.address, why, written(one.since), written(one.until), str(line.letters), one.reason)


def _lift(office: Office, address: str, arguments: argparse.Namespace) -> int:
    lifted, released = office.store.lift(address, now(), release=arguments.release)
    if not lifted and not released:
        print(f"suppressed lift: nothing keeps letters from {address}.", file=sys.stderr)
        return NO_INPUT
    letters = f"{released} letter{'' if released == 1 else 's'} released" if arguments.release else "by hand"
    office.maillog.lifted(address, letters)
    if arguments.json:
        as_json({"address": address, "lifted": lifted, "released": released})
    else:
        print(f"{address}: letters go there again{f'; {letters}' if arguments.release else ''}")
    return DONE
