"""The relay of config.toml: where letters go, over which way, and with which password."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.problems import LoginRefused
from gateway.relays import next_hop, routes
from gateway.tokens import Tokens
from outbound.relay import NoToken
from tests.unit.gateway.config_files import loaded, refused


def relay(text: str) -> str:
    return f'[[address]]\naddress = "support@desk.example"\n\n[relay]\n{text}'


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_clear_text_stays_on_this_machine(tmp_path: Path, host: str) -> None:
    found = loaded(tmp_path, relay(f'host = "{host}"\ntls = "none"\n')).relay
    assert (found.kind, found.host, found.port, found.tls) == ("smtp", host, 25, "none")


@pytest.mark.parametrize("host", ["smtp.example.com", "192.0.2.1", "0.0.0.0", "localhost.example.com"])
def test_clear_text_goes_to_no_other_machine(tmp_path: Path, host: str) -> None:
    (sentence,) = refused(tmp_path, relay(f'host = "{host}"\ntls = "none"\n'))
    assert sentence == '6: relay.tls cannot be "none" for another machine; write "starttls" or "implicit"'


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("implicit", 465)])
def test_the_port_follows_from_tls(tmp_path: Path, tls: str, port: int) -> None:
    assert loaded(tmp_path, relay(f'host = "smtp.example.com"\ntls = "{tls}"\n')).relay.port == port


def test_a_relay_that_sends_needs_a_host(tmp_path: Path) -> None:
    (sentence,) = refused(tmp_path, relay('kind = "smtp"\n'))
    assert sentence == '4: relay.host is missing; add it, as in host = "smtp.example.com", or write kind = "keep"'


def test_a_password_from_a_file_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hunter2\n")
    (tmp_path / "password").chmod(0o600)
    found = loaded(tmp_path, relay('host = "h.example"\nusername = "u"\npassword_file = "password"\n'))
    assert found.relay.password is not None
    assert found.relay.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(found) + str(found.relay.model_dump())


def test_a_password_from_the_environment_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAY_PASSWORD", "hunter2")
    found = loaded(tmp_path, relay('host = "h.example"\nusername = "u"\npassword_env = "RELAY_PASSWORD"\n'))
    assert found.relay.password is not None
    assert found.relay.password.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(found) + str(found.relay.model_dump())


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('username = "u"', "relay.password_env and password_file are both missing"),
        ('password_file = "good"', "relay.password_env or password_file is set without a username"),
        ('username = "u"\npassword_file = "none"', "relay.password_file names a file that cannot be read"),
        ('username = "u"\npassword_file = "empty"', "relay.password_file names a file whose first line is empty"),
        ('username = "u"\npassword_file = "open"', "relay.password_file names a file that every user"),
        (
            'username = "u"\npassword_env = "hunter2"',
            "relay.password_env names an environment variable that is not set",
        ),
        ('password = "hunter2"', "relay.password is unknown"),
        (
            'username = "u"\npassword_file = "good"\npassword_env = "PATH"',
            "relay.password_env stands beside password_file",
        ),
    ],
)
def test_passwords_that_cannot_be_used(tmp_path: Path, text: str, wanted: str) -> None:
    for name, content, mode in (("good", "hunter2", 0o600), ("empty", "\n", 0o600), ("open", "hunter2", 0o644)):
        (tmp_path / name).write_text(content)
        (tmp_path / name).chmod(mode)
    (sentence,) = refused(tmp_path, relay(f'host = "h.example"\n{text}\n'))
    assert wanted in sentence
    assert "hunter2" not in sentence


def test_a_username_needs_an_encrypted_way(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("hunter2")
    (tmp_path / "p").chmod(0o600)
    text = relay('host = "127.0.0.1"\ntls = "none"\nusername = "u"\npassword_file = "p"\n')
    assert any("relay.username cannot stand beside" in sentence for sentence in refused(tmp_path, text))


LMTP = [
    ('host = "127.0.0.1"', (24, None, "none")),
    ('host = "::1"\nport = 2400', (2400, None, "none")),
    ('socket = "lmtp.sock"', (24, "lmtp.sock", "none")),
]


@pytest.mark.parametrize(("text", "found"), LMTP)
def test_lmtp_stays_on_this_machine(tmp_path: Path, text: str, found: tuple[int, str | None, str]) -> None:
    table = loaded(tmp_path, relay(f'kind = "lmtp"\n{text}\n')).relay
    port, socket, tls = found
    assert (table.port, table.socket, table.tls) == (port, tmp_path / socket if socket else None, tls)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('kind = "lmtp"', "relay.host and socket are both missing"),
        ('kind = "lmtp"\nhost = "mx.example"', 'relay.host cannot be "mx.example"; LMTP is for this machine'),
        ('kind = "lmtp"\nhost = "::1"\nsocket = "s"', "relay.host stands beside socket"),
        ('kind = "lmtp"\nsocket = "' + "s" * 101 + '"', "choose a shorter path"),
        ('host = "::1"\nsocket = "s"\ntls = "none"', "relay.socket is for LMTP"),
        ('host = "h.example"\ntls_fingerprints = ["ab:cd"]', 'relay.tls_fingerprints[1] cannot list "ab:cd"'),
        ('host = "h.example"\nca_file = "config.toml"', "relay.ca_file names a file that holds no certificate"),
        ('host = "h.example"\nca_file = "none.pem"', 'relay.ca_file names "none.pem", where there is no file'),
        ('host = "h.example"\nconnections = 0', "relay.connections cannot be 0"),
        ('host = "h.example"\nper_minute = 0', "relay.per_minute cannot be 0"),
        ('host = "::1"\ntls = "none"\ntls_fingerprints = ["' + "ab" * 32 + '"]', 'says nothing beside tls = "none"'),
        ('kind = "keep"\nfall_over = ["spare"]', 'relay.fall_over names "spare", and there is no [relays.spare]'),
        ('kind = "keep"\nfall_over = ["default"]', 'relay.fall_over names "default", which comes before it already'),
    ],
)
def test_ways_out_that_lead_nowhere(tmp_path: Path, text: str, wanted: str) -> None:
    (sentence,) = refused(tmp_path, relay(f"{text}\n"))
    assert wanted in sentence


def test_a_fingerprint_is_taken_as_it_is_printed(tmp_path: Path) -> None:
    printed = ":".join(["AB"] * 32)
    found = loaded(tmp_path, relay(f'host = "h.example"\ntls_fingerprints = ["{printed}"]\n')).relay
    assert found.tls_fingerprints == ("ab" * 32,)


WAYS = """\
[[address]]
address = "support@desk.example"

