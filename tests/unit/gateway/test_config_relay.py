"""The relay of config.toml: where letters go, over which way, and with which password."""

from pathlib import Path

import pytest

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
