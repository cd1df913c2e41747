"""One office for the session, one browser for each module, and people at their desks in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.office import CLOCK, Office
from tests.browser.watch import Watched
from tests.browser.ways import Way, ways
from tests.commands.conftest import House, until

SLOW_MS = 15_000
"""How long anything may take before a test gives up: a busy machine is not a fault."""


@dataclass(frozen=True)
class Look:
    """How a page is looked at: width, language, brightness."""

    width: int = 1280
    language: str = "zh-hans"
    dark: bool = False
    script: bool = True

    def __str__(self) -> str:
        return f"{self.width}-{self.language[:2]}-{'dark' if self.dark else 'light'}"

    def context(self, browser: Browser, office: Office, session: str = "") -> BrowserContext:
        """Return a browser of its own that looks so, signed in if it has a session."""
        context = browser.new_context(
            base_url=office.url,
            viewport={"width": self.width, "height": 800},
            has_touch=self.width < 500,
            locale="en-GB" if self.language == "en" else "zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if self.dark else "light",
            reduced_motion="reduce",
            java_script_enabled=self.script,
        )
        context.set_default_timeout(SLOW_MS)
        cookies = {"language": self.language} | ({"sessionid": session} if session else {})
        context.add_cookies(
            [{"name": k, "value": v, "url": office.url} for k, v in cookies.items()]
        )
        return context


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the example company, made by whichever test process comes first."""
    if not shutil.which("chromium"):
        pytest.skip("The browser tests need Chromium: apt-get install chromium.")
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "furnished"
    try:
        shared.mkdir()
    except FileExistsError:
        until(lambda: (shared / "made").exists(), within_s=240)
    else:
        made = House(shared / "data")
        made.data.mkdir()
        assert made.run("--clock", CLOCK, "demo").returncode == 0
        (shared / "made").touch()
    return shared / "data"


def _opened(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    data = tmp_path_factory.mktemp("office") / "data"
    shutil.copytree(furnished, data)
    opened = Office.opened(data)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def showroom(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The example company, only looked at."""
    yield from _opened(furnished, tmp_path_factory)


@pytest.fixture(scope="session")
def workplace(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The example company, in which people work; each test keeps to records of its own."""
    yield from _opened(furnished, tmp_path_factory)


@pytest.fixture(scope="session")
def found(showroom: Office) -> dict[str, Way]:
    """For each page someone who finds a link to it, and the link."""
    return ways(showroom)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Of a module: its event loop must be gone when tests of tables begin."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield chromium
        chromium.close()


Sit = Callable[..., Watched]


def settled(page: Page, path: str) -> None:
    """Go to a page and wait until its script modules listen to the keys."""
    page.goto(path, wait_until="networkidle")


def _desks(browser: Browser, office: Office) -> Iterator[Sit]:
    contexts: list[BrowserContext] = []

    def sit(user: str = "", look: Look = Look(language="en"), *, anew: bool = False) -> Watched:
        session = "" if not user else office.stepped_in(user) if anew else office.session(user)
        context = look.context(browser, office, session)
        contexts.append(context)
        return Watched(context.new_page())

    yield sit
    for context in contexts:
        context.close()


@pytest.fixture
def looking(showroom: Office, browser: Browser) -> Iterator[Sit]:
    """Return a person's browser in the showroom: `looking("huang", Look(360))`."""
    yield from _desks(browser, showroom)


@pytest.fixture
def at_desk(workplace: Office, browser: Browser) -> Iterator[Sit]:
    """Return a person's browser at work: `at_desk("huang")`; "" is somebody from the street."""
    yield from _desks(browser, workplace)
