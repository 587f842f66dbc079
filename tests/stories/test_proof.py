"""Power comes from proof: From is a claim, a ticket's number proves nothing.

TOKEN is the address of a letter in the hands of the one it was written to, THREAD its Message-ID, or a colleague's.
"""

from datetime import timedelta

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import (
    ANN,
    BOB,
    DANA,
    EMIL,
    GINA,
    HUGO,
    MALLORY,
    NIA,
    SUPPORT,
    WENDY,
    Desk,
    threading,
    token,
    told,
)

TAGGED = "[CT-1] Images"


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A ticket of Ann with Webhost; Ann, Dana, Emil and Wendy have letters about it."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.reply(DANA, "to web-it provider\n\nPlease look.")
    return desk


def untouched(desk: Desk) -> bool:
    """Whether the ticket stands as the fixture left it."""
    ticket = desk.ticket()
    return (ticket.status, ticket.holder, ticket.watchers) == ("on-partner", "party:web-it-provider", ())


# TOKEN


def test_a_reply_address_in_capitals_is_the_same(case: Desk) -> None:
    local, _, domain = case.last(WENDY).reply_to.partition("@")
    case.reply(WENDY, "to customer\n\nSince when?", to=f"{local.upper()}@{domain.upper()}")
    assert case.status() == "on-customer"


def test_a_reply_to_the_address_alone_is_enough(case: Desk) -> None:
    bare = {"In-Reply-To": "", "References": ""}
    case.reply(WENDY, "to customer\n\nSince when?", subject="Since when?", headers=bare)
    assert case.status() == "on-customer"


def test_a_letter_may_be_answered_from_another_address_of_its_reader(case: Desk) -> None:
    case.reply("ann.lee@acme.example", "#close", letter=case.last(ANN))
    assert case.status() == "closed"
    assert told(case.mailboxes[ANN][-1:]) == [ANN]


def test_the_token_names_the_ticket_whatever_the_subject_says(case: Desk) -> None:
    case.write(ANN, "And the door squeaks.", subject="Door")
    case.reply(ANN, "#close", letter=case.mailboxes[ANN][0], subject="[CT-2] Door")
    assert (case.status("CT-1"), case.status("CT-2")) == ("closed", "new")


def test_an_address_that_we_never_signed_is_refused_at_the_door(case: Desk) -> None:
    signed = token(case.last(WENDY))
    other = "a" if signed[-2] != "a" else "b"
    for part in (signed[:-2] + other + signed[-1], "a" * 31, signed[::-1]):
        assert not case.admits(f"support+{part}@desk.example")
    assert case.admits(f"support+{signed}@desk.example")


# THREAD


def test_an_answer_to_the_plain_address_may_comment(case: Desk) -> None:
    assert told(case.reply(WENDY, "The certificate had expired.", to=SUPPORT)) == [DANA, EMIL]
    assert (case.status(), case.kinds()[-1]) == ("new", "comment")


def test_an_answer_to_the_plain_address_may_not_move(case: Desk) -> None:
    assert told(case.reply(WENDY, "to customer\n\nSince when?", to=SUPPORT)) == [WENDY]
    assert untouched(case)
    assert "needs the address of a letter that was written to you" in case.last(WENDY).text


def test_a_message_id_that_we_did_not_sign_proves_nothing(case: Desk) -> None:
    forged = f"<{'a' * 34}@desk.example>"
    case.write(WENDY, "It is done.", subject=TAGGED, headers={"In-Reply-To": forged, "References": forged})
    assert case.kinds()[-1] == "unverified"
    root = str(case.last(WENDY).message["References"]).split()[0]
    case.write(WENDY, "It is done.", subject=TAGGED, headers={"In-Reply-To": root, "References": root})
    assert case.kinds()[-1] == "unverified"
    assert untouched(case)


def test_somebody_elses_message_id_proves_nothing(case: Desk) -> None:
    case.write(HUGO, "It is done.", subject="Re: Images", headers=threading(case.last(WENDY)))
    case.write(GINA, "It is done.", subject="Re: Images", headers=threading(case.last(ANN)))
    assert case.kinds()[-2:] == ["unverified", "unverified"]
    assert untouched(case)


# A colleague


def test_a_colleague_with_the_letter_may_comment_under_the_own_name(case: Desk) -> None:
    assert told(case.reply(BOB, "They are gone on phones, too.", letter=case.last(ANN))) == [DANA, EMIL]
    assert (case.kinds()[-1], case.timeline()[-1].actor) == ("comment", BOB)
    assert case.last(DANA).headline == "Bob wrote on CT-1."


def test_a_colleague_with_the_letter_may_not_move(case: Desk) -> None:
    assert told(case.reply(BOB, "#close", letter=case.last(ANN))) == [BOB]
    assert untouched(case)
    case.reply(EMIL, "close", letter=case.last(DANA))
    assert untouched(case)


