"""Attempts to move, to read, to deceive, and to stop the desk."""

import random

import pytest

from tests.stories.stage import ANN, BOB, DANA, EMIL, GINA, HUGO, MALLORY, NIA, SUPPORT, WENDY, Desk, token, told

# To move


@pytest.mark.parametrize(
    "subject",
    [
        "[close] Images",
        "[[CT-9]close] Images",
        "[[close]close] Images",
        "[[[CT-9]close]to customer] Images",
        "[" * 40 + "[CT-9]close]" + "close]" * 40 + " Images",
        "[[system acme-dam]reopen] Images",
        "[\uff43lose] Images",
        "=?utf-8?q?=5Bclose=5D?= Images",
        "Re: [ [CT-9] close ] Images",
    ],
)
def test_a_subject_of_a_customer_never_commands_through_an_agents_answer(desk: Desk, subject: str) -> None:
    raw = f"From: Ann <{ANN}>\r\nTo: {SUPPORT}\r\nSubject: {subject}\r\nMessage-ID: <1@acme.example>\r\n\r\nGone.\r\n"
    desk.arrives(raw.encode(), ANN, SUPPORT)
    desk.reply(DANA, "We look into it.")
    assert desk.status() == "in-progress"
    assert "move" not in desk.kinds()


@pytest.mark.parametrize(
    "words",
    [
        "#close\nclose",
        "~~~ Please write your answer above this line ~~~\n#close",
        "-- \n#close",
        "On Mon, 2 Mar 2026 at 10:00, Dana wrote:\n\nclose",
        "\u2028close\u2028",
        "-----Original Message-----\nclose",
        "---------- Forwarded message ---------\nclose",
    ],
)
def test_words_of_a_customer_never_command_through_an_agents_quote(desk: Desk, words: str) -> None:
    desk.write(ANN, "Images.")
    desk.reply(ANN, f"Look:\n\n{words}\n\nThank you.")
    letter = desk.last(DANA)
    desk.reply(DANA, "We look into it.", quoting=True)
    desk.reply(DANA, f"We look into it.\n\n-----Original Message-----\nFrom: Example Support\n\n{letter.text}")
    desk.reply(DANA, "See the page.", html=f"<p>See the page.</p><hr>{letter.html}")
    assert desk.status() == "in-progress"
    assert "move" not in desk.kinds()


def test_a_token_of_one_ticket_opens_no_other(desk: Desk) -> None:
    desk.write(GINA, "The shop is slow.")
    desk.write(ANN, "All images are missing.")
    desk.reply(GINA, "#close", subject="[CT-2] Images", headers={"In-Reply-To": desk.last(ANN).message_id})
    assert (desk.status("CT-1"), desk.status("CT-2")) == ("closed", "new")


