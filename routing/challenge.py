"""Mail-back: commands of a mail that proves too little wait until whoever it names confirms them by a letter's address.

The letter names the ticket and the commands, and repeats nothing of the mail. It is confirmed by one word, once, within
a day. Somebody has one such letter open for each ticket, and gets three a day at most: anybody can write a From line.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

from parsers.intent import Command, Comment, Intent, Open, Orders, Unclear, VerbKind, Words, normalise
from routing.audience import asked_for
from routing.authority import Denied, Lack, cast_of, is_owner, may_act, may_move
from routing.builtin import BUILT_IN
from routing.directory import Side
from routing.draft import Draft
from routing.model import Challenge, Decision, Proof, Situation
from routing.notices import Details, Occasion, of_machine
from routing.workflow import verbs

TEMPLATE = "challenge"
WORD = "confirm"
TIME = timedelta(hours=24)
A_DAY = 3

Follow: TypeAlias = Callable[[Draft, Side, Orders], Decision | str]
"""What commands do to a ticket, or why they are not done: a sentence."""


def may_arise(situation: Situation, intent: Intent) -> bool:
    """Whether a mail commands something of a ticket and may prove too little for it."""
    if not isinstance(intent, Orders) or intent.questions or situation.ticket is None or situation.author is None:
        return False
    enough = Proof.STRONG if situation.desk.strong_operator else Proof.TOKEN
    return situation.proof < enough


def lacks(situation: Situation, orders: Orders) -> str | None:
    """What proof the writer lacks for these commands, a sentence; None where that is not what is in their way."""
    move = orders.move and situation.desk.workflow.move(orders.move.name)
    verdicts = [may_act(situation, act.name) for act in orders.acts] + ([may_move(situation, move)] if move else [])
    denied = [verdict for verdict in verdicts if isinstance(verdict, Denied)]
    if not denied or any(verdict.code is not Lack.EVIDENCE for verdict in denied):
        return None
    return denied[0].reason


def waiting(draft: Draft, orders: Orders, follow: Follow) -> tuple[Command, ...]:
    """The commands that a confirmation would run, if they can be done now and one more letter may be sent."""
    situation = draft.situation
    cast = cast_of(situation)
    if not may_arise(situation, orders) or not _has_room(situation) or of_machine(situation) or cast is None:
        return ()
    side = cast.side(cast.person(situation.author or ""))
    if side is None or situation.quiet:
        return ()
    proven = replace(draft, situation=replace(situation, proof=Proof.STRONG))
    return () if isinstance(follow(proven, side, orders), str) else orders.commands


def put(draft: Draft, commands: tuple[Command, ...], reason: str | None = None) -> Draft:
    """The letter that asks for a confirmation, to the registered address. It does not even answer the mail."""
    situation = draft.situation
    unnamed = replace(draft, situation=replace(situation, mail=replace(situation.mail, message_id=None)))
    asked = tuple(_label(situation, one) for one in commands)
    details: Details = {"asked": asked, **({"reason": reason} if reason else {})}
    letter = unnamed.answer(Occasion(TEMPLATE, details=details))
    return replace(draft, mailing=letter.mailing)


def is_confirmed(situation: Situation, intent: Intent) -> bool:
    """Whether a person answers a challenge of its own with the word, at its address, as the first line."""
    letter = situation.minted
    if situation.challenge is None or letter is None or situation.quiet or of_machine(situation):
        return False
    if situation.proof is Proof.NONE or not is_owner(situation.author, situation.writer, letter):
        return False
    match intent:
        case Open(words=words) | Comment(words=words):
            first = next(filter(None, map(str.strip, words.text.splitlines())), "")
        case Unclear(written=(first,)):
            pass
        case _:
            return False
    return normalise(first.lstrip("#/").rstrip(".!")) == WORD


def settled(situation: Situation, challenge: Challenge) -> tuple[Situation, Orders]:
    """The situation in which confirmed commands are followed, and these: with the words that came with them."""
    kinds = {verb.name: verb.kind for verb in verbs(situation.desk.workflow).known}
    commands = challenge.event.waiting
    orders = Orders(
        Words(challenge.event.text, challenge.event.attachments),
        acts=tuple(one for one in commands if kinds.get(one.name) is VerbKind.ACT),
        move=next((one for one in commands if kinds.get(one.name) is VerbKind.MOVE), None),
    )
    proven = replace(situation, proof=Proof.STRONG, confirmed=challenge.letter, words_of=challenge.mail, challenge=None)
    return replace(proven, narrowed=asked_for(proven, orders)), orders


def hindrance(situation: Situation, challenge: Challenge) -> str | None:
    """Why a confirmation comes in vain, a sentence."""
    if challenge.used:
        return "This was confirmed already: it counts once."
    if situation.envelope.received_at - challenge.at > TIME:
        hours = int(TIME.total_seconds()) // 3600
        return f"The {hours} hours in which this could be confirmed are over. Say what should be done in a reply."
    return None


def _has_room(situation: Situation) -> bool:
    ticket = situation.ticket
    recent = [one for one in situation.asked if situation.now - one.at < TIME]
    open_here = any(ticket is not None and one.ticket == ticket.key and not one.used for one in recent)
    return len(recent) < A_DAY and not open_here


def _label(situation: Situation, command: Command) -> str:
    """What the desk calls a command: none of its words is the mail's."""
    move = situation.desk.workflow.move(command.name)
    return move.label if move else BUILT_IN[command.name].label
