"""The status of a failure (RFC 3463): from an enhanced code, from an SMTP reply, or from the words around it."""

import re

from parsers.bounces.phrases import flat
from parsers.bounces.reasons import GENERIC, SPECIFIC

# Subjects run from 0 to 7 (RFC 3463 section 3), which keeps version numbers and addresses out.
_ENHANCED = re.compile(r"(?<![\w.\[])([45])\.([0-7])\.(\d{1,3})(?![\d.]*\d)")
_STATED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
# RFC 5321 section 4.2.3, with the codes of RFC 1846, 3207, 4954 and 7504, and what Microsoft, Yahoo and Apple use.
_REPLY = re.compile(
    r"(?:^|(?<=[\s:;\"'(\[<>,=]))(4(?:2[16]|3[12]|[57][0-4]|40|41)|5(?:0[0-5]|1[0-6]|2[0-5]|3[0-8]|4[1-8]|5[0-79]"
    r"|7[0-2]|80))"
    r"(?=[\s\-:,;.)\]\"'<#]|$)"
)
# Only where the number stands like a reply, not like "500 users".
_BEFORE_REPLY = re.compile(
    r"(?:^|[:;\"'(\[<>=]\s{0,3}|(?:said|error|code|status|returned|replied|response|reply|answer|smtp|with|server|host)"
    r"\s{1,3})$"
)
_BY_REPLY = {
    "421": "4.2", "426": "4.2", "431": "3.1", "432": "7.12", "440": "4.0", "441": "4.1", "450": "2.0", "451": "3.0",
    "452": "3.1", "454": "7.0", "471": "7.1", "500": "5.2", "501": "5.4", "502": "5.1", "503": "5.1", "504": "5.4",
    "510": "1.1", "511": "1.1", "512": "1.2", "513": "1.3", "521": "3.2", "523": "3.4", "525": "2.1", "530": "7.0",
    "534": "7.9", "535": "7.8", "538": "7.11", "541": "7.1", "551": "1.6", "552": "2.2", "553": "1.3", "556": "1.10",
    "571": "7.1", "572": "7.1",
}  # fmt: skip


def stated(value: str) -> str:
    """The code in a Status field (RFC 3464 section 2.3.4), empty where there is none."""
    found = _STATED.search(value)
    return ".".join(found.groups()) if found else ""


def enhanced(text: str) -> str:
    """The first enhanced code of a failure in a text, empty where there is none."""
    found = _ENHANCED.search(text)
    return ".".join(found.groups()) if found else ""


def by_code(text: str) -> str:
    """An enhanced code, or an SMTP reply made into one with the help of the words, empty where neither stands."""
    return enhanced(text) or _by_reply(text)


def by_words(text: str, number: str = "5", generic: bool = False) -> str:
    """What the words alone say; `number` is the class. `generic` also takes words that hardly say why."""
    shown = flat(text)
    for table in (SPECIFIC, GENERIC) if generic else (SPECIFIC,):
        for detail, words in table:
            if words.search(shown):
                return f"{number}.{detail}"
    return ""


def _by_reply(text: str) -> str:
    for line in text.split("\n"):
        for found in _REPLY.finditer(line):
            if not _BEFORE_REPLY.search(line[max(0, found.start() - 12) : found.start()]):
                continue
            code = found.group(1)
            # The words after a reply tell more than its number: nearly everything is refused with 550 or 554.
            worded = (
                by_words(text[:2_000], code[0]) if code in ("450", "451", "452", "550", "552", "553", "554") else ""
            )
            return worded or f"{code[0]}.{_BY_REPLY.get(code, '0.0')}"
    return ""
