"""Answers that are half right and half rubbish, to the thread of a mailbox."""

import random
import threading
from pathlib import Path

from gateway.imap.stream import Patience
from gateway.store.store import Store
from tests.rig.imap_nonsense import Nonsense
from tests.rig.mailroom import Mailroom, mail

SESSIONS = 60
LAST = mail(99, "The last.")


def test_case_18_answers_of_nonsense_end_neither_the_thread_nor_its_good_manners(store: Store, tmp_path: Path) -> None:
    """Case 18: the same sessions at each run; many thousands are `python -m bench.imap_answers`."""
    before = threading.active_count()
    with Nonsense(random.Random(7), SESSIONS, LAST) as server, Mailroom(store, tmp_path, server.port) as room:
        room.patience = Patience(2.0, 0.2, 0.5)
        with room.thread(silence=0.002, beat=0.002):
            server.finish()
            room.until(lambda: LAST in room.mails())
        said = {fact["outcome"] for fact in room.log()}
    assert {"connected", "failing"} <= said
    assert threading.active_count() <= before
