"""What the attributes of a tag say about its words: unseen, quoted, signature, or how they stand."""

import re
from dataclasses import dataclass

from parsers.hypertext import markup
from parsers.mail import Piece


@dataclass(frozen=True, slots=True)
class Look:
    """The meaning of one tag's attributes.

    `piece` is what a mail program calls this element, and `onward` all that follows it inside its parent. `quoting`
    names the box in which Gmail puts a lead and what it quotes. `cited` is None where a blockquote says neither that
    it quotes nor that it only indents. `block` is None where the element's name decides. `tight` has no margins.
    """

    hidden: bool = False
    piece: Piece | None = None
    onward: bool = False
    quoting: bool = False
    cited: bool | None = None
    block: bool | None = None
    preformatted: bool | None = None
    tight: bool = False
    bullet: bool = False
    level: int = 0

    @property
    def inherited(self) -> bool:
        """True where it changes the state of what stands inside."""
        return self.hidden or self.quoting or self.piece is not None or self.preformatted is not None


PLAIN = Look()

# Identifiers and classes by which programs find their own quotes again. Outlook on the web puts `x_` before others'.
_QUOTES = frozenset(
    (
        "gmail_attr moz-cite-prefix reply-intro "  # the line above a quote: Gmail, Thunderbird, Roundcube
        "yahoo_quoted protonmail_quote tutanota_quote zmail_extra missive_quote front-blockquote freshdesk_quote "
        "nylas-quote airmail_on airmail_ext_on clean_bq lark-mail-quote "
        "mail-editor-reference-message-container ms-outlook-mobile-reference-message "  # Outlook for iOS and Mac
        "olk_src_body_section "  # Outlook for Mac 2011
        "isreplycontent "  # NetEase
        "messagereplysection "  # Spark
        "htc_header _originalcontent "  # HTC, BlackBerry
    ).split()
)
_ONWARD = frozenset(
    (
        "divrplyfwdmsg appendonsend stopspelling "  # Outlook on the web, Outlook.com, Hotmail
        "zwchr "  # Zimbra
    ).split()
)
_SIGNATURES = frozenset(
    (
        "gmail_signature gmail_signature_prefix moz-signature protonmail_signature_block tutanota_signature "
        "ms-outlook-mobile-signature front-signature missive_signature io-ox-signature _rc_sig "
        "messagesignaturesection composer_signature "
    ).split()
)
_QUOTING = frozenset(("gmail_quote", "gmail_quote_container"))
_FOREIGN = re.compile(r"^(?:x_)+")
_YAHOO = re.compile(r"ydp[0-9a-f]+(?=[a-z])")

_ZERO = re.compile(r"[+-]?0*\.?0*(?:px|pt|pc|cm|mm|in|r?em|ex|ch|v[wh]|%)?(?:!important)?")
_SLIGHT = re.compile(r"0*(?:\.[01]\d*)?(?:px|pt|cm|mm|in|r?em|%)?(?:!important)?")
_OFF_PAGE = re.compile(r"-(?:999|\d{4})")
# Outlook rules off the mail that it answers; a line that somebody draws in it has the colour of the text.
_RULED_OFF = re.compile(r"solid #[0-9a-f]{6} 1\.0pt")
_LEVEL = re.compile(r"level(\d)")
_MOST_STYLE = 4_000


def look(written: str) -> Look:
    """The meaning of the attributes of one tag, as they are written in it; `PLAIN` itself where they have none."""
    given = markup.attributes(written)
    style = _declarations(given["style"][:_MOST_STYLE].lower()) if given.get("style") else {}
    names = _names(given)
    piece, onward = _told(given, names, style) if names or style or "data-marker" in given else (None, False)
    seen = Look(
        hidden="hidden" in given or (bool(style) and _is_hidden(style)),
        piece=piece,
        onward=onward,
        quoting=not names.isdisjoint(_QUOTING),
        cited=_cited(given, style),
        block=_block(style),
        preformatted=_preformatted(style),
        tight=_tight(style, names),
        bullet=style.get("mso-list") == "ignore",
        level=_level(style.get("mso-list", "")),
    )
    return PLAIN if seen == PLAIN else seen


