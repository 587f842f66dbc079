"""The languages of letters: sentences from catalogues (gettext), dates, numbers and spans of time by locale (CLDR).

English stands in the templates and in the core; a catalogue is a file `<language>.po` that has every sentence of a
letter in another one. Entries of the context `said` are sentences that the core puts into details, with slots for what
differs; those of the context `name` are names of states, moves and parties.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal
from babel.units import format_unit

FALLBACK = "en"
SAID, NAME = "said", "name"

_SLOT = re.compile(r"%\((\w+)\)s")
_PERCENT = re.compile(r"%(?!\(\w+\)s)")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) UTC")
_SPAN = re.compile(r"(\d+) (day|hour|minute)s?(?: (\d+) (hour|minute)s?)?")
_SENTENCES = re.compile(r"(?<=[.?!]) (?=\S)")

_Form: TypeAlias = tuple[re.Pattern[str], str]


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language: `code` is its tag in lower case, `forms` are the sentences with slots that the core may say."""

    code: str
    locale: Locale
    catalogue: GNUTranslations | None = None
    forms: tuple[_Form, ...] = ()

    @property
    def direction(self) -> str:
        """What HTML calls the direction of the script: ltr or rtl."""
        return self.locale.text_direction

    def sentence(self, english: str) -> str:
        """A sentence of a template; English where the catalogue has none."""
        return self.catalogue.gettext(english) if self.catalogue else english

    def counted(self, one: str, many: str, count: int) -> str:
        """The form of a sentence that goes with a number."""
        return self.catalogue.ngettext(one, many, count) if self.catalogue else (one if count == 1 else many)

    def number(self, value: int) -> str:
        """A number with the separators of the language."""
        return format_decimal(value, locale=self.locale)

    def size(self, octets: int) -> str:
        """How much a file holds, as people say it: three digits at most."""
        amount, unit = float(octets), "byte"
        for larger in ("kilobyte", "megabyte", "gigabyte"):
            if amount < 999.5:
                break
            amount, unit = amount / 1024, larger
        shown = round(amount, 1) if amount < 10 and unit != "byte" else round(amount)
        return str(format_unit(shown, f"digital-{unit}", "short", locale=self.locale))

    def pair(self, label: str, value: str) -> str:
        """A label and what it says."""
        return self.sentence("%(label)s: %(value)s") % {"label": label, "value": value}

    def name(self, english: str) -> str:
        """The name of a state, a move, a party; as it is where it is not one that ships."""
        return self.catalogue.pgettext(NAME, english) if self.catalogue and english else english

    def said(self, english: str) -> str:
        """One or several sentences of the core; each that is not known stays as it is."""
        if self.catalogue is None:
            return english
        pieces = _SENTENCES.split(english)
        found, at = [], 0
        while at < len(pieces):
            # The shortest first: a slot never swallows the next sentence.
            ends = ((end, self._known(" ".join(pieces[at:end]))) for end in range(at + 1, len(pieces) + 1))
            end, text = next((one for one in ends if one[1] is not None), (at + 1, pieces[at]))
            found.append(text or "")
            at = end
        return " ".join(found)

    def _known(self, english: str) -> str | None:
        for pattern, form in self.forms:
            match = pattern.fullmatch(english)
            if match:
                return form % {slot: self.value(value) for slot, value in match.groupdict().items()}
        return None

    def value(self, english: str) -> str:
        """What stands in a slot: one name or several with "or" between, a span of time, or a word of the desk's own."""
        names = [self.name(part) for part in english.split(" or ")]
        return self.span(format_list(names, "or", self.locale)) if len(names) > 1 else self.span(names[0])

    def span(self, english: str) -> str:
        """A span of time as the core writes it: `3 days`, `1 hour 20 minutes`."""
        match = _SPAN.fullmatch(english) if self.catalogue else None
        if match is None:
            return english
        parts = [(match[1], match[2]), *([(match[3], match[4])] if match[3] else [])]
        return " ".join(format_unit(int(count), f"duration-{unit}", locale=self.locale) for count, unit in parts)

    def moment(self, english: str) -> str:
        """A moment as the core writes it. English keeps that, as its readers differ on the order of month and day."""
        match = _MOMENT.fullmatch(english) if self.catalogue else None
        if match is None:
            return english
        at = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
        day, time = format_date(at, "medium", self.locale), format_time(at, "short", UTC, self.locale)
        return f"{day}, {time} UTC"


ENGLISH = Language(FALLBACK, Locale(FALLBACK))


class BadCatalogue(ValueError):  # noqa: N818 - named for what was found
    """A catalogue that cannot be used; the message is a sentence with file and line."""


def language(code: str, files: Sequence[Path]) -> Language:
    """The language of some catalogues, of which a later one adds to an earlier one and corrects it.

    Raises BadCatalogue for a file that cannot be read, and for a translation whose slots are not those of its sentence.
    """
    if not files:
        return ENGLISH if code == FALLBACK else Language(code, _locale(code))
    whole = Catalog(locale=str(_locale(code)))
    for path in files:
        for message in _read(path, code):
            if message.id and any(_strings(message)):
                whole.delete(message.id, message.context)
                whole.add(message.id, message.string, context=message.context)
    buffer = BytesIO()
    write_mo(buffer, whole)
    buffer.seek(0)
    return Language(code, _locale(code), GNUTranslations(buffer), tuple(_forms(whole)))


def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale(FALLBACK)


def _read(path: Path, code: str) -> Catalog:
    try:
        with path.open("rb") as file:
            found = read_po(file, locale=str(_locale(code)), abort_invalid=True)
    except PoFileError as error:
        raise BadCatalogue(f"{path}, line {error.lineno}: {error.args[0]}. Mend the catalogue.") from error
    except UnicodeDecodeError as error:
        raise BadCatalogue(f"{path}, line 1: {error}. Write the catalogue in UTF-8.") from error
    for message in found:
        english = {slot for text in _ids(message) for slot in _SLOT.findall(text)}
        for text in _strings(message):
            strange = sorted(set(_SLOT.findall(text)) - english)
            if message.id and (strange or (english and _PERCENT.search(text))):
                what = (
                    f"there is no slot %({strange[0]})s in its sentence" if strange else "a percent sign stands alone"
                )
                raise BadCatalogue(f"{path}, line {message.lineno or 1}: {what}. Write the slots as in msgid.")
    return found


def _forms(catalogue: Catalog) -> list[_Form]:
    """The sentences of the core, those without slots first, then those that say the most themselves."""
    said = [(message.id, text) for message in catalogue if message.context == SAID for text in _strings(message)]
    pairs = [(english, text) for english, text in said if isinstance(english, str)]
    pairs.sort(key=lambda pair: (bool(_SLOT.search(pair[0])), -len(_SLOT.sub("", pair[0]))))
    return [(_pattern(english), text) for english, text in pairs]


def _pattern(english: str) -> re.Pattern[str]:
    parts = _SLOT.split(english)
    return re.compile("".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    found = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return tuple(text for text in found if text)


def catalogues(folders: Sequence[Path]) -> Mapping[str, list[Path]]:
    """The catalogues `<language>.po` in some folders, by language; those of the last folder come last."""
    found: dict[str, list[Path]] = {FALLBACK: []}
    for folder in folders:
        for path in sorted(folder.glob("*.po")):
            found.setdefault(path.stem.lower().replace("_", "-"), []).append(path)
    return found
