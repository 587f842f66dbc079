"""Who exists, told by how long an answer takes: Request Tracker's login page did."""

import pytest

from gateway.smtp import logins
from gateway.smtp.bounds import Manners
from gateway.smtp.logins import Hash
from gateway.store.errors import StoreUnavailable
from tests.integration.smtp.certified import LISTENERS, PASSWORD, Authority, Encrypted
from tests.integration.smtp.house import SUPPORT, Build, House
from tests.integration.store.samples import ANN


def test_no_answer_about_a_recipient_asks_who_exists(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """case 59, P16 (RT, CVE-2021-38562): one text for all, and no work that would differ; the database is not asked."""

    def fail(*_: object) -> None:
        raise StoreUnavailable("it was asked")

    monkeypatch.setattr(house.store.database, "read", fail)
    monkeypatch.setattr(house.store.database, "write", fail)
    strangers = (
        ANN,
        "nobody@desk.example",
        "dana@desk.example",
        f"support+{'a' * 31}@desk.example",
        "x@elsewhere.example",
    )
    for sender in (ANN, "stranger@elsewhere.example", ""):
        with house.peer() as peer:
            assert peer.say(f"MAIL FROM:<{sender}>") == "250 2.1.0 OK"
            assert {peer.say(f"RCPT TO:<{to}>") for to in strangers} == {"550 5.1.1 No such mailbox here"}
            assert peer.say(f"RCPT TO:<{SUPPORT}>") == "250 2.1.5 OK"


def test_an_unknown_login_costs_what_a_known_one_does(
    build: Build, manners: Manners, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """case 57, P16 (RT, CVE-2021-38562): a password is hashed, and with the same cost, whoever is asked for."""
    work: list[tuple[int, int, int, int]] = []
    scrypt = logins._scrypt

    def counted(password: str, kept: Hash) -> bytes:
        work.append((kept.cost, kept.block, kept.lanes, len(kept.digest)))
        return scrypt(password, kept)

    monkeypatch.setattr("gateway.smtp.logins._scrypt", counted)
    monkeypatch.setattr("gateway.smtp.submission.FAILURE_SECONDS", 0.0)
    with Encrypted(build(manners, LISTENERS), authority) as session:
        said = {session.login("wrong", login) for login in (ANN, "nobody@acme.example")}
        assert said == {"535 5.7.8 Login or password is wrong"}
        assert session.login(PASSWORD).startswith("235")
    assert len(work) == 3
    assert len(set(work)) == 1