[[address]]
address = "sales@desk.example"
queue = "sales"

[relay]
kind = "keep"
fall_over = ["spare"]

[relays.spare]
kind = "keep"

[relays.partner]
host = "smtp.partner.example"
per_minute = 60
"""


def test_routes_lead_letters_to_relays(tmp_path: Path) -> None:
    text = f'{WAYS}\n[[route]]\nrecipients = ["@Partner.example"]\nrelays = ["partner", "default"]\n'
    text += '[[route]]\nqueues = ["sales"]\nrelays = ["spare"]\n'
    found = routes(loaded(tmp_path, text))
    assert found.relays("support@desk.example", "pat@partner.example") == ("partner", "default")
    assert found.relays("sales@desk.example", "ann@acme.example") == ("spare",)
    assert found.relays("support@desk.example", "ann@acme.example") == ("default", "spare")


@pytest.mark.parametrize(
    ("route", "wanted"),
    [
        ('relays = ["partner"]', "route[1].relays would take every letter"),
        ('recipients = ["b.example"]\nrelays = ["partner"]', 'write an address, or a domain as "@b.example"'),
        ('recipients = ["@b.example"]\nrelays = ["partner", "other"]', 'names "other", and there is no [relays.other]'),
        ('recipients = ["@b.example"]\nrelays = ["partner", "partner"]', 'names "partner", which comes before it'),
        ('senders = ["help@desk.example"]\nrelays = ["partner"]', 'names "help@desk.example", from where no letter'),
        ('senders = ["@desk.exmaple"]\nrelays = ["partner"]', 'did you mean "@desk.example"?'),
        ('queues = ["sails"]\nrelays = ["partner"]', 'did you mean "sales"?'),
        (
            'queues = ["sales"]\nsenders = ["support@desk.example"]\nrelays = ["partner"]',
            "route[1] fits no letter: its queues have none of its senders",
        ),
    ],
)
def test_routes_that_cannot_be_meant(tmp_path: Path, route: str, wanted: str) -> None:
    (sentence,) = refused(tmp_path, f"{WAYS}\n[[route]]\n{route}\n")
    assert wanted in sentence


def test_a_route_names_a_relay(tmp_path: Path) -> None:
    first, *_ = refused(tmp_path, f'{WAYS}\n[[route]]\nrecipients = ["@b.example"]\nrelays = []\n')[1:]
    assert 'route[1].relays cannot be an empty list; name at least one relay; "default" is [relay]' in first


def test_a_relay_that_takes_no_letter_is_told(tmp_path: Path) -> None:
    (sentence,) = refused(tmp_path, WAYS)
    assert 'relays.partner takes no letter; name "partner" in the relays of a [[route]] or in' in sentence


def test_the_name_of_the_first_relay_is_taken(tmp_path: Path) -> None:
    text = WAYS.replace("[relays.partner]", "[relays.default]")
    assert any("relays.default is the name of [relay]" in sentence for sentence in refused(tmp_path, text))


OAUTH = """
[relay.oauth]
flow = "client_credentials"
token_endpoint = "https://login.example.com/token"
client_id = "postern"
client_secret_file = "p"
"""


def test_tokens_are_asked_for_once_they_are_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p").write_text("hunter2\n")
    (tmp_path / "p").chmod(0o600)
    found = loaded(tmp_path, relay(f'host = "h.example"\nusername = "u"\n{OAUTH}'))
    hop = next_hop(found, found.relay, lambda: datetime(2026, 1, 1, tzinfo=UTC), lambda _word, _sentence: None)
    assert hop.token is not None
    given = iter(["t-1", "t-2"])

    def ask(_tokens: Tokens) -> dict[str, object]:
        try:
            return {"access_token": next(given), "expires_in": 3600}
        except StopIteration:
            raise LoginRefused("https://login.example.com/token refuses a token: invalid_client") from None

    monkeypatch.setattr(Tokens, "_ask", ask)
    assert [hop.token(False), hop.token(False)] == ["t-1", "t-1"]
    hop.token(True)
    assert hop.token(False) == "t-2"
    hop.token(True)
    with pytest.raises(NoToken, match="invalid_client"):
        hop.token(False)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            'username = "u"\npassword_file = "p"',
            "relay.oauth stands beside password_file; keep one",
        ),
        ("", "relay.password_env or oauth is set without a username; add username"),
    ],
)
def test_one_way_to_log_in(tmp_path: Path, text: str, wanted: str) -> None:
    (tmp_path / "p").write_text("hunter2\n")
    (tmp_path / "p").chmod(0o600)
    (sentence,) = refused(tmp_path, relay(f'host = "h.example"\n{text}\n{OAUTH}'))
    assert wanted in sentence
