"""Clocks that leap, clocks that are put forward in spring, and mails whose clocks were wrong."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gateway.store.store import Store
from parsers.address import Keys
from parsers.mail import Door
from tests.integration.store.samples import JANE, LEASE, NOW, arrival, open_ticket
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, SUPPORT, Desk, told

YEAR = timedelta(days=365)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_what_was_written_under_a_clock_a_year_ahead_is_worked_once_it_is_right(store: Store, keys: Keys) -> None:
    """case 32: mails, letters and claims of that hour wait for no year."""
    store.accept([arrival("held by a worker that died")], NOW + YEAR)
    store.inbox.claim(1, LEASE, NOW + YEAR)
    store.accept([arrival("waiting", sender=JANE)], NOW + YEAR)
    assert store.inbox.claim(9, LEASE, NOW) == []
    store.inbox.reap(NOW)
    assert len(store.inbox.claim(9, LEASE, NOW)) == 2


def test_a_letter_deferred_under_a_clock_a_year_ahead_is_tried_once_it_is_right(store: Store, keys: Keys) -> None:
    """case 32: and one deferred for hours waits for its hours."""
    open_ticket(store, keys, tell=(JANE,))
    (row,) = store.outbox.claim(1, LEASE, NOW)
    store.settle([(row, 451, "later", "waiting", NOW + YEAR)], NOW)
    store.outbox.reap(NOW)
    (row,) = store.outbox.claim(1, LEASE, NOW)
    store.settle([(row, 451, "later", "waiting", NOW + 4 * HOUR)], NOW)
    store.outbox.reap(NOW)
    assert store.outbox.claim(1, LEASE, NOW) == []


def test_a_clock_that_leaps_back_loses_and_repeats_nothing(desk: Desk) -> None:
    """case 32: a mail of the past year is a mail."""
    desk.write(ANN, "All images are missing.")
    desk.moment -= YEAR
    assert desk.again() == []
    assert told(desk.reply(DANA, "We look into it.")) == [ANN]
    assert desk.kinds() == ["opened", "comment"]


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Berlin, where clocks are put forward on 29 March and back on 25 October 2026."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("night", [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)])
def test_an_hour_that_does_not_exist_or_comes_twice_skips_and_doubles_nothing(stage: Stage, night: datetime) -> None:
    """case 33: a digest a day, and news of the whole night in it."""
    desk = stage()
    desk.registers(f'addresses = ["{DANA}"]', f'addresses = ["{DANA}"]\nnotify = {{ default = "digest" }}')
    desk.moment = night
    desk.write(ANN, "All images are missing.", subject="Images")
    letters = [letter for _ in range(48) for letter in desk.passes(HOUR)]
    assert told(letters) == [DANA]
    desk.write(ANN, "They are back.", subject="Images, again")
    letters = [letter for _ in range(48) for letter in desk.passes(HOUR)]
    assert told(letters) == [DANA]


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "Fri, 31 Dec 9999 23:59:59 +0000",
        "Mon, 2 Mar 2026 09:00:00 +9999",
        "Mon, 99 Foo 2026 25:61:61 +0000",
        "",
    ],
)
def test_the_date_of_a_mail_moves_no_clock_of_the_desk(desk: Desk, date: str) -> None:
    """case 34: what counts is when it came."""
    raw = f"From: <{ANN}>\nTo: {SUPPORT}\nSubject: Images\nDate: {date}\nMessage-ID: <odd@acme.example>\n\nMissing.\n"
    assert ANN in told(desk.arrives(raw.encode(), ANN, SUPPORT, door=Door.SMTP))
    assert desk.ticket().created_at == desk.moment
    assert desk.timeline()[0].at == desk.moment
