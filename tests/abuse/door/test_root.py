"""Whom the daemon works as, and who else may look at what it writes."""

import os
import pwd
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig import config, passable
from tests.rig.command import postern
from tests.rig.daemon import Daemon
from tests.rig.load import Message, Session

ACCOUNT, OTHER = "nobody", "mail"
PATIENCE = 30.0
ROOT = os.geteuid() == 0
root_only = pytest.mark.skipif(not ROOT, reason="needs root, who alone may become another user")


@pytest.fixture
def site() -> Iterator[Path]:
    """The configuration of a desk in a folder that every user may enter, as pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="postern-root-"))
    folder.chmod(0o755)
    try:
        path = config.write(folder / "desk", f"sqlite:///{folder}/desk/var/postern.db", 9)
        yield path
    finally:
        shutil.rmtree(folder)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def works_as(path: Path, account: str) -> None:
    change(path, "[gateway]\n", f'[gateway]\nuser = "{account}"\n')


def give(folder: Path, account: str) -> None:
    """What `chown -R` does."""
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, account)


@pytest.fixture
def way(tmp_path: Path) -> list[str]:
    """Other users can run the interpreter, too."""
    return passable.way(tmp_path)


def refused(path: Path, *way: str) -> str:
    """What `serve` says when it does not start."""
    done = subprocess.run(
        [*way, sys.executable, "-m", "gateway.cli", "-c", str(path), "serve"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 78, done.stderr
    return done.stderr


def status(daemon: Daemon) -> dict[str, list[str]]:
    """Who a process is, as the kernel sees it."""
    assert daemon.process is not None
    lines = Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines()
    return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


@root_only
@pytest.mark.parametrize("key", ["listen", "listen_tls"])
def test_root_does_not_serve_the_network(site: Path, tmp_path: Path, key: str) -> None:
    """case 66: unless it may become somebody else; nothing is opened before that is said."""
    if key == "listen":
        change(site, '"127.0.0.1:0"', '"0.0.0.0:0"')
    else:
        _certify(site, tmp_path)
        change(site, "[smtp]\n", '[smtp]\nlisten_tls = "0.0.0.0:0"\n')
    assert refused(site) == (
        f"{site}: gateway.user is missing: root has started serve, which would listen on 0.0.0.0; "
        'name an account that Postern has for itself alone, as in user = "postern"\n'
    )
    assert not (site.parent / "var" / "postern.db").exists()


def _certify(site: Path, folder: Path) -> None:
    import trustme

    pair = trustme.CA().issue_cert("localhost")
    pair.private_key_and_cert_chain_pem.write_to_path(folder / "both.pem")
    (folder / "both.pem").chmod(0o600)
    site.write_text(f'{site.read_text()}\n[tls]\ncertificate = "{folder}/both.pem"\nkey = "{folder}/both.pem"\n')


@root_only
def test_root_binds_the_doors_and_is_somebody_else_from_then_on(site: Path, way: list[str]) -> None:
    """case 66: port 25 is root's to give; all that is written belongs to the account, and to nobody beside it."""
    account = pwd.getpwnam(ACCOUNT)
    works_as(site, ACCOUNT)
    change(site, '"127.0.0.1:0"', f'"{_lonely()}:25"')
    site.write_text(
        site.read_text().partition("[relay]")[0] + '[relay]\nkind = "keep"\n\n[lmtp]\nlisten = "var/lmtp.sock"\n'
    )
    var = site.parent / "var"
    shutil.rmtree(var)
    daemon = Daemon(site, way)
    daemon.start()
    try:
        assert daemon.port == 25
        who = status(daemon)
        assert who["Uid"] == [str(account.pw_uid)] * 4
        assert who["Gid"] == [str(account.pw_gid)] * 4
        assert "0" not in who["Groups"]
        assert who["CapEff"] == ["0" * 16]
        assert who["Umask"] == ["0077"]
        _mail(daemon)
        _eventually_kept(var / "outgoing")
        modes = {path: path.lstat() for path in (var, *var.rglob("*"))}
        assert {"postern.db", "postern.db-wal", "secret", "mail.log", "serve.lock", "lmtp.sock"} <= {
            p.name for p in modes
        }
        assert {found.st_uid for found in modes.values()} == {account.pw_uid}
        assert [path.name for path, found in modes.items() if found.st_mode & 0o007] == ["lmtp.sock"]
    finally:
        assert daemon.stop() == 0


def _lonely() -> str:
    """An address of this machine that no other test has."""
    return f"127.{random.randrange(1, 255)}.{random.randrange(255)}.{random.randrange(2, 255)}"


def _mail(daemon: Daemon) -> None:
    session = Session(daemon.port, daemon.doors["smtp"].rpartition(":")[0])
    raw = b"From: Ann <ann@acme.example>\r\nSubject: Scanner\r\nMessage-ID: <1@acme.example>\r\n\r\nIt beeps."
    answer = session.send(Message("<1@acme.example>", "ann@acme.example", "support@desk.example", raw))
    session.close()
    assert answer.startswith(b"250"), answer


