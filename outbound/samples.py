"""Sample notices: what `check` and `templates preview` render, so that a letter is seen before its day."""

from datetime import UTC, datetime

from routing.directory import Side
from routing.model import Notice, Offer
from routing.visible import Visible

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
    "reason": "The move “close” needs a comment, and the message had none.",
    "asked": ("#close", "#assign jnae@acme.example"),
    "suggestion": "#assign",
    "done": "CT-104 went to Acme Corp and is now On Customer.",
    "told": ("Ann Berg", "Web Support"),
    "claimed": "ann@acme.example",
    "linked": "CT-87",
    "moved_to": "Acme Corp",
}
_OFFERS = (
    Offer("to-customer", "to customer", "To Customer"),
    Offer("to-web-it-provider", "to web-it provider", "To Web-IT Provider"),
    Offer("close", "#close", "Close the ticket"),
)
# What of `_DETAILS` a letter is sent with: a preview should show no more than its readers will see.
_USUAL: dict[str, tuple[str, ...]] = {
    "acknowledgement": (),
    "opened": ("actor", "status", "holder", "system", "organisation"),
    "comment": ("actor", "status", "holder"),
    "moved": ("actor", "status", "holder", "moved_to"),
    "closed": ("actor", "status"),
    "reopened": ("actor", "status", "holder"),
    "receipt": ("done", "told"),
    "refusal": ("reason", "asked", "suggestion"),
    "unverified": ("claimed", "reason"),
    "address-used": ("claimed",),
    "help": ("status", "holder"),
}
_INSTEAD: dict[str, dict[str, str]] = {
    "closed": {"status": "Closed"},
    "unverified": {"reason": "The mail names the ticket, but nothing in it proves its sender."},
}
_ANSWERS = frozenset({"acknowledgement", "receipt", "refusal", "help"})
_WORDLESS = frozenset({"acknowledgement", "receipt", "refusal", "address-used", "help"})


def sample(name: str, language: str) -> tuple[Notice, Visible | None]:
    """The letter `name` as it usually goes out."""
    notice = _notice(name, language, _USUAL.get(name, tuple(_DETAILS)), _OFFERS)
    return notice, None if name in _WORDLESS else _words(WORDS, ("scan.log", "photo of room 4.jpg"))


def samples(name: str, language: str) -> tuple[tuple[Notice, Visible | None], ...]:
    """The usual letter, one that says all there is, and one that says nothing."""
    full = _notice(name, language, tuple(_DETAILS), _OFFERS)
    return (
        sample(name, language),
        (full, _words(WORDS, ("scan.log",))),
        (full, _words("", ())),
        (_notice(name, language, (), ()), None),
    )


def _notice(name: str, language: str, details: tuple[str, ...], offers: tuple[Offer, ...]) -> Notice:
    return Notice(
        to="jane@desk.example",
        name="Jane Doe",
        language=language,
        template=name,
        lane="operator",
        sender="support@desk.example",
        key="CT-104",
        subject="Scanner in room 4 does not answer",
        answer=name in _ANSWERS,
        offers=offers,
        details={key: _DETAILS[key] for key in details}
        | {key: text for key, text in _INSTEAD.get(name, {}).items() if key in details},
    )


def _words(text: str, attachments: tuple[str, ...]) -> Visible:
    at = datetime(2026, 3, 2, 9, 41, tzinfo=UTC)
    return Visible(at, "Ann Berg", Side.CUSTOMER, "comment", text, attachments)