def _declarations(style: str) -> dict[str, str]:
    pairs = (each.partition(":") for each in style.split(";"))
    return {name.strip(): " ".join(value.split()) for name, _, value in pairs if value}


def _names(given: dict[str, str]) -> set[str]:
    said = f"{given.get('id', '')} {given.get('class', '')} {given.get('name', '')}".lower().split()
    return {_YAHOO.sub("", _FOREIGN.sub("", name)) for name in said}


def _told(given: dict[str, str], names: set[str], style: dict[str, str]) -> tuple[Piece | None, bool]:
    """What the program that wrote the element calls it, and whether that goes on behind it."""
    if not names.isdisjoint(_ONWARD) or given.get("data-marker") == "__DIVIDER__" or _ruled_off(style):
        return Piece.QUOTE, True
    if not names.isdisjoint(_QUOTES) or given.get("name", "").lower() == "quote" or "yahoo-quoted" in names:
        return Piece.QUOTE, False
    if not names.isdisjoint(_SIGNATURES) or given.get("id", "").removeprefix("x_") == "Signature":
        return Piece.SIGNATURE, False
    return None, False


def _ruled_off(style: dict[str, str]) -> bool:
    return style.get("border") == "none" and _RULED_OFF.fullmatch(style.get("border-top", "")) is not None


def _cited(given: dict[str, str], style: dict[str, str]) -> bool | None:
    """Of a blockquote: programs use it to indent, too, and then take its border away."""
    if given.get("type", "").lower() == "cite" or "cite" in given:
        return True
    border = style.get("border", "")
    borderless = border.startswith(("none", "medium none", "0")) or style.get("border-width", "").startswith("0")
    if borderless and not any(side.startswith("border-left") for side in style):
        return False
    return None


def _is_hidden(style: dict[str, str]) -> bool:
    display, visibility = style.get("display", ""), style.get("visibility", "")
    if display.startswith("none") or visibility.startswith(("hidden", "collapse")) or style.get("mso-hide") == "all":
        return True
    if any(name in style and _ZERO.fullmatch(style[name].replace(" ", "")) for name in ("font-size", "opacity")):
        return True
    if any(_OFF_PAGE.match(style.get(name, "")) for name in ("text-indent", "left", "top")):
        return True
    # A box of no height hides its words only where it also cuts them off.
    closed = any(
        name in style and _ZERO.fullmatch(style[name].replace(" ", ""))
        for name in ("max-height", "height", "max-width", "width")
    )
    return closed and (style.get("overflow", "").startswith(("hidden", "clip")) or "max-height" in style)


def _block(style: dict[str, str]) -> bool | None:
    match style.get("display", "").removesuffix("!important").strip():
        case "block" | "flex" | "grid" | "table" | "list-item":
            return True
        case "inline" | "inline-block" | "inline-flex" | "contents":
            return False
        case _:
            return None


def _preformatted(style: dict[str, str]) -> bool | None:
    kept = style.get("white-space", "")
    return kept.startswith(("pre", "break-spaces")) if kept else None


def _tight(style: dict[str, str], names: set[str]) -> bool:
    """No space above or below: what Word writes for its paragraphs, and many editors for a line."""
    default = "0" if any(name.startswith("mso") for name in names) else "1em"
    whole = style.get("margin", "").split() or [default]
    above = style.get("margin-top", whole[0])
    below = style.get("margin-bottom", whole[2] if len(whole) > 2 else whole[0])
    return _SLIGHT.fullmatch(above) is not None and _SLIGHT.fullmatch(below) is not None


def _level(listed: str) -> int:
    found = _LEVEL.search(listed)
    return int(found.group(1)) if found else 0
