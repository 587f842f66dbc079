"""A notice becomes words: Jinja2 templates, text and HTML, in the language of the reader.

A letter is a folder of three files for each language: `<name>/<language>/subject.txt, body.txt, body.html`. What all
letters share stands in `base/<language>/`; a template names another one without its language and gets its own.
A site's folders come before the shipped letters, file by file. Files are read once: a new `Renderer` sees changes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

import templates
from outbound import plain
from outbound.actions import mailto
from outbound.samples import samples
from outbound.text import many_lines, one_line
from parsers.quotes.reply import MARKER
from parsers.verbs import normalise
from routing.model import Contents, Notice, Offer
from routing.showing import moment
from routing.visible import Visible

SHIPPED = Path(templates.__file__).parent / "letters"
BASE = "base"
FALLBACK = "en"
SUBJECT = "subject.txt"
SAMPLE_ADDRESS = "support+sample@desk.example"
PARTS = (SUBJECT, "body.txt", "body.html")

# What a notice may say. Each is None where it does not, so a template may ask for all of them and for nothing else.
DETAILS = (
    "actor", "also", "asked", "assignees", "assigner", "before", "began", "behalf", "category", "claimed", "clocks",
    "closed", "conversation", "counts", "created_at", "done", "doubts", "duplicates", "earlier", "example", "follows",
    "holder", "kept", "left", "linked", "more", "moved_to", "organisation", "priority", "rated", "rating", "reason",
    "requester", "resolution", "status", "storm", "substatus", "suggestion", "system", "taker", "told", "undo",
    "updated_at", "waited", "wanted", "which",
)  # fmt: skip

# It goes to whoever From claims to be, so nothing of the mail that it answers may reach that person through us.
WORDLESS = frozenset({"acknowledgement", "incomplete"})
LONGEST_LINE = 2000  # characters
# What such letters say in words of the desk.
OURS = frozenset({"example", "follows", "reason", "wanted"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words. `fault` is a sentence where the template failed and the words are the plain ones."""

    subject: str
    text: str
    html: str
    fault: str | None = None


