"""Pages to look at: what was understood of each mail, its text in colours. Plain files, no script, nothing loaded."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from parsers.characters.charset import clean
from parsers.intent import commands
from parsers.mail import Address, Attachment, FailedRecipient, ParsedMail, Piece
from parsers.tags import ticket_tags
from parsers.verbs import Command, Source, Verbs

PER_PAGE = 50
LONGEST_TEXT = 20_000
"""Characters of a mail's text that are shown."""

_FIRST = 20
_MOST_ROWS = 200
_LABELS = {Piece.FRESH: "reply", Piece.QUOTE: "quoted", Piece.SIGNATURE: "signature"}
# Control characters by their pictures (U+2400…): a page shows what stands there, and nothing obeys it.
_PICTURES = {n: 0x2400 + n for n in range(32) if chr(n) not in "\n\t"} | {0x7F: 0x2421}


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a piece: a line that is a command, or all between two such lines."""

    text: str
    command: bool


@dataclass(frozen=True, slots=True)
class Coloured:
    """A stretch of the text in one colour."""

    css: str
    label: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One mail on a page."""

    number: int
    file: str
    kind: str
    subject: str = ""
    error: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    commands: tuple[Command, ...] = ()
    defects: tuple[str, ...] = ()
    pieces: tuple[Coloured, ...] = ()
    left_out: int = 0
    recipients: tuple[FailedRecipient, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(slots=True)
class Tally:
    """How many mails have something, and the numbers of the first of them."""

    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, number: int) -> None:
        """One more."""
        self.count += 1
        if len(self.first) < _FIRST:
            self.first.append(number)


class Report:
    """Writes pages into a folder as mails come; only one page and the counts are in memory."""

    def __init__(self, folder: Path, verbs: Verbs) -> None:
        self._folder = folder
        self._verbs = verbs
        self._templates = _templates()
        self._total = 0
        self._page: list[Section] = []
        self._kinds: dict[str, Tally] = {}
        self._commands: dict[str, Tally] = {}
        self._defects: dict[str, Tally] = {}
        self._errors: dict[str, Tally] = {}

    def add(self, file: str, mail: ParsedMail) -> None:
        """One more mail."""
        self._next(section(self._total + 1, file, mail, self._verbs))

    def failed(self, file: str, reason: str) -> None:
        """One more message, of which nothing is known."""
        self._next(Section(self._total + 1, file, "not read", error=reason))

    def _next(self, found: Section) -> None:
        self._total += 1
        self._page.append(found)
        counted = ((self._kinds, (found.kind,)), (self._commands, {c.name for c in found.commands}))
        defects = {defect.partition(":")[0] for defect in found.defects}
        for table, names in (*counted, (self._defects, defects), (self._errors, (found.error,) if found.error else ())):
            for name in names:
                table.setdefault(name, Tally()).add(found.number)
        if len(self._page) == PER_PAGE:
            self._write_page(more=True)

    def _write_page(self, *, more: bool) -> None:
        number = (self._total - 1) // PER_PAGE + 1
        title = f"Mails {(number - 1) * PER_PAGE + 1} to {self._total}"
        self._write(f"page-{number}.html", "page.html", title=title, mails=self._page, number=number, more=more)
        self._page = []

    def end(self) -> Path:
        """Write what is left, and the index; returns its path."""
        if self._page:
            self._write_page(more=False)
        tables = {
            "kinds": _by_count(self._kinds),
            "commands": _by_count(self._commands),
            "defects": _by_count(self._defects),
            "errors": _by_count(self._errors),
        }
        pages = (self._total + PER_PAGE - 1) // PER_PAGE
        self._write(
            "index.html",
            "index.html",
            title="What was understood",
            total=self._total,
            pages=pages,
            per_page=PER_PAGE,
            **tables,
        )
        return self._folder / "index.html"

    def _write(self, name: str, template: str, **values: object) -> None:
        page = self._templates.get_template(template).render(values)
        (self._folder / name).write_text(page, encoding="utf-8")


