"""Who may do what, with which proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from parsers.clues import Clues
from routing.builtin import BUILT_IN, RATINGS
from routing.cast import Cast, owns
from routing.directory import Directory, Person, Side, canonical
from routing.model import Minted, Offer, Proof, Situation
from routing.roster import SETTLING, too_early
from routing.workflow import MoveRule

_LEAST = {"thread": Proof.THREAD, "token": Proof.TOKEN, "strong": Proof.STRONG}
_OF_FORMERS = frozenset({"undo", "unwatch"})
"""What somebody may still say who forwarded the ticket."""
_CALLED = {Side.CUSTOMER: "the customer", Side.PARTNER: "a partner", Side.OPERATOR: "the operator"}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who writes, what that is proven by, and which ticket is meant.

    `ticket` is a key or None; `minted` the letter of ours that the mail carries, whoever carries it. `doubts` say what
    makes the writer look like somebody else, which the proof reckons with.
    """

    writer: Person | None
    proof: Proof
    ticket: str | None
    minted: Minted | None
    why: tuple[str, ...]
    doubts: tuple[str, ...] = ()


class Lack(StrEnum):
    """What somebody lacks who may not do a thing."""

    TICKET = "ticket"
    STANDING = "standing"
    OWNERSHIP = "ownership"
    EVIDENCE = "evidence"
    SIDE = "side"
    STATE = "state"
    PARTY = "party"
    GROUP = "group"
    HOLDER = "holder"
    ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may be done, by somebody who stands on `side`."""

    side: Side


@dataclass(frozen=True, slots=True)
class Denied:
    """It may not be done: `reason` is a sentence for the writer or, before anything is proven, for the staff."""

    reason: str
    code: Lack


def identify(
    clues: Clues,
    by_token: tuple[Minted, ...],
    by_thread: tuple[Minted, ...],
    named: tuple[str, ...],
    directory: Directory,
    writer: Person | None,
    authenticated: tuple[str, ...],
    submitter: str | None = None,
) -> Identity:
    """What a mail proves and which ticket it means: a token before a thread before a tag or reference.

    `by_token` and `by_thread` are the letters found for the clues, `named` the keys of tickets that tags and other
    references lead to, all nearest first; `authenticated` the domains that trusted headers vouch for, `submitter`
    the address of whoever logged in to hand the mail over: it vouches for From where both are one person's. The token
    of a letter that belongs to no ticket proves its writer, and a tag beside it says which ticket is meant.
    """
    strong = _is_strong(clues.author, authenticated) or _is_submitter(clues.author, writer, submitter)
    who = _Writer(clues.author, writer, directory, strong)
    expired = frozenset(token.letter for token in clues.tokens if token.expired)
    # Where a letter came from stands in the logs of every mail system that it passed: whoever writes there may speak,
    # as some clients and all answering machines do, and command nothing.
    returned = frozenset(token.letter for token in clues.tokens if token.returns)
    if by_token:
        letter = who.nearest(by_token)
        least = Proof.THREAD if letter.letter in returned else Proof.TOKEN
        proof, why = who.proof(letter, least, expired=letter.letter in expired)
        key = letter.ticket or next(iter(named), None)
        steps = (f"the reply address of letter {letter.letter} names {letter.ticket or 'no ticket'}", why)
        return Identity(writer, proof, key, letter, (*steps, f"proof {proof.name.lower()}"))
    if by_thread:
        letter = who.nearest(by_thread)
        proof, why = who.proof(letter, Proof.THREAD, expired=False)
        steps = (f"the Message-ID of letter {letter.letter} names {letter.ticket or 'no ticket'}", why)
        return Identity(writer, proof, letter.ticket or None, letter, (*steps, f"proof {proof.name.lower()}"))
    proof = Proof.STRONG if who.strong else Proof.NONE
    step = f"a tag or reference names {named[0]}" if named else "nothing names a ticket"
    return Identity(writer, proof, named[0] if named else None, None, (step, f"proof {proof.name.lower()}"))


def _is_strong(author: str | None, authenticated: tuple[str, ...]) -> bool:
    return author is not None and author.rpartition("@")[2].lower() in (domain.lower() for domain in authenticated)


def _is_submitter(author: str | None, writer: Person | None, submitter: str | None) -> bool:
    if author is None or submitter is None:
        return False
    return canonical(author) == canonical(submitter) or (writer is not None and owns(writer, submitter))


@dataclass(frozen=True, slots=True)
class _Writer:
    """The strict From address beside the letters that its mail carries."""

    author: str | None
    person: Person | None
    directory: Directory
    strong: bool

    def nearest(self, letters: Sequence[Minted]) -> Minted:
        """The letter that counts: of the ticket named first, the writer's own before that of anybody else."""
        first = letters[0]
        same = (letter for letter in letters if letter.ticket == first.ticket)
        return next((letter for letter in same if is_owner(self.author, self.person, letter)), first)

    def proof(self, letter: Minted, least: Proof, *, expired: bool) -> tuple[Proof, str]:
        """What a letter proves in this writer's hands, and why. Nobody speaks through another one's letter."""
        if self.author is None:
            return Proof.NONE, "the From address is missing or defective and carries no authority"
        if is_owner(self.author, self.person, letter):
            proof, why = least, "it was written to the writer"
        elif self._is_colleague(letter):
            proof, why = Proof.THREAD, "it was written to a colleague of the writer"
        else:
            return Proof.NONE, "it was written to somebody else"
        if self.strong:
            return Proof.STRONG, f"{why}, who is authenticated"
        return (Proof.NONE, f"{why}, but has expired") if expired else (proof, why)

    def _is_colleague(self, letter: Minted) -> bool:
        """A registered person may see what the addressee's whole organisation may; one met by mail only its own."""
        if self.person is None or not self.person.registered or self.person.organisation is None:
            return False
        addressee = self.directory.person(letter.address)
        return addressee is not None and addressee.organisation == self.person.organisation


