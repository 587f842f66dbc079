"""A notice becomes words: Jinja2 templates, text and HTML, in the language of the reader.

A letter is one file `<name>.jinja` in English, of which subject, text and HTML are made: what it extends and includes
is found with the ending of what is being made (`shared/letter.txt`, `shared/letter.html`). Its sentences stand in
`_(…)`, by which the catalogues of other languages know them (`outbound/language.py`). A site's folders come before what
ships, file by file, sentence by sentence. Files are read once: a new `Renderer` sees changes.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

import templates
from outbound import beside as around
from outbound import details, plain
from outbound.beside import NOTHING, Beside
from outbound.language import ENGLISH, FALLBACK, BadCatalogue, Language, catalogues, language
from outbound.samples import besides, samples
from outbound.text import many_lines, one_line
from parsers.quotes.marker import marker
from routing.model import Contents, Notice
from routing.visible import Visible

SHIPPED = Path(templates.__file__).parent / "letters"
LANGUAGES = Path(templates.__file__).parent / "languages"
SAMPLE_ADDRESS = "support+sample@desk.example"
SUBJECT, TEXT, HTML = PARTS = ("subject", "txt", "html")
_SOURCE = "jinja"
_SCOPES = ("_block_vars", "_loop_vars")  # what Jinja2 adds to each call

# It goes to whoever From claims to be, so nothing of the mail that it answers may reach that person through us.
WORDLESS = frozenset({"acknowledgement", "incomplete"})
LONGEST_LINE = 2000  # characters
SENTENCES = 1024  # that are kept at hand for a language, more than all letters have
# What such letters say in words of the desk.
OURS = frozenset({"example", "follows", "reason", "wanted"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words. `fault` is a sentence where the template failed and the words are the plain ones."""

    subject: str
    text: str
    html: str
    fault: str | None = None


