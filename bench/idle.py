"""Idle connections held on one listener while mail flows: `python -m bench.idle [--connections N] [--messages N]`."""

import argparse
import resource
import socket
import tempfile
import time
from pathlib import Path

from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.load import Message, Session
from tests.rig.nonsense import figures


def main() -> None:
    """Hold, send, let go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=5000)
    parser.add_argument("--messages", type=int, default=300)
    arguments = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="postern-idle-") as base:
        path = config.write(Path(base), f"sqlite:///{base}/idle.db", 9)
        path.write_text(f"{path.read_text()}\n[limits]\nconnections = {arguments.connections + 100}\n")
        daemon = Daemon(path)
        daemon.start(roles="smtp")
        try:
            hold(daemon, arguments.connections, arguments.messages)
        finally:
            daemon.stop()


def hold(daemon: Daemon, connections: int, messages: int) -> None:
    """Prints what the daemon holds before, meanwhile and afterwards, and how fast mail flows meanwhile."""
    assert daemon.process is not None
    print(f"before   {figures(daemon.process.pid)}")
    idle = [socket.create_connection(("127.0.0.1", daemon.port), 20) for _ in range(connections)]
    assert all(one.recv(100).startswith(b"220") for one in idle)
    session = Session(daemon.port)
    start = time.perf_counter()
    for number in range(messages):
        raw = f"Message-ID: <{number}@acme.example>\r\n\r\nIt beeps.".encode()
        answer = session.send(Message("", "ann@acme.example", "support@desk.example", raw))
        assert answer.startswith(b"250"), answer
    rate = messages / (time.perf_counter() - start)
    print(f"holding  {figures(daemon.process.pid)}; {rate:.0f} messages/s over one other connection")
    session.close()
    for one in idle:
        one.close()
    time.sleep(1)
    print(f"after    {figures(daemon.process.pid)}")


if __name__ == "__main__":
    main()
