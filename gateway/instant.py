"""The clock, and the one form in which times are written."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def written(moment: datetime | None) -> str | None:
    """ISO 8601 in whole seconds with `Z`, or None."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
