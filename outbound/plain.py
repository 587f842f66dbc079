"""The letter that goes out where a template fails: few words, no template, no way to fail."""

from html import escape

from routing.model import Notice
from routing.visible import Visible

_PAGE = (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
    '</head>\n<body style="font-family:sans-serif;white-space:pre-wrap">{}</body></html>\n'
)


def subject(notice: Notice) -> str:
    """The key in brackets and the ticket's subject, or fixed words where the notice has none."""
    tag = f"[{notice.key}] " if notice.key else ""
    return tag + (notice.subject or "We have received your message")


def text(notice: Notice, words: Visible | None, marker: str, gateway: str) -> str:
    """What a reader must know, and the words that the letter was to carry."""
    paragraphs = [marker, f"There is news on {notice.key}." if notice.key else "We have received your message."]
    paragraphs += [value for key in ("done", "reason") if isinstance(value := notice.details.get(key), str)]
    if words is not None and words.text:
        paragraphs += [f"{words.actor_name or 'Somebody'} wrote:", words.text]
    paragraphs += ["Reply to this letter to answer.", gateway]
    return "\n\n".join(paragraphs) + "\n"


def html(words: str) -> str:
    """The same as a page."""
    return _PAGE.format(escape(words).replace("\n", "<br>"))
