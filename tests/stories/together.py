"""Mails that are decided at the same time, by two workers of one database."""

from collections.abc import Sequence
from threading import Barrier, Thread

import pytest

from gateway import walk
from gateway.intake import Delivery, Rejected, Target
from gateway.reader import Containment, Crashed, Reader, Request
from gateway.walk import Walker
from parsers.mail import Door, ParsedMail
from tests.stories.stage import SUPPORT, Desk, Post


class _Abreast(Reader):
    """Gives out its first mail only when the other one has read its own: both are then decided at once."""

    def __init__(self, start: Barrier) -> None:
        super().__init__(Containment())
        self._start: Barrier | None = start

    def read(self, requests: Sequence[Request]) -> list[ParsedMail | Crashed]:
        """What is in the mails, in their order."""
        found = super().read(requests)
        if self._start is not None:
            start, self._start = self._start, None
            start.wait(timeout=30)
        return found


def waits(desk: Desk, writer: str, text: str, letter: Post) -> None:
    """A reply comes in and waits."""
    intake = desk.office.intake(lambda: desk.rules)
    target = intake.admit(letter.reply_to, desk.moment.date())
    assert isinstance(target, Target)
    identifier = f"Message-ID: <reply-{next(desk.numbers)}@{writer.rpartition('@')[2]}>"
    fields = (f"From: {writer}", f"To: {SUPPORT}", f"Subject: Re: {letter.subject}", identifier)
    raw = "\r\n".join((*fields, "", text, "")).encode()
    identity = intake.examine(raw)
    assert not isinstance(identity, Rejected)
    intake.accept([Delivery(raw, identity, writer, (target,), Door.SMTP, desk.moment, trusted=True, quiet=False)])


def walk_together(desk: Desk) -> list[Post]:
    """Two workers at once, each with one of the two mails that wait; returns the letters that come of both."""
    store, start = desk.office.store, Barrier(2)
    readers = [_Abreast(start) for _ in range(2)]

    def work(reader: Reader) -> None:
        walker = Walker(store, reader, lambda: desk.rules, desk.office.maillog, lambda: desk.moment, strikes=3)
        while walker.step():
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "BATCH", 1)
        threads = [Thread(target=work, args=(reader,)) for reader in readers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for reader in readers:
        reader.close()
    return desk.works()
