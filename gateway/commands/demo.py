"""`postern demo`: the whole way of a ticket by mail, with nothing to configure."""

import argparse
import shlex
import signal
import socket
import sys
import tempfile
from pathlib import Path

from gateway.app import Daemon, Office
from gateway.commands import init
from gateway.commands.opening import opened
from gateway.commands.serve import SIGNALS
from gateway.demo.play import Stage, board, play
from gateway.demo.script import ANN, SUPPORT
from gateway.exits import DONE, FAILED, UNAVAILABLE, Exit

HOST = "127.0.0.1"
PORTS_TO_TRY = 200


def command(arguments: argparse.Namespace) -> int:
    """Play, print the board, and stay up until a signal unless `--once`. With `--board` only print the board."""
    if arguments.board:
        with opened(arguments.config) as office:
            board(office.store.directory(), office.config.data_dir / "outgoing", print)
        return DONE
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    folder = Path(tempfile.mkdtemp(prefix="postern-demo-"))
    port = _free_port(arguments.port)
    config = _settle_in(folder, port)
    taken = "" if port == arguments.port else f" (port {arguments.port} is taken)"
    print(f"Postern demo: SMTP on {HOST}:{port}{taken}, data in {folder}\n", flush=True)
    with opened(str(config), daemon=True) as office:
        daemon = Daemon(office)
        daemon.start()
        try:
            wrong = play(Stage(office, HOST, port, _tell))
            board(office.store.directory(), folder / "var" / "outgoing", _tell)
            _last_words(config, port, office)
            for sentence in wrong:
                print(f"demo: {sentence}", file=sys.stderr)
            if not arguments.once and not wrong:
                print("\nIt stays up for you to try. Ctrl-C ends it.", flush=True)
                signal.sigwait(SIGNALS)
        finally:
            daemon.stop()
    return FAILED if wrong else DONE


def _tell(line: str) -> None:
    print(line, flush=True)


def _settle_in(folder: Path, port: int) -> Path:
    """A fresh configuration with the sample directory."""
    list(init.write(folder, f"{HOST}:{port}"))
    return folder / "config.toml"


def _free_port(first: int) -> int:
    """The first port from here on that nobody holds."""
    for port in range(first, min(first + PORTS_TO_TRY, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise Exit(UNAVAILABLE, f"demo: no port from {first} on is free; name another with --port.")


def _last_words(config: Path, port: int, _office: Office) -> None:
    postern = f"{_program()} -c {shlex.quote(str(config))}"
    mail = f"From: Ann <{ANN}>\\nTo: {SUPPORT}\\nSubject: Hello\\n\\nDoes it work?\\n"
    print("\nSend a mail:")
    print(f"  printf '{mail}' | {postern} deliver --sender {ANN} --recipient {SUPPORT}")
    print(f"  (or by SMTP, with any mail client: {HOST} port {port})")
    print("Read the board, the tickets and the mail log:")
    print(f"  {postern} demo --board")
    print(f"  {postern} tickets")
    print(f"  {postern} log -f")
    print(f"Configuration: {config}", flush=True)


def _program() -> str:
    """How the user called us."""
    launcher = Path(__file__).parents[2] / "postern"
    return shlex.quote(str(launcher)) if launcher.exists() else "postern"
