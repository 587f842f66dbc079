"""The daemon and a real Dovecot."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from tests.rig import config, dovecot
from tests.rig.command import postern
from tests.rig.daemon import Daemon
from tests.rig.dovecot import PASSWORD, USERNAME, Dovecot
from tests.rig.endpoint import Endpoint, granted
from tests.rig.load import Message, Session
from tests.rig.relay import Relay

pytestmark = pytest.mark.skipif(
    dovecot.missing() is not None and not os.environ.get("POSTERN_REQUIRE_PEERS"), reason=str(dovecot.missing())
)
PATIENCE = 30.0
SUPPORT = "support@desk.example"


def mail(number: int) -> bytes:
    return (
        f"From: <customer{number}@acme.example>\r\nTo: <{SUPPORT}>\r\nSubject: Scanner {number}\r\n"
        f"Message-ID: <{number}@acme.example>\r\n\r\nIt beeps.\r\n"
    ).encode()


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with Dovecot() as running:
        yield running


def mailbox(site: Path, server: Dovecot, after: str, tls: str = "none") -> None:
    (site.parent / "mailbox-password").touch(mode=0o600)
    (site.parent / "mailbox-password").write_text(f"{PASSWORD}\n")
    with site.open("a") as file:
        file.write(
            f'\n[[mailbox]]\nhost = "127.0.0.1"\nport = {server.port}\ntls = "{tls}"\nusername = "{USERNAME}"\n'
            f'password_file = "mailbox-password"\nstart = "all"\nafter = "{after}"\n'
        )


@contextmanager
def serving(tmp_path: Path, server: Dovecot, after: str, tls: str = "none") -> Iterator[Daemon]:
    """The daemon on an SQLite database, with a relay that takes its letters."""
    with Relay() as relay:
        site = config.write(tmp_path, f"sqlite:///{tmp_path}/postern.db", relay.port)
        mailbox(site, server, after, tls)
        daemon = Daemon(site)
        daemon.start()
        try:
            yield daemon
            assert daemon.stop() == 0
        finally:
            daemon.kill()


def eventually(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come to be"
        time.sleep(0.05)


def subjects(tmp_path: Path) -> list[str]:
    return sorted(str(ticket["subject"]) for ticket in postern(tmp_path / "config.toml", "tickets", "--json").objects)


def outcomes(tmp_path: Path) -> list[object]:
    return [fact["outcome"] for fact in postern(tmp_path / "config.toml", "log", "--json", "--step", "imap").objects]


def test_mail_that_lies_there_and_mail_that_comes_later_is_taken_and_moved(tmp_path: Path, server: Dovecot) -> None:
    with server.client() as other:
        other.append("INBOX", mail(1), [r"\Seen"])
        with serving(tmp_path, server, "move:Done"):
            eventually(lambda: subjects(tmp_path) == ["Scanner 1"], "the first ticket")
            other.append("INBOX", mail(2))  # the server tells of it: nobody polls for a minute
            eventually(lambda: subjects(tmp_path) == ["Scanner 1", "Scanner 2"], "the second ticket")
            eventually(lambda: other.select_folder("INBOX")[b"EXISTS"] == 0, "an empty folder")
        assert other.select_folder("Done")[b"EXISTS"] == 2
        assert len(other.search("UNSEEN")) == 1


def test_a_folder_that_was_made_anew_doubles_nothing(tmp_path: Path, server: Dovecot) -> None:
    with server.client() as other:
        other.append("INBOX", mail(1))
        with serving(tmp_path, server, "keep"):
            eventually(lambda: subjects(tmp_path) == ["Scanner 1"], "the first ticket")
        before = other.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"]
    time.sleep(1.1)  # Dovecot takes its UIDVALIDITY from the clock, in seconds
    for path in (server.folder / "mail" / USERNAME).glob("dovecot*"):
        path.unlink()
    with server.client() as other:
        assert other.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"] != before
        other.append("INBOX", mail(2))
        daemon = Daemon(tmp_path / "config.toml")
        daemon.start()
        try:
            eventually(lambda: subjects(tmp_path) == ["Scanner 1", "Scanner 2"], "the second ticket")
            assert daemon.stop() == 0
        finally:
            daemon.kill()
    assert "uids-reset" in outcomes(tmp_path)


def test_the_same_mail_by_smtp_and_by_imap_is_one(tmp_path: Path, server: Dovecot) -> None:
    with server.client() as other, serving(tmp_path, server, "seen") as daemon:
        session = Session(daemon.port)
        assert session.send(Message("<1@acme.example>", "customer1@acme.example", SUPPORT, mail(1))).startswith(b"250")
        session.close()
        other.append("INBOX", mail(1))
        other.append("INBOX", mail(2))
        eventually(lambda: subjects(tmp_path) == ["Scanner 1", "Scanner 2"], "both tickets")
        other.select_folder("INBOX", readonly=True)
        eventually(lambda: len(other.search("SEEN")) == 2, "two seen mails")
    assert len(postern(tmp_path / "config.toml", "inbox", "--json").objects) == 2


def test_starttls_and_a_certificate_that_must_be_right(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, folder = trustme.CA(), tmp_path_factory.mktemp("tls")
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    with Dovecot(folder / "cert.pem", folder / "key.pem") as server:
        site = config.write(tmp_path, f"sqlite:///{tmp_path}/postern.db", 9)
        site.write_text(site.read_text()[: site.read_text().index("[relay]")] + '[relay]\nkind = "keep"\n')
        mailbox(site, server, "keep", "starttls")
        strange = postern(site, "check", "--connect")
        assert strange.code == 69
        assert "certificate" in strange.err
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
        known = postern(site, "check", "--connect")
        assert known.code == 0, known.err


@pytest.mark.long
@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_a_token_logs_in_and_a_rotating_refresh_token_outlives_check(tmp_path: Path, mechanism: str) -> None:
    answers = [granted(f"access-{n}", refresh_token=f"refresh-{n + 1}") for n in range(1, 9)]
    with Endpoint(*answers) as endpoint:
        endpoint.accounts = {f"access-{n}": USERNAME for n in range(2, 9)}
        endpoint.accounts["access-1"] = "somebody-else"
        with Dovecot(mechanism=mechanism, introspection=f"{endpoint.base}/introspect") as server:
            site = config.write(tmp_path, f"sqlite:///{tmp_path}/postern.db", 9)
            site.write_text(site.read_text()[: site.read_text().index("[relay]")] + '[relay]\nkind = "keep"\n')
            with_tokens(site, server, endpoint)
            foreign = postern(site, "check", "--connect")
            assert foreign.code == 69, "a token of another account opens no mailbox"
            assert "access-1" not in foreign.out + foreign.err
            assert postern(site, "check", "--connect").code == 0
            inbox = server.folder / "mail" / USERNAME / "new"
            daemon = Daemon(site)
            daemon.start()
            try:
                eventually(lambda: "connected" in outcomes(tmp_path), "a login")
                (inbox / "1").write_bytes(mail(1))
                eventually(lambda: subjects(tmp_path) == ["Scanner 1"], "the ticket")
                assert daemon.stop() == 0
            finally:
                daemon.kill()
    used = [asked["refresh_token"] for asked in endpoint.asked]
    assert used == [["refresh-1"], ["refresh-2"], ["refresh-3"]]
    assert (tmp_path / "refresh-token").read_text() == "refresh-4\n"


def with_tokens(site: Path, server: Dovecot, endpoint: Endpoint) -> None:
    (site.parent / "refresh-token").touch(mode=0o600)
    (site.parent / "refresh-token").write_text("refresh-1\n")
    with site.open("a") as file:
        file.write(
            f'\n[[mailbox]]\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\nusername = "{USERNAME}"\n'
            f'start = "all"\n[mailbox.oauth]\ntoken_endpoint = "{endpoint.url}"\nclient_id = "postern"\n'
            'refresh_token_file = "refresh-token"\n'
        )


def test_a_wrong_password_is_told_by_check(tmp_path: Path, server: Dovecot) -> None:
    site = config.write(tmp_path, f"sqlite:///{tmp_path}/postern.db", 9)
    site.write_text(site.read_text()[: site.read_text().index("[relay]")] + '[relay]\nkind = "keep"\n')
    mailbox(site, server, "keep")
    (tmp_path / "mailbox-password").write_text("close sesame\n")
    done = postern(site, "check", "--connect")
    assert done.code == 69
    assert PASSWORD not in done.err + done.out
    assert "close sesame" not in done.err + done.out
