"""Which relays a letter takes."""

import pytest

from outbound.routes import DEFAULT, Route, Routes

PARTNER = Route(("partner",), recipients=frozenset({"@partner.example", "bob@acme.example"}))
SALES = Route(("sales", DEFAULT), senders=frozenset({"sales@desk.example"}))
BOTH = Route(("both",), frozenset({"@other.example"}), frozenset({"@acme.example"}))
ROUTES = Routes((PARTNER, SALES, BOTH), (DEFAULT, "spare"))


@pytest.mark.parametrize(
    ("sender", "recipient", "relays"),
    [
        ("support@desk.example", "ann@acme.example", (DEFAULT, "spare")),
        ("support@desk.example", "pat@partner.example", ("partner",)),
        ("support@desk.example", "Pat@PARTNER.example", ("partner",)),
        ("support@desk.example", "pat@sub.partner.example", (DEFAULT, "spare")),
        ("support@desk.example", "bob@acme.example", ("partner",)),
        ("sales@desk.example", "ann@acme.example", ("sales", DEFAULT)),
        ("Sales@desk.example", "pat@partner.example", ("partner",)),
        ("a@other.example", "ann@acme.example", ("both",)),
        ("a@other.example", "x@else.example", (DEFAULT, "spare")),
    ],
)
def test_the_first_that_fits(sender: str, recipient: str, relays: tuple[str, ...]) -> None:
    assert ROUTES.relays(sender, recipient) == relays


def test_without_routes_all_go_one_way() -> None:
    assert Routes().relays("a@desk.example", "b@acme.example") == (DEFAULT,)