class _Letters(ImmutableSandboxedEnvironment):
    """Jinja2 by the rules of the house: no side effects, no silent gaps, references within one language."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        sources = {name: path.read_text(encoding="utf-8") for name, path in files.items()}

        def load(name: str) -> tuple[str, str, None]:
            letter, language, file = name.split("/")
            found = next((n for n in (name, f"{letter}/{FALLBACK}/{file}") if n in sources), None)
            if found is None:
                raise jinja2.TemplateNotFound(name, f"there is no {file} in {letter}/{language}")
            return sources[found], str(files[found]), None

        super().__init__(
            loader=jinja2.FunctionLoader(load),
            undefined=jinja2.StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html"),
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            auto_reload=False,
        )
        self.filters["breaks"] = _breaks

    def join_path(self, template: str, parent: str) -> str:
        """`base/letter.txt`, asked for by `opened/de/body.txt`, is `base/de/letter.txt`."""
        letter, _, file = template.rpartition("/")
        return f"{letter}/{parent.split('/')[1]}/{file}"


class Renderer:
    """Writes notices. Built once, then safe to use from several threads."""

    def __init__(self, folders: Sequence[Path], gateway_name: str) -> None:
        """`folders` hold a site's letters, those of the first win; the shipped ones are always behind them.

        Raises OSError where a file cannot be read, UnicodeDecodeError where it is not UTF-8.
        """
        self._gateway = one_line(gateway_name)
        self._files = dict(file for folder in (SHIPPED, *reversed(folders)) for file in _files(folder))
        self._letters = _Letters(self._files)
        self._languages: dict[str, set[str]] = {}
        for file in self._files:
            letter, language, _ = file.split("/")
            if letter != BASE:
                self._languages.setdefault(letter, set()).add(language)

    def names(self) -> frozenset[str]:
        """The letters that exist."""
        return frozenset(self._languages)

    def languages(self) -> Mapping[str, frozenset[str]]:
        """The letters that exist, each with the languages in which it does."""
        return {name: frozenset(languages) for name, languages in self._languages.items()}

    def render(self, notice: Notice, visible: Visible | None, reply_to: str = "") -> Rendered:
        """The words of one letter, with what its reader may see of the event; answers go to `reply_to`.

        Never raises: where the template is broken or missing, the plain letter goes out and `fault` says why.
        """
        notice, words = _fit(notice, visible)
        try:
            return self._rendered(notice, words, reply_to)
        except Exception as error:  # noqa: BLE001 - a template is a program of the site; a letter must go out anyway
            text = plain.text(notice, words, MARKER, self._gateway)
            return Rendered(plain.subject(notice), text, plain.html(text), self._sentence(notice, error))

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the letters, each fault as a sentence with file and line; every branch is tried."""
        found = [
            fault
            for name, languages in sorted(self._languages.items())
            for language in sorted(languages)
            for fault in (*self._missing(name, language), *self._tried(name, language))
        ]
        return tuple(dict.fromkeys(found))

    def _tried(self, name: str, language: str) -> Iterator[str]:
        """The faults that show when a letter is written in each of its variants."""
        for notice, visible in samples(name, language):
            fit, words = _fit(notice, visible)
            context = self._context(fit, words, language)
            for file in PARTS:
                try:
                    written = self._written(name, language, file, context)
                except Exception as error:  # noqa: BLE001 - as in render
                    yield self._sentence(fit, error)
                    continue
                if file == SUBJECT and f"[{fit.key}]" not in written:
                    path = self._files.get(f"{name}/{language}/{file}", file)
                    yield f"{path}, line 1: the subject does not name the ticket. Write [{{{{ key }}}}] into it."

    def _rendered(self, notice: Notice, words: Visible | None, reply_to: str) -> Rendered:
        language = self._language(notice)
        context = self._context(notice, words, language, reply_to)
        subject, text, html = (self._written(notice.template, language, file, context) for file in PARTS)
        return Rendered(one_line(subject), text.strip("\n") + "\n", html.strip("\n") + "\n")

    def _written(self, name: str, language: str, file: str, context: Mapping[str, object]) -> str:
        return self._letters.get_template(f"{name}/{language}/{file}").render(context)

    def _language(self, notice: Notice) -> str:
        """The reader's language where the letter has it, with or without its region, else the fallback."""
        wanted = notice.language.lower()
        has = self._languages.get(notice.template, set())
        return next((language for language in (wanted, wanted.split("-")[0]) if language in has), FALLBACK)

    def _context(
        self, notice: Notice, words: Visible | None, language: str, reply_to: str = SAMPLE_ADDRESS
    ) -> dict[str, object]:
        """All that a template can reach: texts and tuples of texts, nothing behind them."""
        return {
            **dict.fromkeys(DETAILS),
            **notice.details,
            "key": notice.key,
            "subject": notice.subject,
            "reader": notice.name,
            "offers": [(offer.phrase, _explained(offer)) for offer in notice.offers],
            "writer": words.actor_name if words else "",
            "words": words.text if words else "",
            "attachments": words.attachments if words else (),
            "cut": words is not None and words.cut,
            "clicks": _clicks(notice, reply_to),
            **_contents(notice.contents),
            "language": language,
            "gateway": self._gateway,
            "audience": "everyone" if notice.answer else notice.audience,
            "marker": MARKER,
        }

    def _missing(self, name: str, language: str) -> Iterator[str]:
        folder = next(path.parent for file, path in self._files.items() if file.startswith(f"{name}/{language}/"))
        for file in PARTS:
            if f"{name}/{language}/{file}" not in self._files:
                yield f"{folder}: the letter lacks {file}. A letter is {', '.join(PARTS)}: write it."

    def _sentence(self, notice: Notice, error: Exception) -> str:
        """What is wrong, where, what to do."""
        place, line = f"{notice.template}/{notice.language}", 1
        if isinstance(error, jinja2.TemplateSyntaxError):
            place, line = error.filename or place, error.lineno
        else:
            paths = {str(path) for path in self._files.values()}
            trace = error.__traceback__
            while trace is not None:
                if trace.tb_frame.f_code.co_filename in paths:
                    place, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
                trace = trace.tb_next
        what = one_line(str(error)).rstrip(".") or type(error).__name__
        return f"{place}, line {line}: {what}. Until it is mended, a plain letter goes out in its place."


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every template below a folder: `<letter>/<language>/<file>` and where it is."""
    for path in sorted(folder.glob("*/*/*")):
        if path.suffix in (".txt", ".html") and not path.name.startswith("."):
            yield f"{path.parent.parent.name}/{path.parent.name.lower()}/{path.name}", path


def _fit(notice: Notice, visible: Visible | None) -> tuple[Notice, Visible | None]:
    """The same letter without control characters, and without foreign words where it must not carry any."""
    if notice.template in WORDLESS:
        ours = {key: value for key, value in notice.details.items() if key in OURS}
        return replace(notice, name="", subject="", details=ours), None
    details = {
        key: _line(value) if isinstance(value, str) else tuple(map(_line, value))
        for key, value in notice.details.items()
    }
    fit = replace(
        notice,
        name=_line(notice.name),
        subject=_line(notice.subject),
        details=details,
        contents=_fit_contents(notice.contents),
    )
    if visible is None:
        return fit, None
    return fit, _fit_words(visible)


def _line(text: str) -> str:
    """One line of somebody's, no longer than anybody reads."""
    line = one_line(text[:LONGEST_LINE])
    return line if len(text) <= LONGEST_LINE else f"{line}…"


