"""Bugzilla, 2015: an address was cut where the database had no more room, and ended in a trusted domain."""

from itertools import product

from tests.stories.stage import ANN, MALLORY, SUPPORT, Desk

ENDINGS = ("acme.example", "desk.example")


def test_no_address_is_cut(desk: Desk) -> None:
    """case 175, P29 (Bugzilla, CVE-2015-4499): what is too long is refused whole, what fits is kept whole."""
    for room, domain in product((64, 127, 128, 254, 255, 320), ENDINGS):
        local = "a" * (room - len(domain) - 1)
        writer = f"{local}@{domain}.elsewhere.example"
        raw = f"From: {writer}\r\nTo: {SUPPORT}\r\nSubject: Images\r\nMessage-ID: <{room}@{domain}>\r\n\r\n#close\r\n"
        desk.arrives(raw.encode(), MALLORY, SUPPORT)
    for key in desk.tickets():
        ticket = desk.ticket(key)
        assert ticket.organisation is None
        assert ticket.requester.endswith(".elsewhere.example")


def test_one_person_is_one_whatever_the_capitals(desk: Desk) -> None:
    """case 175: on both databases alike."""
    for number, same in enumerate(("ANN@acme.example", "ann@ACME.example", "Ann@Acme.Example"), start=1):
        desk.write(same, "All images are missing.", subject="Images")
        assert desk.ticket(f"CT-{number}").organisation == "acme"
        desk.reply(ANN, "Still missing.", letter=desk.last(ANN))
        assert desk.kinds(f"CT-{number}") == ["opened", "comment"]


OTHERS = ("änn@acme.example", "ann@acme.example ", "a\u0301nn@acme.example", "ann\u200b@acme.example")


def test_what_a_database_may_take_for_the_same_is_another(desk: Desk) -> None:
    """case 175: accents, spaces and characters that nobody sees make no Ann."""
    desk.write(ANN, "All images are missing.", subject="Images")
    to = desk.last(ANN).reply_to
    for number, other in enumerate(OTHERS):
        raw = f"From: <{other}>\r\nTo: {to}\r\nSubject: Re: Images\r\nMessage-ID: <{number}@x>\r\n\r\n#close\r\n"
        desk.arrives(raw.encode(), MALLORY, to)
        assert (desk.status(), desk.kinds()[-1]) == ("new", "unverified")