def is_owner(author: str | None, writer: Person | None, letter: Minted) -> bool:
    """Whether a letter was written to the person who writes, at whichever of its addresses."""
    if author is None:
        return False
    if canonical(author) == canonical(letter.address):
        return True
    return writer is not None and owns(writer, author) and owns(writer, letter.address)


def is_writer(situation: Situation, person: Person) -> bool:
    """Whether a person is the one whose mail is decided."""
    return situation.author is not None and owns(person, situation.author)


def is_stranger(situation: Situation, verdict: Allowed | Denied) -> bool:
    """Somebody who named a ticket of others. Who carries a letter of ours is none: it was passed on."""
    return isinstance(verdict, Denied) and verdict.code is Lack.STANDING and situation.minted is None


def cast_of(situation: Situation) -> Cast | None:
    """Who is who on the ticket of a situation, its writer included."""
    if situation.ticket is None:
        return None
    writer = () if situation.writer is None else (situation.writer,)
    return Cast(situation.desk, situation.ticket, (*writer, *situation.guests))


def may_comment(situation: Situation) -> Allowed | Denied:
    """Whether the writer's words may stand on the ticket as a comment of its own."""
    verdict, cast = is_party(situation), cast_of(situation)
    if cast is not None and cast.ticket.hidden:
        return Denied(f"{cast.ticket.key} was deleted.", Lack.TICKET)
    if cast is None or isinstance(verdict, Denied) or cast.hears(cast.person(situation.author or "")):
        return verdict
    return Denied(_forwarded(cast), Lack.HOLDER)


def is_party(situation: Situation) -> Allowed | Denied:
    """Whether the mail is that of a party of the ticket, even of one that may only read what it saw."""
    cast = cast_of(situation)
    if cast is None:
        return Denied("The mail names no ticket.", Lack.TICKET)
    letter, unproven = situation.minted, situation.author is None or situation.proof is Proof.NONE
    if letter is not None and unproven and not is_owner(situation.author, situation.writer, letter):
        return Denied("The mail came to an address that was made for somebody else.", Lack.OWNERSHIP)
    side = None if situation.author is None else cast.side(cast.person(situation.author))
    if side is None:
        return Denied("The writer is no party of the ticket.", Lack.STANDING)
    if unproven:
        what = "the letter that it answers is too old" if letter else "it answers no letter of ours"
        return Denied(f"Nothing in the mail proves its writer: {what}.", Lack.EVIDENCE)
    return Allowed(side)


def may_move(situation: Situation, rule: MoveRule) -> Allowed | Denied:
    """Whether the writer may make a move now. The same rules for every door."""
    verdict = may_comment(situation)
    cast = cast_of(situation)
    if cast is None or isinstance(verdict, Denied):
        return verdict
    person = cast.person(situation.author or "")
    lack = _lack(rule, cast, verdict.side, person)
    if lack is not None:
        return Denied(too_early(cast, person) or _sentence(lack, rule, cast), lack)
    return _evident(situation, verdict, rule.label, _LEAST[rule.proof])


