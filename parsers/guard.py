"""Counts a message's nesting and parts on its bytes, before any parser walks into them."""

import re
from collections.abc import Iterator

from parsers.limits import Limits
from parsers.mail import Defect

_TYPE = b"content-type"
_FIELD = re.compile(rb"content-type[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE)
_CONTAINER = re.compile(rb":\s*(multipart|message)\s*/", re.IGNORECASE)
_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))", re.IGNORECASE)


def fault(top: bytes, body: bytes, limits: Limits) -> Defect | None:
    """What is too much about a multipart body under the Content-Type value `top`; None where it may be parsed."""
    fields = list(_type_fields(top, body))
    if any(end - start > limits.mime_field_bytes for start, end, _ in fields):
        return Defect("mime-field-too-long", "a Content-Type field")
    containers = [(start, text) for start, _, text in fields if _CONTAINER.search(text)]
    lines = body.count(b"\n") + body.count(b"\r")
    if lines * min(len(containers), limits.depth) > limits.line_work:
        return Defect("too-many-lines", f"{lines} lines in nested parts")
    delimiters = body.count(b"\n--") + body.count(b"\r--") + body.startswith(b"--")
    if len(containers) <= limits.depth and delimiters <= limits.parts:
        return None
    return _walk(containers, body, limits)


def _type_fields(top: bytes, body: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Everything that reads as a Content-Type field: (start, end, text). The message's own one starts before 0."""
    own = b"Content-Type: " + top
    yield -len(own), 0, own
    lowered = body.lower()
    at = lowered.find(_TYPE)
    while at >= 0:
        found = _FIELD.match(body, at) if at == 0 or body[at - 1] in b"\r\n" else None
        end = found.end() if found else at + len(_TYPE)
        if found:
            yield at, end, found.group()
        at = lowered.find(_TYPE, end)


def _walk(containers: list[tuple[int, bytes]], body: bytes, limits: Limits) -> Defect | None:
    """Replays headers and delimiter lines in order with a stack of open boundaries."""
    boundaries = {b for _, text in containers if (b := _boundary(text))}
    events = [(start, _boundary(text), False) for start, text in containers]
    parts = 0
    for at, line in _delimiters(body):
        closed = line.removesuffix(b"--")
        if line in boundaries:
            parts += 1
            events.append((at, line, True))
        elif closed in boundaries:
            events.append((at, closed, True))
        if parts > limits.parts:
            return Defect("too-many-parts", f"more than {limits.parts}")
    stack: list[bytes | None] = []
    for _, boundary, delimiter in sorted(events, key=lambda event: event[0]):
        if not delimiter:
            stack.append(boundary)
        elif boundary in stack:
            del stack[len(stack) - stack[::-1].index(boundary) :]
        if len(stack) > limits.depth:
            return Defect("too-deep", f"parts nested more than {limits.depth} deep")
    return None


def _boundary(text: bytes) -> bytes | None:
    found = _BOUNDARY.search(text)
    return (found.group(1) or found.group(2) or b"").rstrip() or None if found else None


def _delimiters(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Each line that begins with two hyphens: where, and what follows them without trailing white space."""
    for found in re.finditer(rb"(?:^|(?<=[\r\n]))--([^\r\n]*)", body):
        yield found.start(), found.group(1).rstrip(b" \t")
