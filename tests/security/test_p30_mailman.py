"""Mailman, 2021: a token was good for anybody, and secrets were compared letter by letter."""

import ast
from pathlib import Path

import parsers.address
from tests.stories.stage import ANN, BOB, GINA, Desk, token


def test_a_token_is_bound_to_whom_it_was_made_for(desk: Desk) -> None:
    """P30 (Mailman, CVE-2021-42097): another person's token is none."""
    desk.write(ANN, "All images are missing.", subject="Images")
    desk.write(GINA, "The shop is slow.", subject="Shop")
    assert token(desk.last(ANN)) != token(desk.last(GINA))
    desk.reply(GINA, "#close", letter=desk.last(ANN))
    desk.reply(BOB, "#close", letter=desk.last(GINA))
    assert (desk.status("CT-1"), desk.status("CT-2")) == ("new", "new")


def test_macs_are_compared_in_constant_time() -> None:
    """P30 (Mailman, CVE-2021-34337): no `==` stands beside a MAC."""
    tree = ast.parse(Path(parsers.address.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "compare_digest"]
    assert len(calls) == 2
    compared = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Compare)]
    assert not [text for text in compared if "mac" in text.lower()]