def may_act(situation: Situation, name: str) -> Allowed | Denied:
    """Whether the writer may say a built-in verb now: the desk has it for that side, and the mail is its writer's."""
    verdict = is_party(situation) if name in _OF_FORMERS else may_comment(situation)
    if isinstance(verdict, Denied):
        return verdict
    label, who = BUILT_IN[name].label, situation.desk.workflow.acts.get(name, ())
    cast = cast_of(situation)
    if cast is not None and name not in _OF_FORMERS and cast.is_former(cast.person(situation.author or "")):
        return Denied(_forwarded(cast), Lack.HOLDER)
    if verdict.side not in who:
        return Denied(only_for(label, who), Lack.SIDE)
    early = too_early(cast, cast.person(situation.author or "")) if cast and name not in SETTLING else None
    if early is not None:
        return Denied(early, Lack.ASSIGNMENT)
    return _evident(situation, verdict, label, Proof.TOKEN)


def _evident(situation: Situation, verdict: Allowed, label: str, least: Proof) -> Allowed | Denied:
    """The verdict, unless the mail proves too little for a command."""
    if situation.proof < least:
        return Denied(
            f'"{label}" needs the address of a letter that was written to you: answer such a letter.',
            Lack.EVIDENCE,
        )
    if verdict.side is Side.OPERATOR and situation.desk.strong_operator and situation.proof < Proof.STRONG:
        return Denied(
            f'"{label}" needs a mail that your domain authenticates (DKIM or SPF); this one was not.',
            Lack.EVIDENCE,
        )
    return verdict


def _forwarded(cast: Cast) -> str:
    return f"{cast.ticket.key} was forwarded to {cast.party(cast.ticket.holder)}, who alone act on it now."


def only_for(label: str, who: Sequence[Side]) -> str:
    """What somebody is told who stands on none of the sides that may say a verb."""
    return f'"{label}" is for {" or ".join(_CALLED[one] for one in who)}.' if who else f'This desk has no "{label}".'


def offers(cast: Cast, person: Person) -> tuple[Offer, ...]:
    """The moves that somebody may make now, each with the line to write in answer to a letter of ours."""
    workflow, side = cast.desk.workflow, cast.side(person)
    if side is None:
        return ()
    mark = "" if side in workflow.bare_phrases else "#"
    rules = (rule for rule in workflow.moves if _lack(rule, cast, side, person) is None)
    return tuple(Offer(rule.verb, mark + rule.phrases[0], rule.label) for rule in rules)


def ratings(cast: Cast, person: Person) -> tuple[Offer, ...]:
    """The ratings that a reader may give now with one click; none where the ticket has one."""
    rule, ticket = cast.desk.workflow.rating, cast.ticket
    if rule is None or not rule.enabled or ticket.status not in rule.source or ticket.rating is not None:
        return ()
    if not owns(person, ticket.requester):
        return ()
    return tuple(Offer("rate", f"#rate {number}", number) for number in RATINGS)


def _lack(rule: MoveRule, cast: Cast, side: Side, person: Person) -> Lack | None:
    """What stands in the way of a move for somebody on that side, whatever is proven."""
    if cast.is_former(person):
        return Lack.HOLDER
    if side not in rule.who:
        return Lack.SIDE
    if rule.party is not None and cast.partner(rule.party) is None:
        return Lack.PARTY
    if cast.ticket.status not in rule.source:
        return Lack.STATE
    if too_early(cast, person) is not None:
        return Lack.ASSIGNMENT
    return None if not rule.only or any(cast.belongs(person, group) for group in rule.only) else Lack.GROUP


def _sentence(lack: Lack, rule: MoveRule, cast: Cast) -> str:
    workflow, status = cast.desk.workflow, cast.ticket.status
    if lack is Lack.SIDE:
        return only_for(rule.label, rule.who)
    if lack is Lack.HOLDER:
        return _forwarded(cast)
    if lack is Lack.GROUP:
        return f'"{rule.label}" is for {" or ".join(_group_called(group, cast) for group in rule.only)}.'
    if lack is Lack.PARTY and rule.party is not None:
        return f"No {workflow.roles[rule.party].name} is involved in this ticket."
    state = workflow.states.get(status)
    return f'"{rule.label}" cannot be done while the ticket is {state.name if state else status}.'


def _group_called(group: str, cast: Cast) -> str:
    match group:
        case "requester":
            return "whoever opened the ticket"
        case "assignee":
            return "whoever it is assigned to"
        case "holder":
            return f"whoever has it now ({cast.party(cast.ticket.holder)})"
        case "watchers":
            return "whoever follows it"
        case "customer" | "agents":
            return _CALLED[Side.CUSTOMER if group == "customer" else Side.OPERATOR]
        case _:
            return cast.party(group)
