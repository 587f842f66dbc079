"""The stage with tiers: Acme's tickets go to Webhost, from there to Distri, from there to the operator."""

from pathlib import Path

from tests.stories.conftest import Stage
from tests.stories.stage import Desk

WORKFLOW = Path(__file__).parent / "tiers.toml"
DORA = "dora@distri.example"
WILL = "will@webhost.example"

_TOWN = """
[[organisation]]
key = "example-support"
name = "Example Support"
kind = "operator"

[[organisation]]
key = "distri"
name = "Distri"
kind = "distributor"
parent = "example-support"

[[organisation]]
key = "webhost"
name = "Webhost"
kind = "partner"
parent = "distri"

[[organisation]]
key = "hosting"
name = "Hosting"
kind = "partner"
parent = "distri"

[[organisation]]
key = "acme"
name = "Acme Corp"
kind = "customer"
parent = "webhost"
domains = ["acme.example"]

[[organisation]]
key = "globex"
name = "Globex"
kind = "customer"
parent = "webhost"

[[system]]
key = "acme-dam"
name = "Acme DAM"
customer = "acme"
"""
_PEOPLE = {
    "ann@acme.example": "acme",
    "bob@acme.example": "acme",
    "gina@globex.example": "globex",
    "wendy@webhost.example": "webhost",
    WILL: "webhost",
    "hugo@hosting.example": "hosting",
    DORA: "distri",
    "dana@desk.example": "example-support",
    "emil@desk.example": "example-support",
}


def everybody() -> str:
    """The directory."""
    people = (
        f'\n[[person]]\nname = "{address.partition("@")[0].title()}"\naddresses = ["{address}"]\n'
        f'organisation = "{organisation}"\n'
        for address, organisation in _PEOPLE.items()
    )
    return _TOWN + "".join(people)


def tiers(stage: Stage, *, gateway: str = "", more: str = "") -> Desk:
    """A desk with four tiers."""
    return stage(gateway=f'workflow = "{WORKFLOW}"\n{gateway}', more=more, everybody=everybody())
