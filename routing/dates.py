"""Days as people write them in a command."""

from datetime import date, timedelta

from parsers.verbs import normalise

_DAY = timedelta(days=1)
_WEEKDAYS = {
    name: number
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "mon tue wed thu fri sat sun",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lunes martes miércoles jueves viernes sábado domingo",
    )
    for number, name in enumerate(names.split())
}
_TOMORROW = frozenset({"tomorrow", "morgen", "demain", "mañana"})


def day(text: str, today: date) -> date | None:
    """The day that a text means, never one before `today`: 2026-03-10, 10.3.2026, 10.3., a weekday to come, tomorrow.

    None where it means none.
    """
    said = normalise(text).rstrip(".")
    if said in _TOMORROW:
        return today + _DAY
    if said in _WEEKDAYS:
        return today + _DAY * ((_WEEKDAYS[said] - today.weekday() - 1) % 7 + 1)
    return _written(said, today)


def _written(said: str, today: date) -> date | None:
    """A day in numbers; without a year the next one of that name. `normalise` made spaces of hyphens."""
    parts = said.split(".") if "." in said else said.split()[::-1]
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= 4]
    if len(numbers) != len(parts) or len(numbers) not in (2, 3) or ("." not in said and len(numbers) == 2):
        return None
    years = (numbers[2],) if len(numbers) == 3 else (today.year, today.year + 1)
    found = (_real(year, numbers[1], numbers[0]) for year in years)
    return next((one for one in found if one is not None and one >= today), None)


def _real(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
