"""Tokens for a mailbox, from a token endpoint on this machine."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.imap import setup
from gateway.mailbox_settings import MailboxTable
from gateway.oauth_settings import OAuth
from gateway.problems import LoginRefused, Problem
from gateway.tokens import Tokens
from tests.rig.endpoint import REFUSED, Endpoint, granted


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        yield server


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


def test_a_token_is_kept_until_shortly_before_its_end(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.answers = [granted("one"), granted("two")]
    account = Account(endpoint, tmp_path)
    assert account.tokens.secret() == account.tokens.secret() == (True, "one")
    account.now += timedelta(minutes=54)
    assert not account.tokens.renewed()
    account.now += timedelta(minutes=2)
    assert account.tokens.renewed()
    assert not account.tokens.renewed()
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


@pytest.mark.parametrize("life", [0, 1, 30, 299, -5])
def test_however_short_lived_a_token_is_a_session_is_not_given_up_every_few_seconds(
    endpoint: Endpoint, tmp_path: Path, life: object
) -> None:
    endpoint.answers = [granted(f"token-{number}", expires_in=life) for number in range(5000)]
    account = Account(endpoint, tmp_path)
    account.tokens.secret()
    given_up = 0
    for _ in range(60 * 60):
        account.now += timedelta(seconds=1)
        given_up += account.tokens.renewed()
    assert given_up <= 6
    assert len(endpoint.asked) <= 7


def test_without_a_new_token_a_session_goes_on_and_asks_once_a_minute(endpoint: Endpoint, tmp_path: Path) -> None:
    endpoint.answers = [granted("one"), REFUSED]
    account = Account(endpoint, tmp_path)
    account.tokens.secret()
    account.now += timedelta(minutes=55)
    for _ in range(600):
        assert not account.tokens.renewed()
        account.now += timedelta(seconds=1)
    assert len(endpoint.asked) == 1 + 10
    assert {word for word, _ in account.said} == {"token-expires"}
    endpoint.answers = [granted("two")]
    account.now += timedelta(minutes=1)
    assert account.tokens.renewed()


def test_a_refresh_token_that_somebody_else_renewed_is_the_one_that_is_used(endpoint: Endpoint, tmp_path: Path) -> None:
    """The daemon and `check --connect` share the file: what one spent, the other must not send again."""
    endpoint.answers = [
        granted("one", refresh_token="second-refresh"),
        granted("two", refresh_token="third-refresh"),
        granted("three", refresh_token="fourth-refresh"),
    ]
    daemon = Account(endpoint, tmp_path)
    daemon.tokens.secret()
    check = Account(endpoint, tmp_path)
    check.file.write_text("second-refresh\n")
    check.tokens.secret()
    daemon.tokens.forget()
    daemon.tokens.secret()
    used = [asked["refresh_token"] for asked in endpoint.asked]
    assert used == [["first-refresh"], ["second-refresh"], ["third-refresh"]]
    assert daemon.file.read_text() == "fourth-refresh\n"


def test_a_refresh_token_that_cannot_be_kept_is_used_until_the_file_is_another(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _text: str) -> None:
        raise OSError(28, "No space left on device")

    endpoint.answers = [granted("one", refresh_token=f"refresh-{number}") for number in range(2, 9)]
    account = Account(endpoint, tmp_path)
    monkeypatch.setattr("gateway.tokens._replace", full)
    for _ in range(3):
        account.tokens.secret()
        account.tokens.forget()
    account.file.write_text("from-a-human\n")
    account.tokens.secret()
    used = [asked["refresh_token"] for asked in endpoint.asked]
    assert used == [["first-refresh"], ["refresh-2"], ["refresh-3"], ["from-a-human"]]
    assert [word for word, _ in account.said] == ["token-not-kept"] * 4


def test_check_spends_no_refresh_token_that_it_could_not_keep(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint.answers = [granted("one", refresh_token="second-refresh")]
    account = Account(endpoint, tmp_path)
    monkeypatch.setattr(setup, "keeps", lambda _path: False)
    table = MailboxTable.model_construct(
        host="127.0.0.1", port=1, tls="none", username="desk", folder="INBOX", oauth=account.tokens._oauth
    )
    told = setup.fault(table, lambda: account.now)
    assert told is not None
    assert f"could not be kept in {tmp_path}" in told
    assert endpoint.asked == []