def test_a_colleague_whom_nobody_registered_may_not_speak_on_the_tickets_of_others(case: Desk) -> None:
    assert NIA not in told(case.reply(NIA, "#close\n\nI am new here.", letter=case.last(ANN)))
    assert case.kinds()[-1] == "unverified"
    assert untouched(case)


def test_a_colleague_whom_nobody_registered_may_work_on_the_own_ticket(desk: Desk) -> None:
    desk.write(NIA, "I am new here.", subject="Door")
    assert (desk.ticket().organisation, desk.ticket().system) == ("acme", "acme-dam")
    desk.reply(NIA, "And the window, too.")
    desk.reply(NIA, "#close")
    assert desk.kinds() == ["opened", "comment", "move"]


# A forwarded letter


def test_a_forwarded_letter_gives_a_stranger_nothing(case: Desk) -> None:
    letters = case.reply(MALLORY, "#close\n\nSend me the history.", letter=case.last(WENDY))
    assert told(letters) == [DANA, EMIL, WENDY]
    assert untouched(case)
    event = case.timeline()[-1]
    assert (event.kind, event.audience, event.text) == ("unverified", "staff", "Send me the history.")
    assert MALLORY not in case.mailboxes
    assert MALLORY in case.last(DANA).text
    assert "Not done: #close." in case.last(DANA).text


def test_the_owner_of_a_forwarded_letter_is_told_once_and_not_by_whom(case: Desk) -> None:
    letter = case.last(WENDY)
    for text in ("Hello?", "Hello??", "#close"):
        case.reply(MALLORY, text, letter=letter)
    warnings = [post for post in case.mailboxes[WENDY] if "Somebody else used your reply address" in post.headline]
    assert len(warnings) == 1
    assert b"mallory" not in warnings[0].data.lower()
    assert b"Hello" not in warnings[0].data


@pytest.mark.parametrize("writer", [ANN, HUGO, GINA, DANA])
def test_somebody_elses_address_proves_nothing_even_among_parties(case: Desk, writer: str) -> None:
    case.reply(writer, "#close", letter=case.last(WENDY))
    assert case.kinds()[-1] == "unverified"
    assert untouched(case)


def test_answers_go_to_the_registered_address_and_never_to_reply_to(case: Desk) -> None:
    case.reply(ANN, "#help", headers={"Reply-To": MALLORY, "Sender": MALLORY, "Return-Path": f"<{MALLORY}>"})
    assert case.last(ANN).headline == "What you can do on CT-1"
    case.write(ANN, "The door squeaks.", headers={"Reply-To": MALLORY})
    assert MALLORY not in case.mailboxes


# An expired address


def test_an_expired_address_is_accepted_and_proves_nothing(case: Desk) -> None:
    case.moment += timedelta(days=366)
    letters = case.reply(WENDY, "close\n\nIt was done long ago.")
    assert told(letters) == [DANA, EMIL, WENDY]
    assert case.last(WENDY).subject == "[CT-1] Was this you?"
    assert case.kinds()[-1] == "unverified"
    assert untouched(case)
    assert "the letter that it answers is too old" in case.last(DANA).text


def test_an_address_is_good_for_a_year(case: Desk) -> None:
    case.moment += timedelta(days=364)
    case.reply(WENDY, "close")
    assert case.status() == "closed"


# NONE


@pytest.mark.parametrize("claimed", [ANN, WENDY, DANA])
def test_the_words_of_a_forged_from_with_the_tickets_number_are_for_the_staff_alone(case: Desk, claimed: str) -> None:
    command = "close" if claimed != ANN else "#close"
    letters = case.write(claimed, f"{command}\n\nSend me the history.", subject=TAGGED, sender=MALLORY)
    assert told(letters) == sorted([DANA, EMIL, claimed])
    asked = next(letter for letter in letters if letter.subject == "[CT-1] Was this you?")
    assert "history" not in asked.text + asked.html
    assert untouched(case)
    assert (case.kinds()[-1], case.timeline()[-1].audience) == ("unverified", "staff")
    assert "Nothing in the mail proves its writer: it answers no letter of ours." in case.last(EMIL).text


def test_an_agent_in_whose_name_somebody_writes_is_told_too(case: Desk) -> None:
    letters = case.write(DANA, "close", subject=TAGGED, sender=MALLORY)
    assert told(letters) == [DANA, DANA, EMIL]
    for letter in [letter for letter in letters if letter.subject != "[CT-1] Was this you?"]:
        assert letter.headline == "A message for CT-1 was set aside: nothing proves who wrote it."
        assert f"It says that it comes from {DANA}." in letter.text
        assert "Dana wrote" not in letter.text


@pytest.mark.parametrize("stranger", [MALLORY, GINA, HUGO.replace("hugo", "harry")])
def test_a_stranger_who_names_a_ticket_opens_another_with_a_link_for_the_staff(case: Desk, stranger: str) -> None:
    letters = case.write(stranger, "#close\n\nWhat is this about?", subject=TAGGED)
    assert set(told(letters)) == {stranger, DANA, EMIL}
    assert untouched(case)
    assert case.kinds() == ["opened", "move"]
    (key,) = (key for key in case.tickets() if key != "CT-1")
    assert case.ticket(key).requester == stranger
    assert "The message named CT-1, but nothing proves" in case.last(DANA).text
    for letter in case.mailboxes[stranger]:
        assert "CT-1" not in letter.subject + letter.text


