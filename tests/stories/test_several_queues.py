"""One mail to several of our addresses: one ticket, which every queue sees, and nobody has two letters."""

import pytest

from gateway.intake import Delivery, Rejected, Target
from parsers.mail import Door
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA, EMIL, SUPPORT, WENDY, Desk, Post, told
from tests.stories.tiers import WORKFLOW, everybody

SALES = "sales@desk.example"
TWO = '[[address]]\naddress = "sales@desk.example"\nqueue = "sales"'
SALLY = "sally@desk.example"
TEAM = f"""
[[organisation]]
key = "sales"
name = "Sales"
kind = "operator"

[[group]]
key = "agents"
organisation = "sales"
members = ["dana@desk.example", "{SALLY}"]
queues = ["sales"]

[[person]]
name = "Sally"
addresses = ["{SALLY}"]
organisation = "sales"
"""


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Dana and Emil work the queue inbound, Dana and Sally the queue sales."""
    desk = stage(more=TWO, people=TEAM)
    members = 'members = ["dana@desk.example", "emil@desk.example"]'
    desk.registers(members, f'{members}\nqueues = ["inbound"]')
    return desk


def raw(to: str, cc: str = "", text: str = "What do you cost?", more: str = "") -> bytes:
    copy = f"Cc: {cc}\r\n" if cc else ""
    head = f"From: Ann <{ANN}>\r\nTo: {to}\r\n{copy}Subject: Prices\r\nMessage-ID: <1@acme.example>\r\n{more}"
    return f"{head}\r\n{text}\r\n".encode()


def at_once(desk: Desk, data: bytes, *recipients: str) -> list[Post]:
    """One SMTP transaction with several recipients."""
    intake = desk.office.intake(lambda: desk.rules)
    targets = [intake.admit(recipient, desk.moment.date()) for recipient in recipients]
    identity = intake.examine(data)
    assert not isinstance(identity, Rejected)
    known = tuple(target for target in targets if isinstance(target, Target))
    intake.accept([Delivery(data, identity, ANN, known, Door.SMTP, desk.moment, trusted=True)])
    return desk.works()


def test_one_mail_to_two_queues_is_one_ticket(desk: Desk) -> None:
    letters = at_once(desk, raw(f"{SUPPORT}, {SALES}"), SUPPORT, SALES)
    assert told(letters) == [ANN, DANA, EMIL, SALLY]
    assert desk.tickets() == ["CT-1"]
    assert (desk.ticket().queue, desk.ticket().also_in, desk.kinds()) == ("inbound", ("sales",), ["opened"])
    assert [line.ticket for line in desk.inbox("done")] == ["CT-1", "CT-1"]


def test_a_copy_to_the_other_queue_that_comes_alone_is_the_same_mail(desk: Desk) -> None:
    data = raw(SUPPORT, cc=SALES)
    assert told(desk.arrives(data, ANN, SALES)) == [ANN, DANA, EMIL, SALLY]
    trace = b"Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000\r\n"
    assert desk.arrives(trace + data, ANN, SUPPORT) == []
    assert (desk.tickets(), desk.ticket().queue, desk.ticket().also_in) == (["CT-1"], "sales", ("inbound",))


def test_a_blind_copy_is_noted_and_tells_those_who_were_not(desk: Desk) -> None:
    assert told(desk.arrives(raw(SUPPORT), ANN, SUPPORT)) == [ANN, DANA, EMIL]
    assert told(desk.arrives(desk.newest[0], ANN, SALES)) == [SALLY]
    assert (desk.tickets(), desk.ticket().also_in, desk.kinds()) == (["CT-1"], ("sales",), ["opened", "move"])
    assert desk.arrives(desk.newest[0], ANN, SALES) == []


def test_both_queues_hear_of_what_comes_next(desk: Desk) -> None:
    at_once(desk, raw(f"{SUPPORT}, {SALES}"), SUPPORT, SALES)
    assert told(desk.reply(ANN, "For two.")) == [DANA, EMIL, SALLY]


def test_an_answer_with_a_copy_to_a_queue_is_one_comment_which_that_queue_sees(desk: Desk) -> None:
    desk.write(ANN, "What do you cost?")
    letter = desk.last(ANN)
    assert told(desk.reply(ANN, "For two.", headers={"Cc": SALES})) == [DANA, EMIL, SALLY]
    assert desk.arrives(desk.newest[0], ANN, SALES) == []
    assert (desk.kinds(), desk.ticket().also_in, desk.tickets()) == (["opened", "comment"], ("sales",), ["CT-1"])
    assert told(desk.reply(ANN, "For three.", letter=letter)) == [DANA, EMIL, SALLY]


def test_a_tag_in_a_mail_to_two_queues_is_one_entry(desk: Desk) -> None:
    desk.write(ANN, "What do you cost?")
    data = raw(f"{SUPPORT}, {SALES}").replace(b"Prices", b"[CT-1] Prices")
    at_once(desk, data, SUPPORT, SALES)
    assert desk.kinds() == ["opened", "unverified", "move"]


def test_what_was_refused_for_want_of_proof_is_done_where_the_address_proves_it(desk: Desk) -> None:
    desk.write(ANN, "What do you cost?")
    letter = desk.last(DANA)
    desk.reply(DANA, "close", letter=letter, to=SUPPORT)
    assert desk.kinds()[-1] == "refusal"
    desk.arrives(desk.newest[0], DANA, letter.reply_to)
    assert desk.status() == "closed"


def test_another_mail_to_the_other_queue_is_another_ticket(desk: Desk) -> None:
    desk.arrives(raw(SUPPORT), ANN, SUPPORT)
    desk.arrives(raw(SUPPORT, text="And the door squeaks."), ANN, SALES)
    assert desk.tickets() == ["CT-1", "CT-2"]


def test_a_deleted_ticket_takes_no_second_delivery(stage: Stage) -> None:
    desk = stage(gateway=f'workflow = "{WORKFLOW}"', more=TWO, everybody=everybody())
    desk.arrives(raw(SUPPORT), ANN, SUPPORT)
    data = desk.newest[0]
    desk.reply(WENDY, "#forward admin")
    desk.reply(DANA, "#delete")
    desk.arrives(data, ANN, SALES)
    assert desk.tickets() == ["CT-2"]
