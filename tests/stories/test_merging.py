"""Several tickets about one thing: merged, and taken apart again."""

from contextlib import closing
from threading import Thread

import pytest

from gateway.reader import Containment, Reader
from gateway.walk import Walker
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, GINA, HUGO, MALLORY, SUPPORT, WENDY, Desk, Post, told
from tests.stories.tiers import DORA, WILL, tiers


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """Three tickets of Acme, by Ann, Bob and Bob, and one of Globex; Webhost has them all."""
    desk = tiers(stage)
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.write(BOB, "I see no images.", subject="Pictures")
    desk.write(BOB, "Still none.", subject="Pictures?")
    desk.write(GINA, "The shop is slow.", subject="Shop")
    return desk


def about(desk: Desk, key: str, owner: str = WENDY) -> list[Post]:
    """The letters about a ticket in a mailbox."""
    return [post for post in desk.mailboxes[owner] if f"[{key}]" in post.subject]


def test_duplicates_are_closed_and_their_people_follow_the_primary(desk: Desk) -> None:
    letters = desk.reply(WENDY, "#merge CT-2 CT-3\n\nOne cable.", letter=about(desk, "CT-1")[0])
    assert told(letters) == [ANN, BOB, WENDY]
    primary, second, third = (desk.ticket(f"CT-{number}") for number in (1, 2, 3))
    assert (primary.status, primary.merged, primary.watchers) == ("open", ("CT-2", "CT-3"), (BOB,))
    for duplicate in (second, third):
        assert (duplicate.status, duplicate.resolution, duplicate.merged_into) == ("closed", "duplicate", "CT-1")
    assert [desk.kinds(f"CT-{number}") for number in (1, 2, 3)] == [["opened", "merge"]] * 3
    assert desk.last(BOB).subject == "[CT-1] Images"
    assert desk.last(BOB).headline.startswith("CT-2 and CT-3 are duplicates of CT-1 now.")
    assert "One cable." in desk.last(BOB).text
    assert desk.last(WENDY).headline == "CT-2 and CT-3 are duplicates of CT-1 now."


def test_a_ticket_is_merged_into_another(desk: Desk) -> None:
    letters = desk.reply(WENDY, "#merge into CT-1\n\nSee there.", letter=about(desk, "CT-2")[0])
    assert told(letters) == [ANN, BOB, WENDY]
    assert (desk.ticket("CT-1").merged, desk.ticket("CT-2").merged_into) == (("CT-2",), "CT-1")
    assert desk.timeline("CT-1")[-1].text == "See there."
    assert desk.timeline("CT-2")[-1].text == ""


def test_mail_to_a_duplicate_lands_on_its_primary_whatever_names_it(desk: Desk) -> None:
    own = desk.mailboxes[BOB][0]
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-1")[0])
    desk.reply(BOB, "By the address of the letter.", letter=own)
    desk.reply(BOB, "By its Message-ID.", letter=own, to=SUPPORT, subject="Hello")
    desk.write(BOB, "By its number.", subject="[CT-2] Hello")
    assert desk.kinds("CT-1") == ["opened", "merge", "comment", "comment", "unverified"]
    assert desk.kinds("CT-2") == ["opened", "merge"]
    assert desk.last(ANN).subject == "[CT-1] Images"


def test_one_answer_to_the_letters_of_both_is_one_comment(desk: Desk) -> None:
    own, other = desk.mailboxes[WENDY][0], desk.mailboxes[WENDY][1]
    desk.reply(WENDY, "#merge CT-2", letter=own)
    desk.reply(WENDY, "We are looking.", letter=own)
    raw, sender, _ = desk.newest
    assert desk.arrives(raw, sender, other.reply_to) == []
    assert desk.kinds("CT-1") == ["opened", "merge", "comment"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("#merge CT-1", "CT-1 cannot be merged into itself."),
        ("#merge CT-4", "CT-4 and CT-1 belong to different customers"),
        ("#merge CT-99", "There is no ticket CT-99 that you could merge."),
        ("#merge nonsense", "There is no ticket NONSENSE that you could merge."),
        ("#merge into CT-2 CT-3", "A ticket can be merged into one other only"),
        ("#merge into", "Write which ticket"),
        ("#merge CT-2 CT-4", "CT-4 and CT-1 belong to different customers"),
    ],
)
def test_what_cannot_be_merged_is_said(desk: Desk, said: str, reason: str) -> None:
    assert told(desk.reply(WENDY, said, letter=about(desk, "CT-1")[0])) == [WENDY]
    assert reason in desk.last(WENDY).text
    assert [desk.ticket(f"CT-{number}").merged for number in range(1, 5)] == [()] * 4
    assert desk.kinds("CT-2") == ["opened"]