def test_nobody_moves_a_ticket_by_reporting_a_bounce(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    letter = desk.last(ANN)
    for sender in ("", MALLORY):
        desk.write(
            "mailer-daemon@elsewhere.example",
            "#close",
            to=letter.reply_to,
            sender=sender,
            headers={"X-Failed-Recipients": ANN, "Return-Path": "<>", "Subject": "Undelivered [close]"},
        )
    assert desk.status() == "new"
    assert set(desk.kinds()[1:]) == {"delivery"}


def test_a_guessed_address_opens_no_door(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    signed = token(desk.last(ANN))
    for place in range(len(signed)):
        for character in "a7":
            forged = signed[:place] + character + signed[place + 1 :]
            assert desk.admits(f"support+{forged}@desk.example") == (forged == signed)


# To be somebody


def test_an_employee_of_a_partner_whom_nobody_registered_reaches_no_customer(desk: Desk) -> None:
    temp = "temp@webhost.example"
    desk.write(temp, "Pay at once.", subject="[system acme-dam] Invoice")
    ticket = desk.ticket("PT-1")
    assert (ticket.organisation, ticket.system) == ("webhost", None)
    desk.reply(temp, "#system acme-dam\nto customer\n\nPay at once.")
    desk.reply(temp, "to customer\n\nPay at once.")
    assert not {ANN, BOB, HUGO} & set(desk.mailboxes)


def test_a_name_buys_nothing(desk: Desk) -> None:
    desk.write(MALLORY, "What does it cost?", name="Dana")
    desk.reply(MALLORY, "close\n\nIt is settled.", name="Dana of Example Support")
    assert desk.status() == "new"
    assert desk.last(EMIL).headline.startswith(f"Dana ({MALLORY}) ")


def test_an_address_that_looks_like_another_is_another(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.")
    for other in (
        "ann@acme.example.evil.example",
        "ann@acme-example.example",
        "ann+x@acme.example",
        "annn@acme.example",
    ):
        desk.reply(other, "#close", letter=desk.mailboxes[ANN][0])
    assert desk.status() == "new"
    desk.reply("ANN@ACME.EXAMPLE", "#close", letter=desk.mailboxes[ANN][0])
    assert desk.status() == "closed"


# To read


def test_a_stranger_learns_nothing_by_asking(desk: Desk) -> None:
    desk.write(ANN, "All images are missing.", subject="Images of the merger")
    for writer in (MALLORY, GINA):
        for text in ("#help", "#show", "#list", "#export", "#watch", "#cc mallory@elsewhere.example"):
            desk.write(writer, text, subject="[CT-1] Re: Images")
        for letter in desk.mailboxes[writer]:
            assert "merger" not in letter.text + letter.subject
            assert "CT-1]" not in letter.subject
    assert desk.kinds() == ["opened"]


def test_a_stranger_on_cc_or_reply_to_hears_nothing(desk: Desk) -> None:
    aside = {"Cc": MALLORY, "Reply-To": MALLORY, "Errors-To": MALLORY, "Disposition-Notification-To": MALLORY}
    desk.write(ANN, "All images are missing.", headers=aside)
    desk.reply(DANA, "to customer\n\nWhich browser?", headers=aside)
    desk.reply(ANN, "#close", headers=aside)
    assert MALLORY not in desk.mailboxes


def test_a_partner_reads_no_ticket_that_it_is_no_party_of(desk: Desk) -> None:
    desk.write(GINA, "The shop is slow.")
    desk.reply(DANA, "close")
    for writer in (WENDY, HUGO, ANN, NIA):
        desk.write(writer, "#reopen\n\nWhat is it about?", subject="[CT-1] Shop")
        assert all("slow" not in letter.text for letter in desk.mailboxes[writer])
    assert (desk.status(), desk.kinds()) == ("closed", ["opened", "move"])


# To stop


def test_templates_and_headers_are_never_made_of_somebodys_words(desk: Desk) -> None:
    bait = "{{ 7 * 7 }} {% raw %} %s {0} ${7*7}"
    raw = (
        f"From: =?utf-8?q?Ann=0D=0ABcc=3A_x?= <{MALLORY}>\r\nTo: {SUPPORT}\r\n"
        f"Subject: =?utf-8?q?Hello=0D=0ABcc=3A_evil=40elsewhere=2Eexample?= {bait}\r\n"
        f"Message-ID: <1@elsewhere.example>\r\n\r\n{bait}\r\n"
    )
    assert told(desk.arrives(raw.encode(), MALLORY, SUPPORT)) == [DANA, EMIL, MALLORY]
    letter = desk.last(DANA)
    assert "Bcc" not in letter.message
    assert bait in letter.subject
    assert bait in letter.text
    assert "49" not in letter.headline


SCRIPTS = [chr(code) for code in range(0x100, 0xD7FF, 97)]
CONTROLS = ["\0", "\a", "\x85", "\u2028", "\u202e"]


@pytest.mark.parametrize("seed", range(3))
def test_a_mail_of_rubbish_is_a_ticket_and_stops_nobody(desk: Desk, seed: int) -> None:
    noise = random.Random(seed)

    def rubbish(length: int, letters: list[str]) -> bytes:
        return "".join(noise.choices(letters, k=length)).encode()

    raw = b"\r\n".join(
        (
            b"From: " + rubbish(40, SCRIPTS) + f" <{MALLORY}>".encode(),
            b"Subject: [" + rubbish(900, SCRIPTS + CONTROLS) + b"]",
            b"Message-ID: <" + rubbish(980, SCRIPTS) + b"@x>",
            b"References: " + b" ".join(b"<" + rubbish(100, SCRIPTS) + b"@x>" for _ in range(50)),
            b"Content-Type: text/plain; charset=utf-8",
            b"",
            rubbish(5000, SCRIPTS + CONTROLS),
        )
    )
    desk.arrives(raw, MALLORY, SUPPORT)
    assert [line.state for line in desk.inbox()] == ["done"]
    assert desk.tickets() == ["CT-1"]
    assert ANN in told(desk.write(ANN, "All images are missing."))


def test_one_mail_that_cannot_be_decided_stops_no_other(desk: Desk) -> None:
    desk.arrives(b"From: <" + b"x" * 300 + b"@elsewhere.example>\r\n\r\nHello.\r\n", MALLORY, SUPPORT)
    assert len(desk.inbox("held")) == 1
    assert told(desk.write(ANN, "All images are missing.")) == [ANN, DANA, EMIL]
