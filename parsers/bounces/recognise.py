"""Is a mail the notice of a mail system about a failed delivery? Evidence from its header, then from its words.

A person who forwards or quotes a notice stays a person: no single sign is enough, save those that only a mail system
sets.
"""

import re
from dataclasses import dataclass

from parsers.bounces import notice, phrases, status
from parsers.headers import Headers

_DAEMON = re.compile(
    r"mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mail[-_.]?delivery[-_.]?(?:sub)?system|maildelivery\w{0,10}|ndr|dsn"
    r"|smtpd?-?daemon",
)
_POSTMASTER = re.compile(r"post[-_. ]?master", re.IGNORECASE)
_SYSTEM = re.compile(
    r"post[-_.]?master|mail-?master|system[-_. ]?administrator|mail[-_. ]?administrator|administrator|admin|root|"
    r"(?:no|do-?not)[-_.]?reply|bounces?|bounce[-+=].{0,200}|.{0,80}(?:daemon|delivery|mailer|smtp|gateway|virus"
    r"|antispam|mta|imss|mailserver|"
    r"mail[-_.]?system|notif|robot|autore|exchange|scanmail).{0,80}|mail"
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)?[- ]?(?:deliver|daemon)|delivery (?:sub)?system|mail (?:system|transport|transfer|administrator)|"
    r"system ?administrator|administrateur système|mdaemon|mail server|message router",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|day|evening)|hallo|guten|liebe\w?|sehr geehrte\w?|servus|moin"
    r"|bonjour|salut|"
    r"bonsoir|cher|chère|madame|hola|buen[oa]s|estimad[oa]s?|olá|ola|bom dia|boa|prezad[oa]s?|ciao|buongiorno|salve"
    r"|gentile|beste|"
    r"geachte|hej|hei|dzień dobry|cześć|dobrý|ahoj|здравствуйте|добрый|привет|доброго|merhaba|sayın|γεια|שלום"
    r"|こんにちは|お世話|你好|您好|안녕)\b"
)
# "Hi. This is the qmail-send program", "Hello, this is the mail server".
_PROGRAM = re.compile(r"(?:hi|hello|hallo)\W{1,3}(?:this is|here is|dies ist|i am) the ")
_QUOTED = re.compile(
    r"^(?:>|-{2,} ?(?:forwarded|original|weitergeleitet|message transf|mensaje reenv)|begin forwarded"
    r"|on .{5,80} wrote:)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^(?:from|von|de): ", re.IGNORECASE)
# A mail system shows fields of the mail that failed; a person who passes a notice on leaves those of the notice.
_QUOTED_OR_FIELD = (_QUOTED, _FIELD)
_ERROR = re.compile(r"(?:error|failure|fehler|erreur): \S", re.IGNORECASE)
_RULE = re.compile(r"[-=*#_]{10,}$|\*{5,} .{1,80} \*{5,}$")
_MARKS = frozenset(("x-failed-recipients", "x-mailer-daemon-recipients", "x-ms-exchange-message-is-ndr"))
# Certified mail (RFC 6109): what its receipts say of a failure.
_CERTIFIED = ("non-accettazione", "errore-consegna", "preavviso-errore-consegna")
_ANSWERS, _LISTED = ("in-reply-to", "references"), ("list-id", "list-post")
_OPENING = 12
_READ = 6_000


@dataclass(frozen=True, slots=True)
class Signs:
    """What the header says. `marked` is proof; the others count together. `unnamed` is the null reverse-path."""

    marked: bool
    daemon: bool
    postmaster: bool
    system: bool
    unnamed: bool
    subject: bool
    answers: bool
    listed: bool

    @property
    def possible(self) -> bool:
        """Whether the words are worth a look."""
        return self.daemon or self.unnamed or self.subject or self.postmaster


def signs(fields: Headers, sender: str) -> Signs:
    """From the header alone; `sender` is the address in From."""
    local = sender.partition("@")[0].lower()
    path = fields.first("return-path").strip() if fields.all("return-path") else "-"
    subject = phrases.flat(fields.text("subject")[:500])
    shown = fields.text("from")[:200]
    auto = fields.first("auto-submitted").lower()
    system = _SYSTEM.fullmatch(local) is not None or auto.startswith("auto-")
    return Signs(
        marked=not _MARKS.isdisjoint(fields.fields) or fields.text("x-ricevuta").lower() in _CERTIFIED,
        daemon=_DAEMON.fullmatch(local.strip("\"'")) is not None
        or (_DAEMON_NAME.search(shown) is not None and (_SYSTEM.fullmatch(local) is not None or not local))
        or shown.rstrip().endswith(("<>", "<@>")),
        postmaster=_POSTMASTER.match(local) is not None or _POSTMASTER.match(shown.lstrip(' "')) is not None,
        system=system,
        unnamed=path in ("<>", "") or path.lower().startswith(("<mailer-daemon", "mailer-daemon")),
        subject=phrases.FAILURE_SUBJECT.match(subject) is not None,
        answers=any(name in fields.fields for name in _ANSWERS) and not auto.startswith("auto-"),
        listed=any(name in fields.fields for name in _LISTED),
    )


def is_notice(found: Signs, said: str, named: bool, returned: bool, wrapped: bool) -> bool:
    """With the words: `said` is the text above the returned message, `named` that a recipient is known.

    `returned` says that a message is given back, `wrapped` that this is itself a report: a gateway passed it on.
    """
    if found.marked:
        return True
    if found.daemon and (found.unnamed or found.subject):
        return True
    shown = said[:_READ]
    coded = named and status.by_code(shown) != ""
    failure = wrapped or coded or phrases.FAILURE.search(phrases.flat(shown)) is not None
    if found.daemon:
        return failure
    if found.unnamed:
        told = found.subject and (failure or named)
        # Under a subject that says nothing: with the failed address in its place, and the message given back.
        listed = failure and returned and found.system and notice.lists(shown)
        return told or listed or (coded and (found.system or found.postmaster))
    if found.postmaster and coded and _opens_with_error(shown):
        return True
    if not (found.subject and failure):
        return False
    machine = found.system or _is_ruled(shown) or (returned and not found.listed)
    quoted = _QUOTED_OR_FIELD if not (found.postmaster and coded and notice.lists(shown)) else (_QUOTED,)
    if found.answers or not _opens(shown, wrapped, quoted):
        return False
    # A postmaster may also be a person, who does not begin with the notice; others tell of addresses in sentences.
    return found.postmaster or (machine and named and (wrapped or _is_ruled(shown) or notice.lists(shown)))


def _is_ruled(said: str) -> bool:
    """Mail systems frame their notices; a person does not begin with a drawn line."""
    return _RULE.match(said.lstrip().partition("\n")[0].strip()) is not None


def _opens_with_error(said: str) -> bool:
    """Gateways of telephones answer under the subject of the mail itself: with the error, the reply, the recipient."""
    first = said.lstrip().partition("\n")[0]
    return _ERROR.match(first) is not None and notice.lists(said)


def _opens(said: str, wrapped: bool, quoted: tuple[re.Pattern[str], ...]) -> bool:
    """The notice itself comes first, not a person's words about it; a wrapped one may stand alone."""
    lines = [shown for raw in said[:3_000].split("\n") if (shown := raw.strip())][:_OPENING]
    if not lines:
        return wrapped
    first = phrases.flat(lines[0])
    if _GREETING.match(first) and not _PROGRAM.match(first):
        return False
    return not any(pattern.match(shown) for shown in lines for pattern in quoted)
