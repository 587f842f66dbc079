"""Our own faults are never the sender's: temporary answers without their text."""

import pytest

from gateway.store.errors import StoreFull
from tests.integration.smtp.house import CONFIDENTIAL, House, failing
from tests.integration.store.samples import ANN


def test_a_fault_of_ours_is_temporary_and_tells_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 5."""
    with house.peer() as peer:
        with monkeypatch.context() as patch:
            failing(patch, house.store, RuntimeError(CONFIDENTIAL))
            assert peer.deliver() == "451 4.3.0 Something went wrong here; please try again later"
        assert peer.deliver().startswith("250")
    fact = house.logged()[0]
    assert (fact["step"], fact["outcome"]) == ("data", "temporary")
    assert fact["reason"].endswith(f"[RuntimeError: {CONFIDENTIAL}] (from <{ANN}>)")


def test_a_full_disk_is_temporary(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 6."""
    failing(monkeypatch, house.store, StoreFull(CONFIDENTIAL))
    with house.peer() as peer:
        assert peer.deliver().startswith("452 4.3.1 ")
    assert "room" in house.logged()[0]["reason"]


def test_a_log_that_cannot_be_written_makes_no_answer_permanent(
    house: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(_file: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, house.peer() as peer:
        patch.setattr("gateway.maillog.os.write", full)
        assert peer.deliver().startswith("250")
        peer.say(f"MAIL FROM:<{ANN}>")
        assert peer.say("RCPT TO:<nobody@desk.example>").startswith("550 5.1.1")
    assert "outcome=accepted" in capfd.readouterr().err
