"""config.toml: what is required, what the defaults are, what is refused, and how it is said."""

import os
from ipaddress import ip_network
from pathlib import Path

import pytest

from gateway import config
from gateway.faults import ConfigFaults
from gateway.fields import Endpoint
from outbound.render import Renderer
from routing.directory import Directory, Side
from routing.model import CcRule, Inlet, UnknownSenders
from tests.unit.gateway.config_files import SMALLEST, loaded, refused, written


def test_only_address_and_relay_are_required(tmp_path: Path) -> None:
    found = loaded(tmp_path, SMALLEST)
    assert found.gateway.name == "Support"
    assert found.data_dir == tmp_path / "var"
    assert found.database == f"sqlite:///{tmp_path}/var/postern.db"
    assert found.gateway.secret == tmp_path / "var" / "secret"
    assert dict(found.gateway.keys) == {"customer": "CT", "partner": "PT", "operator": "OT"}
    assert found.gateway.workflow.name == "several-parties.toml"
    assert found.directory is None
    assert found.smtp.listen == Endpoint("127.0.0.1", 2525)
    assert found.smtp.hostname == "desk.example"
    assert found.smtp.max_size == 25 * 1024 * 1024
    assert found.addresses[0].queue == "inbound"
    assert found.addresses[0].cc is CcRule.KNOWN
    assert found.trust.relays == (ip_network("127.0.0.1/32"),)
    assert found.trust.authserv_ids == ()


def test_the_defaults_of_limits_are_those_of_the_parsers(tmp_path: Path) -> None:
    limits = loaded(tmp_path, SMALLEST).limits
    assert limits.parsing() == type(limits.parsing())()
    assert (limits.recipients, limits.hops, limits.own_hops, limits.strikes) == (100, 50, 3, 3)
    assert (limits.parser_cpu, limits.parser_memory) == (10, 512 * 1024 * 1024)


def test_each_limit_of_reading_reaches_the_parsers(tmp_path: Path) -> None:
    keys = (
        "headers",
        "header_size",
        "headers_size",
        "mime_depth",
        "mime_parts",
        "attachments",
        "html_size",
        "html_depth",
    )
    text = "".join(f"{key} = {number}\n" for number, key in enumerate(keys, start=1))
    found = loaded(tmp_path, f"{SMALLEST}[limits]\n{text}").limits.parsing()
    assert (found.headers, found.header_bytes, found.all_header_bytes) == (1, 2, 3)
    assert (found.depth, found.parts, found.attachments, found.html_bytes, found.html_depth) == (4, 5, 6, 7, 8)


def test_an_empty_file_names_both_missing_tables(tmp_path: Path) -> None:
    assert refused(tmp_path, "") == [
        ' has no [[address]]; add one; it needs address = "support@desk.example"',
        ' has no [relay]; add one; it needs kind = "keep"',
    ]


def test_paths_are_relative_to_the_file_and_not_to_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "people.toml").write_text("")
    (tmp_path / "site" / "desk.toml").write_text("")
    path = written(
        tmp_path / "site",
        '[gateway]\ndata_dir = "data"\ndatabase = "sqlite:///db/x.db"\n'
        'workflow = "desk.toml"\ndirectory = "people.toml"\n' + SMALLEST,
    )
    monkeypatch.chdir(tmp_path)
    found = config.load(Path("site") / path.name)
    assert found.data_dir == tmp_path / "site" / "data"
    assert found.database == f"sqlite:///{tmp_path}/site/db/x.db"
    assert found.directory == tmp_path / "site" / "people.toml"
    assert found.gateway.workflow == tmp_path / "site" / "desk.toml"


@pytest.mark.parametrize(
    "url", ["sqlite:////srv/postern.db", "postgresql://postern@db.example/postern", "postgresql+psycopg:///postern"]
)
def test_databases_by_url_stay_as_they_are(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, f'[gateway]\ndatabase = "{url}"\n{SMALLEST}').database == url


