"""Desk 004, visibility: whether a ticket is internal may be said later; until then nobody outside reads it."""

from tests.stories.stage import ANN, GINA, Desk, told

TINA, TOM = "tina@desk.example", "tom@desk.example"
WORDS = "The drum was mounted upside down."


def begun(desk: Desk, words: str = f"{WORDS}\n\nMachine: Mixer 1\nFault: oil below the drum") -> str:
    """Tina opens a ticket about a machine of Globex; returns its key."""
    desk.write(GINA, "Where is my invoice?", subject="Invoice")
    before = set(desk.tickets())
    desk.write(TINA, words, subject="Drum")
    (key,) = set(desk.tickets()) - before
    assert desk.ticket(key).missing == ("visibility",)
    return key


def read_by(desk: Desk, person: str, key: str) -> str:
    """All that somebody was ever sent, once it has asked for the ticket."""
    desk.reply(person, "#list", letter=desk.mailboxes[person][0])
    table = desk.last(person)
    for question in ("#show", "#export"):
        desk.reply(person, question, letter=table, subject=f"Re: [{key}] Drum")
    return "".join(f"{post.subject}\n{post.text}" for post in desk.mailboxes[person])


def test_nobody_outside_reads_a_draft_before_it_is_said_to_be_public(desk: Desk) -> None:
    """004, visibility: a customer of the machine is shown neither the ticket nor that there is one."""
    key = begun(desk)
    read = read_by(desk, GINA, key)
    assert WORDS not in read
    assert f"{key}  " not in read
    desk.reply(TINA, "Visibility: internal")
    read = read_by(desk, GINA, key)
    assert WORDS not in read
    assert f"{key}  " not in read


def test_a_ticket_that_turns_out_to_be_public_is_read_from_its_beginning(desk: Desk) -> None:
    """004, visibility: public."""
    key = begun(desk)
    desk.reply(TINA, "Visibility: public")
    assert WORDS in read_by(desk, GINA, key)


def test_a_ticket_that_was_opened_as_internal_keeps_those_words_among_employees(desk: Desk) -> None:
    """004, visibility: an employee shows an internal ticket to the customer; what was said before is not shown."""
    key = begun(desk, f"{WORDS}\n\nMachine: Mixer 1\nFault: oil")
    desk.reply(TINA, "Visibility: internal")
    desk.reply(TINA, "#take")
    desk.reply(TINA, "I take the blame.")
    letters = desk.reply(TINA, f"#visibility public\n#cc {GINA}\n\nWe come tomorrow.")
    assert GINA in told(letters)
    read = read_by(desk, GINA, key)
    assert "We come tomorrow." in read
    assert "I take the blame." not in read
    assert WORDS not in read


def test_an_internal_ticket_opened_in_one_mail_keeps_its_words_among_employees(desk: Desk) -> None:
    """004, visibility: said in the mail that opens it."""
    desk.write(TINA, f"{WORDS}\n\nMachine: Mixer 1\nFault: oil\nVisibility: internal", subject="Drum")
    (key,) = desk.tickets()
    assert desk.timeline(key)[0].audience == "internal"
    desk.reply(TINA, "#take")
    desk.reply(TINA, f"#visibility public\n#cc {GINA}\n\nWe come tomorrow.")
    assert WORDS not in read_by(desk, GINA, key)


def test_for_whom_a_ticket_is_opened_hears_of_it_once_it_is_public(desk: Desk) -> None:
    """004, visibility: a ticket in somebody's stead is a secret before it is said that it is none."""
    desk.submitter = TINA
    letters = desk.write(TINA, f"#on behalf of {GINA}\n\n{WORDS}\n\nMachine: Mixer 1\nFault: oil", subject="Drum")
    assert (set(told(letters)), desk.ticket(desk.tickets()[0]).requester) == ({TINA}, GINA)
    letters = desk.reply(TINA, "Visibility: public")
    assert GINA in told(letters)
    assert WORDS in "".join(post.text for post in desk.mailboxes[GINA])


def test_for_whom_an_internal_ticket_is_opened_never_hears_of_it(desk: Desk) -> None:
    """004, visibility: internal."""
    desk.submitter = TINA
    desk.write(TINA, f"#on behalf of {ANN}\n\n{WORDS}\n\nMachine: Press 9\nFault: oil", subject="Drum")
    desk.reply(TINA, "Visibility: internal")
    assert desk.ticket(desk.tickets()[0]).requester == ANN
    assert desk.mailboxes[ANN] == []
