"""A browser within the process: asks a WSGI application as a web server would, and keeps cookies.

Django's test client does more at each request than a server does, and less than a browser: it
posts forms as uploads, and each one loads the middleware anew. Stands on nothing but Python, so
that other shops are asked in the same way.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

TOKEN = "a" * 32
"""What the forms of Django's shops are sent with, as their pages would have said."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes


class Browser:
    """Someone who visits; `asked` counts his requests."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application
        self.cookies = {"csrftoken": TOKEN}
        self.address = "10.0.0.1"
        self.asked = 0

    def forget(self) -> None:
        """Be somebody new: no cookies but the one against forged forms."""
        self.cookies = {"csrftoken": TOKEN}

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a URL, redirections not followed."""
        return self._ask("GET", url, b"", "", headers or {})

    def post(
        self,
        url: str,
        form: Mapping[str, str] | None = None,
        *,
        body: bytes | None = None,
        kind: str = "application/x-www-form-urlencoded",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a form as a browser does, or any `body` of this kind."""
        sent = urlencode(form or {}).encode() if body is None else body
        return self._ask("POST", url, sent, kind, headers or {})

    def _ask(
        self, method: str, url: str, body: bytes, kind: str, headers: Mapping[str, str]
    ) -> Answer:
        self.asked += 1
        path, _, query = url.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.address,
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HTTP_ACCEPT": "text/html",
            "HTTP_X_CSRFTOKEN": TOKEN,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in headers.items()}
        began: list[Any] = []
        answer = self.application(environ, lambda *said: began.extend(said))
        try:
            content = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, told = began[:2]
        for name, value in told:
            if name.lower() == "set-cookie":
                for key, morsel in SimpleCookie(value).items():
                    self.cookies[key] = morsel.coded_value
        return Answer(int(status.split()[0]), dict(told), content)