def _fit_words(visible: Visible) -> Visible:
    return replace(
        visible,
        actor_name=one_line(visible.actor_name),
        text=many_lines(visible.text),
        attachments=tuple(one_line(name) for name in visible.attachments),
        note=one_line(visible.note),
    )


def _fit_contents(contents: Contents | None) -> Contents | None:
    if contents is None:
        return None
    rows = tuple(tuple(one_line(cell) for cell in row) for row in contents.rows)
    sections = tuple(
        replace(each, subject=one_line(each.subject), timeline=tuple(map(_fit_words, each.timeline)))
        for each in contents.sections
    )
    return replace(contents, timeline=tuple(map(_fit_words, contents.timeline)), rows=rows, sections=sections)


def _clicks(notice: Notice, reply_to: str) -> list[tuple[str, str]]:
    """What each click is called, and its link."""
    subject = f"Re: [{notice.key}] {notice.subject}" if notice.key else f"Re: {notice.subject}"
    return [(offer.label, mailto(reply_to, subject, offer.phrase)) for offer in notice.clicks] if reply_to else []


def _contents(contents: Contents | None) -> dict[str, object]:
    """What an answer holds, as texts in tuples."""
    found = contents or Contents()
    return {
        "acts": [(offer.phrase, offer.label, offer.example) for offer in found.acts],
        "rows": found.rows,
        "entries": _entries(found.timeline),
        "sections": [
            {"key": each.key, "subject": each.subject, "state": each.state, "entries": _entries(each.timeline)}
            for each in found.sections
        ],
    }


def _entries(timeline: Sequence[Visible]) -> list[dict[str, object]]:
    return [
        {
            "at": moment(entry.at),
            "writer": entry.actor_name,
            "note": entry.note,
            "words": entry.text,
            "attachments": entry.attachments,
            "withdrawn": entry.withdrawn,
            "cut": entry.cut,
        }
        for entry in timeline
    ]


def _explained(offer: Offer) -> str:
    """What a move is called, where the words to write do not say it already."""
    return "" if normalise(offer.label) == normalise(offer.phrase.lstrip("#/")) else offer.label


def _breaks(text: str) -> Markup:
    """Lines as HTML shows them."""
    return escape(text).replace("\n", Markup("<br>"))
