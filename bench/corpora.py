"""Real mail with the results that other projects state for it, as `cases/NAME.jsonl` in a folder of corpora."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

Kind = Literal["mime", "trim", "signature", "bounce", "autoreply", "robust"]


@dataclass(frozen=True, slots=True)
class Attached:
    """An attachment as stated: None where upstream says nothing; `message` is a whole mail, whose size may differ."""

    name: str | None = None
    size: int | None = None
    message: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient of a delivery report as stated."""

    recipient: str
    action: str
    status: str


@dataclass(frozen=True, slots=True)
class Event:
    """One bounce as stated: only the class of its status is scored."""

    status: str = ""


@dataclass(frozen=True, slots=True)
class Expect:
    """What upstream states; None where it is silent."""

    reply: str | None = None
    reply_words: list[str] | str | None = None
    reply_nows: str | None = None
    reply_unchanged: bool = False
    reply_contains: tuple[str, ...] = ()
    reply_excludes: tuple[str, ...] = ()
    reply_regex: tuple[str, ...] = ()
    reply_excludes_regex: tuple[str, ...] = ()
    text: str | None = None
    signature: str | None = None
    subject: str | None = None
    from_addr: str | None = None
    from_name: str | None = None
    to_addrs: list[str] | None = None
    cc_addrs: list[str] | None = None
    reply_to_addrs: list[str] | None = None
    message_id: str | None = None
    body_text: str | None = None
    body_text_contains: tuple[str, ...] = ()
    body_html: str | None = None
    body_html_contains: tuple[str, ...] = ()
    body_empty: bool = False
    attachments: list[Attached] | None = None
    attachments_contain: tuple[Attached, ...] = ()
    attachment_count: int | None = None
    is_bounce: bool | None = None
    is_feedback_report: bool = False
    events: tuple[Event, ...] = ()
    recipients: list[Recipient] | None = None
    recipients_permanent: list[str] | None = None
    recipients_temporary: list[str] | None = None
    auto: bool | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One message with what is expected of it. `strip` says what of the text is to go; `lang` is its language.

    `sender` is the name or the address of the writer, where a bare text has one.
    """

    id: str
    eml_path: str
    kind: Kind
    expect: Expect
    input: Literal["text", "html", "eml"] = "eml"
    strip: tuple[str, ...] = ()
    signoff: str = ""
    lang: str = ""
    sender: str = ""
    ambiguous_fields: tuple[str, ...] = ()

    @property
    def apart(self) -> bool:
        """True for the cases that take "Regards, Ann" for a signature, which we do not: they are scored apart."""
        return self.signoff == "stripped"


_CASE = TypeAdapter(Case)


def load(folder: Path, only: str | None = None) -> Iterator[tuple[str, list[Case]]]:
    """Each corpus below a folder with its cases, in the order of the names."""
    for path in sorted((folder / "cases").glob("*.jsonl")):
        if only in (None, path.stem):
            yield path.stem, [_CASE.validate_json(line) for line in path.read_bytes().splitlines() if line.strip()]


def message(folder: Path, case: Case) -> bytes:
    """The mail of a case. A bare text or HTML becomes the body of one: what is scored is the way of a whole mail."""
    raw = (folder / case.eml_path).read_bytes()
    if case.input == "eml":
        return raw
    if case.kind == "signature":
        raw = raw.replace(b"#sig#", b"")
    subtype = "html" if case.input == "html" else "plain"
    sender = case.sender if "@" in case.sender else f"{case.sender or 'Ann'} <ann@acme.example>"
    return (
        b"From: %s\nTo: support@desk.example\nSubject: Re: x\nMessage-ID: <1@acme.example>\n"
        b"Date: Sat, 31 Jan 2026 12:00:00 +0000\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"
        b"Content-Type: text/%s; charset=utf-8\n\n%s" % (sender.encode(), subtype.encode(), raw)
    )


def text(folder: Path, case: Case) -> str:
    """The bare text or HTML of a case, with line feeds."""
    raw = (folder / case.eml_path).read_bytes()
    return raw.decode("utf-8", "replace").replace("\r\n", "\n")