def test_only_tickets_of_one_holder_are_merged(desk: Desk) -> None:
    desk.reply(WENDY, "#forward admin", letter=about(desk, "CT-2")[0])
    desk.reply(DANA, "#merge CT-1", letter=desk.last(DANA))
    assert "CT-1 is with Webhost, CT-2 with Example Support: only tickets that one party has" in desk.last(DANA).text
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-1")[0])
    assert "CT-2 was forwarded to Example Support, who alone act on it now." in desk.last(WENDY).text


def test_a_duplicate_cannot_be_merged_again(desk: Desk) -> None:
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-1")[0])
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-3")[0])
    assert "CT-2 is a duplicate of CT-1: unmerge it first, or name CT-1." in desk.last(WENDY).text
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-1")[0])
    assert "CT-2 is a duplicate of CT-1 already." in desk.last(WENDY).text
    desk.reply(WENDY, "#merge into CT-2", letter=about(desk, "CT-1")[0])
    assert "CT-2 is a duplicate of CT-1 already." in desk.last(WENDY).text
    assert desk.ticket("CT-1").merged_into is None


def test_duplicates_of_a_duplicate_become_those_of_the_primary(desk: Desk) -> None:
    first = desk.mailboxes[BOB][1]
    desk.reply(WENDY, "#merge CT-3", letter=about(desk, "CT-2")[0])
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-1")[0])
    assert (desk.ticket("CT-1").merged, desk.ticket("CT-2").merged) == (("CT-2", "CT-3"), ())
    assert desk.ticket("CT-3").merged_into == "CT-1"
    desk.reply(BOB, "And now?", letter=first)
    assert desk.kinds("CT-1")[-1] == "comment"


def test_who_is_no_party_of_a_ticket_cannot_merge_it_nor_learn_of_it(desk: Desk) -> None:
    desk.write(MALLORY, "What do you cost?")
    desk.reply(WENDY, "#merge CT-5", letter=about(desk, "CT-1")[0])
    strange = desk.last(WENDY).text
    desk.reply(WENDY, "#merge CT-6", letter=about(desk, "CT-1")[0])
    assert strange.replace("CT-5", "CT-6") == desk.last(WENDY).text


def test_strangers_have_nothing_in_common(desk: Desk) -> None:
    desk.write(MALLORY, "What do you cost?")
    desk.write("trudy@elsewhere.example", "What do you cost?")
    desk.reply(DANA, "#merge CT-6", letter=desk.mailboxes[DANA][0])
    assert "CT-6 and CT-5 belong to different customers, so they cannot be merged." in desk.last(DANA).text


def test_customers_do_not_merge_and_a_forged_mail_does_not(desk: Desk) -> None:
    desk.reply(BOB, "#merge CT-3", letter=desk.mailboxes[BOB][0])
    desk.write(WENDY, "#merge CT-2", subject="[CT-1] Images")
    desk.reply(HUGO, "#merge CT-2", letter=about(desk, "CT-1")[0])
    desk.reply(DORA, "#merge CT-2", letter=about(desk, "CT-1")[0])
    assert desk.ticket("CT-1").merged == desk.ticket("CT-2").merged == ()


def test_the_same_mail_merges_once(desk: Desk) -> None:
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-1")[0])
    assert desk.again() == []
    assert desk.kinds("CT-1") == ["opened", "merge"]


# Unmerge


@pytest.fixture
def merged(desk: Desk) -> Desk:
    """Bob's tickets are duplicates of Ann's."""
    desk.reply(WENDY, "#merge CT-2 CT-3", letter=about(desk, "CT-1")[0])
    return desk


def test_a_duplicate_stands_by_itself_again_and_can_be_reopened(merged: Desk) -> None:
    letters = merged.reply(WENDY, "#unmerge CT-2", letter=about(merged, "CT-1")[0])
    assert told(letters) == [ANN, BOB, WENDY]
    assert merged.ticket("CT-1").merged == ("CT-3",)
    assert (merged.ticket("CT-2").merged_into, merged.status("CT-2")) == (None, "closed")
    assert merged.last(BOB).subject == "[CT-2] Pictures"
    assert merged.last(BOB).headline == "CT-2 stands by itself again: it is no longer a duplicate of CT-1."
    merged.reply(BOB, "#reopen")
    assert (merged.status("CT-2"), merged.ticket("CT-2").resolution) == ("open", None)


def test_who_came_with_it_leaves_with_it(merged: Desk) -> None:
    merged.reply(WENDY, "#unmerge CT-2", letter=about(merged, "CT-1")[0])
    assert merged.ticket("CT-1").watchers == (BOB,)
    merged.reply(WENDY, "#unmerge", letter=about(merged, "CT-1")[0])
    assert (merged.ticket("CT-1").merged, merged.ticket("CT-1").watchers) == ((), ())


