"""Foreign words made fit to stand in a letter: what a control character could pretend is taken away."""

import re

_BREAKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def one_line(value: str) -> str:
    """`value` on one line: runs of control characters, line ends and spaces become one space, outer ones go.

    U+0085, U+2028 and U+2029 end lines too. Marks that turn the direction of what follows go, as that may be words of
    ours (Unicode Standard Annex 9). A lone surrogate, which nothing can encode, becomes U+FFFD.
    """
    if not value.isprintable() or "  " in value:
        value = _SURROGATES.sub("\ufffd", _BREAKS.sub(" ", _DIRECTIONS.sub("", value)))
    return value.strip(" ")


def many_lines(value: str) -> str:
    """`value` with every kind of line end as LF, no other control character but the tab, and no outer blank lines."""
    if not value.replace("\n", "").isprintable():  # most texts are, and this is ten times as fast as the patterns
        value = _SURROGATES.sub("\ufffd", _CONTROL.sub("", _NEWLINES.sub("\n", value)))
    return value.strip("\n").rstrip()
