"""People who read of some things once a day: one letter with all that they may see of them."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from gateway.digests import Digests
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, WENDY, Desk, told

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PATIENT = """
[[person]]
name = "Uma"
addresses = ["uma@desk.example"]
organisation = "example-support"
role = "agent"
notify = { default = "digest" }
"""
UMA = "uma@desk.example"


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Uma is one of the agents and reads of all once a day; the time is nine in the morning."""
    desk = stage(people=PATIENT)
    desk.registers(f'"{DANA}", "{EMIL}"]', f'"{DANA}", "{EMIL}", "{UMA}"]')
    return desk


def test_one_letter_a_day_tells_what_happened(desk: Desk) -> None:
    assert UMA not in told(desk.write(ANN, "All images are missing.", subject="Images"))
    desk.reply(DANA, "We look into it.")
    assert desk.passes(5 * HOUR) == []
    (letter,) = desk.passes(DAY)
    assert letter.to == UMA
    assert letter.subject == "What happened on 1 ticket"
    assert "CT-1  In Progress  Images" in letter.text
    assert "Ann: opened the ticket" in letter.text
    assert "All images are missing." in letter.text
    assert "All images are missing." in letter.html
    assert "To write to one of them, reply with its number in the subject, as in [CT-1]" in letter.text


def test_nothing_is_told_twice_and_nothing_happened_is_no_letter(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    assert told(desk.passes(DAY)) == [UMA]
    assert desk.passes(timedelta()) == []
    assert desk.passes(DAY) == []
    desk.reply(ANN, "They came back.")
    (letter,) = desk.passes(DAY)
    assert "They came back." in letter.text
    assert "All images are missing." not in letter.text


def test_all_tickets_stand_in_one_letter(desk: Desk) -> None:
    for number in range(3):
        desk.write(ANN, f"Number {number} is broken.")
    (letter,) = desk.passes(DAY)
    assert letter.subject == "What happened on 3 tickets"
    assert [f"Number {number} is broken." in letter.text for number in range(3)] == [True] * 3


def test_two_processes_write_one_letter(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.moment += DAY
    together, done = Barrier(4), list[int]()

    def write(digests: Digests) -> None:
        together.wait()
        done.append(digests.step())

    threads = [Thread(target=write, args=(desk.digests(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 1
    assert told(desk.works()) == [UMA]


def test_a_digest_holds_only_what_its_reader_may_see(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="[system acme-dam] Images")
    desk.reply(DANA, "to web-it provider\n\nIs it you?")
    desk.reply(DANA, "#internal\n\nThey never answer before noon, so let us not wait for them.")
    desk.reply(WENDY, "It is us.", letter=desk.last(WENDY))
    letters = {letter.to: letter for letter in desk.passes(DAY)}
    assert "so let us not wait" in letters[UMA].text
    assert all("so let us not wait" not in letter.text for to, letter in letters.items() if to != UMA)


def test_who_may_no_longer_see_a_ticket_reads_nothing_of_it(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    own, foreign = (f'organisation = "{one}"\nrole = "agent"\nnotify' for one in ("example-support", "globex"))
    desk.registers(own, foreign)
    assert desk.passes(DAY) == []
    desk.registers(foreign, own)
    assert desk.passes(DAY) == []


def test_an_answer_to_a_digest_proves_its_writer(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    desk.passes(DAY)
    receipts = desk.reply(UMA, "close\n\nThey are back.", subject="Re: [CT-1] What happened")
    assert desk.status() == "closed"
    assert {ANN, UMA} <= set(told(receipts))


def test_the_timeline_names_who_read_of_it(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    with desk.office.store.read() as reading:
        view = reading.ticket("CT-1")
    assert view is not None
    assert UMA not in view.timeline[0].notified
    desk.passes(DAY)
    with desk.office.store.read() as reading:
        view = reading.ticket("CT-1")
    assert view is not None
    assert UMA in view.timeline[0].notified
