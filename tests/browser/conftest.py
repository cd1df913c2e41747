"""One office for the session, one browser for each module, and people at their desks in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.look import Look, launched
from tests.browser.office import CLOCK, Office
from tests.browser.watch import Watched
from tests.browser.ways import Way, ways
from tests.commands.conftest import House, move_in


@pytest.fixture(scope="session")
def furnished(once: Callable[..., Path]) -> Path:
    """A data folder with the example company."""
    if not shutil.which("chromium"):
        pytest.skip("The browser tests need Chromium: apt-get install chromium.")

    def found(data: Path) -> None:
        move_in(House(data), "--clock", CLOCK, days=2)

    return once("office", found)


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
def walked(showroom: Office, once: Callable[..., Path]) -> tuple[dict[str, Way], list[str]]:
    """For each page someone who finds a link to it, and the link; and links that led nowhere."""

    def look(place: Path) -> None:
        (place / "ways.json").write_text(json.dumps(ways(showroom)), encoding="ascii")

    text = (once("ways", look) / "ways.json").read_text(encoding="ascii")
    found, dead = json.loads(text)
    return {name: (user, path) for name, (user, path) in found.items()}, dead


@pytest.fixture(scope="session")
def found(walked: tuple[dict[str, Way], list[str]]) -> dict[str, Way]:
    """For each page someone who finds a link to it, and the link."""
    return walked[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Of a module: its event loop must be gone when tests of tables begin."""
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        yield chromium
        chromium.close()


Sit = Callable[..., Watched]
ENGLISH = Look(language="en")


def settled(page: Page, path: str) -> None:
    """Go to a page and wait until its script modules listen to the keys."""
    page.goto(path, wait_until="networkidle")


def calm(page: Page) -> None:
    """Wait until what has just come in answers to clicks and keys in place."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)


def _desks(browser: Browser, office: Office) -> Iterator[Sit]:
    contexts: list[BrowserContext] = []

    def sit(user: str = "", look: Look = ENGLISH, *, anew: bool = False) -> Watched:
        session = "" if not user else office.stepped_in(user) if anew else office.session(user)
        context = look.context(browser, office, session)
        contexts.append(context)
        return Watched(context.new_page())

    yield sit
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def looking(showroom: Office, browser: Browser) -> Iterator[Sit]:
    """Return a person's window in the showroom: `looking("huang", Look(360))`.

    Who looks the same way again gets the same window, with all it has fetched and kept.
    """
    windows: dict[tuple[str, Look], Watched] = {}

    def look_at(user: str = "", look: Look = ENGLISH) -> Watched:
        kept = windows.get((user, look))
        if kept is None:
            context = look.context(browser, showroom, showroom.session(user) if user else "")
            kept = windows[user, look] = Watched(context.new_page())
        return kept.again()

    yield look_at
    for kept in windows.values():
        kept.page.context.close()


@pytest.fixture
def at_desk(workplace: Office, browser: Browser) -> Iterator[Sit]:
    """Return a person's browser at work: `at_desk("huang")`; "" is somebody from the street."""
    yield from _desks(browser, workplace)