def _eventually_kept(folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not list(folder.glob("*.eml")):
        assert time.monotonic() < end
        time.sleep(0.05)


@root_only
def test_what_is_not_the_accounts_own_is_told_with_its_mend(site: Path, way: list[str]) -> None:
    """case 66: files that root has written, each by its name; then they are given away, and it starts."""
    works_as(site, ACCOUNT)
    var = site.parent / "var"
    give(var, ACCOUNT)
    for name in ("mail.log", "secret"):
        (var / name).touch(mode=0o600)
        shutil.chown(var / name, "root")
    mend = f"chown -R {ACCOUNT}: {var}"
    assert refused(site, *way).splitlines() == [
        f"{var / name}: does not belong to {ACCOUNT}, who serves; {mend}" for name in ("mail.log", "secret")
    ]
    give(var, ACCOUNT)
    daemon = Daemon(site, way)
    daemon.start()
    assert daemon.stop() == 0


@root_only
def test_what_the_account_cannot_read_is_told_before_it_serves(site: Path, way: list[str]) -> None:
    """case 66: a reload could not read it either."""
    works_as(site, ACCOUNT)
    give(site.parent / "var", ACCOUNT)
    site.chmod(0o600)
    assert refused(site, *way) == f"{site}: cannot be read by {ACCOUNT}, who serves; mend its owner or its mode\n"


@root_only
def test_an_account_that_is_not_the_one_of_the_configuration(site: Path, way: list[str]) -> None:
    """case 66: whoever is not root cannot become another one."""
    works_as(site, OTHER)
    give(site.parent / "var", ACCOUNT)
    assert refused(site, *way, "setpriv", "--reuid", ACCOUNT, "--clear-groups") == (
        f'{site}: gateway.user is "{OTHER}", and another account has started serve; start it as this one, or as root\n'
    )


@root_only
def test_a_data_folder_that_one_may_not_enter(site: Path, way: list[str]) -> None:
    """case 66: a sentence, and no trace of a fault of ours."""
    secret = site.parent / "var" / "secret"
    assert refused(site, *way, "setpriv", "--reuid", ACCOUNT, "--clear-groups") == (
        f"{secret}: the secret cannot be read: permission denied; mend its path or its permissions\n"
    )


@pytest.mark.parametrize("name", ["postern.db", "postern.db-wal", "mail.log"])
def test_mail_that_every_user_may_read_is_no_spool(site: Path, name: str) -> None:
    """case 66: database and log hold what people wrote and who they are."""
    path = site.parent / "var" / name
    (site.parent / "var" / "postern.db").touch(mode=0o600)
    path.touch()
    path.chmod(0o644)
    assert refused(site) == (
        f"{path}: every user of this machine may open it, and it holds people's mail; "
        "take that away with chmod o= on it\n"
    )


def test_a_data_folder_that_every_user_may_change(site: Path) -> None:
    """case 66: another file could take the place of ours."""
    folder = site.parent / "var"
    folder.chmod(0o777)
    assert refused(site) == (
        f"{folder}: every user of this machine may change what is in it; take that away with chmod o-w on it\n"
    )


def test_a_secret_that_every_user_may_read(site: Path) -> None:
    """case 66: whoever has it can write in anybody's name."""
    secret = site.parent / "var" / "secret"
    secret.chmod(0o644)
    assert refused(site) == f"{secret}: the secret may be opened by other users of this machine; chmod 600 {secret}\n"


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("[smtp]", 'logins = "{}"'),
        ("[tls]", 'certificate = "{}"\nkey = "{}"'),
        ("[relay]", 'kind = "smtp"\nhost = "127.0.0.1"\nusername = "desk"\npassword_file = "{}"'),
        ("[[mailbox]]", 'host = "imap.example"\nusername = "desk"\npassword_file = "{}"'),
    ],
)
def test_a_password_or_a_key_that_every_user_may_read(site: Path, tmp_path: Path, table: str, key: str) -> None:
    """case 66: passwords, keys and logins."""
    _certify(site, tmp_path)
    path = tmp_path / "both.pem"
    path.chmod(0o644)
    head = '[gateway]\n[[address]]\naddress = "support@desk.example"\n'
    relay = "" if table == "[relay]" else '[relay]\nkind = "keep"\n'
    site.write_text(f"{head}{relay}{table}\n{key.replace('{}', str(path))}\n")
    assert "every user of this machine may open" in refused(site)


def test_check_tells_it_too(site: Path) -> None:
    """case 66: before anybody starts the daemon."""
    (site.parent / "var" / "secret").chmod(0o644)
    assert postern(site, "check").code == 78
