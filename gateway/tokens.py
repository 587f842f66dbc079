"""Access tokens for a mailbox or a relay (RFC 6749), by the extra `oauth`: renewed in time, kept in memory only."""

import fcntl
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from gateway.oauth_settings import OAuth
from gateway.problems import LoginRefused, Problem

ENDPOINT_SECONDS = 30.0
USUAL_LIFE = timedelta(hours=1)
EARLY = timedelta(minutes=5)
AGAIN = timedelta(minutes=1)
SHORTEST = timedelta(minutes=10)
"""How long a session lasts at least before it is given up for a new token, however short-lived its own is."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token: what it is, since when we have it, from when on it should be renewed, and when it ends."""

    text: str
    since: datetime
    renew_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Unkept:
    """A refresh token that could not be written in the place of the spent one, which still stands in the file."""

    text: str
    spent: str


class Tokens:
    """The tokens of one account. Safe for threads."""

    def __init__(
        self, username: str, oauth: OAuth, now: Callable[[], datetime], say: Callable[[str, str], None]
    ) -> None:
        """`say` takes a word and a sentence for the log."""
        self.username = username
        self._oauth = oauth
        self._now = now
        self._say = say
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._unkept: _Unkept | None = None
        ends = oauth.expires
        self.secret_ends_at: datetime | None = datetime.combine(ends, time(), UTC) if ends else None

    def secret(self) -> tuple[bool, str]:
        """A token that is good now. Raises Problem where none can be had, LoginRefused where a human must see to it."""
        with self._lock:
            token = self._token
            if token is None or self._now() >= token.renew_at:
                token = self._token = self._next(token)
            return True, token.text

    def forget(self) -> None:
        """The server does not take the token: the next one is a new one."""
        with self._lock:
            self._token = None

    def renewed(self) -> bool:
        """Whether a session should be given up for a new token, which is asked for where it is time.

        Where none can be had, the session goes on: its server ends it if it wants to.
        """
        with self._lock:
            old = self._token
            if old is None or self._now() < max(old.renew_at, old.since + SHORTEST):
                return False
            try:
                self._token = self._new()
            except Problem as failed:
                self._token = self._put_off(old, failed)
            return self._token.text != old.text

    def _next(self, old: Token | None) -> Token:
        try:
            return self._new()
        except Problem as failed:
            if old is None or self._now() >= old.ends_at:
                raise
            return self._put_off(old, failed)

    def _put_off(self, old: Token, failed: Problem) -> Token:
        left = int((old.ends_at - self._now()).total_seconds() / 60)
        when = f"in {left} min" if left > 0 else "now"
        self._say("token-expires", f"{when}, and there is no new one: {failed}")
        return replace(old, renew_at=self._now() + AGAIN)

    def _new(self) -> Token:
        answer = self._ask()
        life = timedelta(seconds=_seconds(answer.get("expires_in"))) or USUAL_LIFE
        now = self._now()
        return Token(_printable(answer.get("access_token")), now, now + life - min(EARLY, life / 5), now + life)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time spends the refresh token of a file, in whichever process: it may be good only once."""
        path = self._oauth.refresh_token_file
        assert path is not None
        # The folder is locked, for the file itself is replaced.
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _ask(self) -> Mapping[str, object]:
        """What the token endpoint answers."""
        try:
            from authlib.integrations.base_client.errors import OAuthError
            from authlib.integrations.requests_client import OAuth2Session
        except ModuleNotFoundError as missing:
            raise Problem("tokens need one more package: pip install 'postern[oauth]'") from missing
        oauth = self._oauth
        client_secret = oauth.client_secret
        session = OAuth2Session(
            oauth.client_id,
            client_secret.get_secret_value() if client_secret else None,
            token_endpoint_auth_method="client_secret_basic" if client_secret else "none",
            scope=" ".join(oauth.scopes) or None,
        )
        usual = {"timeout": ENDPOINT_SECONDS, "allow_redirects": False}
        try:
            with session:
                if oauth.flow == "client_credentials":
                    return dict(session.fetch_token(oauth.token_endpoint, grant_type=oauth.flow, **usual))
                with self._alone():
                    used = self._last_refresh_token()
                    answer = dict(session.refresh_token(oauth.token_endpoint, used, **usual))
                    self._keep(answer, used)
                    return answer
        except OAuthError as refused:
            raise LoginRefused(f"{oauth.token_endpoint} refuses a token: {refused}") from None
        except (OSError, ValueError, TypeError, LookupError) as failed:
            raise Problem(f"{oauth.token_endpoint} gives no token: {failed}") from None

    def _last_refresh_token(self) -> str:
        """The one in the file, which another process or a human may have renewed; else the one not kept there."""
        path = self._oauth.refresh_token_file
        assert path is not None, "the configuration has one for this flow"
        kept = _printable(path.read_text(encoding="ascii").partition("\n")[0].strip())
        if self._unkept is not None and self._unkept.spent == kept:
            return self._unkept.text
        self._unkept = None
        return kept

    def _keep(self, answer: Mapping[str, object], used: str) -> None:
        """A server may give a new refresh token for the used one (RFC 6749 section 6), and tell when it ends."""
        life = _seconds(answer.get("refresh_token_expires_in"))
        if life:
            self.secret_ends_at = self._now() + timedelta(seconds=life)
        new = answer.get("refresh_token")
        if not new or new == used:
            return
        new = _printable(new)
        path = self._oauth.refresh_token_file
        assert path is not None
        try:
            _replace(path, new)
        except OSError as error:
            self._unkept = _Unkept(new, self._unkept.spent if self._unkept else used)
            self._say(
                "token-not-kept", f"{path}: {error.strerror}; the new refresh token will be lost with this process"
            )
        else:
            self._unkept = None


def keeps(path: Path) -> bool:
    """Whether a new refresh token could be written here in the place of the one in the file."""
    return os.access(path.parent, os.W_OK | os.X_OK)


def _printable(value: object) -> str:
    """A token as it may stand in a command (RFC 6750 section 2.1)."""
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable() or " " in value:
        raise Problem("the token endpoint, or the file of the refresh token, gives what is no token")
    return value


def _seconds(value: object) -> int:
    """A number of seconds up to a century, 0 for what is none."""
    with suppress(TypeError, ValueError, OverflowError):
        return min(max(int(str(value)), 0), 100 * 366 * 86400)
    return 0


def _replace(path: Path, text: str) -> None:
    """Write a secret anew; the file is whole at any time, and whose it was."""
    old = path.stat()
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(descriptor, old.st_uid, old.st_gid)
        os.fchmod(descriptor, old.st_mode & 0o770)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
