"""What the configuration says of mailboxes, as the parts of the door."""

import ssl
from collections.abc import Callable
from datetime import datetime

from gateway.imap.mailbox import MailboxThread, Password, Rhythm, Secret
from gateway.imap.session import Server, connect
from gateway.imap.visit import Desk, Manner
from gateway.mailbox_settings import MailboxTable
from gateway.problems import Problem
from gateway.tokens import Tokens, keeps


def server(table: MailboxTable) -> Server:
    """Where the mailbox is."""
    return Server(table.host, table.port, table.tls, table.folder)


def secret(table: MailboxTable, now: Callable[[], datetime], say: Callable[[str, str], None]) -> Secret:
    """How to log in to it; `say` takes a word and a sentence for the log."""
    if table.oauth is not None:
        return Tokens(table.username, table.oauth, now, say)
    password = table.password
    assert password is not None, "the configuration has one way to log in"
    return Password(table.username, password.get_secret_value())


def thread(
    table: MailboxTable,
    first: str,
    max_size: int,
    desk: Desk,
    owner: str,
    jitter: Callable[[], float],
    trust: ssl.SSLContext | None = None,
) -> MailboxThread:
    """The fetcher of one mailbox, not yet started; `first` is our first address, `max_size` in bytes."""
    name = table.name
    manner = Manner(name, table.start, table.after, table.address, first, max_size, table.trusted, table.host)
    rhythm = Rhythm(idle=table.idle, heartbeat=table.heartbeat)
    login = secret(table, desk.now, lambda outcome, reason: desk.maillog.mailbox(name, outcome, reason))
    return MailboxThread(server(table), login, manner, desk, rhythm, owner, jitter, trust)


def fault(table: MailboxTable, now: Callable[[], datetime]) -> str | None:
    """Log in and open the folder, and take nothing; what stands in the way, None where nothing does."""
    said: list[str] = []
    login = secret(table, now, lambda _outcome, reason: said.append(reason))
    path = table.oauth.refresh_token_file if table.oauth is not None else None
    if path is not None and not keeps(path):
        return (
            f"its refresh token is not tried, for a new one could not be kept in {path.parent}; run this as serve runs"
        )
    try:
        connect(server(table), login).close()
    except Problem as problem:
        return str(problem)
    return said[0] if said else None
