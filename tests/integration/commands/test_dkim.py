"""`postern dkim`: what to put into the DNS."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from tests.rig.signing import pem
from tests.rig.site import Site


def with_key(site: Site, key: bytes, mode: int = 0o600) -> None:
    path = site.folder / "dkim.pem"
    path.touch()
    path.chmod(mode)
    path.write_bytes(key)
    with site.config.open("a") as file:
        file.write('\n[[dkim]]\ndomain = "desk.example"\nselector = "post"\nkey_file = "dkim.pem"\n')


def test_the_records_are_printed(site: Site) -> None:
    with_key(site, pem(Ed25519PrivateKey.generate()))
    record = site.one("dkim")
    assert (record["name"], record["type"]) == ("post._domainkey.desk.example", "TXT")
    assert str(record["text"]).startswith("v=DKIM1; k=ed25519; p=")
    assert site.run("dkim").out == f'post._domainkey.desk.example. TXT "{record["text"]}"\n'


def test_a_long_record_is_cut_into_strings(site: Site) -> None:
    with_key(site, pem(generate_private_key(public_exponent=65537, key_size=2048)))
    strings = site.run("dkim").out.partition(" TXT ")[2].strip().strip('"').split('" "')
    assert max(map(len, strings)) == 255
    assert "".join(strings) == site.one("dkim")["text"]


def test_without_a_key_it_says_what_to_add(site: Site) -> None:
    done = site.run("dkim")
    assert (done.code, done.out) == (78, "")
    assert "add a table [[dkim]]" in done.err


def test_a_key_that_all_may_read_or_that_is_none_is_refused(site: Site) -> None:
    with_key(site, b"no key")
    assert "dkim[1].key_file names a file that holds no private key in PEM form" in site.run("check").err
    (site.folder / "dkim.pem").chmod(0o644)
    assert "dkim[1].key_file names a file that every user of this machine may open" in site.run("check").err
