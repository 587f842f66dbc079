"""How fast mail is taken durably, beside Postfix on the same machine in the same run.

`python -m bench.accept [--seconds S] [--sessions 1,10,50,100] [--sizes 2,15,300]` sends with Postfix's smtp-source to
our SMTP and LMTP doors (nobody works on what comes in) and to a Postfix that queues and delivers nothing. Each round
sends to one after the other; printed is the median of the rounds, messages a second, and ours against Postfix.
`reused` sends all mail of a session over one connection.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.postfix import Postfix, missing

SUPPORT = "support@desk.example"
SENDER = "ann@acme.example"

Send = Callable[[int], None]


@contextmanager
def ours(folder: Path) -> Iterator[tuple[int, int]]:
    """The daemon with its doors alone; the ports of SMTP and LMTP."""
    path = config.write(folder, f"sqlite:///{folder}/accept.db", 9)
    path.write_text(path.read_text() + '\n[lmtp]\nlisten = "127.0.0.1:0"\n')
    daemon = Daemon(path)
    daemon.start(roles="smtp")
    try:
        yield daemon.port, daemon.lmtp
    finally:
        daemon.kill()


def source(port: int, *, size: int, sessions: int, reused: bool, lmtp: bool) -> Send:
    """smtp-source as a function of how many messages to send."""
    program = shutil.which("smtp-source", path="/usr/sbin:/usr/bin:/sbin:/bin") or "smtp-source"
    options = [*(["-L"] if lmtp else []), *(["-d"] if reused else [])]
    addresses = ["-f", SENDER, "-t", SUPPORT]

    def send(count: int) -> None:
        command = [program, *options, "-s", str(sessions), "-m", str(count), "-l", str(size), *addresses]
        subprocess.run([*command, f"127.0.0.1:{port}"], check=True)

    return send


def rate(send: Send, seconds: float, estimate: int) -> float:
    """Messages a second over about so many seconds."""
    start = time.perf_counter()
    send(estimate)
    first = estimate / (time.perf_counter() - start)
    count = max(estimate, int(first * seconds))
    start = time.perf_counter()
    send(count)
    return count / (time.perf_counter() - start)


def compare(title: str, doors: dict[str, Send], seconds: float, sessions: int, rounds: int) -> None:
    """One line: each door's rate, and its ratio to Postfix."""
    rates: dict[str, list[float]] = {name: [] for name in doors}
    for _ in range(rounds):
        for name, send in doors.items():
            rates[name].append(rate(send, seconds, max(10, sessions)))
    found = {name: statistics.median(each) for name, each in rates.items()}
    peer = found["postfix"]
    shown = "  ".join(f"{name} {value:6.0f}/s ({value / peer:4.2f}x)" for name, value in found.items())
    print(f"  {title:34}{shown}", flush=True)


def main() -> None:
    """Compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sessions", default="1,10,50,100")
    parser.add_argument("--sizes", default="2,15,300", help="of the messages, in kB")
    parser.add_argument("--connections", default="fresh,reused")
    arguments = parser.parse_args()
    if reason := missing():
        sys.exit(f"accept: {reason}.")
    with tempfile.TemporaryDirectory(prefix="postern-accept-") as base, Postfix(_HELD) as postfix:
        for size in (int(text) * 1000 for text in arguments.sizes.split(",")):
            print(f"{size // 1000} kB", flush=True)
            for sessions in map(int, arguments.sessions.split(",")):
                for kind in arguments.connections.split(","):
                    with ours(Path(tempfile.mkdtemp(dir=base))) as (smtp, lmtp):
                        ports = {"postfix": postfix.port, "smtp": smtp, "lmtp": lmtp}
                        doors = {
                            name: source(
                                port, size=size, sessions=sessions, reused=kind == "reused", lmtp=name == "lmtp"
                            )
                            for name, port in ports.items()
                        }
                        title = f"{sessions} sessions, {kind}"
                        compare(title, doors, arguments.seconds, sessions, arguments.rounds)
                    postfix.empty()


_HELD = ("smtpd_sender_restrictions = check_sender_access static:hold",)

if __name__ == "__main__":
    main()