class _Compiled(jinja2.BytecodeCache):
    """What templates were compiled to, by name and file: a renderer built anew compiles only what has changed.

    To compile them all takes most of a second, and one `serve` builds three renderers.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.checksum, bucket.code


_COMPILED = _Compiled()


class _Letters(ImmutableSandboxedEnvironment):
    """Jinja2 by the rules of the house: no side effects, no silent gaps, references within what is being made."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        sources = {name: path.read_text(encoding="utf-8") for name, path in files.items()}

        def load(name: str) -> tuple[str, str, None]:
            letter, _, part = name.rpartition(".")
            # What a subject has in common with other letters is text.
            endings = (part, _SOURCE, *((TEXT,) if part == SUBJECT else ()))
            found = next((one for end in endings if (one := f"{letter}.{end}") in sources), None)
            if found is None:
                raise jinja2.TemplateNotFound(name, f"there is no {letter}.{_SOURCE} and no {letter}.{part}")
            return sources[found], str(files[found]), None

        super().__init__(
            loader=jinja2.FunctionLoader(load),
            undefined=jinja2.StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(f".{HTML}"),
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
            auto_reload=False,
            bytecode_cache=_COMPILED,
        )
        self.filters["breaks"] = _breaks
        self.filters["quoted"] = _quoted

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dictionary: each template of each letter copies it."""
        return {**self.globals, **(d or {})}

    def call(self, context: Context, called: object, /, *args: Any, **slots: Any) -> Any:
        """What says a sentence is ours and needs no check; nearly all calls of a letter do."""
        if isinstance(called, _Saying):
            return called(*args, **{name: value for name, value in slots.items() if name not in _SCOPES})
        return super().call(context, called, *args, **slots)

    def join_path(self, template: str, parent: str) -> str:
        """`shared/letter`, asked for by `opened.txt`, is `shared/letter.txt`."""
        return f"{template}.{parent.rpartition('.')[2]}"


class Renderer:
    """Writes notices. Built once, then safe to use from several threads."""

    def __init__(self, folders: Sequence[Path], gateway_name: str, default: str = FALLBACK) -> None:
        """`folders` hold a site's letters and catalogues, those of the first win; what ships is always behind them.

        `default` is the language for whom none is known. Raises OSError where a file cannot be read, UnicodeDecodeError
        where a template is not UTF-8.
        """
        self._gateway = one_line(gateway_name)
        self._default = default.lower()
        places = [*reversed(folders)]
        self._files = dict(file for folder in (SHIPPED, *places) for file in _files(folder))
        self._catalogues = catalogues([LANGUAGES, *places])
        self._names = frozenset(name.partition(".")[0] for name in self._files if "/" not in name)

    @cached_property
    def _letters(self) -> _Letters:
        return _Letters(self._files)

    @cached_property
    def _loaded(self) -> Mapping[str, Language | BadCatalogue]:
        return {code: _language(code, files) for code, files in self._catalogues.items()}

    def names(self) -> frozenset[str]:
        """The letters that exist."""
        return self._names

    def languages(self) -> Mapping[str, frozenset[str]]:
        """The letters that exist, each with the languages in which it does."""
        return dict.fromkeys(self._names, frozenset(self._catalogues))

    def render(self, notice: Notice, visible: Visible | None, reply_to: str = "", beside: Beside = NOTHING) -> Rendered:
        """The words of one letter, with what its reader may see of the event; answers go to `reply_to`.

        Never raises: where the template is broken or missing, the plain letter goes out and `fault` says why.
        """
        notice, words = _fit(notice, visible)
        try:
            return self._rendered(notice, words, reply_to, beside if words else NOTHING)
        except Exception as error:  # noqa: BLE001 - a template is a program of the site; a letter must go out anyway
            known = self._spoken(notice.language)
            text = plain.text(notice, words, known, self._gateway)
            return Rendered(plain.subject(notice, known), text, plain.html(text, known), self._sentence(notice, error))

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the letters, each fault as a sentence with file and line; every branch is tried."""
        spoilt = [str(found) for found in self._loaded.values() if isinstance(found, BadCatalogue)]
        tried = (
            fault
            for name in sorted(self._names)
            for code, known in sorted(self._loaded.items())
            if isinstance(known, Language)
            for fault in self._tried(name, code, known)
        )
        return tuple(dict.fromkeys((*spoilt, *tried)))

    def _tried(self, name: str, code: str, known: Language) -> Iterator[str]:
        """The faults that show when a letter is written: in each of its variants in English, as usual in the others."""
        every = zip(samples(name, code), besides(name), strict=True)
        for (notice, visible), beside in islice(every, None if code == FALLBACK else 1):
            fit, words = _fit(notice, visible)
            for part in PARTS:
                try:
                    context = self._context(fit, words, known, SAMPLE_ADDRESS, beside)
                    written = self._written(name, part, context, known)
                except Exception as error:  # noqa: BLE001 - as in render
                    yield self._sentence(fit, error)
                    continue
                if part == SUBJECT and fit.key and f"[{fit.key}]" not in written:
                    path = self._files.get(f"{name}.{SUBJECT}", self._files[f"{name}.{_SOURCE}"])
                    yield f"{path}, line 1: the subject does not name the ticket. Write [{{{{ key }}}}] into it."

    def _rendered(self, notice: Notice, words: Visible | None, reply_to: str, beside: Beside) -> Rendered:
        known = self._language(notice.language)
        context = self._context(notice, words, known, reply_to, beside)
        subject, text, html = (self._written(notice.template, part, context, known) for part in PARTS)
        return Rendered(one_line(subject), text.strip("\n") + "\n", html.strip("\n") + "\n")

    def _written(self, name: str, part: str, context: Mapping[str, object], known: Language) -> str:
        return self._letters.get_template(f"{name}.{part}").render(context, **_speech(known, html=part == HTML))

    def _language(self, wanted: str) -> Language:
        """The reader's language where there is a catalogue, with or without its region, else the default, else English.

        A catalogue that cannot be read costs its readers their language, never their letter.
        """
        for tag in (wanted.lower(), self._default):
            for code in (tag, tag.split("-")[0]):
                found = self._loaded.get(code)
                if isinstance(found, Language):
                    return found
        return ENGLISH

    def _spoken(self, wanted: str) -> Language:
        """As `_language`, where even the catalogues may be what is broken."""
        try:
            return self._language(wanted)
        except Exception:  # noqa: BLE001 - as in render
            return ENGLISH

    def _context(
        self, notice: Notice, words: Visible | None, known: Language, reply_to: str, beside: Beside
    ) -> dict[str, object]:
        """All that a template can reach: texts and tuples of texts, nothing behind them."""
        said = details.details(notice, known)
        somebody = known.sentence("Somebody")
        return {
            **said,
            "key": notice.key,
            "subject": notice.subject,
            "number": notice.number,
            "reader": notice.name,
            "who": said["actor"] or somebody,
            "offers": details.offers(notice, reply_to, known),
            "writer": (words.actor_name if words else "") or somebody,
            "words": words.text if words else "",
            **around.told(beside, words.attachments if words else (), known),
            "cut": words is not None and words.cut,
            "clicks": details.clicks(notice, reply_to),
            **details.contents(notice.contents, known),
            "language": known.code,
            "direction": known.direction,
            "start": "right" if known.direction == "rtl" else "left",
            "gateway": self._gateway,
            "audience": "everyone" if notice.answer else notice.audience,
            "marker": marker(known.code),
        }

    def _sentence(self, notice: Notice, error: Exception) -> str:
        """What is wrong, where, what to do."""
        place, line = f"{notice.template}.{_SOURCE}", 1
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
    """Every template of a folder and its `shared`: `<name>.<ending>` and where it is."""
    for path in sorted((*folder.glob("*.*"), *folder.glob("shared/*.*"))):
        if path.suffix.lstrip(".") in (_SOURCE, *PARTS) and not path.name.startswith("."):
            yield path.relative_to(folder).as_posix(), path


