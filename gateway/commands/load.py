"""`postern import`: old mail from files, walked to the end; running it twice changes nothing."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.app import Office
from gateway.commands.opening import opened
from gateway.exits import DONE, NO_INPUT, NO_RECIPIENT, Exit
from gateway.instant import now
from gateway.intake import Delivery, Intake, Rejected, Target
from gateway.mailfiles import Found, Unread, batches, looks_like_mail, messages
from gateway.progress import Progress
from gateway.walk import Rules
from parsers.address import split
from parsers.identity import Identity, identify
from parsers.mail import Door

BATCH = 64


@dataclass(slots=True)
class Tally:
    """What became of the messages."""

    accepted: list[int] = field(default_factory=list)
    already: int = 0
    skipped: int = 0


def command(arguments: argparse.Namespace) -> int:
    """Import; 66 where a path is missing, 67 where `--to` is no address of ours."""
    missing = [path for path in arguments.paths if not Path(path).exists()]
    if missing:
        raise Exit(NO_INPUT, *(f"import: {path}: there is no such file or folder." for path in missing))
    with opened(arguments.config) as office:
        office.apply_directory()
        rules = office.rules()
        intake = office.intake(lambda: rules)
        if arguments.to and isinstance(intake.admit(arguments.to, now().date()), Rejected):
            raise Exit(NO_RECIPIENT, f"import: --to {arguments.to}: this is no [[address]] of the configuration.")
        tally = Tally()
        progress = Progress("importing", sys.stderr)
        found = (item for path in arguments.paths for item in messages(Path(path)))
        for batch in batches(found, BATCH):
            _take(intake, rules, batch, arguments, tally)
            progress.at(len(tally.accepted) + tally.already + tally.skipped)
        _walk(office, rules, tally.accepted, Progress("deciding", sys.stderr, len(tally.accepted)))
        states = office.store.inbox_states(tally.accepted)
    done = sum(1 for state in states.values() if state in ("done", "dropped"))
    held = sum(1 for state in states.values() if state == "held")
    total = len(tally.accepted) + tally.already
    print(f"messages {total}: done {done}, held {held}, already here {tally.already}; skipped {tally.skipped}")
    return DONE


def _take(intake: Intake, rules: Rules, batch: Sequence[Found], arguments: argparse.Namespace, tally: Tally) -> None:
    deliveries = []
    for name, raw in batch:
        if isinstance(raw, Unread):
            print(f"import: {name}: {raw.reason}.", file=sys.stderr)
        if isinstance(raw, Unread) or not looks_like_mail(raw):
            tally.skipped += 1
            continue
        # Neither size nor hops keep out what is already ours to keep.
        identity = identify(raw)
        target = _target(identity, rules, arguments.to)
        deliveries.append(Delivery(raw, identity, "", (target,), Door.IMPORT, now(), quiet=not arguments.notify))
    for (accepted,) in intake.accept(deliveries) if deliveries else []:
        if accepted.duplicate:
            tally.already += 1
        else:
            tally.accepted.append(accepted.inbox_id)


def _target(identity: Identity, rules: Rules, to: str | None) -> Target:
    """`--to`, else the first address of ours in To, Cc or Delivered-To, else the first of the configuration."""
    desk = rules.desk
    for recipient in (to,) if to else identity.recipients:
        plain = split(recipient)[0]
        inlet = desk.inlet(plain)
        if inlet:
            # An old mail proves nothing: the signed part of an address is left aside.
            return Target(plain, inlet, None)
    return Target(desk.inlets[0].address, desk.inlets[0], None)


def _walk(office: Office, rules: Rules, mine: Sequence[int], progress: Progress) -> None:
    """Decide until all of ours are, whether by us or by a daemon that runs beside us."""
    walker = office.walker(lambda: rules)
    try:
        open_ones = set(mine)
        while open_ones:
            if not walker.step():
                walker.rest()
            states = office.store.inbox_states(open_ones)
            open_ones = {one for one, state in states.items() if state in ("waiting", "working")}
            progress.at(len(mine) - len(open_ones))
    finally:
        walker.stop()
        progress.end()
