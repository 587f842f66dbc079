"""AUTH (RFC 4954): PLAIN and LOGIN, where the configuration names a file of logins, and only under TLS."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable

from gateway.smtp.logins import Logins

Ask = Callable[[str], Awaitable[bytes]]

MECHANISMS = "PLAIN LOGIN"
SUCCESS = "235 2.7.0 Welcome"
WRONG = "535 5.7.8 Login or password is wrong"
UNDECODABLE = "501 5.5.2 This is no base64"
CANCELLED = "501 5.7.0 Given up"
UNKNOWN_MECHANISM = "504 5.5.4 This mechanism is not known here"
FAILURE_SECONDS = 1.0
"""How long a wrong password waits for its answer: guessing shall take its time."""
AT_ONCE = 2
"""How many passwords are hashed at once; each takes its time and memory."""


class _Refused(Exception):  # noqa: N818 - carries the answer
    """The exchange ends with this answer."""


class Desk:
    """Where logins are checked, for all sessions."""

    def __init__(self, logins: Logins) -> None:
        self._logins = logins
        self._places = asyncio.Semaphore(AT_ONCE)

    async def authenticate(self, argument: str, ask: Ask) -> tuple[str, str | None]:
        """The answer to `AUTH argument` and the address that was proven; `ask` sends a 334 and gets a line."""
        mechanism, _, initial = argument.partition(" ")
        try:
            match mechanism.upper():
                case "PLAIN":
                    login, password = await _plain(initial.strip(), ask)
                case "LOGIN":
                    login, password = await _login(initial.strip(), ask)
                case _:
                    return UNKNOWN_MECHANISM, None
        except _Refused as refused:
            return str(refused), None
        async with self._places:
            address = await asyncio.to_thread(self._logins.verify, login, password)
        if address is None:
            await asyncio.sleep(FAILURE_SECONDS)
            return WRONG, None
        return SUCCESS, address


async def _plain(initial: str, ask: Ask) -> tuple[str, str]:
    """RFC 4616: authorisation identity, login and password, with NUL between them."""
    identity, *rest = (_decoded(initial.encode()) if initial else await _asked("", ask)).split("\0")
    if len(rest) != 2 or identity not in ("", rest[0]):
        raise _Refused(WRONG)
    return rest[0], rest[1]


async def _login(initial: str, ask: Ask) -> tuple[str, str]:
    login = _decoded(initial.encode()) if initial else await _asked("Username:", ask)
    return login, await _asked("Password:", ask)


async def _asked(question: str, ask: Ask) -> str:
    line = (await ask("334 " + base64.b64encode(question.encode()).decode())).strip(b"\r\n")
    if line == b"*":
        raise _Refused(CANCELLED)
    return _decoded(line)


def _decoded(text: bytes) -> str:
    try:
        return "" if text == b"=" else base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise _Refused(UNDECODABLE) from None
