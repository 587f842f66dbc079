"""The circuit breaker of a relay: what its failures mean for the letters that would go there. Pure.

Times are seconds of a clock that never goes back.
"""

from dataclasses import dataclass, replace

OPENS_AFTER = 3  # failures in a row: one alone may be a limit on connections, while others work
FIRST = 2.0  # seconds until the first probe
LONGEST = 300.0
SPREAD = 0.2


@dataclass(frozen=True, slots=True)
class Breaker:
    """Closed while letters go, open while the relay cannot be used; then nobody knocks before `probe_at`.

    `since` is when it opened, `failed_probes` how often it was knocked in vain since.
    """

    failures: int = 0
    since: float | None = None
    probe_at: float = 0.0
    failed_probes: int = 0

    @property
    def open(self) -> bool:
        """Whether letters wait."""
        return self.since is not None

    def failed(self, now: float, jitter: float) -> "Breaker":
        """The relay could not be used, by a letter or by a probe."""
        if self.since is not None:
            probes = self.failed_probes + 1
            return replace(self, failed_probes=probes, probe_at=now + pause(probes, jitter))
        if self.failures + 1 < OPENS_AFTER:
            return replace(self, failures=self.failures + 1)
        return Breaker(self.failures + 1, now, now + pause(0, jitter))

    def worked(self) -> "Breaker":
        """The relay spoke with us as it should."""
        return Breaker()


def pause(failed_probes: int, jitter: float) -> float:
    """The seconds until the next probe: two, doubled with each that failed up to five minutes, a fifth more or less.

    `jitter` from -1 to 1 spreads those of several gateways.
    """
    return min(FIRST * 2.0 ** min(failed_probes, 16), LONGEST) * (1 + SPREAD * max(-1.0, min(jitter, 1.0)))
