"""Where a link leads, and whether its words say so already."""

import re
from urllib.parse import unquote

from parsers.hypertext import markup

# Most links name their target first, and plainly.
_FIRST = re.compile(r'\shref="([^"&\s]*)"')
_SHOWN = ("http://", "https://", "ftp://")
_SAFE_LINK = re.compile(r"https://[\w.]{1,60}\.safelinks\.protection\.outlook\.com/[^?#]{0,20}\?(?:[^#]*&)?url=([^&]+)")
_SCHEMES = ("https://", "http://", "mailto:", "www.")


def target(attributes: str) -> str:
    """The address of an `a` that a reader may want to see; empty where it leads nowhere outside."""
    first = _FIRST.match(attributes)
    href = first.group(1) if first else "".join(markup.attributes(attributes).get("href", "").split())
    scheme = href[:8].lower()
    if scheme.startswith("mailto:"):
        return unquote(href[7:].partition("?")[0], errors="replace")
    return href if scheme.startswith(_SHOWN) else ""


def same_target(shown: str, href: str) -> bool:
    """True where the words of a link are its target, as people shorten it."""
    if " " in shown:
        return False
    bare = _bare(shown)
    return bare == _bare(href) or ("safelinks" in href and bare == _bare(_unwrapped(href)))


def _bare(link: str) -> str:
    link = link.strip().lower()
    for prefix in _SCHEMES:
        link = link.removeprefix(prefix)
    return (unquote(link, errors="replace") if "%" in link else link).rstrip("/")


def _unwrapped(link: str) -> str:
    """The target inside a link that Outlook's protection has wrapped."""
    found = _SAFE_LINK.match(link)
    return unquote(found.group(1), errors="replace") if found else link
