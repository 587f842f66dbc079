"""Access tokens for a mailbox (RFC 6749), by the extra `oauth`: renewed before they end, kept in memory only."""

import os
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from gateway.imap.problems import LoginRefused, Problem
from gateway.mailbox_settings import OAuth

ENDPOINT_SECONDS = 30.0
USUAL_LIFE = timedelta(hours=1)
EARLY = timedelta(minutes=5)
AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token: what it is, from when on it should be renewed, and when it ends."""

    text: str
    renew_at: datetime
    ends_at: datetime


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
        self._refresh_token: str | None = None
        ends = oauth.expires
        self.secret_ends_at: datetime | None = datetime.combine(ends, time(), UTC) if ends else None

    def secret(self) -> tuple[bool, str]:
        """A token that is good now. Raises Problem where none can be had, LoginRefused where a human must see to it."""
        with self._lock:
            token = self._token
            if token is None or self._now() >= token.renew_at:
                token = self._token = self._renewed(token)
            return True, token.text

    def forget(self) -> None:
        """The server does not take the token: the next one is a new one."""
        with self._lock:
            self._token = None

    def stale(self) -> bool:
        """Whether the token in use should be renewed."""
        token = self._token
        return token is not None and self._now() >= token.renew_at

    def _renewed(self, old: Token | None) -> Token:
        try:
            answer = self._ask()
        except Problem as failed:
            if old is None or self._now() >= old.ends_at:
                raise
            left = int((old.ends_at - self._now()).total_seconds() / 60)
            self._say("token-expires", f"in {left} min, and there is no new one: {failed}")
            return replace(old, renew_at=self._now() + AGAIN)
        life = timedelta(seconds=_seconds(answer.get("expires_in"))) or USUAL_LIFE
        now = self._now()
        return Token(_printable(answer.get("access_token")), now + life - min(EARLY, life / 5), now + life)

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
                used = self._last_refresh_token()
                answer = dict(session.refresh_token(oauth.token_endpoint, used, **usual))
        except OAuthError as refused:
            raise LoginRefused(f"{oauth.token_endpoint} refuses a token: {refused}") from None
        except (OSError, ValueError, TypeError, LookupError) as failed:
            raise Problem(f"{oauth.token_endpoint} gives no token: {failed}") from None
        self._keep(answer, used)
        return answer

    def _last_refresh_token(self) -> str:
        path = self._oauth.refresh_token_file
        assert path is not None, "the configuration has one for this flow"
        if self._refresh_token is not None:
            return self._refresh_token
        return _printable(path.read_text(encoding="ascii").partition("\n")[0].strip())

    def _keep(self, answer: Mapping[str, object], used: str) -> None:
        """A server may give a new refresh token for the used one (RFC 6749 section 6), and tell when it ends."""
        life = _seconds(answer.get("refresh_token_expires_in"))
        if life:
            self.secret_ends_at = self._now() + timedelta(seconds=life)
        new = answer.get("refresh_token")
        if not new or new == used:
            return
        self._refresh_token = _printable(new)
        path = self._oauth.refresh_token_file
        assert path is not None
        try:
            _replace(path, self._refresh_token)
        except OSError as error:
            self._say(
                "token-not-kept", f"{path}: {error.strerror}; the new refresh token will be lost with this process"
            )


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
    """Write a secret anew; the file is whole at any time."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
