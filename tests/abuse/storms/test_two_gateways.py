"""Two Posterns that face each other, as real daemons, with all their letters passed on from one to the other."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.store.store import Store
from tests.rig import config
from tests.rig.daemon import Daemon
from tests.rig.load import Message, Session
from tests.rig.relay import Delivery, Relay
from tests.rig.supervisor import drain

MARKS = re.compile(
    rb"^(?:X-Postern-Loop|Auto-Submitted|X-Auto-Response-Suppress|Precedence|List-[A-Za-z-]+|Feedback-ID):"
    rb".*(?:\r\n[ \t].*)*\r\n",
    re.MULTILINE | re.IGNORECASE,
)
ENOUGH = 30


@dataclass
class Gateway:
    """A daemon for a domain, and the relay that takes its letters."""

    domain: str
    store: Store
    daemon: Daemon
    relay: Relay
    passed_on: int = 0

    @property
    def support(self) -> str:
        return f"support@{self.domain}"

    def takes(self, mail: Message) -> None:
        with closing(Session(self.daemon.port)) as session:
            session.send(mail)
        drain(self.store)

    def new_letters(self, to: str) -> list[Delivery]:
        """The letters since the last time to addresses of a domain."""
        drain(self.store)
        found = self.relay.deliveries[self.passed_on :]
        self.passed_on += len(found)
        return [one for one in found if one.recipient.endswith(f"@{to}")]


@pytest.fixture
def gateways(tmp_path: Path) -> Iterator[tuple[Gateway, Gateway]]:
    with ExitStack() as stack:
        made = []
        for domain in ("desk.example", "other.example"):
            relay = stack.enter_context(Relay())
            folder, url = tmp_path / domain, f"sqlite:///{tmp_path / domain / 'postern.db'}"
            path = config.write(folder, url, relay.port)
            for file in (path, folder / "directory.toml"):
                file.write_text(file.read_text().replace("desk.example", domain))
            daemon = Daemon(path)
            daemon.start()
            stack.callback(daemon.stop)
            made.append(Gateway(domain, stack.enter_context(closing(Store.open(url))), daemon, relay))
        yield made[0], made[1]


def exchanged(one: Gateway, other: Gateway, *, marked: bool) -> int:
    """How many letters the two write to each other, until both are quiet."""
    count = 0
    while count < ENOUGH:
        waiting = [(other, letter) for letter in one.new_letters(other.domain)]
        waiting += [(one, letter) for letter in other.new_letters(one.domain)]
        if not waiting:
            return count
        for receiver, letter in waiting:
            count += 1
            data = letter.data if marked else MARKS.sub(b"", letter.data)
            receiver.takes(Message(letter.message_id, letter.sender, letter.recipient, data))
    return count


@pytest.mark.parametrize("marked", [True, False], ids=["as they are", "marks of machines taken out"])
def test_two_gateways_that_answer_each_other_fall_silent(gateways: tuple[Gateway, Gateway], marked: bool) -> None:
    """case 137, P50 (osTicket #3966, faveo #150): a forged mail sets two gateways on each other: three letters."""
    one, other = gateways
    raw = (
        f"From: <{other.support}>\r\nTo: <{one.support}>\r\nSubject: Hello\r\n"
        f"Message-ID: <first@{other.domain}>\r\n\r\nWho are you?\r\n"
    )
    one.takes(Message(f"<first@{other.domain}>", other.support, one.support, raw.encode()))
    sent = exchanged(one, other, marked=marked)
    assert 1 <= sent <= 3