def test_the_customer_takes_its_tickets_apart_too(merged: Desk) -> None:
    merged.reply(ANN, "#unmerge CT-3", letter=merged.mailboxes[ANN][0])
    assert merged.ticket("CT-3").merged_into is None


def test_an_answer_to_the_duplicates_own_letter_means_that_one(merged: Desk) -> None:
    merged.reply(BOB, "#unmerge", letter=merged.mailboxes[BOB][1])
    assert (merged.ticket("CT-2").merged_into, merged.ticket("CT-3").merged_into) == ("CT-1", None)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("#unmerge", "Write which one. These were: CT-2, CT-3."),
        ("#unmerge CT-4", "CT-4 was not merged into CT-1. These were: CT-2, CT-3."),
        ("#unmerge CT-2 CT-1", "CT-1 was not merged into CT-1. These were: CT-2, CT-3."),
    ],
)
def test_what_cannot_be_taken_apart_is_said(merged: Desk, said: str, reason: str) -> None:
    merged.reply(WENDY, said, letter=about(merged, "CT-1")[0])
    assert reason in merged.last(WENDY).text
    assert merged.ticket("CT-1").merged == ("CT-2", "CT-3")


def test_only_the_holder_or_its_organisation_takes_apart(merged: Desk) -> None:
    merged.reply(WENDY, "#forward admin", letter=about(merged, "CT-1")[0])
    merged.reply(WENDY, "#unmerge CT-2", letter=about(merged, "CT-1")[0])
    assert "CT-1 was forwarded to Example Support" in merged.last(WENDY).text
    merged.reply(DANA, "#forward webhost", letter=merged.last(DANA))
    merged.reply(DANA, "#unmerge CT-2", letter=merged.mailboxes[DANA][0])
    said = merged.last(DANA).text
    assert "CT-1 is with Webhost: it is for them, or for whose ticket it is, to take it apart." in said
    assert merged.ticket("CT-1").merged == ("CT-2", "CT-3")


def test_what_was_never_merged_cannot_be_taken_apart(desk: Desk) -> None:
    desk.reply(WENDY, "#unmerge", letter=about(desk, "CT-1")[0])
    assert "No ticket was merged into CT-1." in desk.last(WENDY).text


# Delete


def test_a_deleted_ticket_is_gone_and_mail_to_it_opens_a_new_one(desk: Desk) -> None:
    own = desk.mailboxes[ANN][0]
    desk.reply(WENDY, "#forward admin", letter=about(desk, "CT-1")[0])
    desk.reply(WENDY, "#delete", letter=about(desk, "CT-1")[0])
    desk.reply(ANN, "#delete", letter=own)
    assert not desk.ticket("CT-1").hidden
    assert told(desk.reply(DANA, "#delete\n\nSpam.", letter=desk.mailboxes[DANA][0])) == [DANA]
    assert desk.ticket("CT-1").hidden
    assert desk.tickets() == ["CT-2", "CT-3", "CT-4"]
    (*_, last) = desk.timeline("CT-1")
    assert (last.kind, last.actor, last.audience, last.text) == ("move", DANA, "internal", "Spam.")
    desk.reply(ANN, "Hello?", letter=own)
    assert desk.tickets() == ["CT-2", "CT-3", "CT-4", "CT-5"]
    assert "CT-1 takes no more messages, so this one opened a new ticket." in desk.last(ANN).text
    desk.reply(MALLORY, "Hello?", letter=own)
    assert "CT-1" not in desk.last(MALLORY).text
    desk.write(BOB, "Hello?", subject="[CT-1] Images")
    assert "CT-1" not in desk.last(BOB).text


def test_a_deleted_ticket_cannot_be_merged(desk: Desk) -> None:
    desk.reply(WENDY, "#forward admin", letter=about(desk, "CT-1")[0])
    desk.reply(WENDY, "#forward admin", letter=about(desk, "CT-2")[0])
    first, second = (about(desk, f"CT-{number}", DANA)[0] for number in (1, 2))
    desk.reply(DANA, "#delete", letter=second)
    desk.reply(DANA, "#merge CT-2", letter=first)
    assert "There is no ticket CT-2 that you could merge." in desk.last(DANA).text


def test_a_deletion_can_be_undone(desk: Desk) -> None:
    desk.reply(WENDY, "#forward admin", letter=about(desk, "CT-1")[0])
    desk.reply(DANA, "#delete", letter=about(desk, "CT-1", DANA)[0])
    desk.reply(DANA, "undo")
    assert not desk.ticket("CT-1").hidden
    assert desk.tickets() == ["CT-1", "CT-2", "CT-3", "CT-4"]


