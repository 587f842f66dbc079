"""Questions answered by mail: `help`, `show`, `list` and `export`, each within what its writer may see and do."""

from collections.abc import Sequence
from dataclasses import replace

from parsers.intent import Command, Intent, Orders
from routing.authority import Denied, Lack, is_owner
from routing.builtin import BUILT_IN
from routing.directory import Person, Side, canonical
from routing.draft import Draft
from routing.helping import helped
from routing.listing import listed
from routing.model import Contents, Decision, Proof, Situation
from routing.notices import Mailing, Occasion, answer_apart, of_machine
from routing.showing import read_by, standing, timeline

ABOUT_TICKETS = frozenset({"show", "export"})
"""The questions that need the whole timeline of a ticket."""
MOST_SHOWN = 100
"""How many entries of a timeline `show` tells; `export` has more."""
ROOM_SHOWN, ROOM_EXPORTED = 200_000, 2_000_000  # characters
_NO_TICKET = (
    "Nothing in your message names a ticket of yours: answer one of its letters, or put its number into the subject, "
    "as in [CT-104]."
)
_TOO_WEAK = '"{}" needs a mail that your domain authenticates (DKIM or SPF); this one was not.'


def asked(intent: Intent) -> frozenset[str]:
    """The names of the questions in a mail, for whoever looks up what their answers need."""
    return frozenset(command.name for command in intent.questions) if isinstance(intent, Orders) else frozenset()


def answer(draft: Draft, side: Side, question: Command) -> Draft | str:
    """The answer that a party of the ticket gets, whom its mail proves; or what is wrong, a sentence."""
    situation = draft.situation
    person = draft.cast.person(situation.author or "")
    if question.name == "help":
        return draft.answer(helped(draft, side))
    if side is Side.OPERATOR and situation.desk.strong_operator and situation.proof < Proof.STRONG:
        return _TOO_WEAK.format(BUILT_IN[question.name].label)
    if question.name == "list":
        found = listed(situation, person, question.arguments)
        return found if isinstance(found, str) else draft.post(answer_apart(situation, found))
    shown = _shown(draft, person, whole=question.name == "export")
    return shown if isinstance(shown, str) else draft.answer(shown)


def apart(situation: Situation, intent: Intent, verdict: Denied) -> Decision | None:
    """The answer to a mail that only asks and is about no ticket of its writer; None for any other mail.

    Only registered people are answered. Contents go to those alone whom the mail proves: anybody can write a From line,
    and whoever it names must not be flooded. Others get one short letter a day, and whoever answers it is proven.
    """
    writer = situation.writer
    if not isinstance(intent, Orders) or not _only_asks(intent) or writer is None or not writer.registered:
        return None
    if situation.quiet or of_machine(situation) or verdict.code is Lack.OWNERSHIP:
        return None
    mailing = asked_apart(situation, intent.questions)
    return Decision("answered", notices=mailing.notices, not_told=mailing.not_told, why=("it only asks",))


def in_opening(draft: Draft, orders: Orders) -> Draft:
    """What a mail that opened a ticket asks beside, answered to its registered writer."""
    if any(question.name == "help" for question in orders.questions):
        draft = draft.answer(Occasion("help"))
    others = [question for question in orders.questions if question.name != "help"]
    return draft.post(asked_apart(draft.situation, others))


def asked_apart(situation: Situation, questions: Sequence[Command]) -> Mailing:
    """The letters that answer the questions of a registered writer beside any ticket."""
    writer = situation.writer
    if writer is None or not questions:
        return Mailing()
    if not is_proven(situation, writer):
        return once_a_day(situation, writer, questions)
    found = Mailing()
    for question in questions:
        found += answer_apart(situation, _beside(situation, writer, question))
    return found


def _beside(situation: Situation, writer: Person, question: Command) -> Occasion:
    """What answers one question beside any ticket."""
    match question.name:
        case "help":
            return Occasion("help")
        case "list":
            found = listed(situation, writer, question.arguments)
        case _:
            found = _NO_TICKET
    return Occasion("refusal", details={"reason": found}) if isinstance(found, str) else found


def _only_asks(orders: Orders) -> bool:
    words = orders.words
    return not orders.acts and orders.move is None and not words.text.strip() and not words.attachments


def is_proven(situation: Situation, writer: Person) -> bool:
    """Whether an answer with contents may go out: by the writer's domain, or by a letter that was written to it."""
    if situation.proof is Proof.STRONG:
        return True
    if _needs_domain(situation, writer):
        return False
    letter = situation.minted
    return letter is not None and situation.proof > Proof.NONE and is_owner(situation.author, writer, letter)


def _needs_domain(situation: Situation, writer: Person) -> bool:
    """Whether nothing less than its authenticated domain proves a writer."""
    return situation.desk.strong_operator and situation.desk.directory.side(writer) is Side.OPERATOR


def once_a_day(situation: Situation, writer: Person, questions: Sequence[Command]) -> Mailing:
    """What an unproven mail is answered with, to the registered address: general help, and how to prove oneself.

    None of it is said by the mail, nor does it name its Message-ID.
    """
    unnamed = replace(situation, mail=replace(situation.mail, message_id=None))
    day = f"{canonical(writer.address)}:{situation.now.date()}"
    asked_for = tuple(dict.fromkeys(BUILT_IN[each.name].usage for each in questions if each.name != "help"))
    found = Mailing()
    if len(asked_for) < len(questions):
        found += answer_apart(unnamed, Occasion("help", once=f"help:{day}"))
    if asked_for and _needs_domain(situation, writer):
        reason = _TOO_WEAK.format(" and ".join(dict.fromkeys(BUILT_IN[each.name].label for each in questions)))
        found += answer_apart(unnamed, Occasion("refusal", details={"reason": reason}, once=f"prove:{day}"))
    elif asked_for:
        found += answer_apart(unnamed, Occasion("prove", details={"asked": asked_for}, once=f"prove:{day}"))
    return found


def _shown(draft: Draft, person: Person, *, whole: bool) -> Occasion | str:
    """The letter with the ticket as this person may see it."""
    cast, situation = draft.cast, draft.situation
    known = read_by(cast, person, (*situation.timeline, *draft.events)) if situation.timeline else ()
    if not known:
        return f"There is nothing of {draft.ticket.key} that could be shown to you."
    room, most = (ROOM_EXPORTED, None) if whole else (ROOM_SHOWN, MOST_SHOWN)
    entries, complete = timeline(cast, person, known, room, most)
    details = {**standing(cast, person, known, situation.now), **({} if complete else {"earlier": "yes"})}
    enclosed = tuple(number for number, entry in entries if entry.attachments) if whole else ()
    contents = Contents(timeline=tuple(entry for _, entry in entries), packed=whole, enclosed=enclosed)
    if not whole:
        return Occasion("show", details=details, contents=contents)
    # It may be large: as long as nothing new has happened, one an hour is enough for anybody.
    once = f"export:{draft.ticket.key}:{draft.ticket.version}:{situation.now:%Y-%m-%dT%H}"
    return Occasion("export", details=details, contents=contents, once=once)
