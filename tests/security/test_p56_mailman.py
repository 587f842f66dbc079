"""One answer for many recipients, and a permanent one for a fault of one's own: Mailman's LMTP runner."""

from pathlib import Path

import pytest

from gateway.smtp.bounds import Kind, Listener
from tests.integration.smtp.house import CONFIDENTIAL, MAIL, MANNERS, SIZE, SUPPORT, Build, House, failing

SALES = "sales@desk.example"


@pytest.fixture
def house(build: Build, tmp_path: Path) -> House:
    return build(MANNERS, (Listener(Kind.LMTP, tmp_path / "lmtp.sock"),))


def test_on_each_path_there_are_as_many_answers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 63, P56 (Mailman's LMTP runner): 451 for a fault of ours, and the session stays in step on every path."""
    with house.peer(Kind.LMTP) as peer:
        for raw, code in (
            (b"x" * (SIZE + 1) + b"\r\n", "552"),
            (b"It\nbeeps\r\n", "550"),
            (b"Received: by a\r\n" * 6 + MAIL, "554"),
        ):
            assert peer.deliver(raw, SUPPORT, SALES).startswith(code)
            assert peer.answer().startswith(code)
        # A fault of ours is nobody's 550.
        failing(monkeypatch, house.store, RuntimeError(CONFIDENTIAL))
        assert [peer.deliver(MAIL, SUPPORT, SALES), peer.answer()] == [
            "451 4.3.0 Something went wrong here; please try again later"
        ] * 2
        assert peer.say("NOOP").startswith("250")
