"""The thread of a mailbox: when it connects, how long it rests, what it says, and when it leaves.

The clock stands still unless a test moves it, and a test ends when something has happened, not when time has passed.
"""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gateway.imap.mailbox import MailboxThread
from gateway.problems import Problem
from gateway.store.cursors import LEASE
from gateway.store.errors import StoreUnavailable
from gateway.store.store import Store
from tests.rig.imap import PASSWORD, USERNAME, Drop, ImapServer, Raw, Say, Wait
from tests.rig.mailroom import NAME, START, Mailroom, mail


@pytest.fixture
def room(store: Store, tmp_path: Path, server: ImapServer) -> Iterator[Mailroom]:
    with Mailroom(store, tmp_path, server.port) as made:
        yield made


class Beats:
    """Counts how often an owner asked for the lease: each is a beat of its thread."""

    def __init__(self, room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = room
        self.asked: dict[str, int] = {}
        real = room.store.cursors.lease

        def lease(name: str, owner: str, now: datetime) -> bool:
            given = real(name, owner, now)
            self.asked[owner] = self.asked.get(owner, 0) + 1
            return given

        monkeypatch.setattr(room.store.cursors, "lease", lease)

    def go_on(self, owner: str = "one", times: int = 3) -> None:
        """Wait for some more beats; each moves the clock by a second, so that the lease is asked for again."""
        wanted = self.asked.get(owner, 0) + times

        def came() -> bool:
            self.room.now.go(seconds=1)
            return self.asked.get(owner, 0) >= wanted

        self.room.until(came)


@pytest.fixture
def beats(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> Beats:
    return Beats(room, monkeypatch)


class Changing:
    """A token that is another one when a test says so."""

    username = USERNAME
    secret_ends_at: datetime | None = None

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.forgotten = 0
        self.due = threading.Event()

    def secret(self) -> tuple[bool, str]:
        return True, self.tokens[0]

    def forget(self) -> None:
        self.forgotten += 1

    def renewed(self) -> bool:
        if not self.due.is_set():
            return False
        self.due.clear()
        self.tokens.pop(0)
        return True


def test_mail_comes_in_as_soon_as_the_server_tells_of_it(server: ImapServer, room: Mailroom) -> None:
    with room.thread(silence=3600, beat=3600):
        server.wait_for("IDLE")
        server.deliver(mail(1))
        room.until(lambda: room.mails() == [mail(1)])
    assert server.connections == 1
    assert server.verbs[-1] == "LOGOUT"


def test_without_idle_the_clock_says_when_to_look(server: ImapServer, room: Mailroom) -> None:
    with room.thread(silence=3600, beat=3600, idle=False) as mailbox:
        server.wait_for("SEARCH")
        server.deliver(mail(1))
        mailbox.tick()
        room.until(lambda: room.mails() == [mail(1)])
    assert "IDLE" not in server.verbs


def test_while_the_server_tells_the_clock_is_not_listened_to(server: ImapServer, room: Mailroom) -> None:
    with room.thread(silence=3600, beat=3600) as mailbox:
        server.wait_for("IDLE")
        for _ in range(5):
            mailbox.tick()
        with server.changed:
            assert not server.changed.wait_for(lambda: "NOOP" in server.verbs, 0.2)
    assert server.verbs.count("SEARCH") == 1


def test_idle_is_begun_anew_with_each_beat_and_the_server_asked_where_it_is_silent(
    server: ImapServer, room: Mailroom
) -> None:
    with room.thread(silence=0.1, beat=0.05):
        server.wait_for("NOOP", 2)
        server.wait_for("IDLE", 4)
    assert server.verbs.count("SEARCH") >= 2, "it looks itself, too, after each silence"
    assert server.connections == 1


@pytest.mark.parametrize(
    ("verb", "answer"), [("IDLE", Wait()), ("NOOP", Wait()), ("NOOP", Drop()), ("IDLE", Say("NO"))]
)
def test_case_18_a_server_that_hangs_is_left_and_mail_comes_by_the_next_connection(
    server: ImapServer, room: Mailroom, verb: str, answer: Wait | Drop | Say
) -> None:
    """Case 18: silence in IDLE is broken by NOOP, silence after that by a new connection."""
    server.has.script[verb] = [answer]
    with room.thread(silence=0.1, beat=0.05):
        server.wait_for(verb)
        server.deliver(mail(1))
        room.until(lambda: room.mails() == [mail(1)])
    assert server.connections == 2
    assert room.rests == [1]


def test_case_42_of_two_processes_one_fetches_and_the_other_when_it_is_gone(
    server: ImapServer, room: Mailroom, beats: Beats
) -> None:
    """Case 42: two gateways on one IMAP account."""
    with room.thread("one"):
        server.wait_for("IDLE")
        with room.thread("two"):
            beats.go_on("two")
            assert server.connections == 1
            assert room.store.cursors.lease(NAME, "one", room.now())
    with room.thread("two"):
        server.wait_for("AUTHENTICATE", 2)
    assert not room.log("failing")


def test_case_42_a_process_that_lost_its_lease_leaves_and_fetches_no_more(
    server: ImapServer, room: Mailroom, beats: Beats
) -> None:
    """Case 42: it was asleep for longer than the lease lasts, and another has the mailbox now."""
    with room.thread("one"):
        server.wait_for("IDLE")
        late = room.now.moment + LEASE + timedelta(seconds=1)
        assert room.store.cursors.lease(NAME, "other", late)
        room.now.moment = late
        server.deliver(mail(1))
        server.wait_for("LOGOUT")
        beats.go_on("one")
    assert server.connections == 1
    assert room.mails() == []


def test_pauses_grow_with_each_failure_and_end_with_the_first_success(server: ImapServer, room: Mailroom) -> None:
    server.has.script["GREETING"] = [Raw(b"* BYE not now\r\n", ends=True)] * 4
    with room.thread():
        server.wait_for("IDLE")
        assert room.rests == [1, 2, 3, 4]
        server.has.script["GREETING"] = [Drop()]
        server.cut()
        room.until(lambda: len(room.rests) >= 6)
    assert room.rests[4:6] == [1, 2]


def test_it_rests_and_no_poke_of_the_clock_makes_it_knock_earlier(server: ImapServer, room: Mailroom) -> None:
    server.has.always["GREETING"] = Drop()
    room.rest = 3600.0
    with room.thread() as mailbox:
        room.until(lambda: room.log("failing"))
        for _ in range(10):
            mailbox.tick()
            mailbox.poke()
        with server.changed:
            assert not server.changed.wait_for(lambda: server.connections > 1, 0.2)
    assert server.connections == 1
    assert room.rests == [1]


def test_case_48_a_refused_login_is_said_since_when_and_knocked_at_seldom(
    server: ImapServer, room: Mailroom, store: Store
) -> None:
    """Case 48: an alarm in the log; whoever tries a wrong password again and again is locked out."""
    room.secret = Changing("wrong")
    with room.thread():
        room.until(lambda: len(room.rests) >= 3)
    assert room.rests[:3] == [4, 5, 6]
    assert room.secret.forgotten >= 3
    told = [fact["reason"] for fact in room.log("login-refused")]
    assert all(reason.startswith("since 2026-03-03T12:00:00") for reason in told)
    assert "the token is not good" in told[0]
    state = store.cursors.state(NAME)
    assert state is not None
    assert state.failing_since == START


def test_since_when_it_fails_stays_until_it_is_well_again(
    server: ImapServer, room: Mailroom, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.has.script["SELECT"] = [Say("NO [UNAVAILABLE] down")] * 2

    def pause(_attempt: int, _spread: float) -> float:
        room.now.go(minutes=10)
        return 0.0

    monkeypatch.setattr(room, "pause", pause)
    with room.thread():
        server.wait_for("IDLE")
        state = store.cursors.state(NAME)
    assert [fact["reason"] for fact in room.log("failing")] == [
        "since 2026-03-03T12:00:00Z: select failed: [UNAVAILABLE] down"
    ] * 2
    assert state is not None
    assert (state.failing_since, state.reason, state.connected_at) == (None, None, START + timedelta(minutes=20))


def test_no_mail_for_longer_than_usual_is_said_once_until_mail_comes(
    server: ImapServer, room: Mailroom, beats: Beats
) -> None:
    with room.thread(silence=3600, heartbeat=86400.0, beat=0.05):
        server.wait_for("IDLE")
        room.now.go(hours=23)
        beats.go_on()
        assert room.log("quiet") == []
        room.now.go(hours=2)
        room.until(lambda: room.log("quiet"))
        beats.go_on()
        assert [fact["reason"] for fact in room.log("quiet")] == ["no mail since 2026-03-03T12:00:00Z, though usual"]
        server.deliver(mail(1))
        room.until(lambda: room.mails() == [mail(1)])
        beats.go_on()
        assert len(room.log("quiet")) == 1
        room.now.go(hours=25)
        room.until(lambda: len(room.log("quiet")) == 2)


def test_the_end_of_a_secret_is_said_once_a_day_from_a_month_before(
    server: ImapServer, room: Mailroom, beats: Beats
) -> None:
    server.has.tokens = {"t0ken"}
    secret = Changing("t0ken")
    secret.secret_ends_at = START + timedelta(days=32)
    room.secret = secret
    with room.thread(silence=3600, beat=0.05):
        server.wait_for("IDLE")
        beats.go_on()
        assert room.log("token-expires") == []
        for day in range(1, 4):
            room.now.go(days=1)
            beats.go_on()
            assert len(room.log("token-expires")) == max(0, day - 1)
    assert room.log("token-expires")[0]["reason"] == "2026-04-04T12:00:00Z: renew its secret in time"


def test_with_a_new_token_it_leaves_and_comes_back_before_the_old_one_ends(server: ImapServer, room: Mailroom) -> None:
    server.has.tokens = {"old", "new"}
    room.secret = secret = Changing("old", "new")
    with room.thread(silence=0.1, beat=0.05):
        server.wait_for("IDLE")
        secret.due.set()
        server.wait_for("AUTHENTICATE", 2)
        server.wait_for("IDLE", server.verbs.count("IDLE") + 1)
    assert server.secrets == ["old", "new"]
    assert room.rests == []
    assert server.verbs.index("LOGOUT") < len(server.verbs) - 1 - server.verbs[::-1].index("AUTHENTICATE")


@pytest.mark.parametrize(
    ("error", "rests"),
    [
        (ZeroDivisionError("our own fault"), [4, 5, 6, 7]),
        (StoreUnavailable("the database is away"), [1, 2, 3, 3]),
        (Problem("the server is ill"), [1, 2, 3, 4]),
    ],
)
def test_no_error_ends_the_thread_and_mail_comes_in_when_it_is_over(
    server: ImapServer, room: Mailroom, monkeypatch: pytest.MonkeyPatch, error: Exception, rests: list[int]
) -> None:
    real = room.store.cursors.left

    def left(name: str, validity: int) -> object:
        if len(room.rests) < 4:
            raise error
        return real(name, validity)

    monkeypatch.setattr(room.store.cursors, "left", left)
    server.deliver(mail(1))
    with room.thread():
        room.until(lambda: room.mails() == [mail(1)])
    assert room.rests == rests
    assert str(error) in room.log("failing")[0]["reason"]


def test_a_database_that_cannot_even_note_the_failure_does_not_end_the_thread(
    server: ImapServer, room: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("no such table")

    monkeypatch.setattr(room.store.cursors, "failed", fails)
    server.has.script["SELECT"] = [Say("NO")] * 2
    with room.thread():
        server.wait_for("IDLE")
    assert len(room.log("failing")) == 2


def test_stop_ends_it_wherever_it_is(server: ImapServer, room: Mailroom) -> None:
    room.rest = 3600.0
    server.has.script["SELECT"] = [Drop()]
    with room.thread() as resting:
        room.until(lambda: room.rests)
    assert _ended(resting)
    with room.thread(silence=3600, beat=3600) as idling:
        server.wait_for("IDLE")
    assert _ended(idling)
    assert room.store.cursors.lease(NAME, "another", room.now()), "the lease is given back"


def _ended(mailbox: MailboxThread) -> bool:
    return not mailbox._thread.is_alive()


def test_no_secret_is_in_the_log(server: ImapServer, room: Mailroom) -> None:
    server.has.script["AUTHENTICATE"] = [Say("NO wrong")]
    with room.thread():
        server.wait_for("IDLE")
    assert PASSWORD not in room.path.read_text()
