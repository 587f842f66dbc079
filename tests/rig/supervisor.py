"""What an init system does for a daemon that dies, and the wait for its queues."""

import signal
import threading
import time
from collections.abc import Callable

from gateway.store.store import Store
from tests.rig.daemon import Daemon

PATIENCE_SECONDS = 180


class Supervisor:
    """Starts the daemon again when it has died, as an init system does."""

    def __init__(self, daemon: Daemon, failpoint: str | None = None) -> None:
        self._daemon = daemon
        self._ready = threading.Event()
        self.deaths = 0
        self._over = threading.Event()
        daemon.start(failpoint)
        self._ready.set()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.is_set():
            if self._daemon.alive():
                self._over.wait(0.01)
                continue
            self._ready.clear()
            self.deaths += 1
            self._daemon.bury()
            self._daemon.start()
            self._ready.set()

    def port(self) -> int:
        """The SMTP port of the daemon that runs, once one does."""
        assert self._ready.wait(PATIENCE_SECONDS)
        return self._daemon.port

    def lmtp(self) -> int:
        """Its LMTP port."""
        assert self._ready.wait(PATIENCE_SECONDS)
        return self._daemon.lmtp

    def kill(self) -> None:
        """Let the daemon die as of kill -9, now."""
        assert self._daemon.process is not None
        self._daemon.process.send_signal(signal.SIGKILL)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so. Raises AssertionError where it does not come to be."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not true():
            assert time.monotonic() < end, "it does not come to be"
            time.sleep(0.05)

    def stop(self) -> int:
        """Watch no longer, and ask the daemon to finish."""
        self._over.set()
        self._thread.join()
        return self._daemon.stop()


def drain(store: Store) -> None:
    """Wait until both queues are empty."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with store.read() as reading:
            if not reading.inbox(("waiting", "working"), limit=1) and not reading.queue(
                ("waiting", "working"), limit=1
            ):
                return
        time.sleep(0.05)
    raise AssertionError("the queues did not become empty")
