"""`postern check`: configuration, secret, workflow, letters and directory, every fault at once."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from gateway import config, directory_file, relays, secret
from gateway.config import Config, Draft
from gateway.directory_file import Surroundings
from gateway.exits import BAD_CONFIGURATION, DONE, UNAVAILABLE, Exit
from gateway.faults import ConfigFaults
from gateway.instant import now, written
from gateway.records import Resolver, SystemResolver
from gateway.relay_settings import RelayTable
from gateway.tokens import keeps
from outbound.courier import Courier
from outbound.render import Renderer
from outbound.routes import DEFAULT
from routing.workflow import WorkflowFaults

# The first releases whose email package holds the fixes up to CVE-2026-1299, one for each series that gets them.
PATCHED = ((3, 13, 12), (3, 14, 3))
CONNECT_SECONDS = 30.0

Version = tuple[int, int, int]


def command(arguments: argparse.Namespace) -> int:
    """Check; exit 78 where there is a fault, 69 where `--connect` does not reach mailbox, relay or database."""
    try:
        path = config.find(arguments.config)
    except ConfigFaults as missing:
        raise Exit(BAD_CONFIGURATION, str(missing)) from None
    return run(path, arguments.connect, sys.stdout, sys.stderr)


def run(path: Path, connect: bool, stdout: TextIO, stderr: TextIO, version: Version = sys.version_info[:3]) -> int:
    """Check one configuration: faults and warnings go to `stderr`, a line each. Returns the exit code."""
    draft = config.draft(path)
    found = list(dict.fromkeys(faults(draft)))
    for sentence in found:
        print(sentence, file=stderr)
    if found or draft.config is None:
        return BAD_CONFIGURATION
    for sentence in warnings(draft.config, version, now()):
        print(f"warning: {sentence}", file=stderr)
    print(f"{path}: no fault found", file=stdout)
    unreached = tuple(unreachable(draft.config)) if connect else ()
    for sentence in mailboxes_told(draft.config) if connect else ():
        print(sentence, file=stdout)
    for sentence in unreached:
        print(sentence, file=stderr)
    return UNAVAILABLE if unreached else DONE


def faults(draft: Draft) -> Iterator[str]:
    """All that is wrong with a configuration and the files that it names, a sentence each."""
    yield from map(str, draft.faults)
    gateway = draft.gateway
    if gateway is None:
        return
    spoilt = {fault.key.partition("[")[0] for fault in draft.faults}
    renderer = draft.letters.renderer(gateway.name) if draft.letters else Renderer((), gateway.name)
    yield from renderer.faults()
    roles = never = None
    try:
        desk = gateway.load_workflow(renderer.languages())
        roles, never = frozenset(desk.roles), desk.people.never
    except WorkflowFaults as broken:
        yield from broken.faults
    try:
        if secret.there(gateway.secret):
            secret.read(gateway.secret)
    except ConfigFaults as broken:
        yield from map(str, broken.faults)
    # A key that has a fault says nothing of what other files may name.
    around = Surroundings(
        roles=None if "gateway.workflow" in spoilt else roles,
        never=None if "gateway.workflow" in spoilt else never,
        addresses=draft.addresses,
        queues=None if "address" in spoilt else draft.queues,
    )
    try:
        if gateway.directory is not None:
            directory_file.load(gateway.directory, around)
    except ConfigFaults as broken:
        yield from map(str, broken.faults)


def warnings(found: Config, version: Version, moment: datetime) -> Iterator[str]:
    """What is no fault and yet worth a mend."""
    certificate = found.tls.load()
    ending = certificate.warning(moment) if certificate else None
    if ending is not None:
        yield f"{found.path}: tls.certificate: {ending}"
    if not found.trust.proves:
        yield (
            f"{found.path}: trust.authserv_ids is empty, so whoever gets hold of a letter to an agent can act as that "
            "agent; name the server whose Authentication-Results you trust, or write check_dkim = true."
        )
    series = {release[:2]: release for release in PATCHED}
    if version < series.get(version[:2], PATCHED[0]):
        releases = " or ".join(".".join(map(str, release)) for release in PATCHED)
        yield (
            f"Python {'.'.join(map(str, version))} may lack fixes for hostile mail; run {releases} or later, or a "
            "package whose distribution has taken them over (CVE-2026-1299, CVE-2025-11468, CVE-2025-1795)."
        )


def unreachable(found: Config) -> Iterator[str]:
    """The peers that do not answer as they should, a sentence each."""
    from gateway.imap import setup as imap_setup
    from gateway.store.errors import StoreUnavailable
    from gateway.store.store import Store

    for table in found.mailboxes:
        trouble = imap_setup.fault(table, now)
        if trouble is not None:
            yield f"mailbox: {table.name} cannot be used: {trouble}; mend [[mailbox]], or ask its postmaster"
    for name, relay in relays.tables(found).items():
        if relay.kind != "keep":
            yield from unusable(found, name, relay)
    yield from unpublished(found) if found.dkim else ()
    try:
        found.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        Store.open(found.database).close()
    except (StoreUnavailable, OSError) as absent:
        yield f"{found.path}: gateway.database: {absent}"


def unusable(found: Config, name: str, table: RelayTable) -> Iterator[str]:
    """Why a relay would take no letter, a sentence; nothing where it would."""
    said = "relay" if name == DEFAULT else f"relays.{name}"
    path = table.oauth.refresh_token_file if table.oauth is not None else None
    if path is not None and not keeps(path):
        yield (
            f"{found.path}: {said}: its refresh token is not tried, for a new one could not be kept in {path.parent}; "
            "run this as serve runs"
        )
        return
    warned: list[str] = []
    hop = relays.next_hop(found, table, now, lambda _outcome, reason: warned.append(reason))
    with closing(Courier(replace(hop, timeout=CONNECT_SECONDS))) as courier:
        fault = courier.probe()
    if fault is not None:
        answer = f" (it answered {fault.code})" if fault.code else ""
        yield f"{found.path}: {said}: {fault.text}{answer}; mend [{said}], or ask its postmaster"
    yield from (f"{found.path}: {said}: {reason}" for reason in warned)


def unpublished(found: Config, resolver: Resolver | None = None) -> Iterator[str]:
    """The signing keys that receivers do not find in the DNS, a sentence each; they would think our letters forged."""
    resolver = resolver or SystemResolver()
    for key in (table.key for table in found.dkim):
        text = resolver.text(key.name)
        published = {tag.strip() for tag in (text or "").split(";")}
        if not any(tag and tag in published for tag in key.key.record.split("; ") if tag.startswith("p=")):
            have = "holds another key" if text else "cannot be found"
            yield f"{found.path}: dkim: the DNS record {key.name} {have}; publish what `postern dkim` prints"


def mailboxes_told(found: Config) -> Iterator[str]:
    """How each mailbox has fared in the daemon's hands, a sentence each."""
    from gateway.store.errors import StoreUnavailable
    from gateway.store.store import Store

    if not found.mailboxes:
        return
    names = {table.name for table in found.mailboxes}
    try:
        with closing(Store.open(found.database)) as store:
            states = [state for state in store.mailbox_states() if state.name in names]
    except StoreUnavailable:
        return  # it is told among what cannot be reached
    for state in states:
        trouble = f"failing since {written(state.failing_since)}: {state.reason}" if state.failing_since else "well"
        last = f"last new mail {written(state.heard_at)}" if state.heard_at else "no mail yet"
        rest = f", {state.left} messages left in it that could not be had" if state.left else ""
        yield f"mailbox {state.name}: {trouble}; {last}{rest}"
