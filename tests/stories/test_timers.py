"""What a desk does by itself while nobody writes: reminders, giving up, escalations, each once."""

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from parsers.mail import Door
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, SUPPORT, Desk, told
from tests.unit.routing.clockwork import DESK

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def case(stage: Stage, tmp_path: Path) -> Desk:
    """A ticket of Ann on the desk with timers."""
    file = tmp_path / "clockwork.toml"
    file.write_text(DESK)
    desk = stage(gateway=f'workflow = "{file}"')
    desk.write(ANN, "All images are missing.", subject="Images")
    return desk


def test_who_does_not_answer_is_reminded_then_given_up_on(case: Desk) -> None:
    case.reply(DANA, "ask\n\nWhich browser?")
    assert case.passes(2 * DAY) == []
    (reminder,) = case.passes(1 * DAY)
    assert reminder.to == ANN
    assert reminder.headline == "CT-1 is waiting for Acme Corp."
    assert "It has been Waiting for 3 days." in reminder.text
    assert case.passes(3 * DAY) == []
    letters = case.passes(1 * DAY)
    assert told(letters) == [ANN, DANA, EMIL]
    assert letters[0].headline == "CT-1 was closed because nothing happened for 7 days."
    assert (case.status(), case.ticket().resolution) == ("closed", "resolved")
    assert case.passes(30 * DAY) == []


def test_an_answer_to_a_reminder_stops_the_clock(case: Desk) -> None:
    case.reply(DANA, "ask\n\nWhich browser?")
    case.passes(3 * DAY)
    assert told(case.reply(ANN, "Netscape.")) == [DANA, EMIL]
    assert case.status() == "open"
    case.passes(3 * HOUR)
    assert case.ticket().priority == "normal"


def test_a_ticket_that_comes_back_is_reminded_of_again(case: Desk) -> None:
    case.reply(DANA, "ask\n\nWhich browser?")
    case.passes(3 * DAY)
    case.reply(ANN, "Netscape.")
    case.reply(DANA, "ask\n\nWhich Netscape?")
    assert told(case.passes(3 * DAY)) == [ANN]


def test_what_nobody_takes_up_is_escalated_once(case: Desk) -> None:
    assert case.passes(3 * HOUR) == []
    assert told(case.passes(1 * HOUR)) == [DANA, EMIL]
    assert case.last(DANA).headline == "CT-1 has waited for 4 hours and needs somebody now."
    assert case.ticket().priority == "high"
    assert case.passes(100 * HOUR) == []


def test_after_a_long_standstill_a_reminder_still_leaves_time(case: Desk) -> None:
    """cases 32 and 33: a clock that leaps, or a scheduler that was down, reminds first and closes nothing at once."""
    case.reply(DANA, "ask\n\nWhich browser?")
    assert told(case.passes(60 * DAY)) == [ANN]
    assert case.passes(3 * DAY) == []
    assert case.passes(1 * DAY) != []
    assert case.status() == "closed"


def test_two_processes_ring_once(case: Desk) -> None:
    """case 33: two schedulers, one reminder."""
    case.moment += 5 * HOUR
    done: list[int] = []
    together = Barrier(4)

    def ring() -> None:
        bell = case.bell()
        together.wait()
        done.append(bell.step())

    threads = [Thread(target=ring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 1
    assert told(case.works()) == [DANA, EMIL]
    assert case.kinds() == ["opened", "move"]


def test_the_desks_own_move_can_be_answered(case: Desk) -> None:
    case.reply(DANA, "ask\n\nWhich browser?")
    case.passes(3 * DAY)
    case.passes(4 * DAY)
    assert told(case.reply(ANN, "It is Netscape, and it is still broken.")) == [DANA, EMIL]
    assert case.status() == "open"


def test_the_log_says_that_it_rang(case: Desk) -> None:
    case.passes(4 * HOUR)
    log = (case.office.config.data_dir / "mail.log").read_text()
    (rang,) = (line for line in log.splitlines() if "step=timer" in line)
    assert "ticket=CT-1" in rang
    assert "has run out after 4 hours" in rang
    assert log.count("outcome=escalated") == 2


def test_old_mail_has_no_timers_until_somebody_works_on_it(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "clockwork.toml"
    file.write_text(DESK)
    desk = stage(gateway=f'workflow = "{file}"')
    old = b"From: Ann <ann@acme.example>\r\nSubject: Old\r\nMessage-ID: <old@acme.example>\r\n\r\nHello.\r\n"
    desk.arrives(old, "", SUPPORT, door=Door.IMPORT, quiet=True)
    assert desk.passes(30 * DAY) == []
    assert desk.ticket().priority == "normal"


def test_a_crowd_that_waits_holds_nobody_up(case: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reminded late, many tickets wait for their second timer; others become due for their first."""
    monkeypatch.setattr("gateway.bell.AT_ONCE", 2)
    for number in range(4):
        case.write(ANN, "Hello.", subject=f"Matter {number}")
        case.reply(DANA, "ask\n\nWhat?")
    assert told(case.passes(30 * DAY)) == [ANN, ANN, DANA, EMIL]  # two reminders, and CT-1 is put before both agents
    for _ in range(5):
        case.passes(HOUR)
    assert all(case.ticket(f"CT-{number}").timer == "remind" for number in range(2, 6))
    case.write(ANN, "Hello.", subject="One more")
    case.reply(DANA, "ask\n\nWhat?")
    assert told(case.passes(3 * DAY)) == [ANN]
