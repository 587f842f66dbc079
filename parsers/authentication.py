"""What the receiving mail system proved about a message: Authentication-Results (RFC 8601), read narrowly."""

import re

from parsers.headers import Headers

_METHOD = re.compile(r"([a-z][a-z0-9-]*)\s*(?:/\s*[0-9]+)?\s*=\s*([a-z]+)(?=\s|$)")
_PROPERTY = re.compile(r"(?<![^\s])([a-z]+)\s*\.\s*([a-z][a-z0-9-]*)\s*=\s*([^\s;]+)")
_IDENTIFIER = re.compile(r"([^\s;=]+)(?:\s+[0-9]+)?")
_ALIGNED = {"dmarc": ("header.from",), "dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom",)}


def proven_domains(fields: Headers, author: str | None, authserv_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The From domain, if the topmost results come from a configured server and pass in alignment with it.

    Only the topmost field is looked at: those below may have come with the message (RFC 8601 section 5). DKIM and SPF
    count for exactly the From domain; DMARC has done the alignment itself.
    """
    values = fields.all("authentication-results")
    if not values or author is None or not authserv_ids:
        return ()
    first, *results = _without_comments(values[0]).lower().split(";")
    named = _IDENTIFIER.fullmatch(first.strip())
    if named is None or named.group(1) not in {i.lower() for i in authserv_ids}:
        return ()
    domain = author.rpartition("@")[2].lower()
    return (domain,) if any(_passes(result.strip(), domain) for result in results) else ()


def _passes(result: str, domain: str) -> bool:
    method = _METHOD.match(result)
    if method is None or method.group(2) != "pass" or method.group(1) not in _ALIGNED:
        return False
    stated = {f"{kind}.{name}": value for kind, name, value in reversed(_PROPERTY.findall(result))}
    proof = next((stated[name] for name in _ALIGNED[method.group(1)] if name in stated), "")
    return proof.rpartition("@")[2].rstrip(".") == domain


def _without_comments(value: str) -> str:
    """Comments nest (RFC 5322 section 3.2.2); quoted strings become one harmless word. Linear, no recursion."""
    out: list[str] = []
    depth = 0
    quoted = escaped = False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\" and (depth or quoted):
            escaped = True
        elif quoted:
            quoted = char != '"'
        elif depth or char == "(":
            depth += (char == "(") - (char == ")")
        elif char == '"':
            quoted = True
            out.append("quoted")
        else:
            out.append(char)
    return "" if depth or quoted else "".join(out)
