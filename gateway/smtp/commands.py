"""The lines that a client may send, read strictly (RFC 5321 section 4.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

COMMAND_OCTETS = 512  # RFC 5321 section 4.5.3.1.4
EXTENDED_OCTETS = 1024  # what SIZE, BODY, SMTPUTF8 and AUTH add to MAIL
AUTH_OCTETS = 12288  # RFC 4954 section 4

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a0-\ud7ff\ue000-\U0010ffff-]+"
_LABEL = r"[A-Za-z0-9_\u00a0-\ud7ff\ue000-\U0010ffff-]+"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_LITERAL = r"\[[A-Za-z0-9:.]{1,60}\]"
_MAILBOX = rf"(?:{_ATOM}(?:\.{_ATOM})*|{_QUOTED})@(?:{_DOMAIN}|{_LITERAL})"
# The route of a path is read and forgotten (RFC 5321 section 4.1.2 and appendix C).
_PATH = re.compile(rf"<(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?({_MAILBOX})>(?= |$)|<()>(?= |$)")
_BARE_PATH = re.compile(rf"({_MAILBOX})(?= |$)")  # against the RFC, and yet all servers take it
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([\x21-\x3c\x3e-\x7e]+))?")
HTTP = frozenset("GET POST PUT HEAD CONNECT OPTIONS DELETE PATCH TRACE".split())


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, as the answer to it."""

    answer: str


BARE_NEWLINE = Fault("500 5.5.2 A command ends with CR LF, and has neither elsewhere")
NO_TEXT = Fault("500 5.5.2 A command is made of printable characters")
TOO_LONG = Fault("500 5.5.2 The command is too long")


@dataclass(frozen=True, slots=True)
class Command:
    """A verb in capital letters and what stands behind it."""

    verb: str
    argument: str


def command(line: bytes) -> Command | Fault:
    """A line with its line end as a command. The verb is ASCII; the argument may be UTF-8 (RFC 6531 section 3.3)."""
    if not line.endswith(b"\r\n") or b"\r" in (content := line[:-2]):
        return BARE_NEWLINE
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return NO_TEXT
    if not text.isprintable():
        return NO_TEXT
    verb, _, argument = text.partition(" ")
    verb = verb.upper()
    most = {"MAIL": EXTENDED_OCTETS, "RCPT": EXTENDED_OCTETS, "AUTH": AUTH_OCTETS}.get(verb, COMMAND_OCTETS)
    if len(line) > most:
        return TOO_LONG
    return Command(verb, argument.strip(" "))


def path(argument: str, keyword: str) -> tuple[str, Sequence[str]] | None:
    """The address behind `FROM:` or `TO:`, and the parameters after it; None where it cannot be read.

    The null reverse-path (RFC 5321 section 4.5.5) is the empty address.
    """
    if argument[: len(keyword)].upper() != keyword:
        return None
    rest = argument[len(keyword) :].lstrip(" ")
    found = _PATH.match(rest) or _BARE_PATH.match(rest)
    return (found[1] or "", rest[found.end() :].split()) if found else None


def parameters(words: Sequence[str]) -> dict[str, str] | None:
    """The parameters of MAIL or RCPT by their names in capitals, None where they are no parameters."""
    found = {}
    for word in words:
        match = _PARAMETER.fullmatch(word)
        if match is None or match[1].upper() in found:
            return None
        found[match[1].upper()] = match[2] or ""
    return found
