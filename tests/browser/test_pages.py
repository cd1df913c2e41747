"""Every page there is, in a real browser: it works, fits, is light, and anybody can use it.

Each is looked at wide in Chinese, there also in the dark, and on a phone in English, whose words
are the longer ones: two loads, and the whole of the accessibility engine on both.
"""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from tests.browser.conftest import Sit
from tests.browser.look import Look
from tests.browser.office import PROJECT, Office
from tests.browser.ways import DIRECT, ELSEWHERE, FILES, Way, wanted

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE, PHONE = Look(), Look(width=360, language="en")
ONCE = ("act:", "org:line/")
"""Forms are drawn by one template: all are looked at wide, a few also small and dark."""

PAGES = [name for name in wanted() if name not in FILES | ELSEWHERE]
FORMS_TOO = {
    "act:org.give_assignment",
    "act:org.return_assignment",
    "act:catalogue.enter_product",
    "org:line/split_unit",
    "org:line/move_duty",
}
MAIN = {name for name in PAGES if not name.startswith(ONCE) or name in FORMS_TOO}
DIM = {name for name in MAIN if not name.startswith(("account_", "mfa_", "panel:"))}


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str, found: dict[str, Way], looking: Sit) -> None:
    assert name in DIRECT or name in found, "nobody finds a link to this page"
    user, path = DIRECT.get(name) or found[name]
    told = []
    for look in (WIDE, PHONE) if name in MAIN else (WIDE,):
        watched = looking(user, look)
        answer = watched.page.goto(path)
        assert answer is not None
        faults = [] if answer.status == 200 else [f"status {answer.status}"]
        faults += watched.faults()
        if look is WIDE and name in DIM:
            faults += [f"in the dark, {fault}" for fault in watched.dim()]
        told += [f"{user} at {path}, {look}: {fault}" for fault in faults]
    assert told == []


@pytest.mark.parametrize("look", [WIDE, PHONE], ids=str)
def test_a_page_that_is_not_there(look: Look, looking: Sit) -> None:
    watched = looking("huang", look)
    watched.expected = {404}
    answer = watched.page.goto("/desk/nothing-here/")
    assert answer is not None
    assert (answer.status, watched.faults()) == (404, [])


def test_a_broken_page_is_found_out(looking: Sit) -> None:
    """Each fault that the other tests look for, made on purpose, is found."""
    watched = looking("huang", PHONE)
    page = watched.page
    page.goto("/desk/new/org/give_assignment/")
    assert watched.faults() == []
    page.evaluate("document.querySelector('label[for=id_title]').remove()")
    page.evaluate("document.querySelector('[for=id_text]').style.color = '#ccc'")
    page.evaluate("document.querySelector('main').style.minWidth = '900px'")
    page.evaluate("document.querySelector('#id_title').style.cssText = 'height:30px;min-height:0'")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p onclick=\"x()\">!</p>')")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=no>')")
    page.evaluate("setTimeout(() => { throw new Error('broken') })")
    page.wait_for_timeout(200)
    told = "\n".join(watched.faults())
    for fault in (
        "axe label: #id_title",
        "axe color-contrast: ",
        "axe image-alt: ",
        "px too wide: ",
        "only 30 px high: ",
        "violates the following Content Security Policy directive",
        "404 http",
        "script: broken",
    ):
        assert fault in told


def test_no_link_leads_nowhere(walked: tuple[dict[str, Way], list[str]]) -> None:
    assert walked[1] == []


def test_every_page_is_looked_at_somewhere() -> None:
    assert (FILES | ELSEWHERE | set(DIRECT)) - set(wanted()) == set()


def test_the_engine_is_the_one_we_looked_at() -> None:
    vendor = PROJECT / "tests/browser/vendor"
    (entry,) = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))
    there = {
        path.relative_to(vendor).as_posix(): "sha384-"
        + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in vendor.glob("*/*")
    }
    assert there == entry["files"]


def test_nothing_is_fetched_from_elsewhere(showroom: Office, looking: Sit) -> None:
    asked = []
    watched = looking("huang")
    watched.page.on("request", lambda request: asked.append(request.url))
    for path in ("/desk/", "/desk/queue/org.supervision/", "/desk/organisation/", "/"):
        watched.page.goto(path)
    assert [url for url in asked if not url.startswith(f"{showroom.url}/")] == []
    assert len(asked) > 8