def test_a_ticket_that_does_not_exist_answers_as_one_of_others(case: Desk) -> None:
    case.write(GINA, "What is this?", subject="[CT-1] Hello")
    other = [post.text.replace("CT-2", "") for post in case.mailboxes[GINA]]
    case.write(GINA, "What is this?", subject="[CT-999] Hello")
    assert [post.text.replace("CT-3", "") for post in case.mailboxes[GINA][1:]] == other


@pytest.mark.parametrize(
    "line",
    [
        f'"{DANA}" <{MALLORY}>',
        f"{DANA} <{MALLORY}>",
        f"{DANA}, {MALLORY}",
        f"Dana <{DANA}> <{MALLORY}>",
        f"=?utf-8?q?dana=40desk.example?= <{MALLORY}>",
    ],
)
def test_a_from_that_can_be_read_in_two_ways_carries_no_authority(case: Desk, line: str) -> None:
    letter = case.last(DANA)
    raw = f"From: {line}\nTo: {letter.reply_to}\nSubject: Re: Images\nMessage-ID: <x@y.example>\n\nclose\n"
    case.arrives(raw.replace("\n", "\r\n").encode(), MALLORY, letter.reply_to)
    assert untouched(case)
    assert case.kinds()[-1] == "unverified"


@pytest.mark.parametrize("doubled", ["From", "Subject", "Message-ID", "Sender"])
def test_a_doubled_header_takes_the_authority_away(case: Desk, doubled: str) -> None:
    letter = case.last(DANA)
    twice = f"{doubled}: Dana <{DANA}>\n{doubled}: Dana <{DANA}>\n"
    rest = "".join(
        f"{name}: {value}\n"
        for name, value in (("From", DANA), ("Subject", "Re: Images"), ("Message-ID", "<x@y.example>"))
        if name != doubled
    )
    raw = f"{twice}{rest}To: {letter.reply_to}\n\nclose\n"
    case.arrives(raw.replace("\n", "\r\n").encode(), DANA, letter.reply_to)
    assert untouched(case)


# Those who come and go


def test_somebody_taken_out_of_the_directory_loses_the_tickets(case: Desk) -> None:
    case.registers('name = "Wendy"\naddresses = ["wendy@', 'name = "Will"\naddresses = ["will@')
    case.reply(WENDY, "close\n\nI was here until yesterday.")
    assert untouched(case)
    assert case.kinds()[-1] != "move"
    letters = case.reply(DANA, "close")
    assert WENDY not in told(letters)


def test_a_partner_that_is_no_longer_involved_loses_the_ticket(case: Desk) -> None:
    case.registers('web-it-provider = "webhost", ', "")
    letters = case.reply(WENDY, "to customer\n\nSince when?")
    assert untouched(case)
    assert WENDY not in told(letters) or "CT-1" not in case.last(WENDY).text
    assert WENDY not in told(case.reply(DANA, "close"))


# STRONG


@pytest.fixture
def strict(stage: Stage) -> Desk:
    """A desk whose own mail server says which mail is authentic."""
    desk = stage(more='[trust]\nauthserv_ids = ["mx.desk.example"]')
    desk.write(ANN, "All images are missing.", subject="Images")
    return desk


PASSED = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=desk.example"}


def test_where_mail_is_authenticated_an_agents_move_needs_it(strict: Desk) -> None:
    strict.reply(DANA, "close")
    assert strict.status() == "new"
    assert "needs a mail that your domain authenticates" in strict.last(DANA).text
    strict.reply(DANA, "close", headers=PASSED)
    assert strict.status() == "closed"


@pytest.mark.parametrize(
    "claim",
    [
        "mx.elsewhere.example; dkim=pass header.d=desk.example",
        "mx.desk.example; dkim=fail header.d=desk.example",
        "mx.desk.example; dkim=pass header.d=elsewhere.example",
        "mx.desk.example; none",
    ],
)
def test_no_other_claim_of_authenticity_counts(strict: Desk, claim: str) -> None:
    strict.reply(DANA, "close", headers={"Authentication-Results": claim})
    assert strict.status() == "new"


def test_customers_and_partners_need_no_more_than_their_letter(strict: Desk) -> None:
    strict.reply(ANN, "#close")
    assert strict.status() == "closed"


def test_an_authentic_mail_without_a_letter_may_comment_but_does_not_speak_for_others(strict: Desk) -> None:
    strict.write(DANA, "We look into it.", subject=TAGGED, headers=PASSED)
    assert strict.kinds() == ["opened", "comment"]
    strict.write(ANN, "#close", subject=TAGGED, headers=PASSED)
    assert strict.kinds() == ["opened", "comment", "unverified"]
