"""How an answer is marked against what upstream states. Pure: an answer and an expectation in, a mark out."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.answers import Answer, Automatic, Facts, Failed, Reported, Signed, Survived, Trimmed
from bench.corpora import Attached, Case, Expect


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that differs."""

    what: str
    expected: str
    got: str


@dataclass(slots=True)
class Mark:
    """How good an answer is.

    `exact` and `spaced` (white space does not count) say whether all is right. `common`, `given`, `stated` count words
    of a reply, for precision and recall. `parts` are the single things that upstream states, right or not.
    """

    exact: bool = False
    spaced: bool = False
    common: int = 0
    given: int = 0
    stated: int = 0
    parts: dict[str, bool] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    def part(self, name: str, expected: object, got: object, *, right: bool | None = None) -> None:
        """Note one thing: right where both are equal, unless told otherwise."""
        good = expected == got if right is None else right
        self.parts[name] = self.parts.get(name, True) and good
        if not good:
            self.wrong.append(Wrong(name, _shown(expected), _shown(got)))

    def closed(self) -> "Mark":
        """All is right where nothing is wrong."""
        self.exact = self.spaced = not self.wrong
        return self


def mark(case: Case, answer: Answer | Failed) -> Mark:
    """The mark of one answer."""
    match answer:
        case Failed(reason):
            return _failed(case, reason)
        case Trimmed():
            return _trim(case.expect, answer)
        case Signed(signature):
            return _signature(case.expect, signature)
        case Facts():
            return _facts(case, answer)
        case Reported():
            return _report(case.expect, answer)
        case Automatic(auto):
            found = Mark()
            found.part("auto", case.expect.auto, auto)
            return found.closed()
        case Survived():
            return Mark(exact=True, spaced=True)


def _failed(case: Case, reason: str) -> Mark:
    found = Mark(stated=len(_words(case.expect.reply or "")))
    found.wrong.append(Wrong("no answer", case.kind, reason))
    return found


def bare(text: str) -> str:
    """A text without any white space."""
    return "".join(text.split())


def _words(text: str) -> list[str]:
    return text.split()