@pytest.mark.parametrize("url", ["mysql://root:hunter2@db/x", "sqlite://", "sqlite:///:memory:", "hunter2"])
def test_other_databases_are_refused_and_never_repeated(tmp_path: Path, url: str) -> None:
    (sentence,) = refused(tmp_path, f'[gateway]\ndatabase = "{url}"\n{SMALLEST}')
    assert sentence.startswith("2: gateway.database cannot be")
    assert "hunter2" not in sentence.replace('kind "hunter2"', "") or url == "hunter2"


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = """\
[gateway]
unknown_senders = "acept"
hostname = "desk.example"

[smtp]
lisen = "127.0.0.1:25"
max_size = "25 megs"

[[address]]
address = "support@desk.example"

[[address]]
address = "Support@Desk.example"
queue = 3

[relay]
host = "smtp.example.com"
tls = "none"
port = 70000
"""
    assert refused(tmp_path, text) == [
        '2: gateway.unknown_senders cannot be "acept"; did you mean "accept"?',
        '3: gateway.hostname is unknown; "hostname" belongs to [smtp]',
        '6: smtp.lisen is unknown; did you mean "listen"?',
        '7: smtp.max_size cannot be "25 megs"; write a whole number and a unit (B, KB, MB, GB), as in "25 MB"',
        '13: address[2].address has "Support@Desk.example", which stands above already; keep it in one place',
        "14: address[2].queue cannot be 3; write a text in quotes",
        '18: relay.tls cannot be "none" for another machine; write "starttls" or "implicit"',
        "19: relay.port cannot be 70000; write a number of at most 65535",
    ]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [('"0.0.0.0:25"', ("0.0.0.0", 25)), ('"[::1]:0"', ("::1", 0)), ('"mx.example:25"', ("mx.example", 25))],
)
def test_listen_is_host_and_port(tmp_path: Path, value: str, wanted: tuple[str, int]) -> None:
    assert loaded(tmp_path, f"{SMALLEST}[smtp]\nlisten = {value}\n").smtp.listen == Endpoint(*wanted)


@pytest.mark.parametrize("value", ['"25"', '":25"', '"::1:25"', '"a:65536"', '"a:-1"', '"a:٣"', "25"])
def test_listen_is_nothing_else(tmp_path: Path, value: str) -> None:
    assert len(refused(tmp_path, f"{SMALLEST}[smtp]\nlisten = {value}\n")) == 1


def test_a_local_part_must_leave_room_for_the_signed_part(tmp_path: Path) -> None:
    longest = "a" * 32
    assert loaded(tmp_path, SMALLEST.replace("support", longest)).addresses[0].address == f"{longest}@desk.example"
    (sentence,) = refused(tmp_path, SMALLEST.replace("support", longest + "a"))
    assert sentence == (
        "2: address[1].address has 33 characters before the @, and reply addresses add 32; "
        "shorten that part to at most 32, for mail allows 64 in all"
    )


@pytest.mark.parametrize(
    "address",
    ["support", "support@", "@desk.example", "a b@desk.example", "Support <a@b.example>", "a@b@c",
     "support+x@desk.example", "süp@desk.example", "a@-desk.example", '\\"a b\\"@desk.example', "a@desk.example\\n"],
)  # fmt: skip
def test_an_address_of_ours_is_bare_and_plain(tmp_path: Path, address: str) -> None:
    (sentence,) = refused(tmp_path, SMALLEST.replace("support@desk.example", address))
    assert sentence.startswith("2: address[1].address cannot be ")


def test_the_domain_part_becomes_lower_case(tmp_path: Path) -> None:
    found = loaded(tmp_path, SMALLEST.replace("support@desk.example", "Support@DESK.Example"))
    assert found.addresses[0].address == "Support@desk.example"


def test_a_database_password_is_masked_and_refused_in_a_file_open_to_all(tmp_path: Path) -> None:
    text = f'[gateway]\ndatabase = "postgresql://postern:hunter2@db/x"\n{SMALLEST}'
    found = loaded(tmp_path, text)
    assert "hunter2" in found.database
    assert "hunter2" not in repr(found)
    found.path.chmod(0o644)
    with pytest.raises(ConfigFaults, match=r"gateway\.database holds a password") as caught:
        config.load(found.path)
    assert "hunter2" not in str(caught.value)


def test_trust_is_a_question_of_networks(tmp_path: Path) -> None:
    trust = loaded(tmp_path, f'{SMALLEST}[trust]\nrelays = ["192.0.2.0/24", "2001:db8::/32"]\n').trust
    assert trust.trusts("192.0.2.77")
    assert trust.trusts("2001:db8::1")
    assert not trust.trusts("127.0.0.1")
    assert not trust.trusts("no address")


def test_a_network_with_host_bits_is_refused_with_the_network_meant(tmp_path: Path) -> None:
    (sentence,) = refused(tmp_path, f'{SMALLEST}[trust]\nrelays = ["10.1.2.3/8"]\n')
    assert sentence == '7: trust.relays[1] cannot list "10.1.2.3/8"; write a network, as in "10.0.0.0/8"'


