"""Tokens for a mailbox, from a token endpoint on this machine."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from gateway.imap.problems import LoginRefused, Problem
from gateway.imap.tokens import Tokens
from gateway.mailbox_settings import OAuth


class Endpoint(HTTPServer):
    """Answers each request with the next of `answers`: a status and an object; the last one stays."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[tuple[int, dict[str, object]]] = []
        self.asked: list[dict[str, list[str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/token"


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        self.server.asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        status, answer = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - its name there
        """Nothing."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Account:
    """The tokens of one account, under a clock that a test moves."""

    def __init__(self, endpoint: Endpoint, folder: Path, flow: str = "refresh_token") -> None:
        self.file = folder / "refresh-token"
        self.file.touch(mode=0o600)
        self.file.write_text("first-refresh\n")
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.said: list[tuple[str, str]] = []
        oauth = OAuth.model_construct(
            flow=flow,
            token_endpoint=endpoint.url,
            client_id="postern",
            client_secret_file=None,
            client_secret_env=SecretStr("hunter2"),
            refresh_token_file=self.file,
            scopes=("imap",),
            expires=None,
        )
        self.tokens = Tokens("desk", oauth, lambda: self.now, lambda *fact: self.said.append(fact))


def granted(token: str, **more: object) -> tuple[int, dict[str, object]]:
    return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600, **more}


REFUSED: tuple[int, dict[str, object]] = (400, {"error": "invalid_grant"})


def test_a_token_is_kept_until_shortly_before_its_end(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.answers = [granted("one"), granted("two")]
    account = Account(endpoint, tmp_path)
    assert account.tokens.secret() == account.tokens.secret() == (True, "one")
    account.now += timedelta(minutes=54)
    assert not account.tokens.stale()
    account.now += timedelta(minutes=2)
    assert account.tokens.stale()
    assert account.tokens.secret() == (True, "two")
    assert [asked["grant_type"] for asked in endpoint.asked] == [["refresh_token"]] * 2
    assert endpoint.asked[0]["refresh_token"] == ["first-refresh"]


def test_a_new_refresh_token_takes_the_place_of_the_old_one(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.answers = [granted("one", refresh_token="second-refresh"), granted("two")]
    account = Account(endpoint, tmp_path)
    account.tokens.secret()
    assert account.file.read_text() == "second-refresh\n"
    assert account.file.stat().st_mode & 0o777 == 0o600
    account.tokens.forget()
    assert account.tokens.secret() == (True, "two")
    assert endpoint.asked[1]["refresh_token"] == ["second-refresh"]


def test_client_credentials_need_no_refresh_token(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.answers = [granted("one")]
    account = Account(endpoint, tmp_path, "client_credentials")
    assert account.tokens.secret() == (True, "one")
    assert endpoint.asked[0]["grant_type"] == ["client_credentials"]


def test_a_refusal_is_for_a_human_and_shows_no_secret(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.answers = [REFUSED]
    with pytest.raises(LoginRefused, match="invalid_grant") as caught:
        Account(endpoint, tmp_path).tokens.secret()
    assert "hunter2" not in str(caught.value)
    assert "first-refresh" not in str(caught.value)


def test_while_the_old_token_is_good_a_failure_is_a_warning(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.answers = [granted("one"), REFUSED]
    account = Account(endpoint, tmp_path)
    account.tokens.secret()
    account.now += timedelta(minutes=57)
    assert account.tokens.secret() == (True, "one")
    assert [word for word, _ in account.said] == ["token-expires"]
    account.now += timedelta(minutes=4)
    with pytest.raises(LoginRefused):
        account.tokens.secret()


@pytest.mark.parametrize("answer", [{"token_type": "Bearer"}, {"access_token": "a\r\nb", "token_type": "Bearer"}])
def test_what_is_no_token_is_not_taken(endpoint: Endpoint, tmp_path: Path, answer: dict[str, object]) -> None:
    endpoint.answers = [(200, answer)]
    with pytest.raises(Problem):
        Account(endpoint, tmp_path).tokens.secret()
