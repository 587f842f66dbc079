"""Sessions of nonsense against the SMTP and LMTP doors: `python -m bench.dialogue [--sessions N] [--seed S]`.

Starts the real daemon, says to it what is half right and half rubbish, cuts and half-closes, and looks at the end
whether it still takes mail and holds as many file handles and as little memory as before. Exit 1 where it does not.
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.nonsense import babble, figures, honest

WARM = 500
MEMORY_KB = 40_000
HANDLES = 8


def main() -> None:
    """Fuzz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="postern-dialogue-") as base:
        path = config.write(Path(base), f"sqlite:///{base}/fuzz.db", 9)
        path.write_text(path.read_text() + '\n[lmtp]\nlisten = "127.0.0.1:0"\n')
        daemon = Daemon(path)
        daemon.start(roles="smtp")
        try:
            assert daemon.process is not None
            for _ in range(WARM):
                babble(chance, daemon.port, daemon.lmtp)
            before = figures(daemon.process.pid)
            for number in range(arguments.sessions):
                babble(chance, daemon.port, daemon.lmtp)
                if number % 5000 == 0:
                    print(f"{number} sessions, {figures(daemon.process.pid)}", flush=True)
            honest(daemon.port)
            after = figures(daemon.process.pid)
            print(f"before {before}, after {after}")
            leaks = after.handles > before.handles + HANDLES or after.memory > before.memory + MEMORY_KB
        finally:
            status = daemon.stop()
    sys.exit(1 if leaks or status else 0)


if __name__ == "__main__":
    main()