def test_a_merge_is_undone_on_every_ticket(desk: Desk) -> None:
    before = [desk.ticket(f"CT-{number}") for number in (1, 2, 3)]
    desk.reply(WENDY, "#merge CT-2 CT-3\n\nOne cable.", letter=about(desk, "CT-1")[0])
    assert "reply with the word undo" in desk.last(WENDY).text
    assert told(desk.reply(WENDY, "undo")) == [ANN, BOB, WENDY]
    assert "It is" not in desk.last(WENDY).text
    assert "CT-2 is Open again. CT-3 is Open again." in desk.last(WENDY).text
    assert desk.last(BOB).headline == "Wendy has taken back what we told you about CT-1 a moment ago."
    for was, now in zip(before, [desk.ticket(f"CT-{number}") for number in (1, 2, 3)], strict=True):
        assert (now.status, now.resolution, now.merged, now.merged_into) == ("open", None, (), None)
        assert (now.watchers, now.holder) == (was.watchers, was.holder)
    desk.reply(BOB, "Mine again.", letter=desk.mailboxes[BOB][0])
    assert desk.kinds("CT-2") == ["opened", "merge", "move", "comment"]


def test_a_merge_into_another_and_an_unmerge_are_undone_too(desk: Desk) -> None:
    desk.reply(WENDY, "#merge into CT-1", letter=about(desk, "CT-2")[0])
    desk.reply(WENDY, "undo")
    assert (desk.ticket("CT-1").merged, desk.ticket("CT-2").merged_into, desk.status("CT-2")) == ((), None, "open")
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-1")[0])
    desk.reply(WENDY, "#unmerge CT-2", letter=about(desk, "CT-1")[0])
    desk.reply(WENDY, "undo")
    assert (desk.ticket("CT-1").merged, desk.ticket("CT-2").merged_into) == (("CT-2",), "CT-1")
    assert desk.ticket("CT-1").watchers == (BOB,)


@pytest.mark.parametrize("letter", [0, 1], ids=["to-the-primary", "to-the-duplicate"])
def test_a_merge_on_which_something_was_built_stands(desk: Desk, letter: int) -> None:
    own = desk.mailboxes[BOB][letter]
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-1")[0])
    receipt = desk.last(WENDY)
    if letter:
        desk.reply(WENDY, "#unmerge CT-2", letter=about(desk, "CT-1")[0])
    desk.reply(BOB, "And now?", letter=own)
    desk.reply(WENDY, "undo", letter=receipt)
    assert "Something has happened on CT-1 since, so this cannot be undone." in desk.last(WENDY).text
    assert desk.ticket("CT-1").merged == (() if letter else ("CT-2",))


def test_what_was_done_to_a_ticket_that_was_merged_since_is_not_undone(desk: Desk) -> None:
    desk.reply(WENDY, "#priority high", letter=about(desk, "CT-2")[0])
    receipt = desk.last(WENDY)
    desk.reply(WENDY, "#merge CT-2", letter=about(desk, "CT-1")[0])
    desk.reply(WENDY, "undo", letter=receipt)
    assert "CT-2 is a part of CT-1 now. Say what should be done instead." in desk.last(WENDY).text
    assert (desk.ticket("CT-2").priority, desk.ticket("CT-1").priority) == ("high", "normal")


def test_two_who_merge_crosswise_at_once_make_no_loop(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers take one mail at a time, and know nothing of each other."""
    monkeypatch.setattr("gateway.walk.BATCH", 1)
    mails = [
        (WENDY, "#merge into CT-2", about(desk, "CT-1")[0]),
        (WILL, "#merge into CT-1", about(desk, "CT-2", WILL)[0]),
        (WENDY, "#merge CT-3", about(desk, "CT-1")[0]),
        (WILL, "#merge into CT-2", about(desk, "CT-3", WILL)[0]),
    ]
    desk.resting = True
    for writer, said, letter in mails:
        desk.reply(writer, said, letter=letter)
    store, log = desk.office.store, desk.office.maillog
    with closing(Reader(Containment())) as other:
        walkers = [Walker(store, one, lambda: desk.rules, log, lambda: desk.moment) for one in (desk.reader, other)]
        threads = [Thread(target=walk, args=(walker,)) for walker in walkers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = [desk.ticket(f"CT-{number}") for number in (1, 2, 3)]
    (primary,) = [ticket for ticket in found if ticket.merged_into is None]
    assert {ticket.merged_into for ticket in found} == {None, primary.key}
    assert set(primary.merged) == {ticket.key for ticket in found} - {primary.key}
    assert [line.state for line in desk.inbox()] == ["done"] * 8


def walk(walker: Walker) -> None:
    """All that there is to do."""
    while walker.step():
        pass
