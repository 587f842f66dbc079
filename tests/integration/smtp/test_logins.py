"""Logging in to hand mail over."""

import base64
from pathlib import Path

import pytest

from gateway.smtp.bounds import Manners
from gateway.smtp.logins import Logins, LoginsBroken, hashed
from tests.integration.smtp.certified import LISTENERS, PASSWORD, Authority, Encrypted
from tests.integration.smtp.house import Build
from tests.integration.store.samples import ANN


def test_a_login_proves_its_address(build: Build, manners: Manners, authority: Authority) -> None:
    house = build(manners, LISTENERS)
    with Encrypted(house, authority) as session:
        assert "250 AUTH PLAIN LOGIN" in session.peer.say("EHLO acme.example")
        assert session.login(PASSWORD, ANN.upper()).startswith("235 ")
        assert session.login(PASSWORD).startswith("503 "), "once"
        assert session.peer.say("EHLO acme.example").startswith("250")
        assert session.peer.deliver().startswith("250")


def test_login_by_steps(build: Build, manners: Manners, authority: Authority) -> None:
    with Encrypted(build(manners, LISTENERS), authority) as session:
        say = session.peer.say
        assert say("AUTH LOGIN") == "334 " + base64.b64encode(b"Username:").decode()
        assert say(base64.b64encode(ANN.encode()).decode()).startswith("334 ")
        assert say(base64.b64encode(PASSWORD.encode()).decode()).startswith("235 ")


def test_the_file_of_logins_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "logins"
    for text in ("ann", f"ann {hashed('x')}", f"{ANN} {PASSWORD}", f"{ANN} scrypt:99999999999:8:1:AAAA:AAAA"):
        path.write_text(f"# comment\n{text}\n")
        path.chmod(0o600)
        with pytest.raises(LoginsBroken, match=":2: "):
            Logins(path)
    path.write_text("")
    path.chmod(0o644)
    with pytest.raises(LoginsBroken, match="every user"):
        Logins(path)