def _shown(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def _trim(expect: Expect, answer: Trimmed) -> Mark:
    """A reply as it is stated, or as far as predicates over it say."""
    found = Mark()
    reply = answer.reply
    stated = answer.whole if expect.reply_unchanged else expect.reply
    if expect.reply_words is not None:
        stated = expect.reply_words if isinstance(expect.reply_words, str) else " ".join(expect.reply_words)
    exact = True
    if stated is not None:
        expected, got = Counter(_words(stated)), Counter(_words(reply))
        found.common, found.given, found.stated = (expected & got).total(), got.total(), expected.total()
        exact = expect.reply_words is not None or reply.strip() == stated.strip()
        found.part("reply", stated, reply, right=bare(reply) == bare(stated))
    if expect.reply_nows is not None:
        found.part("reply", expect.reply_nows, reply, right=bare(reply) == bare(expect.reply_nows))
    for contained in expect.reply_contains:
        found.part("contains", contained, reply, right=contained in reply)
    for excluded in expect.reply_excludes:
        found.part("excludes", excluded, reply, right=excluded not in reply)
    for pattern in expect.reply_regex:
        found.part("matches", pattern, reply, right=re.search(pattern, reply, re.MULTILINE) is not None)
    for pattern in expect.reply_excludes_regex:
        found.part("matches not", pattern, reply, right=re.search(pattern, reply, re.MULTILINE) is None)
    found.closed()
    found.exact = found.exact and exact
    return found


def _signature(expect: Expect, signature: str) -> Mark:
    """A signature by its letters. `#sig#` marks its lines in some upstream files."""
    found = Mark()
    stated = (expect.signature or "").replace("#sig#", "")
    found.part("signature", stated, signature, right=bare(stated) == bare(signature))
    return found.closed()


def _facts(case: Case, facts: Facts) -> Mark:
    """Fields and texts by their words, addresses in any order, attachments as multisets."""
    found, expect = Mark(), case.expect
    checks = {
        "subject": (expect.subject, facts.subject),
        "from_name": (expect.from_name, facts.from_name),
        "body_text": (expect.body_text, facts.text),
        "body_html": (expect.body_html, facts.html),
    }
    for name, (stated, got) in checks.items():
        skipped = name in case.ambiguous_fields or (name == "body_text" and facts.made)
        if stated is not None and not skipped:
            found.part(name, stated, got, right=_readable(stated) == _readable(got))
    lists = {
        "to_addrs": (expect.to_addrs, facts.to_addrs),
        "cc_addrs": (expect.cc_addrs, facts.cc_addrs),
        "reply_to_addrs": (expect.reply_to_addrs, facts.reply_to_addrs),
    }
    for name, (listed, addresses) in lists.items():
        if listed is not None and name not in case.ambiguous_fields:
            found.part(name, _addresses(listed), _addresses(addresses))
    if expect.from_addr is not None and "from_addr" not in case.ambiguous_fields:
        found.part("from_addr", _addresses([expect.from_addr]), _addresses([facts.from_addr]))
    if expect.message_id is not None and "message_id" not in case.ambiguous_fields:
        found.part("message_id", expect.message_id.strip("<> "), facts.message_id.strip("<> "))
    said = _said(facts.text, facts)
    for contained in expect.body_text_contains:
        found.part("body_text", contained, facts.text, right=_said(contained, facts) in said)
    for contained in expect.body_html_contains:
        found.part("body_html", contained, facts.html, right=contained in facts.html)
    if expect.body_empty:
        found.part("body_text", "", facts.text, right=not facts.text.strip())
    if "attachments" not in case.ambiguous_fields:
        _attachments(found, expect, facts.attachments)
    return found.closed()


def _readable(text: str) -> list[str]:
    """The words; what stands for a byte that is no character is none."""
    return _words(text.replace("\0", "").replace("\ufffd", ""))


def _said(text: str, facts: Facts) -> str:
    """The words in a row; where the text was made from HTML, the signs by which some show emphasis are left out."""
    return " ".join(_words(text.replace("*", "") if facts.made else text))


def _addresses(listed: "list[str] | tuple[str, ...]") -> list[str]:
    return sorted(f"{local}@{domain.lower()}" for local, _, domain in (each.rpartition("@") for each in listed))


def _attachments(found: Mark, expect: Expect, got: tuple[tuple[str, int], ...]) -> None:
    if expect.attachments is not None:
        found.part("attachments", expect.attachments, got, right=_same_attachments(expect.attachments, got))
    for one in expect.attachments_contain:
        found.part("attachments", one.name, got, right=any(name == one.name for name, _ in got))
    if expect.attachment_count is not None:
        found.part("attachments", expect.attachment_count, got, right=expect.attachment_count == len(got))


def _same_attachments(stated: list[Attached], got: tuple[tuple[str, int], ...]) -> bool:
    """As many, and every stated name and size is there as often as it is stated."""
    names = Counter(each.name for each in stated if each.name)
    sizes = Counter(each.size for each in stated if each.size is not None and not each.message)
    given_names, given_sizes = Counter(name for name, _ in got), Counter(size for _, size in got)
    return len(stated) == len(got) and names <= given_names and sizes <= given_sizes


def _report(expect: Expect, answer: Reported) -> Mark:
    """Found or not, the recipients, and for each the class of its status (RFC 3463 section 3.1)."""
    found = Mark()
    if expect.is_bounce is not None:
        found.part("found" if expect.is_bounce else "false alarm", expect.is_bounce, answer.found)
    if expect.is_feedback_report:
        found.part("feedback", True, answer.feedback)
    if expect.recipients is not None:
        stated = sorted((r.recipient.lower(), r.action, r.status) for r in expect.recipients)
        found.part("recipients", stated, sorted((a.lower(), action, status) for a, action, status in answer.recipients))
    if expect.recipients_permanent is not None:
        found.part("recipients", _told(expect), sorted({(a.lower(), action) for a, action, _ in answer.recipients}))
    classes = {event.status[:1] for event in expect.events if event.status}
    if expect.is_bounce and classes:
        found.part("class", classes, {status[:1] for _, _, status in answer.recipients})
    return found.closed()


def _told(expect: Expect) -> list[tuple[str, str]]:
    failed = {(address.lower(), "failed") for address in expect.recipients_permanent or ()}
    return sorted(failed | {(address.lower(), "delayed") for address in expect.recipients_temporary or ()})


def words_of(marks: "list[Mark]") -> Iterator[float]:
    """Precision and recall of the words of all replies together."""
    common, given, stated = (sum(getattr(m, name) for m in marks) for name in ("common", "given", "stated"))
    yield common / given if given else 1.0
    yield common / stated if stated else 1.0
