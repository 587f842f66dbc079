"""Nesting and parts are counted on the bytes, before a parser walks into them."""

from parsers import guard
from parsers.limits import Limits

LIMITS = Limits()


def nested(depth: int) -> tuple[bytes, bytes]:
    body = b"".join(
        b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (level, level + 1) for level in range(depth - 1)
    )
    return b"multipart/mixed; boundary=b0", body + b"--b%d\n\ntext\n" % (depth - 1)


def parts(count: int) -> bytes:
    return b"--b\n\nx\n" * count + b"--b--\n"


def code(top: bytes, body: bytes) -> str | None:
    found = guard.fault(top, body, LIMITS)
    return found.code if found else None


def test_case_101_as_deep_as_allowed() -> None:
    assert code(*nested(LIMITS.depth)) is None


def test_case_101_one_level_too_deep() -> None:
    assert code(*nested(LIMITS.depth + 1)) == "too-deep"


def test_case_101_attached_messages_count_as_levels() -> None:
    body = b"--b\n" + b"Content-Type: message/rfc822\n\n" * (LIMITS.depth + 1)
    assert code(b"multipart/mixed; boundary=b", body) == "too-deep"


def test_a_digest_of_many_messages_is_not_deep() -> None:
    inner = b"Subject: x\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n"
    one = b"--b\nContent-Type: message/rfc822\n\n" + inner
    assert code(b"multipart/mixed; boundary=b", one * 200 + b"--b--\n") is None


def test_case_102_as_many_parts_as_allowed() -> None:
    assert code(b'multipart/mixed; boundary="b"', parts(LIMITS.parts)) is None


def test_case_102_one_part_too_many() -> None:
    assert code(b'multipart/mixed; boundary="b"', parts(LIMITS.parts + 1)) == "too-many-parts"


def test_case_102_bare_carriage_returns_hide_nothing() -> None:
    assert code(b"multipart/mixed; boundary=b", parts(LIMITS.parts + 1).replace(b"\n", b"\r")) == "too-many-parts"


def test_lines_of_hyphens_are_no_parts() -> None:
    assert code(b"multipart/mixed; boundary=b", b"--b\n\n" + b"-- \n--\n" * 1000 + b"--b--\n") is None


def test_case_105_a_type_field_whose_boundary_takes_long_to_find() -> None:
    body = b'--b\nContent-Type: text/plain; a="' + b";" * LIMITS.mime_field_bytes + b"\n\nx\n--b--\n"
    assert code(b"multipart/mixed; boundary=b", body) == "mime-field-too-long"


def test_many_short_lines_in_nested_parts() -> None:
    top, body = nested(40)
    assert code(top, body + b"\n" * 200_000) == "too-many-lines"
