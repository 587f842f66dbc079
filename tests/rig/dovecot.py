"""A real Dovecot in a folder and on a port of its own; the one of the machine, if there is one, is not touched."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from imapclient import IMAPClient

PACKAGE = "dovecot-imapd"
PATIENCE = 20.0
USERNAME, PASSWORD = "desk", "open-sesame"
# As Dovecot 2.3 reads it. The mail belongs to the user that Debian has for mail.
CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
mailbox_idle_check_interval = 1s
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
"""
# Tokens are asked about at an endpoint (RFC 7662).
TOKENS = """auth_mechanisms = {mechanism}
passdb {{
  driver = oauth2
  mechanisms = {mechanism}
  args = {folder}/oauth2.conf
}}
"""
ENDPOINT = """introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


def missing() -> str | None:
    """Why no Dovecot can be started here, None where one can."""
    program = _program()
    if program is None:
        return f"needs Dovecot (Debian package {PACKAGE})"
    if os.geteuid() != 0:
        return "needs root, as Dovecot does"
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return None if version.startswith("2.3.") else "needs Dovecot 2.3, whose configuration this is"


def _program() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Dovecot:
    """Runs from `with` to its end. `certificate` and `key` are files in PEM, for STARTTLS.

    With a `mechanism` (xoauth2, oauthbearer) it takes tokens alone, and asks at `introspection` about them.
    """

    def __init__(
        self,
        certificate: Path | None = None,
        key: Path | None = None,
        *,
        mechanism: str | None = None,
        introspection: str = "",
    ) -> None:
        # Dovecot's own users must get there, and pytest's folders are for one user only.
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.folder.chmod(0o755)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        (self.folder / "mail").mkdir()
        shutil.chown(self.folder / "mail", "mail", "mail")
        text = CONFIG.format(
            folder=self.folder, port=self.port, password=PASSWORD, ssl="required" if certificate else "no"
        )
        if certificate and key:
            text += f"ssl_cert = <{shutil.copy(certificate, self.folder)}\nssl_key = <{shutil.copy(key, self.folder)}\n"
        if mechanism:
            (self.folder / "oauth2.conf").write_text(ENDPOINT.format(url=introspection))
            text += TOKENS.format(mechanism=mechanism, folder=self.folder)
        self._config = self.folder / "dovecot.conf"
        self._config.write_text(text)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        program = _program()
        assert program is not None
        self._process = subprocess.Popen([program, "-F", "-c", str(self._config)], stdin=subprocess.DEVNULL)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                    if probe.recv(4) == b"* OK":
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"Dovecot does not greet: {self.log()}")

    def log(self) -> str:
        """What it has written to its log."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def client(self) -> IMAPClient:
        """Another mail program on the same mailbox, logged in; for servers without a certificate."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=PATIENCE)
        client.login(USERNAME, PASSWORD)
        return client
