"""`postern queue shape`: how many letters wait for which domain, and since when."""

from collections.abc import Mapping

from gateway.app import Office
from gateway.commands.printing import as_json, table
from gateway.exits import DONE
from gateway.instant import now
from gateway.store.shape import AGES, HOLD, OLDER, together

COLUMNS = (*AGES, OLDER, HOLD)
_TITLES = ("Domain", "Total", *(f"-{age}" for age in AGES), OLDER, HOLD)


def show(office: Office, *, as_lines: bool) -> int:
    """The table, the whole first; as JSON one domain a line."""
    with office.store.read() as reading:
        lines = reading.shape(now())
    if as_lines:
        for domain, counts in lines:
            as_json(
                {"domain": domain, "total": sum(counts.values()), **{name: counts.get(name, 0) for name in COLUMNS}}
            )
    else:
        table(_TITLES, [_row("TOTAL", together(lines)), *(_row(*line) for line in lines)])
    return DONE


def _row(domain: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    return (domain, str(sum(counts.values())), *(str(counts.get(name, 0)) for name in COLUMNS))
