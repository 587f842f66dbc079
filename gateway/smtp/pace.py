"""How long a peer may take: for a command, for a message, for its whole session."""

from dataclasses import dataclass, field

from gateway.smtp import answers
from gateway.smtp.bounds import Bounds

NEVER = float("inf")


@dataclass(slots=True)
class Pace:
    """The clocks of one session. All times are of the loop's monotonic clock, in seconds.

    A byte now and then keeps nobody here: a command must be complete in `command_time`, a message in `message_time`.
    While we are at work ourselves nobody is late.
    """

    bounds: Bounds
    _begun: float | None = None
    _until: float = NEVER
    _message: float = field(default=NEVER, init=False)
    _last: float = field(default=0.0, init=False)
    _bytes: int = field(default=0, init=False)

    def wait(self, now: float) -> None:
        """From now on the peer must read our answer and send its next command."""
        if self._begun is None:
            self._begun = now
        self._until = now + self.bounds.command_time

    def message(self, now: float) -> None:
        """From now on a message must come."""
        self._message = self._last = now
        self._until = NEVER
        self._bytes = 0

    def work(self) -> None:
        """From now on it is our turn."""
        self._message = self._until = NEVER

    def heard(self, size: int, now: float) -> None:
        """So many bytes have come."""
        self._last = now
        self._bytes += size

    @property
    def waiting(self) -> bool:
        """Whether it is the peer's turn to send a command."""
        return self._until is not NEVER

    def late(self, now: float) -> str | None:
        """The answer that ends the session, None while it is well in time."""
        if self._until <= now or self._dragging(now):
            return answers.TOO_SLOW
        if self.waiting and self._begun is not None and now >= self._begun + self.bounds.session_time:
            return answers.SESSION_OVER
        return None

    def _dragging(self, now: float) -> bool:
        passed = now - self._message
        if passed < 0:
            return False
        bounds = self.bounds
        silent = now - self._last >= bounds.command_time
        slow = passed >= bounds.command_time and self._bytes < bounds.min_rate * passed
        return silent or slow or passed >= bounds.message_time
