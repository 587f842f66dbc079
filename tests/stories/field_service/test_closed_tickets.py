"""Desk 004, field service: what stays of a ticket once it is closed, and what its service record holds."""

from tests.stories.stage import GINA, Desk, told

TINA = "tina@desk.example"


def closed(desk: Desk) -> None:
    """Gina's ticket is done and rated."""
    desk.write(GINA, "It leaks.\n\nFault: oil below the drum", subject="Mixer")
    desk.reply(TINA, "#take")
    desk.write(TINA, "The seal is worn.", to=desk.last(TINA).reply_to, attached="pressure: 3 bar")
    letter = desk.last(TINA)
    desk.reply(TINA, "#internal\n\nThe third one this year.", letter=letter)
    desk.reply(TINA, "done\n\nA new seal.", letter=letter)
    assert desk.last(GINA).headline == "Tina set CT-1 to Done."
    desk.reply(GINA, "#rate 5")
    assert desk.status() == "closed"


def test_closed_tickets_stay_readable_for_both(desk: Desk) -> None:
    """004, closed tickets: requester and employees find them in their lists, and read on in them."""
    closed(desk)
    for reader in (GINA, TINA):
        desk.reply(reader, "#list closed")
        assert "CT-1  Closed  Mixer" in desk.last(reader).text
        desk.reply(reader, "#show", letter=desk.mailboxes[reader][0])
        assert "A new seal." in desk.last(reader).text
        assert desk.status() == "closed"


def test_updates_and_files_make_the_service_record(desk: Desk) -> None:
    """004, updates: text and attachments, each step in its order; what is internal is in that of employees alone."""
    closed(desk)
    desk.reply(GINA, "#show", letter=desk.mailboxes[GINA][0])
    record = desk.last(GINA).text
    steps = ("It leaks.", "The seal is worn.", "notes.txt", "A new seal.")
    places = [record.index(step) for step in steps]
    assert places == sorted(places)
    assert "third one" not in record
    desk.reply(TINA, "#show", letter=desk.mailboxes[TINA][0])
    assert "The third one this year." in desk.last(TINA).text


def test_pictures_come_along_with_messages(desk: Desk) -> None:
    """004, messages: files go with the ticket, and come with its export."""
    closed(desk)
    assert told(desk.reply(GINA, "#export", letter=desk.mailboxes[GINA][0])) == [GINA]
    assert "CT-1.zip" in [part.get_filename() for part in desk.last(GINA).message.walk()]
