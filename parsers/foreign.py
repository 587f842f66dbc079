"""Numbers that other desks give to a matter, as their subjects show them: `[INC0012345]`, `[#991]`, `Case CS-4711`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

_LONGEST_SUBJECT = 300
_LONGEST = 40
# Letters with at least four digits, letters and digits with a hyphen between, or digits behind a number sign.
_NUMBER = r"(?:[A-Z]{2,10}[0-9]{4,12}|[A-Z]{2,10}-[0-9]{2,12}|#[0-9]{2,12})"
_BARE = r"(?:[A-Z]{2,10}-?[0-9]{3,12}|#?[0-9]{3,12})"
# Within brackets the name of a desk or what the number is of may stand before it: `[help.example #991]`.
_BRACKETED = re.compile(
    rf"\[\s*((?:[^\[\]#]{{1,24}}[ :]\s*)?({_NUMBER}))\s*\]|##\s*([A-Z]{{0,10}}-?[0-9]{{2,12}})\s*##"
)
_LABELLED = re.compile(
    r"\b(?:ticket|case|incident|request|reference|ref|issue|vorgang|fall|anfrage|störung|aktenzeichen|dossier|demande|"
    r"cas|incidencia|solicitud|caso|expediente)\s?-?(?:number|nummer|numéro|número|no|nr|id|n°|nº)?\s{0,2}[.:#]{0,2}\s{0,2}"
    rf"({_BARE})(?![0-9A-Za-z-])",
    re.IGNORECASE,
)
# What looks the same and numbers something else.
_OF_OTHERS = frozenset({"CVE", "RFC", "ISO", "KB", "UTF", "SHA", "DIN", "IEC", "IEEE", "HTTP", "ERROR", "CODE"})


@dataclass(frozen=True, slots=True)
class Number:
    """`shown` is how its own desk writes it, `plain` what two forms of one number have in common."""

    shown: str
    plain: str


def numbers(subject: str, pattern: str | None = None, own: Collection[str] = ()) -> tuple[Number, ...]:
    """The numbers in a subject, each once; with a `pattern` (a regular expression) only those that it finds.

    Without one they must stand in brackets or behind a word such as "ticket". Those with one of the prefixes `own`
    (in capitals) are ours.
    """
    found = _by_pattern(subject, pattern) if pattern else _by_form(subject)
    unlike = (one for one in found if re.split(r"[-0-9]", one.plain, maxsplit=1)[0] not in own)
    return tuple({one.plain: one for one in reversed(list(unlike))}.values())[::-1]


def plain(shown: str) -> str:
    """What two forms of one number have in common."""
    return re.split(r"[\s:#]", shown.strip("# "))[-1].upper()


def _by_pattern(subject: str, pattern: str) -> Iterator[Number]:
    for match in _compiled(pattern).finditer(subject[:_LONGEST_SUBJECT]):
        shown = " ".join(match[match.re.groups and 1].split())
        if 0 < len(shown) <= _LONGEST and not set(shown) & set("[]"):
            yield Number(shown, plain(shown))


def _by_form(subject: str) -> Iterator[Number]:
    shown = subject[:_LONGEST_SUBJECT]
    for match in _BRACKETED.finditer(shown):
        whole, number = (match[1], match[2]) if match[1] else (match[0], match[3])
        if _is_number(number):
            yield Number(" ".join(whole.split())[:_LONGEST], plain(number))
    for match in _LABELLED.finditer(_BRACKETED.sub(" ", shown)):
        number = match[1].upper()
        if _is_number(number):
            yield Number(f"#{number}" if number.isdigit() else number, plain(number))


def _is_number(number: str) -> bool:
    return re.split(r"[-0-9#]", number.upper(), maxsplit=1)[0] not in _OF_OTHERS


@lru_cache(64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