def prepare(folder: Path) -> None:
    """Make the folder, for its owner only, and take the pages of an earlier report out of it.

    Raises FileExistsError where it holds anything else, and OSError where it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    old = list(folder.iterdir())
    foreign = [path.name for path in old if path.name != "index.html" and not path.match("page-*.html")]
    if foreign:
        raise FileExistsError(f"holds {foreign[0]}, which is no page of a report")
    for path in old:
        path.unlink()


def section(number: int, file: str, mail: ParsedMail, verbs: Verbs) -> Section:
    """What is shown of one mail."""
    found = commands(mail, verbs)
    return Section(
        number=number,
        file=file,
        kind=mail.kind.value,
        subject=mail.subject,
        facts=tuple((name, value) for name, value in _facts(mail) if value),
        commands=found[:_MOST_ROWS],
        defects=tuple(str(defect) for defect in mail.defects[:_MOST_ROWS]),
        pieces=tuple(coloured(mail, {c.line for c in found if c.source is Source.BODY})),
        left_out=max(0, len(mail.text) - LONGEST_TEXT),
        recipients=mail.bounce.recipients[:_MOST_ROWS] if mail.bounce else (),
        attachments=mail.attachments[:_MOST_ROWS],
    )


def _facts(mail: ParsedMail) -> Iterator[tuple[str, str]]:
    yield "from", _addresses((mail.from_,) if mail.from_ else ())
    yield "reply to", _addresses(mail.reply_to)
    yield "to", _addresses(mail.to)
    yield "cc", _addresses(mail.cc)
    yield "date", mail.date.isoformat() if mail.date else ""
    yield "message-id", mail.message_id or ""
    yield "in reply to", " ".join(mail.in_reply_to[:5])
    yield "list", mail.list_id or ""
    yield "back on", mail.until.isoformat() if mail.until else ""
    yield "tags", " ".join(ticket_tags(mail.subject, None))
    yield "reports on", (mail.bounce.original_message_id or "") if mail.bounce else ""


def _addresses(found: Sequence[Address]) -> str:
    return ", ".join(f"{a.name} <{a.address}>" if a.name else a.address for a in found[:20])


def coloured(mail: ParsedMail, lines: set[int]) -> Iterator[Coloured]:
    """The spans of the text with its commands; `lines` are the lines of the fresh words that hold one, from 1."""
    fresh = "".join(mail.text[s.start : s.end] for s in mail.spans if s.piece is Piece.FRESH)
    # Commands count lines from the first that holds anything.
    line = 1 - fresh[: len(fresh) - len(fresh.lstrip())].count("\n")
    for span in mail.spans:
        text = mail.text[span.start : min(span.end, LONGEST_TEXT)]
        here = lines if span.piece is Piece.FRESH else set()
        if text.strip():
            yield Coloured(span.piece.value, _LABELS[span.piece], tuple(_parts(text.rstrip(), line, here)))
        if span.piece is Piece.FRESH:
            line += text.count("\n")


def _parts(text: str, line: int, lines: set[int]) -> Iterator[Part]:
    """A text in parts; `line` is the number of its first line."""
    rest: list[str] = []
    for number, words in enumerate(text.split("\n"), start=line):
        if number in lines:
            yield Part("".join(rest), command=False)
            yield Part(words, command=True)
            rest = ["\n"]
        else:
            rest += [words, "\n"]
    yield Part("".join(rest).removesuffix("\n"), command=False)


def _shown(value: object) -> object:
    """What a template puts out: texts with pictures for what is no character, everything else as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value).translate(_PICTURES)
    return value


def _by_count(table: dict[str, Tally]) -> list[tuple[str, Tally]]:
    return sorted(table.items(), key=lambda item: (-item[1].count, item[0]))


def _templates() -> ImmutableSandboxedEnvironment:
    folder = files("templates") / "report"
    names = ("base.html", "page.html", "index.html", "style.css")
    found = ImmutableSandboxedEnvironment(
        loader=jinja2.DictLoader({name: (folder / name).read_text(encoding="utf-8") for name in names}),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The policy of the pages lets in this very style, and nothing else.
    style = hashlib.sha256(found.get_template("style.css").render().encode())
    found.globals["style_digest"] = base64.b64encode(style.digest()).decode()
    return found
