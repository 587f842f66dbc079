"""Sample notices: what `check` and `templates preview` render, so that a letter is seen before its day."""

import zlib
from dataclasses import replace
from datetime import UTC, datetime

from outbound.beside import Beside
from outbound.enclosure import Enclosure, Named, Picture
from outbound.letter import File
from routing.alarm import TEMPLATE as ALARM
from routing.digest import TEMPLATE as DIGEST
from routing.digest import offers as digest_offers
from routing.directory import Side
from routing.model import Contents, Notice, Offer, Section
from routing.visible import Visible
from routing.wishes import Wish

WORDS = """Hello,

the scanner in room 4 has not answered since this morning:

    ERROR 0x2A: no device <scan-4> & no spare

Could you have a look? There are three colleagues waiting.

Ann"""

_DETAILS: dict[str, str | tuple[str, ...]] = {
    "actor": "Ann Berg",
    "status": "On Customer",
    "system": "Acme DAM",
    "organisation": "Acme Corp",
    "holder": "Acme Corp",
    "reason": '"Close" needs some words: write them below the command.',
    "asked": ("#close", "#assign jnae@acme.example"),
    "suggestion": "#assign",
    "done": "CT-104 went to Acme Corp and is now On Customer.",
    "told": ("Ann Berg", "Web Support"),
    "claimed": "ann@acme.example",
    "conversation": "Web-IT Provider",
    "linked": "CT-87",
    "follows": "CT-86",
    "behalf": "Bob Lee",
    "moved_to": "Acme Corp",
    "assigner": "Dana Moss",
    "taker": "Emil Roth",
    "wanted": ("System or Category: What is it about? (Acme DAM, Acme Web, billing)", "Device: Which device is it?"),
    "example": ("System: Acme DAM", "Device: …"),
    "began": ("The scanner is silent.", "Could you have a look?"),
}
_DETAILS |= {
    "also": ("The priority of CT-104 is now high.", "CT-104 is now with Dana Moss."),
    "assignees": ("Dana Moss",),
    "before": "On Customer",
    "alarm": "A mailbox refuses our login.",
    "category": "Hardware",
    "choices": (
        "Comments: in one letter an hour",
        "All other letters: at once",
        "Quiet hours: 22:00-07:00 (Europe/Berlin)",
    ),
    "command": "postern check --connect",
    "facts": ("support@desk.example: since 2026-03-02T09:41:00Z: LOGIN failed <bad credentials>",),
    "clocks": ("Example Support: 3 hours 20 minutes", "Acme Corp: 2 days"),
    "closed": "CT-104",
    "counts": "12 open, 2 of high priority, 3 with nobody, 40 closed.",
    "duplicates": ("CT-87", "CT-91"),
    "created_at": "2026-03-02 09:41 UTC",
    "doubts": (
        "Its Reply-To is ann@elsewhere.example, which is none of ann@acme.example's; answers go to ann@acme.example "
        "all the same.",
    ),
    "earlier": "yes",
    "kept": "yes",
    "left": ("video of room 4.mp4",),
    "letter": "out-1208",
    "more": "50",
    "numbers": ("Webhost: INC0012345",),
    "priority": "high",
    "quoted": "550 5.1.1 <ann@acme.example>: Recipient address rejected: User unknown",
    "rated": "4",
    "rating": "4 of 5",
    "requester": "Ann Berg",
    "resolution": "Resolved",
    "storm": "11 messages within 10 minutes",
    "substatus": "Awaiting Customer Response",
    "trouble": "hard",
    "undo": "10",
    "unreached": "ann@acme.example",
    "until": "2026-04-01 09:41 UTC",
    "updated_at": "2026-03-04 14:05 UTC",
    "waited": "3 days",
    "which": "open",
}
_OFFERS = (
    Offer("to-customer", "to customer", "To Customer"),
    Offer("to-web-it-provider", "to web-it provider", "To Web-IT Provider"),
    Offer("close", "#close", "Close the ticket"),
)
_OWN_OFFERS = {DIGEST: digest_offers(Wish.DAILY), ALARM: ()}
# What of `_DETAILS` a letter is sent with: a preview should show no more than its readers will see.
_USUAL: dict[str, tuple[str, ...]] = {
    "acknowledgement": (),
    "incomplete": ("wanted", "example"),
    "opened": ("actor", "status", "holder", "system", "organisation"),
    "comment": ("actor", "status", "holder"),
    "moved": ("actor", "status", "holder", "moved_to"),
    "changed": ("actor", "done", "status", "holder"),
    "assigned": ("actor", "assigner", "status", "holder", "system", "organisation"),
    "unassigned": ("actor", "assigner"),
    "offer": ("actor", "reason", "status", "system", "organisation"),
    "taken": ("actor", "taker"),
    "closed": ("actor", "status"),
    "reopened": ("actor", "status", "holder"),
    "receipt": ("done", "told", "undo"),
    "refusal": ("reason", "asked", "suggestion", "kept"),
    "unverified": ("claimed", "reason"),
    "address-used": ("claimed",),
    "help": ("status", "holder"),
    "show": (
        "status",
        "holder",
        "priority",
        "system",
        "organisation",
        "requester",
        "created_at",
        "updated_at",
        "clocks",
    ),
    "record": ("status", "holder", "priority", "system", "organisation", "requester", "created_at", "updated_at"),
    "export": ("left",),
    "list": ("which", "more"),
    "digest": (),
    "prove": ("asked",),
    "challenge": ("asked",),
    "invited": ("status", "holder", "system"),
    "undone": ("actor", "done"),
    "rated": ("actor", "rated"),
    "reminder": ("holder", "before", "waited"),
    "expired": ("closed", "status", "waited"),
    "escalated": ("status", "holder", "waited", "priority"),
    "storm": ("actor", "storm"),
    "undelivered": ("unreached", "trouble", "quoted", "letter", "until", "status", "holder"),
    "unreachable": ("unreached", "trouble", "quoted", "until"),
    "alarm": ("alarm", "facts", "command"),
}
_INSTEAD: dict[str, dict[str, str | tuple[str, ...]]] = {
    "changed": {"done": "The priority of CT-104 is now high."},
    "offer": {"reason": "whoever replies first has it.", "status": "Open"},
    "closed": {"status": "Closed"},
    "undone": {"done": "It is New again."},
    "prove": {"asked": ("#list mine",)},
    "challenge": {"asked": ("Close",)},
    "unreachable": {"unreached": "emil@desk.example", "quoted": "550 5.1.1 <emil@desk.example>: User unknown"},
    "escalated": {"status": "New", "holder": "Example Support", "waited": "4 hours"},
    "unverified": {"reason": "Nothing in the mail proves its writer: it answers no letter of ours."},
}
_QUESTIONS = frozenset({"show", "record", "export", "list", "prove"})
_ANSWERS = frozenset({"acknowledgement", "incomplete", "receipt", "refusal", "help", "challenge"} | _QUESTIONS)
_WORDLESS = frozenset(
    {"acknowledgement", "incomplete", "receipt", "refusal", "address-used", "help", "changed", "taken"}
    | {"undone", "rated", "reminder", "expired", "escalated", "challenge", "digest", "invited", "storm", "alarm"}
    | {"undelivered", "unreachable"}
    | _QUESTIONS
)
_OF_NO_TICKET = frozenset({ALARM, DIGEST})
_RATINGS = tuple(Offer("rate", f"#rate {number}", str(number)) for number in range(1, 6))
_AT = datetime(2026, 3, 2, 9, 41, tzinfo=UTC)
_TIMELINE = (
    Visible(_AT, "Ann Berg", Side.CUSTOMER, "opened", WORDS, ("scan.log",), "opened the ticket"),
    Visible(_AT, "Dana Moss", Side.OPERATOR, "comment", "Wrong ticket, sorry.", (), withdrawn=True),
    Visible(_AT, "Dana Moss", Side.OPERATOR, "move", "", (), "To Customer; Status: New → On Customer"),
)
_CONTENTS = Contents(
    acts=(
        Offer("priority", "#priority high | normal | low", "Priority", "#priority high"),
        Offer("watch", "#watch", "Watch"),
        Offer("list", "#list [open | mine | closed | forwarded]", "List", "#list mine"),
    ),
    timeline=_TIMELINE,
    rows=(
        (
            "CT-104",
            "Acme Corp",
            "Acme DAM",
            "Scanner <4> is silent",
            "2026-03-02 09:41 UTC",
            "2026-03-04 14:05 UTC",
            "New",
        ),
        ("PT-105", "Acme Corp", "", "Invoice", "2026-03-01 08:00 UTC", "2026-03-01 08:00 UTC", "On Customer"),
    ),
    packed=True,
    enclosed=(1,),
    sections=(
        Section("CT-104", "Scanner <4> is silent", "On Customer", _TIMELINE),
        Section("PT-105", "Invoice", "New", _TIMELINE[2:]),
    ),
)


