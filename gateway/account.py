"""The account that `serve` works as: root binds the doors for it, and is nobody's superior from then on."""

import os
import pwd
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.exits import BAD_CONFIGURATION, Exit
from gateway.faults import Fault
from gateway.fields import ROOT, Endpoint, is_loopback
from gateway.smtp.binding import bound
from gateway.smtp.bounds import Listener

if TYPE_CHECKING:
    from gateway.config import Config

OTHERS = 0o007
SQLITE = "sqlite:///"
SIDES = ("", "-wal", "-shm", "-turn")


def settled(config: "Config", listeners: Sequence[Listener]) -> Sequence[Listener]:
    """Be who the configuration says; the listeners are bound then where root was needed for it.

    Raises Exit 78 where root would serve the network, where the account is another one, or where files are not for it;
    CannotListen where a port cannot be had.
    """
    user = config.gateway.user
    if os.geteuid() != ROOT:
        _refuse(_wrong_account(config))
    elif user is None:
        _refuse(_open_as_root(config, listeners))
    else:
        account = pwd.getpwnam(user)
        _make_data_folder(config.data_dir, account)
        listeners = [bound(listener) for listener in listeners]
        become(account)
        _refuse(_out_of_reach(config, user))
        _refuse(_foreign(config, account))
    _refuse(_bared(config))
    return listeners


def become(account: pwd.struct_passwd) -> None:
    """Be this account for good, with its groups and no others, in all threads. Raises OSError where we may not."""
    os.initgroups(account.pw_name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    os.environ.update(HOME=account.pw_dir, USER=account.pw_name, LOGNAME=account.pw_name)


def _refuse(faults: Iterable[Fault]) -> None:
    if found := tuple(map(str, faults)):
        raise Exit(BAD_CONFIGURATION, *found)


def _fault(config: "Config", key: str, problem: str, mend: str) -> Fault:
    return Fault(str(config.path), None, key, problem, mend)


def _wrong_account(config: "Config") -> Iterator[Fault]:
    user = config.gateway.user
    if user is not None and pwd.getpwnam(user).pw_uid != os.geteuid():
        yield _fault(
            config,
            "gateway.user",
            f'is "{user}", and another account has started serve',
            "start it as this one, or as root",
        )


def _open_as_root(config: "Config", listeners: Iterable[Listener]) -> Iterator[Fault]:
    for listener in listeners:
        place = listener.place
        if isinstance(place, Endpoint) and not is_loopback(place.host):
            problem = f"is missing: root has started serve, which would listen on {place.host}"
            mend = 'name an account that Postern has for itself alone, as in user = "postern"'
            yield _fault(config, "gateway.user", problem, mend)
            return


def _make_data_folder(folder: Path, account: pwd.struct_passwd) -> None:
    """What stands above it may be root's alone."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        return
    os.chown(folder, account.pw_uid, account.pw_gid)


def _out_of_reach(config: "Config", user: str) -> Iterator[Fault]:
    """What this account must read at the start, and again at each reload."""
    named = (config.gateway.workflow, config.directory, config.tls.certificate, config.tls.key, config.smtp.logins)
    for path in (config.path, *named):
        if path is not None and not os.access(path, os.R_OK):
            yield Fault(str(path), None, "", f"cannot be read by {user}, who serves", "mend its owner or its mode")
    if not os.access(sys.executable, os.X_OK):
        mend = "install Postern where every account may run it, as in /opt"
        yield Fault(sys.executable, None, "", f"cannot be run by {user}, who serves", mend)


def _foreign(config: "Config", account: pwd.struct_passwd) -> Iterator[Fault]:
    """What is of somebody else among that which we write."""
    folder = config.data_dir
    mend = f"chown -R {account.pw_name}: {folder}"
    try:
        found = [folder, *sorted(folder.iterdir())]
    except OSError:
        yield Fault(str(folder), None, "", f"cannot be opened by {account.pw_name}, who serves", mend)
        return
    for path in dict.fromkeys((*found, *_database(config))):
        if path.lstat().st_uid != account.pw_uid:
            yield Fault(str(path), None, "", f"does not belong to {account.pw_name}, who serves", mend)


def _bared(config: "Config") -> Iterator[Fault]:
    """What every user of the machine may open, and what they may put another file into."""
    for path in (*_database(config), config.data_dir / "mail.log"):
        if path.exists() and path.stat().st_mode & OTHERS:
            problem = "every user of this machine may open it, and it holds people's mail"
            yield Fault(str(path), None, "", problem, "take that away with chmod o= on it")
    folder = config.data_dir
    if folder.exists() and folder.stat().st_mode & 0o002:
        problem = "every user of this machine may change what is in it"
        yield Fault(str(folder), None, "", problem, "take that away with chmod o-w on it")


def _database(config: "Config") -> list[Path]:
    """The files of SQLite that there are."""
    if not config.database.startswith(SQLITE):
        return []
    path = config.database.removeprefix(SQLITE)
    return [Path(path + side) for side in SIDES if Path(path + side).exists()]
