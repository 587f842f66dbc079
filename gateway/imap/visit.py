"""One session's work on a folder: what is new is fetched, made durable, and only then flagged, moved and passed."""

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from gateway import failpoint
from gateway.imap import recipient
from gateway.imap.session import Details, Session
from gateway.imap.uids import Passed, Range
from gateway.intake import Delivery, Intake, Rejected
from gateway.mailbox_settings import After
from gateway.maillog import MailLog
from gateway.problems import Problem, Unreadable
from gateway.store.cursors import Cursors, Place
from gateway.store.errors import StoreUnavailable
from gateway.store.store import Accepted
from parsers.mail import Door

PART = 1024 * 1024
MESSAGES_AT_ONCE = 200
GROUP_MESSAGES = 50
GROUP_BYTES = 8 * 1024 * 1024
LOOKS = 10
MOST_LISTED = 500_000
"""Messages in a folder up to which it is listed at the first start, to tell those that are there from late ones."""
MOST_LEFT = 1000
COMMIT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Manner:
    """How a folder is to be read: `start` is all, new or a day; sizes in bytes; `first` is our first address."""

    name: str
    start: str | dt.date
    after: After
    address: str | None
    first: str
    max_size: int
    trusted: bool
    peer: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What a visit works with."""

    cursors: Cursors
    intake: Intake
    maillog: MailLog
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Handed:
    """A message that is on its way to the disk."""

    uid: int
    size: int
    answer: "Future[list[Accepted]]"


class Visit:
    """From SELECT to the end of the connection; `going` says whether there is time for one more message."""

    def __init__(self, session: Session, manner: Manner, desk: Desk, going: Callable[[], bool]) -> None:
        self._session = session
        self._manner = manner
        self._desk = desk
        self._going = going
        self._oldest = self._since()
        self._place, self._passed = self._begin()
        self._left = 0

    def _since(self) -> datetime | None:
        """Since when messages count that were there before us."""
        start = self._manner.start
        day = datetime.combine(start, dt.time(), dt.UTC) if isinstance(start, dt.date) else None
        return day or (self._desk.cursors.began(self._manner.name) if start == "new" else None)

    def _begin(self) -> tuple[Place, Passed]:
        """Where to begin."""
        name, validity, cursors = self._manner.name, self._session.validity, self._desk.cursors
        place, known = cursors.place(name, validity), cursors.known(name)
        if place is not None and validity and self._ascending(place):
            return place, Passed(cursors.passed(name, validity))
        fresh = self._session.next_uid or max(self._session.uids(), default=0) + 1
        if known:
            why = "the server counts its messages anew" if validity else "the server names no UIDVALIDITY"
            self._desk.maillog.mailbox(name, "uids-reset", f"{why}; what was fetched before is recognised")
        passed = Passed(self._there_before(fresh) if self._manner.start == "new" and not known else [])
        place = Place(passed.highest, fresh)
        cursors.begin(name, validity, place, passed.ranges, self._desk.now())
        return place, passed

    def _there_before(self, fresh: int) -> list[Range]:
        """The UIDs of the messages below `fresh`, or all below it where they are too many to tell."""
        if self._session.exists > MOST_LISTED:
            return [(1, fresh - 1)]
        return [(uid, uid) for uid in self._session.uids() if uid < fresh]

    def _ascending(self, place: Place) -> bool:
        """UIDNEXT only grows (RFC 3501 section 2.3.1.1): where it fell, the numbers mean nothing any more."""
        return self._session.next_uid is None or self._session.next_uid > place.last_uid

    def look(self) -> int:
        """Take whatever is new; returns how many messages were not here yet. Raises Problem."""
        new = 0
        for _ in range(LOOKS):
            waiting = self._waiting()
            for start in range(0, len(waiting), MESSAGES_AT_ONCE):
                new += self._take(waiting[start : start + MESSAGES_AT_ONCE])
            if not self._going() or not (waiting or self._session.more):
                break
        return new

    def _waiting(self) -> list[int]:
        """The UIDs to fetch now: those that are new, and those left whose time has come."""
        name, validity, cursors = self._manner.name, self._session.validity, self._desk.cursors
        left = {one.uid: one for one in cursors.left(name, validity)}
        if len(left) >= MOST_LEFT:
            raise Problem(f"{MOST_LEFT} of its messages could not be had; something is wrong with the server")
        # `n:*` has the last message even where its UID is lower (RFC 3501 section 9).
        listed = [uid for uid in self._session.uids(self._passed.others()) if uid not in self._passed]
        due = {uid for uid, one in left.items() if one.next_at <= self._desk.now()}
        there = due.intersection(self._session.uids(",".join(map(str, sorted(due))))) if due else set()
        cursors.settled(name, validity, due - there)
        return sorted({uid for uid in listed if uid not in left} | there)

    def _take(self, uids: Sequence[int]) -> int:
        """Fetch and accept some messages; returns how many were new."""
        details = self._session.details(uids)
        new = 0
        handed: list[_Handed] = []
        done: list[int] = []
        for uid in uids:
            if not self._going():
                break
            one = self._hand_over(uid, details.get(uid))
            if one is not None:
                handed.append(one)
            done.append(uid)
            if len(handed) >= GROUP_MESSAGES or sum(each.size for each in handed) >= GROUP_BYTES:
                new += self._settle(handed, done)
                handed, done = [], []
        return new + self._settle(handed, done)

    def _hand_over(self, uid: int, told: Details | None) -> "_Handed | None":
        """Fetch one message and submit it; None where it is passed or left."""
        if told is not None and uid < self._place.fresh_uid and self._oldest and told.at and told.at < self._oldest:
            return None
        try:
            return self._submit(uid, self._fetch(uid, told))
        except Unreadable as refused:
            self._leave(uid, str(refused))
            return None
        except Problem as broken:
            # It may be this message that the server stumbles over: the others go first next time.
            self._leave(uid, str(broken))
            raise

    def _fetch(self, uid: int, told: Details | None) -> bytes:
        """All bytes of a message, part by part. Sizes that servers announce are not always true."""
        most = self._manner.max_size
        if told is None:
            raise Unreadable("the server lists the message and tells nothing of it")
        if told.size > most:
            raise Unreadable(f"the message has {told.size} bytes, and {most} are allowed")
        failpoint.reached("imap.before-fetch")
        parts: list[bytes] = []
        size = 0
        for _ in range(most // PART + 16):
            part = self._session.part(uid, size, PART)
            parts.append(part)
            size += len(part)
            if size > most:
                raise Unreadable(f"the message has more than the {most} bytes that are allowed")
            if not part or (size >= told.size and len(part) < PART):
                break
        else:
            raise Unreadable("the server shows the message in crumbs without end")
        if not size:
            raise Unreadable("the server shows an empty message")
        failpoint.reached("imap.after-fetch")
        return b"".join(parts)

    def _submit(self, uid: int, raw: bytes) -> _Handed:
        identity = self._desk.intake.examine(raw)
        if isinstance(identity, Rejected):
            raise Unreadable(identity.text)
        moment = self._desk.now()
        manner = self._manner
        target = recipient.target(raw, self._desk.intake, manner.address, manner.first, moment.date())
        delivery = Delivery(
            raw=raw,
            identity=identity,
            sender=recipient.sender(raw),
            targets=(target,),
            door=Door.IMAP,
            received_at=moment,
            peer=manner.peer,
            trusted=manner.trusted,
        )
        return _Handed(uid, len(raw), self._desk.intake.submit(delivery))

    def _leave(self, uid: int, reason: str) -> None:
        self._left += 1
        if self._left > MOST_LEFT:
            raise Problem(f"{MOST_LEFT} of its messages could not be had; something is wrong with the server")
        name = self._manner.name
        tries = self._desk.cursors.leave(name, self._session.validity, uid, reason, self._desk.now())
        self._desk.maillog.left(name, uid, tries, reason)

    def _settle(self, handed: Sequence[_Handed], done: Sequence[int]) -> int:
        """Wait for the commit, and only then touch the folder and pass the messages; returns how many were new."""
        safe, new = [], 0
        for one in handed:
            try:
                accepted = one.answer.result(COMMIT_SECONDS)
            except TimeoutError:
                raise Problem("a message could not be kept: the commit takes too long") from None
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - one message must not stop the others
                self._leave(one.uid, f"{type(error).__name__}: {error}")
                continue
            safe.append(one.uid)
            new += any(not each.duplicate for each in accepted)
        name, validity, cursors = self._manner.name, self._session.validity, self._desk.cursors
        if safe:
            failpoint.reached("imap.before-flag")
            self._tidy(safe)
            failpoint.reached("imap.after-flag")
            cursors.settled(name, validity, safe)
        if new:
            cursors.heard(name, self._desk.now())
        change = self._passed.add(done)
        if change.new:
            self._place = Place(max(self._place.last_uid, self._passed.highest), self._place.fresh_uid)
            cursors.advance(name, validity, self._place, change.gone, change.new, self._desk.now())
        return new

    def _tidy(self, uids: Sequence[int]) -> None:
        """What the configuration wants done to messages that are ours; if it fails, they stay as they are."""
        try:
            match self._manner.after.deed:
                case "keep":
                    pass
                case "seen":
                    self._session.seen(uids)
                case "move":
                    self._session.move(uids, self._manner.after.folder)
                case "delete":
                    self._session.delete(uids)
                case never:
                    assert_never(never)
        except Unreadable as refused:
            named = ", ".join(map(str, uids[:10]))
            self._desk.maillog.mailbox(self._manner.name, "not-tidied", f"UID {named}: {refused}")
