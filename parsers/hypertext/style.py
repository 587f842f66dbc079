"""Style attributes cut down to what sets words and boxes without leaving their place or loading anything."""

import re

_LENGTH = (
    r"(?:-?0|(?:\d{1,3}(?:\.\d{1,4})?|\.\d{1,4})(?:px|pt|%)"
    r"|(?:\d{1,2}(?:\.\d{1,4})?|\.\d{1,4})(?:r?em|ex|ch|mm|pc)|(?:\d(?:\.\d{1,4})?|\.\d{1,4})(?:cm|in))"
)
_COLOUR = r"(?:#[0-9a-f]{3,8}|(?:rgb|hsl)a?\([0-9.,%/ ]{1,40}\)|[a-z]{3,20})"
_LINE = "(?:none|hidden|solid|dashed|dotted|double|thin|medium|thick)"
_EDGE = rf"(?:{_LENGTH}|{_LINE}|{_COLOUR})"
_BOX = rf"(?:{_LENGTH}|auto)(?: (?:{_LENGTH}|auto)){{0,3}}"
_WORD = "[a-z-]{1,20}"
_SIDES = ("", "-top", "-right", "-bottom", "-left")

_VALUES = {
    name: re.compile(value)
    for names, value in (
        (("color", "background-color", "background"), _COLOUR),
        (("font-weight",), r"[a-z]{4,7}|[1-9]00"),
        (("font-size",), rf"{_LENGTH}|(?:xx?-)?(?:small|large)|medium|smaller|larger"),
        (("font-family",), r"[\w ,-]{1,200}"),
        (
            (
                "font-style text-align text-decoration text-transform vertical-align white-space list-style-type "
                "border-collapse direction"
            ).split(),
            _WORD,
        ),
        (("display",), "none|block|inline|inline-block"),
        (("visibility", "overflow"), "hidden|visible"),
        ([f"{box}{side}" for box in ("margin", "padding") for side in _SIDES], _BOX),
        ([f"border{side}" for side in _SIDES], rf"{_EDGE}(?: {_EDGE}){{0,2}}"),
        (("width", "max-width", "height", "max-height"), rf"{_LENGTH}|auto"),
    )
    for name in names
}
_LONGEST = 4_000
_AFTER_COMMA = re.compile(r"\s*,\s*")


def safe_style(style: str) -> str:
    """The declarations that may stay, in one canonical form: nothing positioned, negative, layered, moved or loaded.

    A declaration whose value is not one of few plain forms is left out, so no escape, comment or function gets by.
    """
    kept: dict[str, str] = {}
    for declaration in style[:_LONGEST].lower().split(";"):
        name, _, value = declaration.partition(":")
        form = _VALUES.get(name.strip())
        plain = " ".join(value.replace("!important", "").replace('"', "").replace("'", "").split())
        plain = _AFTER_COMMA.sub(",", plain)
        if form is not None and form.fullmatch(plain):
            kept[name.strip()] = plain
    return ";".join(f"{name}:{value}" for name, value in kept.items())