def test_the_desk_has_what_decisions_need(tmp_path: Path) -> None:
    text = (
        '[gateway]\nname = "Help"\nunknown_senders = "hold"\nkeys = { partner = "QT" }\n'
        '[[address]]\naddress = "a@desk.example"\n'
        '[[address]]\naddress = "b@desk.example"\nqueue = "second"\nunknown_senders = "refuse"\ncc = "all"\n'
        '[relay]\nkind = "keep"\n[trust]\nauthserv_ids = ["mx.desk.example"]\n'
    )
    found = loaded(tmp_path, text)
    desk = found.desk(Directory(), found.load_workflow(Renderer((), "Help").names()))
    assert desk.name == "Help"
    assert desk.prefixes == {Side.CUSTOMER: "CT", Side.PARTNER: "QT", Side.OPERATOR: "OT"}
    assert desk.hostname == "desk.example"
    assert desk.strong_operator
    assert desk.inlets == (
        Inlet("a@desk.example", "inbound", UnknownSenders.HOLD, CcRule.KNOWN),
        Inlet("b@desk.example", "second", UnknownSenders.REFUSE, CcRule.ALL),
    )


def test_an_unknown_desk_is_refused_with_those_that_ship(tmp_path: Path) -> None:
    (sentence,) = refused(tmp_path, f'[gateway]\nworkflow = "several-party"\n{SMALLEST}')
    assert sentence.startswith('2: gateway.workflow cannot be "several-party"; did you mean "several-parties"?')


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[gateway\n", "1: this line is no TOML"),
        ('[gateway]\nname = "a"\nname = "b"\n', "3: this line is no TOML"),
        ('[gateway]\n\nname = "a\n', "3: this line is no TOML"),
        ("[gateway]\nname = \n\n", "2: this line is no TOML"),
    ],
)
def test_no_toml_is_told_with_its_line(tmp_path: Path, text: str, wanted: str) -> None:
    (sentence,) = refused(tmp_path, text)
    assert sentence.startswith(wanted)


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b'[gateway]\nname = "B\xfcro"\n')
    with pytest.raises(ConfigFaults, match="byte 19 is not UTF-8; save the file as UTF-8"):
        config.load(path)


def test_a_byte_order_mark_and_crlf_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALLEST.replace("\n", "\r\n").encode())
    assert config.load(path).relay.kind == "keep"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("gateway = 3\n", "gateway must be one table, not 3; write [gateway] on a line of its own"),
        ("[[smtp]]\n", "smtp must be one table, not a list; write [smtp] on a line of its own"),
        ("[trust]\nrelays = {}\n", "trust.relays cannot be a table; write a list in brackets"),
        ("[gateway]\nname = 2020-01-01\n", "gateway.name cannot be a date; write a text in quotes"),
        ("[gateway]\nname = true\n", "gateway.name cannot be true; write a text in quotes"),
        ("[limits]\nstrikes = 2.5\n", "limits.strikes cannot be 2.5; "),
        ("[limits]\nstrikes = 0\n", "limits.strikes cannot be 0; write a number of at least 1"),
        (
            "[limits]\nparser_cpu = 10\n",
            'limits.parser_cpu cannot be 10 without a unit; write "10 s" (units: s, min, h, d)',
        ),
        ("[imap]\n", "imap is unknown; "),
        ("[realy]\n", 'realy is unknown; did you mean "relay"?'),
    ],
)
def test_types_are_not_converted(tmp_path: Path, text: str, wanted: str) -> None:
    (sentence,) = refused(tmp_path, f"{text}\n{SMALLEST}")
    assert wanted in sentence


def test_a_table_for_a_list_of_tables_is_refused(tmp_path: Path) -> None:
    sentences = refused(tmp_path, '[address]\naddress = "a@b.example"\n[relay]\nkind = "keep"\n')
    assert sentences == ["1: address must be a list of tables; write [[address]] before each"]


def test_find_prefers_the_argument_then_the_environment_then_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("argument.toml", "environment.toml", "config.toml"):
        (tmp_path / name).touch()
    monkeypatch.setenv("POSTERN_CONFIG", "environment.toml")
    assert config.find("argument.toml") == Path("argument.toml")
    assert config.find(None) == Path("environment.toml")
    monkeypatch.delenv("POSTERN_CONFIG")
    assert config.find(None) == Path("config.toml")


def test_a_configuration_that_is_named_and_missing_is_not_replaced_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").touch()
    monkeypatch.setenv("POSTERN_CONFIG", "gone.toml")
    with pytest.raises(
        ConfigFaults, match=r"gone\.toml: there is no such configuration; write one with `postern init`"
    ):
        config.find(None)


def test_find_names_all_places_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POSTERN_CONFIG", raising=False)
    monkeypatch.setattr(config, "PLACES", (Path("config.toml"), tmp_path / "etc" / "config.toml"))
    with pytest.raises(ConfigFaults, match=r"config\.toml and .*etc/config\.toml: there is no such configuration"):
        config.find(None)


def test_a_configuration_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.mkdir()
    with pytest.raises(ConfigFaults, match="cannot be read: is a directory"):
        config.load(config.find(os.fspath(path)))
