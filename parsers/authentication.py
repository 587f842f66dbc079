"""What the receiving mail system proved about a message: Authentication-Results (RFC 8601), read narrowly."""

import re

from parsers.headers import Headers

_METHOD = re.compile(r"([a-z][a-z0-9-]*)\s*(?:/\s*[0-9]+)?\s*=\s*([a-z]+)(?=\s|$)")
_PROPERTY = re.compile(r"(?<![^\s])([a-z]+)\s*\.\s*([a-z][a-z0-9-]*)\s*=\s*(\"[^\"]+\"|[^\s;\"]+)(?=\s|$)")
_IDENTIFIER = re.compile(r"([^\s;=]+)(?:\s+[0-9]+)?")
_PLAIN = re.compile(r"[A-Za-z0-9@._=+-]+")
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
    return proof.strip('"').rpartition("@")[2].rstrip(".") == domain


def _without_comments(value: str) -> str:
    """Comments become a space, as white space may stand wherever they may; they nest (RFC 5322 section 3.2.2).

    Quoted strings keep their quotes, and their words where these are plain: what stands in quotes is never syntax.
    Linear, no recursion; a comment or string without an end makes the whole void.
    """
    out: list[str] = []
    inside: list[str] = []
    depth = 0
    quoted = escaped = False
    for char in value:
        if escaped:
            escaped = False
            inside.append(char)
        elif char == "\\" and (depth or quoted):
            escaped = True
        elif quoted and char == '"':
            words = "".join(inside)
            out.append(f'"{words}"' if _PLAIN.fullmatch(words) else '"quoted"')
            quoted = False
        elif quoted:
            inside.append(char)
        elif depth or char == "(":
            depth += (char == "(") - (char == ")")
            out.append("" if depth else " ")
        elif char == '"':
            quoted = True
            inside.clear()
        else:
            out.append(char)
    return "" if depth or quoted else "".join(out)
