"""A TOML file of ours under examination: it hands out checked tables and collects every fault on the way."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from gateway.faults import BadValue, ConfigFaults, Fault, choose, listed
from gateway.toml_lines import Loc, index, line_of


class Table(BaseModel):
    """The base of every table that we read: nothing unknown, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


T = TypeVar("T", bound=Table)

_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_WANTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list in brackets",
    "dict_type": "a table in braces",
    "model_type": "a table in braces",
}
_BOUNDS = {
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": "a number of at most {le}",
}


class TomlFile:
    """One file, its text parsed once. Ask for its tables, add what only you can see, and `conclude`.

    Validators of the tables get the file's folder as their context: relative paths start there.
    """

    def __init__(self, path: Path, tables: Mapping[str, type[Table]], text: str | None = None) -> None:
        """Read a file that may have the named top-level tables; with `text`, that stands for what is in it.

        Raises ConfigFaults where it cannot be read, is not UTF-8 or is no TOML.
        """
        self.path = path
        self.faults: list[Fault] = []
        self._tables = tables
        text = _text(path) if text is None else text
        self._lines = index(text)
        self._data = _parse(path, text)
        self._places: dict[Loc, tuple[Path, int]] = {}
        for name in self._data:
            if name not in tables:
                self.fault((name,), "is unknown", self._elsewhere(name))

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def table(self, name: str, model: type[T], *, required: bool = False) -> T | None:
        """One `[table]` checked; a table that may be left out has its defaults.

        With its faults noted it is what remains without the faulty keys, so that whoever goes on finds further faults,
        or None where nothing can be made of it.
        """
        raw = self._data.get(name, None if required else {})
        if raw is None:
            self.fault((), f"has no [{name}]", f"add one; {_hint(model)}")
            return None
        if not isinstance(raw, dict):
            self.fault((name,), f"must be one table, not {_shown(raw)}", f"write [{name}] on a line of its own")
            return None
        return self._checked((name,), raw, model)

    def tables(self, name: str, model: type[T], *, required: bool = False) -> dict[int, T]:
        """The tables `[[name]]` by their position from 0, each as `table` gives it."""
        raw = self._data.get(name, [])
        if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
            self.fault((name,), "must be a list of tables", f"write [[{name}]] before each")
            return {}
        if required and not raw:
            self.fault((), f"has no [[{name}]]", f"add one; {_hint(model)}")
        checked = {number: self._checked((name, number), entry, model) for number, entry in enumerate(raw)}
        return {number: table for number, table in checked.items() if table is not None}

    def named(self, name: str, model: type[T]) -> dict[str, T]:
        """The tables `[name.NAME]` by that NAME, each as `table` gives it."""
        raw = self._data.get(name, {})
        if not isinstance(raw, dict) or not all(isinstance(entry, dict) for entry in raw.values()):
            self.fault((name,), "must hold tables with names", f"write [{name}.NAME] before each")
            return {}
        checked = {key: self._checked((name, key), entry, model) for key, entry in raw.items()}
        return {key: table for key, table in checked.items() if table is not None}

    def names(self, name: str) -> tuple[str, ...]:
        """The NAMEs of the tables `[name.NAME]`, sound or not."""
        raw = self._data.get(name, {})
        return tuple(raw) if isinstance(raw, dict) else ()

    def written(self, name: str, key: str) -> Iterator[tuple[int, str]]:
        """The texts at a key, or in its list, of all tables `[[name]]`, sound or not, with the table's position.

        A single `[name]` is at position 0.
        What is compared across tables is read from here, so that one fault does not cause others.
        """
        raw = self._data.get(name, [])
        for number, entry in enumerate(raw if isinstance(raw, list) else [raw]):
            value = entry.get(key) if isinstance(entry, dict) else None
            for text in value if isinstance(value, list) else (value,):
                if isinstance(text, str):
                    yield number, text

    def refuse_twins(self, name: str, key: str) -> None:
        """Note each text at a key of the tables `[[name]]` that an earlier one has already, in whatever case."""
        seen: set[str] = set()
        for number, text in self.written(name, key):
            if text.casefold() in seen:
                self.fault((name, number, key), f'has "{text}", which stands above already', "keep it in one place")
            seen.add(text.casefold())

    def further(self, name: str, path: Path, rows: Iterable[tuple[int, Mapping[str, object]]]) -> None:
        """More tables `[[name]]`, from lines of another file: their faults are told of that one."""
        entries = self._data.setdefault(name, [])
        if isinstance(entries, list):
            for line, row in rows:
                self._places[name, len(entries)] = (path, line)
                entries.append(dict(row))

    def fault(self, loc: Loc, problem: str, mend: str) -> None:
        """Note one fault at a key of the file; the empty path is the file as a whole."""
        if loc[:2] in self._places:
            path, line = self._places[loc[:2]]
            self.faults.append(Fault(str(path), line, _dotted(loc[2:]), problem, mend))
        else:
            self.faults.append(Fault(str(self.path), line_of(self._lines, loc), _dotted(loc), problem, mend))

    def conclude(self) -> None:
        """Raise ConfigFaults where any fault was noted."""
        if self.faults:
            raise ConfigFaults(self.faults)

    def _checked(self, loc: Loc, raw: Mapping[str, object], model: type[T]) -> T | None:
        try:
            return self._validated(raw, model)
        except ValidationError as error:
            details = error.errors(include_url=False)
        for detail in details:
            self._translate(loc, detail, model)
        faulty = {detail["loc"][0] for detail in details}
        try:
            return self._validated({key: value for key, value in raw.items() if key not in faulty}, model)
        except ValidationError:
            return None

    def _validated(self, raw: Mapping[str, object], model: type[T]) -> T:
        # Strict JSON mode takes texts as enumerations and lists as tuples, and converts nothing else.
        document = json.dumps(raw, default=lambda moment: {"moment": str(moment)})
        return model.model_validate_json(document, context=self.path.parent)

    def _translate(self, table: Loc, detail: ErrorDetails, model: type[Table]) -> None:
        loc = (*table, *detail["loc"])
        kind, context, name = detail["type"], detail.get("ctx", {}), str(loc[-1])
        cause = context.get("error")
        if kind == "default_factory_not_called":
            return  # a default that follows from another key, which has a fault of its own
        if isinstance(cause, BadValue):
            self.fault(loc, cause.problem, cause.mend)
        elif kind == "extra_forbidden":
            self.fault(loc, "is unknown", self._elsewhere(name, _inner(model, detail["loc"])))
        elif kind == "missing":
            self.fault(loc, "is missing", f"add it, as in {name} = {_example(_inner(model, detail['loc']), name)}")
        elif kind in ("enum", "literal_error"):
            words = re.findall(r"'([^']*)'", str(context.get("expected")))
            found = detail["input"]
            mend = choose(found, words) if isinstance(found, str) else f"choose one of {listed(words)}"
            self.fault(loc, f"cannot be {_shown(found)}", mend)
        elif kind in _BOUNDS:
            self.fault(loc, f"cannot be {_shown(detail['input'])}", f"write {_BOUNDS[kind].format(**context)}")
        elif kind in _WANTED:
            self.fault(loc, f"cannot be {_shown(detail['input'])}", f"write {_WANTED[kind]}")
        else:
            wanted = detail["msg"].removeprefix("Input ").removeprefix("Value error, ")
            self.fault(loc, f"cannot be {_shown(detail['input'])}", f"it {wanted[:1].lower()}{wanted[1:]}")

    def _elsewhere(self, name: str, model: type[Table] | None = None) -> str:
        """The mend for a name that is unknown where it stands: a nearer name, or the table where it is at home."""
        for table, other in self._tables.items():
            if name in other.model_fields:
                return f'"{name}" belongs to [{table}]'
        return choose(name, self._tables if model is None else model.model_fields)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = Fault(str(path), None, "", f"byte {error.start} is not UTF-8", "save the file as UTF-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        fault = Fault(str(path), None, "", f"cannot be read: {reason}", "mend its path or its permissions")
    raise ConfigFaults((fault,))


def _parse(path: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _AT_LINE.search(message)
        line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
        problem = f"is no TOML: {_AT_LINE.sub('', message).lower()}"
        raise ConfigFaults((Fault(str(path), line, "this line", problem, "mend it and check again"),)) from None


def _inner(model: type[Table], loc: Loc) -> type[Table]:
    """The model of the table that holds the last key of a path."""
    for part in loc[:-1]:
        field = model.model_fields.get(str(part))
        if field is None:
            return model
        for one in get_args(field.annotation) or (field.annotation,):
            if isinstance(one, type) and issubclass(one, Table):
                model = one
    return model


def _example(model: type[Table], name: str) -> str:
    field = model.model_fields[name]
    return json.dumps(field.examples[0], ensure_ascii=False) if field.examples else '"…"'


def _hint(model: type[Table]) -> str:
    """What the smallest table of a kind looks like."""
    required = [name for name, field in model.model_fields.items() if field.is_required() or field.examples]
    return "it needs " + " and ".join(f"{name} = {_example(model, name)}" for name in required)


def _dotted(loc: Loc) -> str:
    """A path as people read it: address[2].queue is the second [[address]]."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")


def _shown(value: object) -> str:
    """A value as it may stand in a sentence."""
    match value:
        case bool() | int() | float() | str():
            text = json.dumps(value, ensure_ascii=False)
            return text if len(text) <= 80 else f"{text[:79]}…"
        case list():
            return "a list"
        case dict():
            return "a table" if "moment" not in value else "a date"
        case _:
            return "this"
