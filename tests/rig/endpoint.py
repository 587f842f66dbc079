"""A token endpoint on this machine (RFC 6749), which also tells a mail server whom a token stands for (RFC 7662)."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

Answer: TypeAlias = tuple[int, dict[str, object]]
REFUSED: Answer = (400, {"error": "invalid_grant"})


def granted(token: str, **more: object) -> Answer:
    """An access token for an hour, or as `more` says."""
    return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600, **more}


class Endpoint(ThreadingHTTPServer):
    """Answers each request at /token with the next of `answers`; the last one stays. Use it as a context.

    At /introspect it knows the tokens of `accounts`, by the name of their account.
    """

    daemon_threads = True

    def __init__(self, *answers: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = list(answers)
        self.asked: list[dict[str, list[str]]] = []
        self.accounts: dict[str, str] = {}
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="endpoint")

    @property
    def base(self) -> str:
        """Its URL without a path."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """Where tokens are to be had."""
        return f"{self.base}/token"

    def token(self) -> Answer:
        """The next answer."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def told_of(self, token: str) -> Answer:
        """What a mail server is told of a token."""
        account = self.accounts.get(token)
        return 200, {"active": False} if account is None else {"active": True, "username": account, "scope": "imap"}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if urlsplit(self.path).path == "/introspect":
            status, answer = self.server.told_of(asked["token"][0])
        else:
            self.server.asked.append(asked)
            status, answer = self.server.token()
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - its name there
        """Nothing."""
