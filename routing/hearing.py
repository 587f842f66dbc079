"""Which commands of a mail count: a word is a command only from somebody who may command in this way."""

from typing import TypeAlias

from parsers.intent import UNDO, AutoReply, Command, Comment, Intent, Open, Orders, Source, Unclear, Words, normalise
from parsers.tags import bracketed
from routing.authority import cast_of
from routing.model import Situation
from routing.notices import from_null_sender, of_machine
from routing.workflow import verbs

Commanding: TypeAlias = Orders | Unclear


def heard(situation: Situation, intent: Intent) -> tuple[Intent, tuple[str, ...]]:
    """The intent as the desk reads it from this writer, and the step that was taken: commands may be mere words."""
    match intent:
        case Open() | Comment() | Orders() | Unclear() if from_null_sender(situation):
            words = intent.words if isinstance(intent, Open | Comment) else as_words(intent)
            return AutoReply(words), ("the null sender is a machine's",)
        case Orders() | Unclear():
            reason = _deaf(situation, intent)
            if reason is None:
                return intent, ()
            return Comment(as_words(intent)), (reason,)
        case _:
            return intent, ()


def as_words(intent: Commanding) -> Words:
    """What a mail says where its commands are not run: all of it, with the lines that stood in its text."""
    if intent.otherwise is not None:
        return intent.otherwise.words
    match intent:
        case Unclear(written=written):
            lines = written
        case Orders(commands=commands):
            lines = tuple(spoken(command) for command in commands if command.source is Source.BODY)
    text = "\n".join(line for line in (*lines, intent.words.text) if line)
    return Words(text, intent.words.attachments)


def asked(intent: Commanding) -> tuple[str, ...]:
    """What stood in the mail, as somebody could write it again."""
    match intent:
        case Unclear(written=written):
            return written
        case Orders(commands=commands):
            return tuple(spoken(command) for command in commands)


def spoken(command: Command) -> str:
    """A command as it is written."""
    words = " ".join((command.name, *command.arguments))
    if command.source is Source.SUBJECT:
        return f"[{words}]"
    return words if command.bare or command.source is Source.ADDRESS else f"#{words}"


def _deaf(situation: Situation, intent: Commanding) -> str | None:
    """Why the commands of this mail are mere words, None where they count."""
    if situation.quiet:
        return "the commands of old mail are not run"
    if of_machine(situation):
        return "the commands of machines and lists are not run"
    if _is_bare(situation, intent) and not _may_speak_bare(situation, intent):
        return "a bare phrase of this writer is no command"
    return "the mail that is answered carried the same command" if _is_carried(situation, intent) else None


def _is_bare(situation: Situation, intent: Commanding) -> bool:
    """Whether anything was said without a sign; taking back what one just did needs none, in answer to a receipt."""
    if isinstance(intent, Unclear):
        return intent.otherwise is not None
    receipt = situation.receipt is not None
    return any(command.bare and not (receipt and command.name == UNDO) for command in intent.commands)


def _may_speak_bare(situation: Situation, intent: Commanding) -> bool:
    """Beside any ticket only questions may be asked so: a first message may begin with any word."""
    cast = cast_of(situation)
    if situation.author is None:
        return False
    if cast is None:
        only_asks = isinstance(intent, Orders) and not intent.acts and intent.move is None
        known = situation.writer is not None and situation.writer.registered
        sides = situation.desk.workflow.bare_phrases
        return only_asks and known and situation.desk.directory.side(situation.writer) in sides
    return cast.side(cast.person(situation.author)) in situation.desk.workflow.bare_phrases


def _is_carried(situation: Situation, intent: Commanding) -> bool:
    """Whether a subject command stood already in a mail that this one answers: clients repeat subjects."""
    tags = {normalise(tag) for subject in situation.mail.carried for tag in bracketed(subject)}
    if not tags:
        return False
    match intent:
        case Unclear(written=written):
            return bool(written) and all(one[:1] == "[" and normalise(one.strip("[]")) in tags for one in written)
        case Orders(commands=commands):
            return all(_stood(command, tags, situation) for command in commands)


def _stood(command: Command, tags: set[str], situation: Situation) -> bool:
    known = verbs(situation.desk.workflow).known
    phrases = (phrase for verb in known if verb.name == command.name for phrase in verb.phrases)
    forms = (normalise(" ".join((phrase, *command.arguments))) for phrase in phrases)
    return command.source is Source.SUBJECT and any(form in tags for form in forms)
