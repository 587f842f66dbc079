"""The certificate that our listeners show, read again on SIGHUP."""

import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from gateway.instant import written
from gateway.smtp.validity import end_of

MARKS = (timedelta(days=14), timedelta(days=3), timedelta())
"""How long before the end of a certificate it is said that it ends."""


@dataclass(slots=True)
class Certificate:
    """A PEM file with the certificate and its chain, and one with its key, loaded as a server's TLS context.

    Raises OSError where a file cannot be read, ssl.SSLError where it is no certificate or the key is another's. `end`
    is when it is no longer valid; None where that cannot be read, which OpenSSL can.
    """

    chain: Path
    key: Path
    context: ssl.SSLContext = field(init=False, repr=False)
    end: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        self.reload()

    def __str__(self) -> str:
        return str(self.chain)

    def reload(self) -> None:
        """Show what the files hold now to whoever comes next. Raises as the constructor; then the old one stays."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.chain, self.key)
        self.context, self.end = context, None
        with contextlib.suppress(ValueError):
            self.end = end_of(self.chain.read_text(encoding="latin-1"))

    def passed(self, moment: datetime) -> int:
        """How many of the marks before its end are passed."""
        return 0 if self.end is None else sum(self.end - moment <= mark for mark in MARKS)

    def warning(self, moment: datetime) -> str | None:
        """A sentence where its end is near or over."""
        if self.end is None or not self.passed(moment):
            return None
        days = (self.end - moment).days
        when = f"in {days} day{'' if days == 1 else 's'}" if days > 0 else "within a day"
        ends = f"ended {written(self.end)}" if self.end <= moment else f"ends {written(self.end)}, {when}"
        return f"{self.chain}: this certificate {ends}; renew it, then send SIGHUP to a running `postern serve`"


class Expiry:
    """The end of the certificate in use, said once at each mark; one that was renewed begins anew."""

    def __init__(self, certificate: Certificate, say: Callable[[str], None], now: Callable[[], datetime]) -> None:
        self._certificate = certificate
        self._say = say
        self._now = now
        self._said = (certificate.end, 0)

    def step(self) -> None:
        """Look at the clock."""
        moment = self._now()
        end, passed = self._certificate.end, self._certificate.passed(moment)
        known = self._said[1] if self._said[0] == end else 0
        self._said = (end, passed)
        warning = self._certificate.warning(moment)
        if passed > known and warning is not None:
            self._say(warning)
