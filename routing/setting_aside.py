"""Words that nothing vouches for: kept for the staff, without any effect; and the owner of a letter is warned."""

from dataclasses import replace

from parsers.intent import AutoReply, Command, Orders, Unclear
from routing import challenge
from routing.acts import admitting
from routing.authority import Denied, Lack
from routing.directory import canonical
from routing.draft import Draft, cause_of
from routing.events import Unverified
from routing.hearing import asked
from routing.model import Decision, Offer
from routing.notices import Details, Occasion, notify, warn
from routing.refusals import Spoken


def set_aside(draft: Draft, lack: Denied, intent: Spoken | AutoReply, waiting: tuple[Command, ...] = ()) -> Decision:
    """Words that nothing vouches for: the staff sees them, nothing moves, no outsider reads them.

    Commands that are `waiting` may be confirmed by whoever the mail claims to come from.
    """
    situation, mail = draft.situation, draft.situation.mail
    claimed = situation.author or (mail.from_.address if mail.from_ else "")
    wanted = asked(intent) if isinstance(intent, Orders | Unclear) else ()
    reason = lack.reason + (f" Not done: {', '.join(wanted)}." if wanted else "")
    draft = draft.add(
        Unverified(
            claimed=claimed,
            reason=reason,
            waiting=waiting,
            at=situation.now,
            actor=situation.author,
            audience="staff",
            text=intent.words.text,
            attachments=intent.words.attachments,
            cause=cause_of(situation),
        )
    )
    if isinstance(intent, AutoReply):
        return draft.decide("unverified", reason)
    details: Details = {"claimed": claimed, "reason": reason, **({"asked": wanted} if wanted else {})}
    # Whom the mail claims to come from is told, too: nothing proves that it was that person's own act.
    draft = draft.post(
        notify(
            replace(situation, author=None),
            draft.ticket,
            ("agents",),
            Occasion("unverified", "internal", draft.latest, internal=details, offers=_offers(draft)),
        )
    )
    draft = challenge.put(draft, waiting) if waiting else draft
    return _owner_warned(draft, lack, claimed).decide("unverified", reason)


def _offers(draft: Draft) -> tuple[Offer, ...]:
    """What may be done with the words: nothing where nobody can tell from whom they claim to come."""
    author = draft.situation.author
    return () if author is None else admitting.offers(draft.cast.side(draft.cast.person(author)))


def _owner_warned(draft: Draft, lack: Denied, claimed: str) -> Draft:
    """Whoever a letter was written to learns once that somebody else used its address, not who: that is the staff's."""
    letter = draft.situation.minted
    if letter is None or lack.code is not Lack.OWNERSHIP:
        return draft
    once = f"address-used:{letter.letter}:{canonical(letter.address)}"
    occasion = Occasion("address-used", internal={"claimed": claimed}, once=once)
    return draft.post(warn(draft.situation, draft.ticket, letter.address, occasion))
