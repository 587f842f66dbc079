"""The words of a message: one text out of its parts, divided into fresh, quote and signature.

Where a mail has its words twice, as text and as HTML, this says whether both would command the same.
"""

import re
from dataclasses import dataclass, replace

from parsers.characters import charset
from parsers.hypertext import html
from parsers.limits import Limits
from parsers.mail import Defect, Piece, Span
from parsers.parts.mime import Body
from parsers.quotes import forwarded, reply

_COMMAND = re.compile(r"[#/][^\W\d_][^\s/]*(?:\s|$)")
_LETTERS = re.compile(r"[\W_]+")
_AGREE = 40
_FIRST_LINES = 3
_ONLY_QUOTED = "only-quoted"
_ALONE = reply.Circumstances()


@dataclass(frozen=True, slots=True)
class Wording:
    """The text with its spans, and the HTML as it came. `html_only` says that the text was made from the HTML."""

    text: str
    spans: tuple[Span, ...]
    html: str | None
    html_only: bool
    disagree: bool
    defects: tuple[Defect, ...]


def of(body: Body, limits: Limits, around: reply.Circumstances = _ALONE) -> Wording:
    """Of an alternative the plain part counts; where it is blank or missing, the visible text of the HTML does.

    So it does where the plain part holds no word of its writer and the HTML some: programs that answer in HTML alone
    leave such parts. A text that no mail program wrote as text agrees with no command in it.
    """
    plain = frozenset(t.group for t in body.texts if t.group and not t.is_html and t.text.strip())
    found = _read(body, limits, around, plain)
    twins = any(t.is_html and t.group in plain for t in body.texts)
    if twins and not _has_own(found):
        seen = tuple(t for t in body.texts if t.is_html or t.group not in plain)
        other = _read(replace(body, texts=seen), limits, around, frozenset())
        return replace(other, disagree=True) if _has_own(other) else found
    return found


def _read(body: Body, limits: Limits, around: reply.Circumstances, plain: frozenset[int]) -> Wording:
    """The words where in the groups `plain` the plain part counts."""
    chosen = [t for t in body.texts if not (t.is_html and t.group in plain)]
    rendered = {id(t): html.render(t.text[: limits.text_length]) for t in body.texts if t.is_html}
    made = any(t.made for t in chosen)
    text, told = _joined([rendered.get(id(t)) or html.Rendered(_one_line_end(t.text), ()) for t in chosen])
    defects: list[Defect] = []
    if len(text) > limits.text_length:
        text = text[: limits.text_length]
        defects.append(Defect("text-cut", f"after {limits.text_length} characters"))
    found = reply.cut(text, replace(around, told=told))
    if text.strip() and not reply.has_fresh(text, found):
        defects.append(Defect(_ONLY_QUOTED, "nothing in it is newly written"))
        if not reply.quotes_us(text):
            found = reply.whole(text)
    markup = "\n".join(t.text for t in body.texts if t.is_html)[: limits.text_length] or None
    twin = _joined([rendered[id(t)] for t in body.texts if t.is_html and t.group in plain])
    return Wording(
        text=text,
        spans=found,
        html=markup,
        html_only=bool(rendered) and not any(t.text.strip() for t in chosen if not t.is_html),
        disagree=_disagree(text, found, twin[0], replace(around, told=twin[1]))
        or (made and bool(_commanding(_lines(text, found)))),
        defects=tuple(defects),
    )


def _has_own(found: Wording) -> bool:
    """Whether words stand in it that are neither quoted nor passed on."""
    if any(defect.code == _ONLY_QUOTED for defect in found.defects):
        return False
    fresh = "".join(found.text[s.start : s.end] for s in found.spans if s.piece is Piece.FRESH)
    return any(line.strip() for line in forwarded.own_lines(fresh))


def _one_line_end(text: str) -> str:
    text = charset.clean(text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _joined(parts: list[html.Rendered]) -> tuple[str, tuple[Span, ...]]:
    """One text below the other, with what is told of them."""
    told: list[Span] = []
    at = 0
    for part in parts:
        told.extend(Span(s.piece, s.start + at, s.end + at) for s in part.told)
        at += len(part.text) + 1
    return "\n".join(part.text for part in parts), tuple(told)


def _disagree(text: str, found: tuple[Span, ...], twin: str, around: reply.Circumstances) -> bool:
    """True where the text and its HTML twin begin with other words, or have other lines that look like commands."""
    if not twin.strip():
        return False
    fresh = _lines(text, found)
    others = _lines(twin, reply.spans(twin, around))
    return _commanding(fresh) != _commanding(others) or not _same_beginning(fresh, others)


def _lines(text: str, found: tuple[Span, ...]) -> list[str]:
    fresh = "".join(text[s.start : s.end] for s in found if s.piece is Piece.FRESH)
    return [shown for line in fresh.split("\n") if (shown := line.strip())]


def _commanding(lines: list[str]) -> list[str]:
    return [" ".join(line.lower().split()) for line in lines if line[0] in "#/" and _COMMAND.match(line)]


def _same_beginning(lines: list[str], others: list[str]) -> bool:
    """Compares the first lines by their letters; a long line that one side wraps agrees as far as it goes."""
    for first, second in zip(lines[:_FIRST_LINES], others[:_FIRST_LINES], strict=False):
        a, b = (_LETTERS.sub("", line).lower() for line in (first, second))
        if a != b:
            return min(len(a), len(b)) >= _AGREE and (a.startswith(b) or b.startswith(a))
    return True
