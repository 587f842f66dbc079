"""A TOML table under examination: it hands out typed values and notes every fault as a sentence."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")
_KINDS = {str: "a text in quotes", bool: "true or false", list: "a list in brackets", dict: "a table"}


class Table:
    """One table of a file. Ask for its keys, then `finish`: what nobody asked for is a fault.

    After a fault it answers what was probably meant, so that one mistake is reported once.
    """

    def __init__(self, values: Mapping[str, object], file: str, place: str, faults: list[str]) -> None:
        self._values = values
        self._file = file
        self._place = place
        self._faults = faults
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def fault(self, key: str, problem: str) -> None:
        """Note that something is wrong with a key; `problem` goes on as a sentence."""
        subject = f'{self._place}, key "{key}"' if self._place else f'key "{key}"'
        self._faults.append(f"{self._file}: {subject}: {problem}" + ("" if problem.endswith("?") else "."))

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty."""
        found = self._typed(key, str, default)
        if found is not None and not found.strip():
            self.fault(key, "the text is empty; write something between the quotes")
        return found or ""

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        found = self._typed(key, bool, default)
        return default if found is None else found

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        found = self._typed(key, list, None if default is None else list(default)) or []
        for wrong in (value for value in found if not isinstance(value, str)):
            self.fault(key, f"the list holds {_shown(wrong)} where {_KINDS[str]} is wanted")
        return tuple(value for value in found if isinstance(value, str))

    def choice(self, key: str, known: Iterable[str], what: str, default: str | None = None) -> str:
        """One of the known words; `what` says what they are. Empty where nothing near was meant."""
        found = self._typed(key, str, default)
        return "" if found is None else self._nearest(key, found, tuple(known), what)

    def choices(
        self, key: str, known: Iterable[str], what: str, default: tuple[str, ...] | None = None
    ) -> tuple[str, ...]:
        """A list of known words."""
        words = tuple(known)
        return tuple(near for word in self.texts(key, default) if (near := self._nearest(key, word, words, what)))

    def key(self, key: str, known: Iterable[str], what: str) -> str:
        """A key of this table that must be one of the known words. Empty where it is not; it is then not missed."""
        if key in (words := tuple(known)):
            return key
        self._asked.add(key)
        self.fault(key, f'there is no {what} "{key}"; {_mend(key, words)}')
        return ""

    def holds_table(self, key: str) -> bool:
        """Whether a table stands under a key that may also hold something else."""
        return isinstance(self._values.get(key), dict)

    def table(self, key: str) -> "Table":
        """The table under a key. Where there is none, that is the one fault: its keys are not missed, too."""
        found = self._typed(key, dict, None)
        return Table(found or {}, self._file, self._inside(key), [] if found is None else self._faults)

    def tables(self, key: str, name: str) -> tuple["Table", ...]:
        """The tables of a `[[key]]` list, each called by the text of its key `name` or else by its number."""
        self._asked.add(key)
        found = self._values.get(key)
        if found is None:
            self.fault(key, f"the file has no [[{key}]] table; it needs at least one")
            return ()
        rows = found if isinstance(found, list) else []
        if not rows or not all(isinstance(row, dict) for row in rows):
            self.fault(key, f"this must be tables, each headed [[{key}]]")
            return ()
        return tuple(self._row(key, name, place, row) for place, row in enumerate(rows, 1))

    def words(self, key: str, name: str) -> tuple[str, ...]:
        """The texts under `name` in the tables of a `[[key]]` list, before anybody examines them."""
        found = self._values.get(key)
        rows = (row for row in (found if isinstance(found, list) else ()) if isinstance(row, dict))
        return tuple(row[name] for row in rows if isinstance(row.get(name), str))

    def finish(self) -> None:
        """Every key that nobody asked for is a fault."""
        for key in self._values:
            if key not in self._asked:
                self.fault(key, f"nothing of this name is known here; {_mend(key, sorted(self._asked))}")

    def _row(self, key: str, name: str, place: int, row: Mapping[str, object]) -> "Table":
        called = row.get(name)
        title = f'{key} "{called}"' if isinstance(called, str) and called else f"{key} {place}"
        return Table(row, self._file, title, self._faults)

    def _inside(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key

    def _typed(self, key: str, kind: type[T], default: T | None) -> T | None:
        self._asked.add(key)
        if key not in self._values:
            if default is None:
                self.fault(key, f"it is missing; write {_KINDS[kind]}")
            return default
        found = self._values[key]
        if isinstance(found, kind):
            return found
        self.fault(key, f"this is {_shown(found)} where {_KINDS[kind]} is wanted")
        return default

    def _nearest(self, key: str, word: str, known: tuple[str, ...], what: str) -> str:
        if word in known:
            return word
        self.fault(key, f'there is no {what} "{word}"; {_mend(word, known)}')
        return next(iter(_near(word, known)), "")


def _near(word: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(word, list(known), n=1)


def _mend(word: str, known: Iterable[str]) -> str:
    names = tuple(known)
    near = _near(word, names)
    if near:
        return f'did you mean "{near[0]}"?'
    return "choose one of " + ", ".join(f'"{name}"' for name in names) if names else "take it out"


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'the text "{value}"'
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)
