"""A real office: the example company at ten o'clock, served as `zhanggui run` serves it."""

from __future__ import annotations

import http.cookiejar
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.commands.conftest import PROJECT, House, free_port, get, until

__all__ = ["CLOCK", "PASSWORD", "PROJECT", "Office", "Visit"]
CLOCK = "2026-11-23T10:00+08:00"
PASSWORD = "zhanggui-example"


@dataclass
class Office:
    """A data folder with the example company, and the server on it."""

    house: House
    port: int
    _cookies: dict[str, str] = field(default_factory=dict)

    @classmethod
    def opened(cls, data: Path, *, port: int = 0) -> Office:
        """Found the example company in an empty folder, serve it, and wait until it is ready."""
        data.mkdir(parents=True, exist_ok=True)
        office = cls(House(data), port or free_port())
        server = office.house.start("--clock", CLOCK, "run", "--port", str(office.port))
        until(lambda: get(office.port, "readyz")[0] == 200 or server.poll(), within_s=240)
        assert server.poll() is None, office.house.said()
        return office

    @property
    def url(self) -> str:
        """Return the address by name: passkeys want a name."""
        return f"http://localhost:{self.port}"

    def close(self) -> None:
        """Stop the server as Ctrl-C would, with all its processes."""
        for process in self.house.started:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def session(self, user: str) -> str:
        """Return the session cookie of a person, who steps in through the first page once."""
        if user not in self._cookies:
            self._cookies[user] = self.stepped_in(user)
        return self._cookies[user]

    def stepped_in(self, user: str) -> str:
        """Return the cookie of a session of its own."""
        visit = Visit(self.url)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', visit.get("/")[1])
        assert token is not None, "the first page offers nobody to step in as"
        status = visit.post(f"/enter/{user}/", csrfmiddlewaretoken=token[1])
        assert status == 200, f"{user} could not step in: {status}"
        return visit.cookie("sessionid")


class Visit:
    """A visit without a browser: pages as text, cookies kept."""

    def __init__(self, url: str, *, session: str = "") -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        if session:
            self.opener.addheaders.append(("Cookie", f"sessionid={session}"))

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page; files for download count as empty pages."""
        try:
            with self.opener.open(self.url + path, timeout=30) as answer:
                html = "text/html" in answer.headers["Content-Type"]
                return answer.status, answer.read().decode() if html else ""
        except urllib.error.HTTPError as error:
            error.close()
            return error.code, ""

    def post(self, path: str, **values: str) -> int:
        """Send a form and return the status of where it led."""
        body = urllib.parse.urlencode(values).encode()
        request = urllib.request.Request(self.url + path, body, {"Referer": self.url + "/"})
        with self.opener.open(request, timeout=30) as answer:
            return int(answer.status)

    def cookie(self, name: str) -> str:
        """Return a cookie's value."""
        return next(str(cookie.value) for cookie in self.jar if cookie.name == name)
