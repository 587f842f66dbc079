"""Letters bear the signatures of their domain, and receivers find them good."""

from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from tests.rig.signing import pem
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, DANA


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """The files of an RSA key and of an Ed25519 key."""
    made: tuple[PrivateKeyTypes, ...] = (
        generate_private_key(public_exponent=65537, key_size=2048),
        Ed25519PrivateKey.generate(),
    )
    paths = (tmp_path / "rsa.pem", tmp_path / "ed25519.pem")
    for path, key in zip(paths, made, strict=True):
        path.touch(mode=0o600)
        path.write_bytes(pem(key))
    return paths


def test_each_letter_bears_a_signature_of_each_key(stage: Stage, keys: tuple[Path, Path]) -> None:
    desk = stage(
        more="".join(
            f'[[dkim]]\ndomain = "desk.example"\nselector = "{path.stem}"\nkey_file = "{path}"\n' for path in keys
        )
    )
    published = {f"{one.key.name}.": one.key.key.record for one in desk.office.config.dkim}

    def asked(name: bytes, timeout: int = 5) -> bytes:
        del timeout
        return published[name.decode()].encode()

    desk.write(ANN, "Die Bilder fehlen: „alle“.", subject="Bücher & Bilder")
    desk.reply(DANA, "to web-it provider\n\nPlease look.\n.\n")
    letters = [post for box in desk.mailboxes.values() for post in box]
    assert len(letters) >= 5
    for post in letters:
        assert post.data.count(b"DKIM-Signature:") == 2
        assert dkim.DKIM(post.data).verify(0, dnsfunc=asked)
        assert dkim.DKIM(post.data).verify(1, dnsfunc=asked)
