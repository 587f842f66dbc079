"""Bits that flip on the disk, and mails that are there whole or not at all."""

import pytest
from sqlalchemy import func, select

from gateway import failpoint
from gateway.store.schema import inbox, raw_mail
from gateway.store.store import Store
from gateway.walk import DAMAGED
from tests.integration.store.samples import NOW, arrival
from tests.stories.stage import ANN, GINA, Desk


class Died(Exception):  # noqa: N818 - what happens, not a fault
    """The process ended here."""


def test_a_mail_whose_bits_have_flipped_is_held_and_the_others_go_on(desk: Desk) -> None:
    """case 40: nobody is answered on words that were never written."""
    desk.resting = True
    desk.write(ANN, "All images are missing.")
    (line,) = desk.inbox()
    flipped = desk.newest[0].replace(b"images", b"imagec")
    desk.write(GINA, "All sounds are missing.")
    with desk.office.store.database.write() as connection:
        connection.execute(raw_mail.update().where(raw_mail.c.sha256 == line.raw_sha256).values(data=flipped))
    desk.resting = False
    desk.works()
    (held,) = desk.inbox("held")
    assert (held.sender, held.reason) == (ANN, DAMAGED)
    assert len(desk.tickets()) == 1
    with desk.office.store.read() as reading:
        assert reading.raw(held.raw_sha256) is None, "nor is it sent to anybody as the original"


@pytest.mark.parametrize("point", ["accept.before-commit", "accept.after-commit"])
def test_a_mail_and_its_row_are_there_together_or_not_at_all(
    store: Store, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """case 38: both stand in the database and come by one commit, so that nothing has to be swept."""

    def reached(name: str) -> None:
        if name == point:
            raise Died

    with monkeypatch.context() as patch:
        patch.setattr(failpoint, "reached", reached)
        with pytest.raises(Died):
            store.accept([arrival("one")], NOW)
    with store.database.read() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (raw_mail, inbox)
        ]
    assert counts == ([0, 0] if point == "accept.before-commit" else [1, 1])


def test_no_row_can_be_without_its_mail(store: Store) -> None:
    """case 38: the database itself refuses to take the mail from under its row."""
    store.accept([arrival("one")], NOW)
    with pytest.raises(Exception, match=r"(?i)foreign key"), store.database.write() as connection:
        connection.execute(raw_mail.delete())
    assert store.inbox.waiting(NOW) == 1
