"""Kill -9 while the relay refuses letters: their outcome and all that comes of it is there once, together."""

from contextlib import closing
from pathlib import Path

import pytest

from gateway.instant import now
from gateway.store.store import Store
from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.load import Message, Session, send_all
from tests.rig.relay import Relay
from tests.rig.supervisor import Supervisor, drain

ANN, DANA, EMIL = "ann@acme.example", "dana@desk.example", "emil@desk.example"
MAIL = Message(
    "<gone@acme.example>",
    ANN,
    "support@desk.example",
    f"From: Ann <{ANN}>\r\nTo: support@desk.example\r\nSubject: Images\r\nMessage-ID: <gone@acme.example>\r\n\r\n"
    "All images are missing.\r\n".encode(),
)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "point", ["send.after-relay:1", "send.before-commit:1", "send.after-commit:1", "send.before-commit:2"]
)
def test_a_refusal_and_what_comes_of_it_survive_together(point: str, store_url: str, tmp_path: Path) -> None:
    """case 140: one event, one suppression, one letter to each of the staff, however the process died."""
    with Relay(recipients={ANN: "550 5.1.1 No such user"}) as relay:
        supervisor = Supervisor(Daemon(config.write(tmp_path, store_url, relay.port)), f"{point}:kill")
        try:
            assert send_all([MAIL], supervisor.port, 1, lambda *_: None, Session) == 0
            supervisor.until(lambda: supervisor.deaths == 1)
            with closing(Store.open(store_url)) as store:
                drain(store)
                with store.read() as reading:
                    view = reading.ticket("CT-1")
                    letters = reading.queue(("sent", "refused", "held"))
                suppressed = [line.suppression.address for line in store.suppressions(now())]
        finally:
            supervisor.stop()
    assert view is not None
    assert [entry.event.kind for entry in view.timeline] == ["opened", "delivery"]
    assert suppressed == [ANN]
    told = sorted((line.to, line.template, line.state) for line in letters)
    assert told == [
        (ANN, "acknowledgement", "refused"),
        (DANA, "opened", "sent"),
        (DANA, "undelivered", "sent"),
        (EMIL, "opened", "sent"),
        (EMIL, "undelivered", "sent"),
    ]