def _grey(across: int, down: int) -> bytes:
    """A picture (PNG) that fades from dark to bright; nothing is compressed, so that it is the same everywhere."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    row = b"\0" + bytes(60 + 160 * place // across for place in range(across))
    head = across.to_bytes(4, "big") + down.to_bytes(4, "big") + bytes((8, 0, 0, 0, 0))
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(row * down, 0)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


_QUOTING = frozenset({"comment", "moved", "closed", "reopened", "assigned", "offer"})
_FILES = (File("scan.log", "text/plain", b"ERROR 0x2A\n" * 400),)
_PICTURE = Picture(File("photo of room 4.png", "image/png", _grey(280, 160), inline=True), "1@desk.example", 280)
_ENCLOSURE = Enclosure(_FILES, (_PICTURE,))
_EVERYTHING = replace(
    _ENCLOSURE,
    large=(Named("video of room 4.mp4", 48_000_000),),
    harmful=(Named("driver <4>.exe", 3_100_000),),
    gone=("fax.tif",),
)
_BEGINNING = Visible(_AT, "Ann Berg", Side.CUSTOMER, "opened", WORDS, (), cut=True)
_EARLIER = (
    Visible(_AT, "Dana Moss", Side.OPERATOR, "comment", "Which scanner is it?\n\n> There are two in that room.", ()),
)


def sample(name: str, language: str) -> tuple[Notice, Visible | None]:
    """The letter `name` as it usually goes out."""
    notice = _notice(name, language, _USUAL.get(name, tuple(_DETAILS)), _OFFERS)
    return notice, None if name in _WORDLESS else _words(WORDS, ("scan.log", "photo of room 4.png"))


def samples(name: str, language: str) -> tuple[tuple[Notice, Visible | None], ...]:
    """The usual letter, one that says all there is, and one that says nothing."""
    contents = replace(_CONTENTS, timeline=tuple(replace(entry, cut=True) for entry in _CONTENTS.timeline))
    full = replace(_notice(name, language, tuple(_DETAILS), _OFFERS), clicks=_RATINGS, contents=contents)
    return (
        sample(name, language),
        (replace(full, audience="staff"), replace(_words(WORDS, ("scan.log",)), cut=True)),
        (replace(full, audience="lane:web-it-provider"), _words("", ())),
        (_notice(name, language, (), ()), None),
    )


def besides(name: str) -> tuple[Beside, ...]:
    """What stands beside the words of each of the `samples`."""
    # Of somebody unproven only the names of files are told.
    usual = Beside() if name in _WORDLESS | {"unverified"} else Beside(_ENCLOSURE, _EARLIER if name in _QUOTING else ())
    return usual, Beside(_EVERYTHING, (_BEGINNING, *_EARLIER)), Beside(), Beside()


def _notice(name: str, language: str, details: tuple[str, ...], offers: tuple[Offer, ...]) -> Notice:
    return Notice(
        to="jane@desk.example",
        name="Jane Doe",
        language=language,
        template=name,
        lane="operator",
        sender="support@desk.example",
        key="" if name in _OF_NO_TICKET else "CT-104",
        subject="" if name in _OF_NO_TICKET else "Scanner in room 4 does not answer",
        answer=name in _ANSWERS,
        audience="internal" if name in ("unverified", "undelivered") else "everyone",
        offers=_OWN_OFFERS.get(name, offers) if offers else (),
        clicks=_RATINGS if name == "closed" and details else (),
        contents=_CONTENTS if name == "digest" or (name in _QUESTIONS | {"help"} and details) else None,
        details={key: _DETAILS[key] for key in details}
        | {key: text for key, text in _INSTEAD.get(name, {}).items() if key in details},
    )


def _words(text: str, attachments: tuple[str, ...]) -> Visible:
    at = datetime(2026, 3, 2, 9, 41, tzinfo=UTC)
    return Visible(at, "Ann Berg", Side.CUSTOMER, "comment", text, attachments)
