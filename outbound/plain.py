"""The letter that goes out where a template fails: few words, no template, no way to fail."""

from html import escape

from outbound.language import Language
from parsers.quotes.marker import marker
from routing.model import Notice
from routing.visible import Visible

_PAGE = (
    '<!doctype html>\n<html lang="{}" dir="{}"><head><meta charset="utf-8"><meta name="color-scheme" '
    'content="light dark"></head>\n<body style="font-family:sans-serif;white-space:pre-wrap">{}</body></html>\n'
)


def subject(notice: Notice, language: Language) -> str:
    """The key in brackets and the ticket's subject, or fixed words where the notice has none."""
    tags = "".join(f"[{tag}] " for tag in (notice.key, notice.number) if tag)
    return tags + (notice.subject or language.sentence("We have received your message"))


def text(notice: Notice, words: Visible | None, language: Language, gateway: str) -> str:
    """What a reader must know, and the words that the letter was to carry."""
    news = language.sentence("There is news on %(key)s.") % {"key": notice.key}
    paragraphs = [marker(language.code), news if notice.key else language.sentence("We have received your message.")]
    said = (notice.details.get(key) for key in ("done", "reason"))
    paragraphs += [language.said(value) for value in said if isinstance(value, str)]
    if words is not None and words.text:
        writer = words.actor_name or language.sentence("Somebody")
        paragraphs += [language.sentence("%(writer)s wrote:") % {"writer": writer}, words.text]
    return "\n\n".join((*paragraphs, language.sentence("Reply to this letter to answer."), gateway)) + "\n"


def html(words: str, language: Language) -> str:
    """The same as a page."""
    return _PAGE.format(language.code, language.direction, escape(words).replace("\n", "<br>"))
