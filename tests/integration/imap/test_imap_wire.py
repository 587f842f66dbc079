"""How we log in, and what a hostile server or somebody in the middle gets from us: nothing secret, little time."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
import trustme
from pydantic import SecretStr, ValidationError

from gateway.faults import BadValue
from gateway.imap.session import Server, Session, connect
from gateway.imap.stream import Patience
from gateway.mailbox_settings import MailboxTable
from gateway.oauth_settings import _one_line
from gateway.problems import LoginRefused, Problem, Unsafe
from tests.rig.imap import PASSWORD, USERNAME, Answer, Drop, First, Flood, ImapServer, Raw, Say, Wait
from tests.rig.imap_folder import Folder
from tests.rig.mailroom import HASTY, mail

Make = Callable[..., ImapServer]
LONG = Patience(5.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True)
class Login:
    """A password, or a token."""

    text: str = PASSWORD
    username: str = USERNAME
    token: bool = False

    def secret(self) -> tuple[bool, str]:
        return self.token, self.text


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trust(authority: trustme.CA) -> ssl.SSLContext:
    """What we believe."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def certified(authority: trustme.CA) -> ssl.SSLContext:
    """A server that is who it says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[ImapServer] = []

    def one(script: dict[str, list[Answer]] | None = None, **more: ssl.SSLContext) -> ImapServer:
        made.append(ImapServer(script, **more).__enter__())  # type: ignore[arg-type]  # contexts are the only ones
        return made[-1]

    yield one
    for server in made:
        server.__exit__(None, None, None)


def opened(
    server: ImapServer,
    login: Login | None = None,
    *,
    tls: str = "none",
    trust: ssl.SSLContext | None = None,
    patience: Patience = HASTY,
    folder: str = "INBOX",
) -> Session:
    return connect(Server("127.0.0.1", server.port, tls, folder), login or Login(), trust, patience)


@pytest.mark.parametrize("capabilities", [("IMAP4rev1",), ("IMAP4rev1", "AUTH=PLAIN")])
def test_a_password_logs_in_by_login_or_plain(make: Make, capabilities: tuple[str, ...]) -> None:
    server = make()
    server.has.password = 'p"a\\ss w'
    server.has.capabilities = capabilities
    with opened(server, Login('p"a\\ss w')) as session:
        assert session.uids() == []
    assert server.secrets == ['p"a\\ss w']


def test_a_password_beyond_ascii_goes_by_plain_or_not_at_all(make: Make) -> None:
    server = make()
    server.has.password = "größer"
    opened(server, Login("größer")).close()
    server.has.capabilities = ("IMAP4rev1",)
    with pytest.raises(Problem, match="no way to log in"):
        opened(server, Login("größer"))


def test_a_wrong_password_is_told_as_such(make: Make) -> None:
    with pytest.raises(LoginRefused, match="wrong name or password"):
        opened(make(), Login("guess"))


@pytest.mark.parametrize("mechanism", ["OAUTHBEARER", "XOAUTH2"])
def test_a_token_logs_in(make: Make, mechanism: str) -> None:
    server = make()
    server.has.tokens = {"t0ken"}
    server.has.capabilities = ("IMAP4rev1", f"AUTH={mechanism}")
    opened(server, Login("t0ken", token=True)).close()
    with pytest.raises(LoginRefused, match="the token is not good"):
        opened(server, Login("stolen", token=True))
    assert server.secrets == ["t0ken", "stolen"]


def test_a_server_without_tokens_gets_none(make: Make) -> None:
    server = make()
    server.has.capabilities = ("IMAP4rev1", "AUTH=PLAIN")
    with pytest.raises(Problem, match="takes no tokens"):
        opened(server, Login("t0ken", token=True))
    assert server.secrets == []


def test_starttls_and_implicit_tls(make: Make, certified: ssl.SSLContext, trust: ssl.SSLContext) -> None:
    for server, tls in ((make(starttls=certified), "starttls"), (make(implicit=certified), "implicit")):
        server.deliver(mail(1))
        with opened(server, tls=tls, trust=trust, patience=LONG) as session:
            assert session.part(1, 0, 10_000) == mail(1)


UNSAFE: dict[str, tuple[str, dict[str, list[Answer]]]] = {
    "no-starttls": ("starttls", {}),
    "starttls-refused": ("starttls", {"STARTTLS": [Say("NO not now")]}),
    "starttls-bad": ("starttls", {"STARTTLS": [Say("BAD what")]}),
    "preauth": ("starttls", {"GREETING": [Raw(b"* PREAUTH welcome\r\n")]}),
    "preauth-in-clear": ("none", {"GREETING": [Raw(b"* PREAUTH welcome\r\n")]}),
    "answer-behind-starttls": ("starttls", {"STARTTLS": [Raw(b"{tag} OK go\r\n* CAPABILITY IMAP4rev1\r\n")]}),
    "no-tls-behind-starttls": ("starttls", {"STARTTLS": [Raw(b"{tag} OK go\r\n")]}),
    "dropped-at-starttls": ("starttls", {"STARTTLS": [Drop()]}),
    "plain-where-tls-is-due": ("implicit", {}),
    "bye-at-once": ("starttls", {"GREETING": [Raw(b"* BYE full\r\n", ends=True)]}),
    "silent": ("starttls", {"GREETING": [Wait()]}),
    "no-imap": ("none", {"GREETING": [Raw(b"220 mx.example ESMTP\r\n")]}),
}


@pytest.mark.parametrize("variant", UNSAFE)
def test_case_48_nothing_secret_is_said_where_somebody_may_listen(
    make: Make, certified: ssl.SSLContext, trust: ssl.SSLContext, variant: str
) -> None:
    """cases 48, P35 (django-helpdesk), P38 (CVE-2011-0411): STARTTLS stripped, failed or injected into, PREAUTH."""
    tls, script = UNSAFE[variant]
    offers = {} if variant in ("no-starttls", "plain-where-tls-is-due", "preauth-in-clear") else {"starttls": certified}
    server = make(script, **offers)
    with pytest.raises(Problem) as told:
        opened(server, tls=tls, trust=trust)
    assert isinstance(told.value, Unsafe) == (variant in ("no-starttls", "preauth", "preauth-in-clear"))
    assert server.secrets == []
    assert not {"LOGIN", "AUTHENTICATE"} & {command.split(" ")[0] for command in server.commands}


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_case_48_a_certificate_of_somebody_else_gets_nothing(
    make: Make, authority: trustme.CA, trust: ssl.SSLContext, tls: str
) -> None:
    """case 48: from an unknown authority, or for another host."""
    for issuer, name in ((trustme.CA(), "127.0.0.1"), (authority, "imap.example.com")):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.issue_cert(name).configure_cert(context)
        server = make(**{tls: context})
        with pytest.raises(Problem, match="certificate"):
            opened(server, tls=tls, trust=trust)
        assert server.secrets == []


@pytest.mark.parametrize("folder", ['a" "b', "a\\b", "Eingang/Größe", "x]y{3}"])
def test_case_18_a_folder_name_is_one_argument(make: Make, folder: str) -> None:
    """cases 18, P42 (CVE-2025-15366): no name becomes a command."""
    server = make()
    with pytest.raises(Problem, match="no such folder"):
        opened(server, folder=folder)
    assert [verb for verb in server.verbs if verb != "CAPABILITY"] == ["AUTHENTICATE", "SELECT", "LOGOUT"]


@pytest.mark.parametrize("key", ["folder", "username", "host"])
def test_no_line_end_in_the_configuration_reaches_the_server(key: str) -> None:
    """P42 (CVE-2025-15366): nor in a password, which is one line of its file or its variable."""
    good = {"host": "imap.example.com", "username": "desk", "folder": "INBOX", "password_file": None}
    for end in ("\r\n", "\n", "\r", "\0"):
        with pytest.raises(ValidationError) as told:
            MailboxTable.model_validate(good | {key: f"{good[key]}{end}A1 DELETE INBOX"})
        assert key in {str(fault["loc"][0]) for fault in told.value.errors()}
        with pytest.raises(BadValue):
            _one_line(SecretStr(f"pass{end}word"))


HOSTILE: dict[str, Answer] = {
    "drop": Drop(),
    "wait": Wait(),
    "flood": Flood(),
    "flood-of-exists": Flood(b"* 1 EXISTS\r\n"),
    "endless-line": Flood(b"x"),
    "huge-literal": Raw(b"* 1 FETCH (BODY[] {999999999999}\r\n"),
    "half-a-literal": Raw(b"* OK {100}\r\nhalf", ends=True),
    "many-literals": Flood(b"* LIST {1}\r\nx\r\n"),
    "brackets": Raw(b"* 1 FETCH " + b"(" * 60_000 + b"\r\n{tag} OK done\r\n"),
    "no-imap": Raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "nul": Raw(b"\0\0\0\r\n"),
    "bye": Raw(b"* BYE bye\r\n", ends=True),
    "other-tag": Raw(b"XXXX1 OK done\r\n"),
    "challenges": Flood(b"+ \r\n"),
    "no": Say("NO never"),
    "bad": Say("BAD never"),
}


@pytest.mark.parametrize("verb", ["GREETING", "CAPABILITY", "AUTHENTICATE", "SELECT", "SEARCH", "IDLE", "NOOP"])
@pytest.mark.parametrize("answer", HOSTILE)
def test_case_18_whatever_a_server_answers_ends_in_bounds(make: Make, verb: str, answer: str) -> None:
    """case 18: a sentence or a plain answer, never another exception, a hang, or memory without end."""
    server = make({verb: [HOSTILE[answer]]})
    bell, clapper = socket.socketpair()
    with bell, clapper, suppress(Problem), opened(server) as session:
        session.uids()
        session.idle(0.1, bell.fileno())
        session.noop()
    server.cut()


@pytest.mark.parametrize("said", [b"* 3 EXISTS\r\n+ idling\r\n", b"+ idling\r\n* 4 EXISTS\r\n"])
def test_idle_hears_of_a_message_before_and_after_it_begins(make: Make, said: bytes) -> None:
    server = make({"IDLE": [Raw(said)], "DONE": [Say("x")]})
    bell, clapper = socket.socketpair()
    with bell, clapper, opened(server) as session:
        session._stream.start_idle()
        told = "EXISTS" in session._stream.untagged_responses or session._stream.news()
        assert told
        session.cut()


def test_idle_ends_when_the_bell_rings(make: Make) -> None:
    server = make()
    bell, clapper = socket.socketpair()
    with bell, clapper, opened(server) as session:
        clapper.send(b"!")
        assert not session.idle(1000, bell.fileno())


def test_a_folder_that_is_not_there_is_told(make: Make) -> None:
    server = make()
    server.has.folders = {"Other": Folder()}
    with pytest.raises(Problem, match="no such folder"):
        opened(server)


def test_what_is_injected_before_tls_is_forgotten_after_it(
    make: Make, certified: ssl.SSLContext, trust: ssl.SSLContext
) -> None:
    """cases 48, P38 (CVE-2011-0411): what somebody said in clear text counts for nothing behind TLS."""
    server = make({"CAPABILITY": [First(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n")]}, starttls=certified)
    server.has.capabilities = ("IMAP4rev1", "AUTH=PLAIN")
    with opened(server, tls="starttls", trust=trust, patience=LONG) as session:
        assert "AUTH=XOAUTH2" not in session.offers