def _language(code: str, files: Sequence[Path]) -> Language | BadCatalogue:
    try:
        return language(code, files)
    except BadCatalogue as bad:
        return bad


@dataclass(frozen=True, slots=True, eq=False)
class _Saying:
    """`_` of a template: a sentence with its slots filled; in HTML all of it is escaped."""

    known: Language
    html: bool
    forms: dict[str, str] = field(default_factory=dict)

    def __call__(self, english: str, **slots: object) -> str:
        form = self.forms.get(english)
        if form is None:
            form = self.known.sentence(english)
            form = str(escape(form)) if self.html else form
            if len(self.forms) < SENTENCES:
                self.forms[english] = form
        if not self.html:
            return form % slots if slots else form
        return Markup(form % {name: escape(value) for name, value in slots.items()} if slots else form)  # noqa: S704


@dataclass(frozen=True, slots=True, eq=False)
class _Counting:
    """`_n` of a template: the form of a sentence that goes with a number."""

    known: Language
    html: bool

    def __call__(self, one: str, many: str, number: int) -> str:
        text = self.known.counted(one, many, number) % {"count": self.known.number(number)}
        return escape(text) if self.html else text


@lru_cache(64)
def _speech(known: Language, *, html: bool) -> dict[str, Callable[..., str]]:
    return {"_": _Saying(known, html), "_n": _Counting(known, html)}


def _fit(notice: Notice, visible: Visible | None) -> tuple[Notice, Visible | None]:
    """The same letter without control characters, and without foreign words where it must not carry any."""
    if notice.template in WORDLESS:
        ours = {key: value for key, value in notice.details.items() if key in OURS}
        return replace(notice, name="", subject="", number="", details=ours), None
    said = {
        key: _line(value) if isinstance(value, str) else tuple(map(_line, value))
        for key, value in notice.details.items()
    }
    fit = replace(
        notice,
        name=_line(notice.name),
        subject=_line(notice.subject),
        number=_line(notice.number),
        details=said,
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


def _breaks(text: str) -> Markup:
    """Lines as HTML shows them. They end within the tag, which shows nowhere: no line of a letter becomes too long."""
    return Markup(str(escape(text)).replace("\n", "<br\n>"))  # noqa: S704 - escaped


def _quoted(text: str) -> str:
    """Lines as mail programs quote them in plain text."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
