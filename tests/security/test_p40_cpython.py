"""What was published of the standard library's writing of mail: our own writer must do better."""

import re
from email import message_from_bytes
from email.utils import getaddresses

import pytest

from tests.unit.outbound.notices import letter, notice
from tests.unit.outbound.test_headers import FIELDS

ENDS = ["\r\n", "\n", "\r", "\r\n\r\n", "\n ", "\r\n\t", "\x0b", "\x0c", "\x1c", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", ENDS, ids=ascii)
@pytest.mark.parametrize("padding", [0, 60, 70, 76, 78, 200])
def test_no_line_end_in_a_value_becomes_one_of_the_header(end: str, padding: int) -> None:
    """P40 (CPython, CVE-2024-6923, CVE-2026-1299 and CVE-2025-11468): wherever the value is folded."""
    evil = f"{'a ' * (padding // 2)}x{end}Bcc: victim@x.example{end}({end}y)"
    data = letter(notice(name=evil), subject=evil, gateway=evil).data
    head = data.partition(b"\r\n\r\n")[0]
    assert message_from_bytes(data).keys() == FIELDS
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|[^\r\n -~]", head)


@pytest.mark.parametrize(
    "name",
    [
        "Berg, Ann",
        "Börg, Ann, <eve@x.example>, " * 5,
        "eve@x.example, Ann",
        "山田, 太郎 " * 30,
        '"Ann", "Eve" <eve@x.example>',
        "Ann (, eve@x.example)",
        "=?utf-8?q?Ann=2C_eve=40x.example=2C?=",
    ],
)
def test_a_comma_in_a_name_makes_no_second_reader(name: str) -> None:
    """P41 (CPython, CVE-2025-1795): a comma that was encoded away, or one that was not, changed who is written to."""
    composed = letter(notice(name=name))
    unfolded = re.sub(r"\r?\n", "", str(message_from_bytes(composed.data)["To"]))
    assert [address for _, address in getaddresses([unfolded])] == ["ann@acme.example"]
    assert composed.recipient == "ann@acme.example"
