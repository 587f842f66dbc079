"""Partners number a matter themselves: their letters bear that number, nobody else's do, and it opens no door."""

import re
from pathlib import Path

import pytest

from routing.events import fold
from tests.abuse.authority.dry import weighed
from tests.rig.threads import by_references, decoded
from tests.stories import lanes
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, HUGO, MALLORY, WENDY, Desk, told

MERGE = 'merge = ["operator"]\n\n[told]'
NUMBER = "INC0012345"
RESULTS = "mx.desk.example; dmarc=pass header.from={}"


@pytest.fixture
def case(desk: Desk) -> Desk:
    """Ann's ticket is with Wendy, whose desk has given it a number."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(WENDY, "We look.", subject=f"Re: [CT-1] [{NUMBER}] Images")
    return desk


def test_the_partner_finds_its_number_in_its_subjects(case: Desk) -> None:
    assert case.ticket().numbers == (f"webhost {NUMBER}",)
    case.reply(DANA, "to web-it provider\n\nAnd now?")
    assert case.last(WENDY).subject == f"[CT-1] [{NUMBER}] Images"
    assert f"%5B{NUMBER}%5D" in case.last(WENDY).html
    assert case.last(WENDY).message["Thread-Topic"] == "Images"


def test_the_thread_holds_when_the_number_is_learnt(case: Desk) -> None:
    case.reply(DANA, "to web-it provider\n\nAnd now?")
    letters = case.mailboxes[WENDY]
    assert len({letter.subject for letter in letters}) == 2
    # Gmail takes tags in brackets for additions, as those of mailing lists.
    assert len({re.sub(r"\[[^\]]*\] ", "", letter.subject) for letter in letters}) == 1
    assert len(by_references([letter.message for letter in letters])) == 1
    assert len({decoded(str(letter.message["Thread-Index"])).conversation for letter in letters}) == 1


def test_nobody_else_is_told_the_number(case: Desk) -> None:
    case.reply(DANA, "to customer\n\nPlease try again.")
    case.reply(ANN, "#show", letter=case.mailboxes[ANN][-1])
    case.reply(ANN, "It works.")
    case.reply(DANA, "to 2nd level provider\n\nPlease look, too.")
    case.reply(HUGO, "#show")
    case.reply(HUGO, "Done.", letter=case.mailboxes[HUGO][0])
    case.reply(ANN, "#export", letter=case.mailboxes[ANN][0])
    for owner in (ANN, HUGO):
        assert len(case.mailboxes[owner]) > 1
        for letter in case.mailboxes[owner]:
            assert NUMBER.encode() not in letter.data, letter.text
            assert NUMBER not in letter.subject + letter.text + letter.html


def test_the_staff_sees_it(case: Desk) -> None:
    (letter,) = case.reply(EMIL, "#show")
    assert f"Partners' numbers: Webhost: {NUMBER}" in letter.text
    assert f"number: Webhost: {NUMBER}" in letter.text
    assert case.last(EMIL).subject == "[CT-1] Images"


def test_it_is_written_down_as_all_else_is(case: Desk) -> None:
    assert fold(case.timeline()) == case.ticket()
    (learnt,) = (event for event in case.timeline() if event.changes and event.changes[0].field == "numbers")
    assert (learnt.audience, learnt.actor) == ("lane:web-it-provider", WENDY)
    case.reply(WENDY, "Still looking.", subject=f"Re: [CT-1] [{NUMBER}] Images")
    assert sum(change.field == "numbers" for event in case.timeline() for change in event.changes) == 1
    case.reply(WENDY, "A new one.", subject="Re: [CT-1] [INC0099999] Images")
    assert case.ticket().numbers == ("webhost INC0099999",)


def test_a_machine_of_the_partner_may_tell_it(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    before = desk.ticket()
    letters = desk.reply(
        WENDY,
        "Your request was received.",
        subject="Ticket #991 was opened",
        headers={"Auto-Submitted": "auto-replied"},
    )
    assert letters == []
    assert desk.ticket().numbers == ("webhost #991",)
    assert (desk.ticket().updated_at, desk.status()) == (before.updated_at, before.status)
    # It does not stand in the way of taking the move back.
    assert "taken back" in desk.reply(DANA, "undo")[-1].text


def test_with_the_number_alone_a_partner_is_no_more_than_with_our_key(case: Desk) -> None:
    count = len(case.mailboxes[ANN])
    letters = case.write(WENDY, "close\n\nIt is mended.", subject=f"[{NUMBER}] Images")
    assert case.tickets() == ["CT-1"]
    assert "the writer's own desk calls CT-1 so" in weighed(case, case.newest[0]).decision.why
    assert case.status() != "closed"
    assert case.kinds()[-1] == "unverified"
    assert ANN not in told(letters)
    assert len(case.mailboxes[ANN]) == count


def test_with_proof_of_its_own_it_finds_the_ticket(stage: Stage) -> None:
    desk = stage(more='[trust]\nauthserv_ids = ["mx.desk.example"]')
    desk.write(ANN, "All images are missing.", subject="Images")
    proven = {"Authentication-Results": RESULTS.format("desk.example")}
    desk.reply(DANA, "to web-it provider\n\nPlease look.", headers=proven)
    desk.reply(WENDY, "We look.", subject=f"Re: [CT-1] [{NUMBER}] Images")
    passed = {"Authentication-Results": RESULTS.format("webhost.example")}
    desk.write(WENDY, "It is mended.", subject=f"{NUMBER} is solved [{NUMBER}]", headers=passed)
    assert desk.tickets() == ["CT-1"]
    assert (desk.timeline()[-1].kind, desk.timeline()[-1].text) == ("comment", "It is mended.")


def test_for_anybody_else_the_number_names_nothing(case: Desk) -> None:
    for writer in (ANN, HUGO, MALLORY):
        case.write(writer, "Something new.", subject=f"[{NUMBER}] Images")
    assert len(case.tickets()) == 4
    assert all("Something new." not in event.text for event in case.timeline())


@pytest.mark.parametrize(
    "subject",
    ["Re: [CT-1] Images", "Re: [CT-1] [#991] [#992] Images", "Re: [CT-1] [EXTERNAL] Images", "Re: CT-1: Images"],
)
def test_nothing_is_learnt_where_nothing_is_plain(desk: Desk, subject: str) -> None:
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(WENDY, "We look.", subject=subject)
    assert desk.ticket().numbers == ()


def test_a_number_of_the_customer_is_not_the_partners(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="[#4711] Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(WENDY, "We look.")
    assert desk.ticket().numbers == ()
    desk.reply(WENDY, "We still look.", subject="Re: [CT-1] [#4711] Images [Ticket #991]")
    assert desk.ticket().numbers == ("webhost Ticket #991",)


def test_whoever_proves_nothing_teaches_nothing(case: Desk) -> None:
    case.write(WENDY, "We look.", subject="[CT-1] [INC0099999] Images")
    case.reply(MALLORY, "We look.", letter=case.last(WENDY), subject="Re: [CT-1] [INC0088888] Images")
    case.reply(ANN, "It is urgent.", letter=case.mailboxes[ANN][0], subject="Re: [CT-1] [INC0077777] Images")
    assert case.ticket().numbers == (f"webhost {NUMBER}",)


def test_a_pattern_in_the_directory_says_what_numbers_look_like(desk: Desk) -> None:
    desk.registers('key = "webhost"', 'key = "webhost"\nreference = "WH/\\\\d+"')
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(WENDY, "We look.", subject="Re: [CT-1] Images [#991] WH/17")
    assert desk.ticket().numbers == ("webhost WH/17",)
    desk.write(WENDY, "Still.", subject="About WH/17")
    assert desk.kinds()[-1] == "unverified"


def test_who_becomes_one_ticket_keeps_its_number(stage: Stage, tmp_path: Path) -> None:
    desk = lanes.opened(stage, tmp_path, lanes=False, acts=f"{lanes.ACTS.replace('[told]', MERGE)}")
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    desk.reply(WENDY, "We look.", subject=f"Re: [CT-1] [{NUMBER}] Images")
    desk.write(ANN, "Pictures, too.", subject="Pictures")
    desk.reply(DANA, "#merge into CT-2", letter=desk.mailboxes[DANA][0])
    assert desk.ticket("CT-2").numbers == (f"webhost {NUMBER}",)
