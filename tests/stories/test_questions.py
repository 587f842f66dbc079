"""Questions by mail, and their answers: only to whom the mail proves, only what that person may see."""

import io
import zipfile
from email.message import Message

import pytest

from tests.stories.conftest import Stage
from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, HUGO, MALLORY, NIA, WENDY, Desk, Post, threading, told

PASSED = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=acme.example"}


@pytest.fixture
def case(desk: Desk) -> Desk:
    """A ticket of Ann and one of Gina."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.write(GINA, "The shop is closed.", subject="Shop")
    return desk


@pytest.fixture
def trusting(stage: Stage) -> Desk:
    """A desk that believes its own mail server about domains, with a ticket of Ann."""
    desk = stage(more='[trust]\nauthserv_ids = ["mx.desk.example"]')
    desk.write(ANN, "All images are missing.", subject="Images")
    return desk


def flat(letter: Post) -> str:
    return " ".join(letter.text.split())


# show


def test_show_tells_the_whole_ticket_and_changes_nothing(case: Desk) -> None:
    case.reply(DANA, "to customer\n\nWhich browser?", letter=case.mailboxes[DANA][0])
    assert told(case.reply(ANN, "#show")) == [ANN]
    letter = case.last(ANN)
    assert letter.headline == "CT-1 as it stands now"
    for line in ("Status: On Customer", "Next step with: Acme Corp", "Priority: normal", "About: Acme DAM, Acme Corp"):
        assert line in letter.text
    assert letter.text.index("All images are missing.") < letter.text.index("Which browser?")
    assert "Dana: To Customer; Status: New → On Customer; Next step with: Example Support → Acme Corp" in letter.text
    assert case.kinds() == ["opened", "move"]
    assert "Which browser?" in letter.html


def test_clocks_tell_whose_turn_it_was(case: Desk) -> None:
    case.reply(DANA, "to customer\n\nWhich browser?", letter=case.mailboxes[DANA][0])
    case.reply(DANA, "show")
    assert "Time spent: Example Support: 2 minutes, Acme Corp: 1 minute" in flat(case.last(DANA))


def test_show_tells_outsiders_nothing_of_the_staff(case: Desk) -> None:
    case.write(MALLORY, "Pay now.", to=case.last(ANN).reply_to)
    case.reply(DANA, "#itnernal\n\nSECRET", letter=case.mailboxes[DANA][0])
    case.reply(ANN, "#show", letter=case.mailboxes[ANN][0])
    assert case.last(ANN).headline == "CT-1 as it stands now"
    for secret in ("Pay now.", MALLORY, "SECRET", DANA):
        assert secret not in case.last(ANN).text + case.last(ANN).html


def test_an_agent_needs_no_sign(case: Desk) -> None:
    case.reply(DANA, "show", letter=case.mailboxes[DANA][0])
    assert case.last(DANA).headline == "CT-1 as it stands now"


def test_words_beside_show_are_in_it(case: Desk) -> None:
    case.reply(ANN, "#show\n\nIt is urgent.")
    assert case.kinds() == ["opened", "comment"]
    assert "It is urgent." in case.last(ANN).text


def test_whoever_has_the_letter_of_another_is_shown_nothing(case: Desk) -> None:
    letter = case.last(ANN)
    for thief in (GINA, MALLORY, HUGO):
        for line in ("#show", "#export", "#list"):
            found = case.write(thief, line, to=letter.reply_to, headers=threading(letter))
            assert not [post for post in found if post.to == thief and "All images" in post.text]


def test_a_forged_question_sends_the_ticket_to_nobody(case: Desk) -> None:
    (letter,) = case.write(ANN, "#show", subject="[CT-1] Images", sender=MALLORY)
    assert letter.to == ANN
    assert "If that was you, reply to this letter and say it again" in flat(letter)
    assert "All images" not in letter.text
    assert case.kinds() == ["opened"]


# export


def files(letter: Post) -> dict[str, bytes]:
    """What is in the zip file of a letter."""
    (part,) = (part for part in letter.message.walk() if part.get_content_type() == "application/zip")
    assert isinstance(part, Message)
    assert part.get_filename() == "CT-1.zip"
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_export_brings_the_record_and_the_attachments(case: Desk) -> None:
    case.write(ANN, "See the log.", to=case.mailboxes[ANN][0].reply_to, attached="line one\nline two")
    assert told(case.reply(DANA, "export", letter=case.mailboxes[DANA][0])) == [DANA]
    letter = case.last(DANA)
    found = files(letter)
    assert sorted(found) == ["CT-1/CT-1.html", "CT-1/CT-1.txt", "CT-1/attachments/01-notes.txt"]
    assert found["CT-1/attachments/01-notes.txt"].splitlines() == [b"line one", b"line two"]
    assert "See the log." in found["CT-1/CT-1.txt"].decode()
    assert "<script" not in found["CT-1/CT-1.html"].decode()
    assert "See the log." not in letter.text


def test_export_brings_an_outsider_only_its_own(case: Desk) -> None:
    case.write(MALLORY, "SECRET", to=case.mailboxes[ANN][0].reply_to, attached="SECRET")
    case.reply(ANN, "#export", letter=case.mailboxes[ANN][0])
    found = files(next(post for post in reversed(case.mailboxes[ANN]) if post.headline.startswith("CT-1 is attached")))
    assert not [name for name in found if "attachments" in name]
    assert not any(b"SECRET" in data for data in found.values())


def test_what_is_too_large_is_left_out_and_named(case: Desk) -> None:
    case.write(ANN, "See the log.", to=case.mailboxes[ANN][0].reply_to, attached="x" * 11_000_000)
    case.reply(DANA, "export", letter=case.mailboxes[DANA][0])
    assert sorted(files(case.last(DANA))) == ["CT-1/CT-1.html", "CT-1/CT-1.txt"]
    assert "too large for a letter or no longer stored: notes.txt" in flat(case.last(DANA))


def test_an_export_is_not_repeated_while_nothing_has_happened(case: Desk) -> None:
    first = case.mailboxes[DANA][0]
    assert told(case.reply(DANA, "export", letter=first)) == [DANA]
    assert case.reply(DANA, "#export", letter=first) == []
    case.reply(ANN, "It is urgent.", letter=case.mailboxes[ANN][0])
    assert told(case.reply(DANA, "#export", letter=first)) == [DANA]


def test_a_hostile_record_is_text_in_the_page(case: Desk) -> None:
    case.reply(ANN, "<script>alert(1)</script>{{ 7 * 7 }}", letter=case.mailboxes[ANN][0])
    case.reply(DANA, "export", letter=case.mailboxes[DANA][0])
    page = files(case.last(DANA))["CT-1/CT-1.html"].decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7 * 7 }}" in page


# list


def test_a_list_in_answer_to_a_letter(case: Desk) -> None:
    assert told(case.reply(ANN, "#list")) == [ANN]
    letter = case.last(ANN)
    assert letter.subject == "Your tickets"
    assert "CT-1 New Images Acme Corp, Acme DAM, Created at" in flat(letter)
    assert "CT-2" not in letter.text
    for column in ("ID", "Entity", "System", "Subject", "Created at", "Last update", "State"):
        assert f">{column}</th>" in letter.html


def test_each_sees_its_own(case: Desk) -> None:
    seen = {}
    for person in (DANA, WENDY, BOB, GINA):
        if not case.mailboxes[person]:
            case.reply(
                DANA,
                f"to {'customer' if person == BOB else 'web-it provider'}\n\nWhich?",
                letter=case.mailboxes[DANA][0],
            )
        case.reply(person, "#list")
        seen[person] = [key for key in ("CT-1", "CT-2") if f"{key}  " in case.last(person).text]
    assert seen == {DANA: ["CT-1", "CT-2"], WENDY: ["CT-1"], BOB: ["CT-1"], GINA: ["CT-2"]}


def test_a_list_is_narrowed_and_the_newest_update_comes_first(case: Desk) -> None:
    case.reply(DANA, "close", letter=case.mailboxes[DANA][0])
    case.reply(DANA, "#list", letter=case.mailboxes[DANA][0])
    assert case.last(DANA).text.index("CT-1") < case.last(DANA).text.index("CT-2")
    case.reply(DANA, "#list open")
    assert "CT-1" not in case.last(DANA).text
    case.reply(DANA, "list closed")
    assert "CT-2" not in case.last(DANA).text
    case.reply(DANA, "#list mine")
    assert "There is no ticket in the list “mine” for you to see." in flat(case.last(DANA))


def test_an_answer_to_a_list_may_ask_on(case: Desk) -> None:
    case.reply(ANN, "#list")
    case.reply(ANN, "#list closed")
    assert case.last(ANN).subject == "Your tickets: closed"
    assert case.tickets() == ["CT-1", "CT-2"]


def test_an_answer_to_a_list_may_name_a_ticket(case: Desk) -> None:
    case.reply(ANN, "#list")
    assert told(case.reply(ANN, "Any news?", subject="Re: [CT-1] Your tickets")) == [DANA, EMIL]
    assert case.timeline()[-1].text == "Any news?"
    case.reply(ANN, "#show", subject="[CT-2] Shop", letter=case.last(ANN))
    assert "The shop is closed." not in case.last(ANN).text


def test_fifty_tickets_are_listed(desk: Desk) -> None:
    for number in range(52):
        desk.write(ANN, "Hello.", subject=f"Matter {number}")
    desk.reply(ANN, "#list")
    assert desk.last(ANN).text.count("Created at") == 50
    assert "There are more than these 50." in desk.last(ANN).text


def test_watchers_and_unregistered_people_see_what_is_theirs(case: Desk) -> None:
    case.write(NIA, "My screen is dark.", subject="Screen")
    case.reply(NIA, "#list")
    assert "CT-3  New  Screen" in case.last(NIA).text
    assert "CT-1" not in case.last(NIA).text


# Beside any ticket


def test_a_proven_mail_is_answered_without_a_ticket(trusting: Desk) -> None:
    (letter,) = trusting.write(ANN, "#list", headers=PASSED)
    assert "CT-1  New  Images" in letter.text
    (helped,) = trusting.write(ANN, "#help", headers=PASSED)
    assert helped.headline == "How to work with us by mail"
    assert trusting.tickets() == ["CT-1"]


def test_an_unproven_question_is_answered_once_a_day_without_contents(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="Images")
    letters = [letter for _ in range(20) for letter in desk.write(ANN, "#list mine")]
    assert told(letters) == [ANN]
    assert "Somebody wrote to us in your name." in flat(letters[0])
    assert "Images" not in letters[0].text
    (proven,) = desk.reply(ANN, "#list mine", letter=letters[0])
    assert "CT-1  New  Images" in proven.text
    assert desk.tickets() == ["CT-1"]


def test_the_letter_that_asks_for_proof_proves_nobody_else(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="Images")
    (letter,) = desk.write(ANN, "#list")
    for thief in (GINA, MALLORY):
        found = desk.write(thief, "#list", to=letter.reply_to, headers=threading(letter))
        assert not any("Images" in post.text for post in found)


def test_a_forged_list_is_no_mail_bomb(case: Desk) -> None:
    """Each From line of a registered person costs one letter a day, whatever comes."""
    letters = [post for n in range(30) for post in case.write((ANN, BOB)[n % 2], f"#list\n#help\n#show {n}"[:11])]
    assert all(told(letters).count(person) <= 2 for person in (ANN, BOB))


def test_who_is_unknown_gets_a_ticket_and_no_list(case: Desk) -> None:
    letters = case.write(MALLORY, "#list")
    assert [post.to for post in letters if post.to == MALLORY] == [MALLORY]
    assert "CT-1" not in next(post.text for post in letters if post.to == MALLORY)


def test_one_mail_to_two_addresses_is_answered_once(stage: Stage) -> None:
    more = '[[address]]\naddress = "sales@desk.example"\nqueue = "sales"\n[trust]\nauthserv_ids = ["mx.desk.example"]'
    desk = stage(more=more)
    letters = desk.write(ANN, "#list", headers=PASSED)
    raw, sender, _ = desk.newest
    assert told([*letters, *desk.arrives(raw, sender, "sales@desk.example")]) == [ANN]


def test_words_beside_a_question_open_a_ticket(desk: Desk) -> None:
    assert told(desk.write(ANN, "#list\n\nThe door is open.")) == [ANN, ANN, DANA, EMIL]
    assert desk.tickets() == ["CT-1"]


def test_show_without_a_ticket_says_how_to_name_one(trusting: Desk) -> None:
    (letter,) = trusting.write(ANN, "#show", headers=PASSED)
    assert "Nothing in your message names a ticket of yours" in letter.text
    (shown,) = trusting.write(ANN, "#show", subject="[CT-1] Images", headers=PASSED)
    assert shown.headline == "CT-1 as it stands now"


def test_a_ticket_of_others_is_as_one_that_does_not_exist(trusting: Desk) -> None:
    passed = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=globex.example"}
    (theirs,) = trusting.write(GINA, "#show", subject="[CT-1] Images", headers=passed)
    (none,) = trusting.write(GINA, "#show", subject="[CT-99] Images", headers=passed)
    assert theirs.text == none.text
    assert theirs.subject == none.subject


# help


def test_help_says_what_can_be_done_beside_moves(case: Desk) -> None:
    case.reply(DANA, "help", letter=case.mailboxes[DANA][0])
    assert "Beside moves, you can write:" in case.last(DANA).text
    assert "#list [open | mine | closed | forwarded]  (for example #list mine)" in case.last(DANA).text
    assert "undo" not in case.last(DANA).text
