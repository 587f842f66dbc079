"""Column types that give back what they were given, on every database."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import DateTime, Dialect, Row, Text
from sqlalchemy.types import TypeDecorator

Record: TypeAlias = Row[*tuple[Any, ...]]
"""A row as the database gives it: its columns have no types that mypy could know."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware moments only, as UTC: a database without time zones then still sorts them rightly."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; the store takes aware moments only.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Strings(TypeDecorator[tuple[str, ...]]):
    """A tuple of texts as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """The array as text."""
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        """The tuple; nothing stored is an empty one."""
        return tuple(json.loads(value)) if value and value != "[]" else ()


class Pairs(TypeDecorator[Mapping[str, str]]):
    """A mapping of texts as a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> str | None:
        """The object as text."""
        return None if value is None else json.dumps(dict(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, str]:
        """The mapping; nothing stored is an empty one."""
        return dict(json.loads(value)) if value else {}


def storable(text: str) -> str:
    """What a peer said, before any parser cleaned it: PostgreSQL takes no NUL, no encoding takes surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
