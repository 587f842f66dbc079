"""TXT records from the DNS, for checks of our own: asked beside each other, within one deadline, kept for a while.

What cannot be had in time is not there: then nothing is proven, and nothing is lost.
"""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Protocol

SECONDS = 10.0
"""How long all look-ups of a batch may take together."""
KEPT_SECONDS = 300.0
MOST_KEPT = 10_000
LONGEST = 4096
"""Characters of a record that are read: no key is longer."""
_AT_ONCE = 8


class Resolver(Protocol):
    """Who asks the DNS."""

    def text(self, name: str) -> str | None:
        """The first TXT record of a name, None where there is none or no answer. Waits `SECONDS` at most."""


class SystemResolver:
    """Asks the name servers of this machine, through dnspython (the extra `dkim`). Raises ImportError without it.

    With `server` (an IP address and a port) it asks that one instead, and waits `seconds` at most.
    """

    def __init__(self, server: tuple[str, int] | None = None, seconds: float = SECONDS) -> None:
        import dns.resolver

        self._resolver = dns.resolver.Resolver(configure=server is None)
        self._resolver.lifetime = seconds
        if server is not None:
            self._resolver.nameservers, self._resolver.port = [server[0]], server[1]

    def text(self, name: str) -> str | None:
        """The first TXT record of a name, its strings joined (RFC 6376 section 3.6.2.2)."""
        import dns.exception
        import dns.rdatatype
        from dns.rdtypes.txtbase import TXTBase

        try:
            answer = self._resolver.resolve(name, dns.rdatatype.TXT, search=False)
        except (dns.exception.DNSException, OSError, ValueError):
            return None
        first = next((record for record in answer if isinstance(record, TXTBase)), None)
        return b"".join(first.strings)[:LONGEST].decode("latin-1") if first else None


class Records:
    """Looks names up for whole batches. Any number of threads may ask."""

    def __init__(self, resolver: Resolver, seconds: float = SECONDS) -> None:
        self._resolver = resolver
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="dns")
        self._kept: dict[str, tuple[float, str]] = {}

    def of(self, names: Iterable[str]) -> Mapping[str, str]:
        """The records of those names that have one and answer in time."""
        moment = time.monotonic()
        wanted = dict.fromkeys(name.rstrip(".").lower() for name in names)
        found = {name: kept[1] for name in wanted if (kept := self._kept.get(name)) and kept[0] > moment}
        asked = {self._pool.submit(self._resolver.text, name): name for name in wanted if name not in found}
        done, late = wait(asked, timeout=self._seconds)
        for one in late:
            one.cancel()
        answers = {asked[one]: None if one.exception() else one.result() for one in done}
        new = {name: text[:LONGEST] for name, text in answers.items() if text is not None}
        if len(self._kept) > MOST_KEPT:
            self._kept.clear()
        self._kept.update({name: (moment + KEPT_SECONDS, text) for name, text in new.items()})
        return {**found, **new}

    def close(self) -> None:
        """Ask nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
