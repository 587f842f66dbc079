"""`postern serve`: the daemon until a signal ends it, its couriers in a process of their own."""

import argparse
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from gateway import config as configuration
from gateway.account import settled
from gateway.apart import RELOAD, STOP, WAKE, Apart, Hear, Say, fork, worked
from gateway.app import ROLES, SEND, Daemon, listeners_of
from gateway.commands import check
from gateway.commands.opening import faults_told, opened
from gateway.config import Config
from gateway.exits import BAD_CONFIGURATION, DONE, UNAVAILABLE, USAGE, Exit
from gateway.smtp.binding import CannotListen
from gateway.smtp.bounds import Bound, Listener

# As for readers: the folder that a user happens to work in must not provide modules.
_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from gateway.commands.serve import carry_on; "
    "sys.exit(carry_on(sys.argv[2], int(sys.argv[3])))"
)
_ROOT = str(Path(__file__).parents[2])
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def command(arguments: argparse.Namespace) -> int:
    """Serve; exit 69 where a socket cannot be bound, 75 where another serves the same data folder.

    78 with the faults of every file, before anything is opened; 1 where the disk fails.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    roles = _roles(arguments.roles)
    config = _without_faults(arguments.config)
    try:
        listeners = settled(config, listeners_of(config, roles))
        os.umask(0o077)
        if arguments.roles is not None:
            with opened(arguments.config, daemon=True) as found:
                _serve(Daemon(found, roles, listeners))
            return DONE
        again = ["-P", "-c", _PROGRAM, _ROOT, arguments.config or ""]
        couriers = fork("couriers", lambda say, hear: _carry(arguments.config, listeners, say, hear), again)
        try:
            with opened(arguments.config, daemon=True) as found:
                daemon = Daemon(found, roles - {SEND}, listeners, wrote=couriers.wake)
                couriers.begin(partial(found.maillog.noted, "send"))
                _serve(daemon, couriers)
        finally:
            couriers.stop()
    except CannotListen as error:
        raise Exit(UNAVAILABLE, f"{error}; free the address or choose another.") from None
    return DONE


def _serve(daemon: Daemon, couriers: Apart | None = None) -> None:
    """Until a signal ends it. Raises CannotListen."""
    ready = daemon.start()
    try:
        print(ready, file=sys.stderr, flush=True)
        notify("READY=1")
        while signal.sigwait(SIGNALS) == signal.SIGHUP:
            _reload(daemon, couriers)
        notify("STOPPING=1")
    finally:
        daemon.stop()


def _carry(config: str | None, listeners: Sequence[Listener], say: Say, hear: Hear) -> int:
    """The couriers in a process of their own, until they hear that they are to stop."""
    for listener in listeners:
        if isinstance(listener.place, Bound):
            listener.place.close()
    with opened(config, daemon=True) as found:
        daemon = Daemon(found, frozenset({SEND}), (), apart=True)
        daemon.start()
        say()
        while (word := hear()) != STOP:
            if word == WAKE:
                daemon.wake()
            elif word == RELOAD:
                _reload_quietly(daemon)
                say()
        daemon.stop()
    return DONE


def carry_on(config: str, link: int) -> int:
    """The same, for a process that begins when an earlier one has died; `link` is the number of its socket."""
    os.umask(0o077)
    return worked(lambda say, hear: _carry(config or None, (), say, hear), socket.socket(fileno=link))


def _reload_quietly(daemon: Daemon) -> None:
    """What is wrong with the files the other process has told."""
    with contextlib.suppress(Exit), faults_told():
        daemon.reload()


def _roles(text: str | None) -> frozenset[str]:
    if text is None:
        return ROLES
    roles = frozenset(part.strip() for part in text.split(","))
    unknown = sorted(roles - ROLES)
    if unknown:
        raise Exit(USAGE, f"serve: --roles knows {', '.join(sorted(ROLES))}, and not {', '.join(unknown)}.")
    return roles


def _without_faults(argument: str | None) -> Config:
    with faults_told():
        draft = configuration.draft(configuration.find(argument))
        found = tuple(dict.fromkeys(check.faults(draft)))
    if found or draft.config is None:
        raise Exit(BAD_CONFIGURATION, *found)
    return draft.config


def _reload(daemon: Daemon, couriers: Apart | None) -> None:
    notify("RELOADING=1")
    try:
        with faults_told():
            changed = daemon.reload()
        if couriers:
            couriers.reload()
        print(*(changed or ["nothing changed in the directory"]), sep="\n", file=sys.stderr, flush=True)
    except Exit as failed:
        print(*failed.lines, "the rules in force stay as they were", sep="\n", file=sys.stderr, flush=True)
    notify("READY=1")


def notify(state: str) -> None:
    """Tell the service manager, where there is one (sd_notify(3))."""
    path = os.environ.get("NOTIFY_SOCKET")
    if path:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
            manager.connect("\0" + path[1:] if path.startswith("@") else path)
            manager.sendall(state.encode())
