"""`postern password`: the line that lets somebody log in."""

from pathlib import Path

import pytest

from gateway.smtp.logins import Logins
from tests.rig.command import Ended, postern

ANN = "ann@acme.example"


def test_the_line_lets_somebody_log_in_with_that_password_alone(tmp_path: Path) -> None:
    path = tmp_path / "logins"
    path.touch(mode=0o600)
    for address, password in (("Ann@ACME.example", b"correct horse\n"), ("bob@acme.example", b"other\r\n")):
        done = postern(None, "password", address, stdin=password)
        assert (done.code, done.err) == (0, "")
        assert password.strip().decode() not in done.out
        with path.open("a") as file:
            file.write(done.out)
    logins = Logins(path)
    assert logins.verify(ANN, "correct horse") == ANN
    assert logins.verify("bob@acme.example", "other") == "bob@acme.example"
    assert [logins.verify(ANN, wrong) for wrong in ("other", "correct horse\n", "")] == [None] * 3


def test_the_same_password_is_never_the_same_line() -> None:
    lines = {postern(None, "password", ANN, stdin=b"correct horse\n").out for _ in range(2)}
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("address", "stdin", "said"),
    [
        (ANN, b"\n", "password: an empty password is none; give one.\n"),
        (ANN, b"", "password: an empty password is none; give one.\n"),
        ("ann", b"x\n", 'password: ADDRESS cannot be "ann"; write one bare address such as ann@acme.example.\n'),
    ],
)
def test_what_is_no_login(address: str, stdin: bytes, said: str) -> None:
    assert postern(None, "password", address, stdin=stdin) == Ended(64, "", said)
