"""Sizes and durations as people write them: "25 MB", "10 s"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.faults import BadValue

_QUANTITY = re.compile(r"([0-9]{1,12})\s*([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class _Scale:
    """One kind of quantity: how one is written, and its units."""

    example: str
    units: Mapping[str, int]

    def read(self, text: str) -> int:
        found = _QUANTITY.fullmatch(text.strip())
        factors = [many for unit, many in self.units.items() if found and unit.casefold() == found[2].casefold()]
        if found is None or not factors:
            known = ", ".join(self.units)
            raise BadValue(f'cannot be "{text}"', f'write a whole number and a unit ({known}), as in "{self.example}"')
        return int(found[1]) * factors[0]


_SIZE = _Scale("25 MB", {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3})
_DURATION = _Scale("10 s", {"s": 1, "min": 60, "h": 3600, "d": 86400})


def size(value: object) -> object:
    """Bytes from a text such as "25 MB" (a KB has 1,024 bytes) or from a number, which is bytes already.

    Other types pass unchanged, for the model to refuse. Raises BadValue for a text without a known unit.
    """
    return _SIZE.read(value) if isinstance(value, str) else value


def duration(value: object) -> object:
    """Seconds from a text such as "10 s" or "5 d"; a bare number is refused, for nobody can tell what it counts.

    Other types pass unchanged, for the model to refuse. Raises BadValue for all else that names no unit.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        raise BadValue(f"cannot be {value} without a unit", f'write "{value} s" (units: {", ".join(_DURATION.units)})')
    return _DURATION.read(value) if isinstance(value, str) else value
