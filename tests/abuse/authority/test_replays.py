"""Mail that was right once: brought again, brought late, with headers that pretend to be ours."""

from datetime import timedelta

import pytest

from routing.model import Proof
from tests.abuse.authority.dry import TAGGED, moves, told, weighed, written
from tests.rig.signing import signer
from tests.stories.stage import ANN, DANA, EMIL, MALLORY, SUPPORT, WENDY, Desk
from tests.stories.stage import told as readers


@pytest.mark.parametrize("days", [0, 7])
def test_a_command_that_comes_again_does_nothing(case: Desk, days: int) -> None:
    """case 95: byte for byte, with new trace headers, other line ends, one more field; a week later."""
    case.reply(ANN, "#close")
    raw, sender, to = case.newest
    case.reply(DANA, "reopen")
    case.moment += timedelta(days=days)
    again = (
        raw,
        b"Received: from a by b; Mon, 9 Mar 2026 09:00:00 +0000\r\n" + raw,
        b"Return-Path: <x@y.example>\r\nX-Spam: no\r\n" + raw,
        raw.replace(b"\r\n", b"\n"),
        b"Cc: x@elsewhere.example\r\n" + raw,
        b"Reply-To: ann@acme.example\r\n" + raw,
        raw + b"\r\n",
        raw.replace(b"#close", b"#close\r\n\r\nPlease."),
    )
    for copy in again:
        letters = case.arrives(copy, sender, to)
        assert case.status() == "new"
        assert ANN not in readers(letters)
    assert case.kinds().count("move") == 3


def test_an_action_counts_once_and_only_while_nothing_happened_since(case: Desk) -> None:
    """case 95: an `undo` that comes late or twice undoes nothing."""
    case.reply(WENDY, "to customer\n\nPlease try.")
    receipt = case.last(WENDY)
    case.reply(ANN, "It works.", letter=case.mailboxes[ANN][0])
    for _ in range(2):
        case.reply(WENDY, "undo", letter=receipt)
    assert case.kinds().count("move") == 2


CONTROLS = (
    "X-Postern-Loop: desk.example",
    "X-Postern-Proof: strong",
    "X-Postern-Ticket: CT-1",
    "X-Postern-Authenticated: dana@desk.example",
    "X-Postern-Lane: internal",
    "X-RT-Send-Cc: mallory@elsewhere.example",
    "RT-Send-Cc: mallory@elsewhere.example",
    "RT-Squelch-Replies-To: dana@desk.example",
    "X-RT-Privilege: yes",
    "X-RT-Incoming-Encryption: Success",
    "X-RT-Loop-Prevention: desk.example",
    "X-OTRS-Priority: 5 very high",
    "X-OTRS-State: closed successful",
    "X-OTRS-FollowUp-State: closed successful",
    "X-Zammad-Ticket-State: closed",
    "X-Zammad-Article-Internal: false",
    "X-FreeScout-Mail-Type: user.notification",
    "X-Redmine-Issue-Id: 1",
    "X-Debbugs-Control: close",
    "X-Roundup-Issue-Status: closed",
    "Control: close 1 -1",
)


def test_headers_that_pretend_to_be_of_the_house_say_nothing(case: Desk) -> None:
    """case 96, P14 (RT, CVE-2012-4735, CVE-2023-41259): control fields of any help desk, ours among them, are words."""
    for field in CONTROLS:
        for claimed, to in ((MALLORY, SUPPORT), (DANA, SUPPORT), (ANN, case.last(ANN).reply_to)):
            plain = weighed(case, written("Hello.", f"From: {claimed}"), to)
            found = weighed(case, written("Hello.", f"From: {claimed}", field), to)
            assert found.situation.proof is plain.situation.proof
            assert moves(found.decision) is moves(plain.decision)
            assert set(told(found.decision)) <= set(told(plain.decision)), field
            assert [event.audience for event in found.decision.events] == [
                event.audience for event in plain.decision.events
            ]


MARKS = (
    {"Auto-Submitted": "auto-generated"},
    {"Precedence": "bulk"},
    {"X-Auto-Response-Suppress": "All"},
    {"X-Loop": "x"},
)


@pytest.mark.parametrize("marks", MARKS, ids=lambda marks: next(iter(marks)))
def test_a_complaint_that_marks_itself_automatic_is_heard_all_the_same(desk: Desk, marks: dict[str, str]) -> None:
    """case 97: a ticket is made and the staff is told; only our own answer is left out."""
    assert readers(desk.write(ANN, "Your service is bad.", headers=marks)) == [DANA, EMIL]
    assert desk.tickets() == ["CT-1"]
    assert desk.timeline()[0].text == "Your service is bad."


SEALED = {"Authentication-Results": "mx.lists.example; dkim=pass header.d=desk.example"}


@pytest.mark.parametrize("hops", [1, 12])
def test_a_chain_that_nobody_here_lists_gives_no_power(strict: Desk, hops: int) -> None:
    """case 98: sealed once, sealed often, sealed beyond what is followed: a message like any other."""
    letter = strict.last(DANA)
    raw = written("close", *(f"{name}: {value}" for name, value in SEALED.items()), f"From: {DANA}", subject=TAGGED)
    for hop in range(hops):
        chained = b"Authentication-Results: mx.lists.example; arc=pass\r\n" if hop else b""
        raw = signer("lists.example").seal(chained + raw, "mx.lists.example")
    found = weighed(strict, raw, letter.reply_to)
    assert found.situation.proof < Proof.STRONG
    assert not moves(found.decision)
