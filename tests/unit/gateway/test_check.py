"""`postern check`: every file that a configuration names, every fault at once, and the peers that it names."""

import argparse
import io
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway import config
from gateway.commands import check, init
from gateway.exits import Exit
from tests.rig.relay import Relay
from tests.rig.signing import pem

PATCHED = (3, 14, 3)


def checked(path: Path, connect: bool = False, version: check.Version = PATCHED) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    code = check.run(path, connect, out, err, version)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder as `init` leaves it."""
    init.write(tmp_path)
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def relay_to(site: Path, port: int, tls: str = "none", login: str = "") -> None:
    settings = f'host = "127.0.0.1"\nport = {port}\ntls = "{tls}"\n{login}'
    replace(site / "config.toml", 'kind = "keep" ', f"{settings}\n#")


def test_a_sound_configuration_ends_with_zero(site: Path) -> None:
    code, out, _ = checked(site / "config.toml")
    assert code == 0
    assert out == f"{site}/config.toml: no fault found\n"


def test_a_configuration_without_secret_is_sound_for_the_first_start_makes_one(site: Path) -> None:
    (site / "var" / "secret").unlink()
    assert checked(site / "config.toml")[0] == 0
    assert not (site / "var" / "secret").exists()


def test_faults_of_all_files_are_told_at_once(site: Path) -> None:
    replace(site / "config.toml", "[smtp]", "[smtp]\nhostnam = 1")
    replace(site / "config.toml", 'name = "Example Support"', 'workflow = "desk.toml"')
    replace(site / "directory.toml", 'kind = "operator"', 'kind = "boss"')
    (site / "desk.toml").write_text("[")
    (site / "var" / "secret").chmod(0o644)
    code, out, err = checked(site / "config.toml")
    assert code == 78
    assert out == ""
    lines = err.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith(f"{site}/config.toml:")
    assert lines[1].startswith(f"{site}/desk.toml")
    assert lines[2].startswith(f"{site}/var/secret: ")
    assert lines[3].startswith(f"{site}/directory.toml:")


def test_a_workflow_that_is_not_known_does_not_make_roles_unknown(site: Path) -> None:
    replace(site / "config.toml", 'name = "Example Support"', 'workflow = "severl-parties"')
    replace(site / "directory.toml", "web-it-provider", "role-of-that-desk")
    code, _, err = checked(site / "config.toml")
    assert code == 78
    assert err.count("\n") == 1
    assert 'did you mean "several-parties"?' in err


@pytest.mark.parametrize(
    ("version", "warned"),
    [((3, 11, 7), True), ((3, 12, 99), True), ((3, 13, 11), True), ((3, 13, 12), False), ((3, 14, 0), True),
     ((3, 14, 2), True), ((3, 14, 3), False), ((3, 15, 0), False)],
)  # fmt: skip
def test_a_python_with_known_holes_is_warned_of(site: Path, version: check.Version, warned: bool) -> None:
    code, _, err = checked(site / "config.toml", version=version)
    assert code == 0
    assert ("warning: Python" in err) is warned


def test_operators_without_strong_proof_are_warned_of(site: Path) -> None:
    assert "warning: " in checked(site / "config.toml")[2]
    with (site / "config.toml").open("a") as file:
        file.write('[trust]\nauthserv_ids = ["mx.desk.example"]\n')
    assert checked(site / "config.toml")[2] == ""


@pytest.mark.parametrize(("days", "warned"), [(20, False), (10, True), (-1, True)])
def test_a_certificate_of_ours_that_ends_soon_is_warned_of(site: Path, *, days: int, warned: bool) -> None:
    end = datetime.now(UTC) + timedelta(days=days)
    pair = trustme.CA().issue_cert("localhost", not_before=end - timedelta(days=90), not_after=end)
    pair.private_key_pem.write_to_path(site / "key.pem")
    (site / "key.pem").chmod(0o600)
    pair.cert_chain_pems[0].write_to_path(site / "cert.pem")
    with (site / "config.toml").open("a") as file:
        file.write('[tls]\ncertificate = "cert.pem"\nkey = "key.pem"\n')
    code, _, err = checked(site / "config.toml")
    sentence = f"warning: {site}/config.toml: tls.certificate: {site}/cert.pem: this certificate end"
    assert (code, sentence in err) == (0, warned)


def test_connect_greets_the_relay_and_opens_the_database(site: Path) -> None:
    with Relay() as relay:
        relay_to(site, relay.port)
        assert checked(site / "config.toml", connect=True)[0] == 0
        assert [command.split()[0].upper() for command in relay.commands][:2] == ["EHLO", "NOOP"]
        assert relay.deliveries == []


def test_connect_knocks_at_every_relay(site: Path) -> None:
    with Relay() as relay, Relay({"EHLO": ["550 5.7.1 go away"]}) as partner:
        relay_to(site, relay.port)
        with (site / "config.toml").open("a") as file:
            file.write(f'[relays.partner]\nhost = "127.0.0.1"\nport = {partner.port}\ntls = "none"\n')
            file.write('[[route]]\nrecipients = ["@partner.example"]\nrelays = ["partner", "default"]\n')
        code, _, err = checked(site / "config.toml", connect=True)
        assert "NOOP" in relay.commands
        port = partner.port
    assert code == 69
    assert f"relays.partner: The relay 127.0.0.1:{port} cannot be used: 5.7.1 go away (it answered 550)" in err
    assert "mend [relays.partner], or ask its postmaster" in err


def test_connect_without_the_option_touches_nothing(site: Path) -> None:
    with Relay() as relay:
        relay_to(site, relay.port)
        assert checked(site / "config.toml")[0] == 0
        assert relay.connections == 0


def test_a_relay_that_is_not_there_is_told_with_69(site: Path) -> None:
    with Relay() as relay:
        port = relay.port
    relay_to(site, port)
    code, _, err = checked(site / "config.toml", connect=True)
    assert code == 69
    assert f"relay: The relay 127.0.0.1:{port} cannot be used: " in err


def test_a_relay_that_refuses_us_is_told_with_69(site: Path) -> None:
    with Relay({"GREETING": ["554 5.7.1 not you"]}) as relay:
        relay_to(site, relay.port)
        code, _, err = checked(site / "config.toml", connect=True)
    assert code == 69
    assert "(it answered 554)" in err


def test_a_relay_without_starttls_is_told_with_69(site: Path) -> None:
    with Relay() as relay:
        relay_to(site, relay.port, tls="starttls")
        code, _, err = checked(site / "config.toml", connect=True)
        assert not any(command.startswith("NOOP") for command in relay.commands)
    assert code == 69
    assert "STARTTLS" in err


@pytest.fixture
def certificate(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate of 127.0.0.1 from an authority of its own, which this machine trusts for one test."""
    authority = trustme.CA()
    pem = tmp_path_factory.mktemp("tls") / "authority.pem"
    authority.cert_pem.write_to_path(str(pem))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def encrypted(tls: str, certificate: ssl.SSLContext) -> Relay:
    return Relay(implicit=certificate) if tls == "implicit" else Relay(starttls=certificate)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_connect_encrypts_and_logs_in(site: Path, certificate: ssl.SSLContext, tls: str) -> None:
    (site / "password").write_text("hunter2\n")
    (site / "password").chmod(0o600)
    with encrypted(tls, certificate) as relay:
        relay_to(site, relay.port, tls, login='username = "u"\npassword_file = "password"')
        assert checked(site / "config.toml", connect=True)[0] == 0
    verbs = [command.split()[0].upper() for command in relay.commands]
    assert verbs.index("AUTH") < verbs.index("NOOP")


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_told_with_69(
    site: Path, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with encrypted(tls, certificate) as relay:
        relay_to(site, relay.port, tls)
        code, _, err = checked(site / "config.toml", connect=True)
    assert code == 69
    assert "certificate verify failed" in err


def test_a_relay_that_does_not_speak_tls_at_once_is_told_with_69(site: Path) -> None:
    with Relay() as relay:
        relay_to(site, relay.port, tls="implicit")
        code, _, err = checked(site / "config.toml", connect=True)
    assert code == 69
    assert "cannot be used: " in err


def test_a_database_that_cannot_be_opened_is_told_with_69(site: Path) -> None:
    (site / "taken").mkdir()
    replace(site / "config.toml", 'name = "Example Support"', 'database = "sqlite:///taken"')
    code, _, err = checked(site / "config.toml", connect=True)
    assert code == 69
    assert "gateway.database: " in err


def test_no_configuration_at_all_ends_with_78(tmp_path: Path) -> None:
    with pytest.raises(Exit) as caught:
        check.command(argparse.Namespace(config=str(tmp_path / "none.toml"), connect=False))
    assert caught.value.code == 78
    assert caught.value.lines[0].startswith(f"{tmp_path}/none.toml: there is no such configuration; ")


class Zone:
    """Name servers that know one record."""

    def __init__(self, name: str, record: str) -> None:
        self._known = {name: record}

    def text(self, name: str) -> str | None:
        return self._known.get(name)


def test_a_signing_key_must_stand_in_the_dns(site: Path) -> None:
    (site / "dkim.pem").touch(mode=0o600)
    (site / "dkim.pem").write_bytes(pem(Ed25519PrivateKey.generate()))
    table = '[[dkim]]\ndomain = "desk.example"\nselector = "post"\nkey_file = "dkim.pem"\n'
    replace(site / "config.toml", "[relay]", f"{table}\n[relay]")
    found = config.load(site / "config.toml")
    name, record = "post._domainkey.desk.example", found.dkim[0].key.key.record
    assert list(check.unpublished(found, Zone(name, record.replace("; ", ";")))) == []
    (other,) = check.unpublished(found, Zone(name, "v=DKIM1; k=rsa; p=AAAA"))
    assert f"{name} holds another key; publish what `postern dkim` prints" in other
    (none,) = check.unpublished(found, Zone("elsewhere", record))
    assert f"{name} cannot be found" in none
