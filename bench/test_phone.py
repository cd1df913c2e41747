"""What the shop's pages cost on a phone with a slow line: bytes, requests, paints, shifts.

Run with `make bench`, or this file alone with `.venv/bin/python -m pytest bench/test_phone.py -n 0
-s`. The example company is served as `zhanggui run` serves it. Debian's Chromium is a phone of 360
by 800 points at three pixels a point; processor and line are slowed as Lighthouse slows them for
its "slow 4G" (a round trip of 150 ms, 1.6 Mbit/s, a processor four times slower; with the factors
it applies where the browser itself does the slowing). Each page is opened three times with nothing
kept (cold) and each time once more (warm); printed are medians. Asserted is what does not depend
on the machine: the bytes and the requests of a first visit, and that nothing shifts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.office import Office

RUNS = 3
LATENCY_MS = 150 * 3.75
DOWN_BYTES, UP_BYTES = 1638.4 * 0.9 * 1024 / 8, 750 * 0.9 * 1024 / 8
CPU_TIMES_SLOWER = 4
SETTLED_MS = 1_500

FIRST_KB_MAX = 240
"""Bytes of any page at a first visit: some 1.4 s of this line."""

FIRST_REQUESTS_MAX = 40
"""Requests of any page at a first visit."""

SHIFT_MAX = 0.02
"""Layout shift of a page: a fifth of what counts as good; only what nobody sees may move."""

ORDER_ME = "陈小娟 13850307261 福建省莆田市荔城区镇海街道胜利路58号3栋502室"

PAINTS = """
async () => {
  const seen = type => new Promise(done => {
    const found = [];
    const watch = new PerformanceObserver(list => found.push(...list.getEntries()));
    watch.observe({type, buffered: true});
    setTimeout(() => { watch.disconnect(); done(found); }, 50);
  });
  const [paint, largest, shifts] = await Promise.all(
    ['paint', 'largest-contentful-paint', 'layout-shift'].map(seen));
  const last = largest.at(-1);
  return {
    first: paint.find(e => e.name === 'first-contentful-paint')?.startTime ?? 0,
    largest: last?.startTime ?? 0,
    what: last?.element ? last.element.tagName.toLowerCase() +
      (last.element.className ? '.' + String(last.element.className).split(' ')[0] : '') : '',
    shift: shifts.filter(e => !e.hadRecentInput).reduce((sum, e) => sum + e.value, 0),
    moved: shifts.flatMap(e => e.sources.map(s => {
      const [was, is] = [s.previousRect, s.currentRect];
      return `${s.node?.nodeName}.${s.node?.className}: ${was.x},${was.y} ${was.width}`
        + `x${was.height} to ${is.x},${is.y} ${is.width}x${is.height}`;
    })),
  };
}
"""


@dataclass
class Load:
    """One opening of a page."""

    bytes: float = 0
    requests: int = 0
    paints: dict[str, Any] = field(default_factory=dict)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The example company, served, with its pictures' usual sizes made."""
    if not shutil.which("chromium"):
        pytest.skip("Chromium is missing: apt-get install chromium.")
    opened = Office.opened(Path(tmp_path_factory.mktemp("phone")) / "data")
    opened.house.python("from tests.pictures import make_ready; make_ready()")
    yield opened
    opened.close()


def phone(browser: Browser, office: Office, state: Any = None) -> BrowserContext:
    """Return a phone with nothing kept but cookies."""
    context = browser.new_context(
        base_url=office.url,
        viewport={"width": 360, "height": 800},
        device_scale_factor=3,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        storage_state=state,
    )
    context.set_default_timeout(60_000)
    return context


def opened(page: Page, path: str) -> Load:
    """Open a page over the slow line and return what that took."""
    told = Load()
    line = page.context.new_cdp_session(page)
    line.on("Network.requestWillBeSent", lambda sent: _count(told, sent))
    line.on("Network.loadingFinished", lambda got: _weigh(told, got))
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": DOWN_BYTES,
            "uploadThroughput": UP_BYTES,
        },
    )
    line.send("Emulation.setCPUThrottlingRate", {"rate": CPU_TIMES_SLOWER})
    page.goto(path, wait_until="networkidle")
    page.wait_for_timeout(SETTLED_MS)
    told.paints = page.evaluate(PAINTS)
    line.detach()
    return told


def _count(told: Load, sent: dict[str, Any]) -> None:
    told.requests += not sent["request"]["url"].startswith("data:")


def _weigh(told: Load, got: dict[str, Any]) -> None:
    told.bytes += got["encodedDataLength"]


def shopped(browser: Browser, office: Office) -> tuple[Any, str]:
    """Return what a phone keeps of a filled cart, and the page of an order placed."""
    context = phone(browser, office)
    page = context.new_page()
    for code in ("TGY", "GLA", "HSY"):
        page.goto(f"/shop/p/{code}/")
        page.locator(".buybar .btn--soft").first.click()
        page.locator("#toast").get_by_role("link").wait_for()
    state = context.storage_state()
    page.goto("/shop/checkout/")
    page.locator("#paste").fill(ORDER_ME)
    page.locator('button[value="paste"]').click()
    page.wait_for_load_state("networkidle")
    page.locator('button[value="place"]').last.click()
    page.wait_for_url("**/shop/order/**")
    order = page.url.removeprefix(office.url)
    context.close()
    return state, order


def line_of(loads: list[Load]) -> str:
    """Return the medians of some openings as a line of the report."""
    kb = median(one.bytes for one in loads) / 1000
    requests = median(one.requests for one in loads)
    first, largest, shift = (
        median(one.paints[key] for one in loads) for key in ("first", "largest", "shift")
    )
    return f"{kb:7.1f} {requests:6.0f} {first:8.0f} {largest:8.0f} {shift:7.3f}"


def test_pages_on_a_phone(office: Office) -> None:
    """Print what the pages cost, first and second time."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        cart, order = shopped(browser, office)
        pages = {
            "home": ("/shop/", None),
            "category": ("/shop/c/TEA/", None),
            "search": ("/shop/search/?q=tieguanyin", None),
            "product": ("/shop/p/TGY/", None),
            "article": ("/shop/a/keep-tea/", None),
            "cart": ("/shop/cart/", cart),
            "checkout": ("/shop/checkout/", cart),
            "tracking": (order, None),
        }
        print(f"\n{'':20}{'kB':>7} {'reqs':>6} {'first ms':>8} {'largest':>8} {'shift':>7}  which")
        for name, (path, state) in pages.items():
            loads: dict[str, list[Load]] = {"cold": [], "warm": []}
            for _run in range(RUNS):
                context = phone(browser, office, state)
                for kind in loads:
                    page = context.new_page()
                    loads[kind].append(opened(page, path))
                    page.close()
                context.close()
            for kind, several in loads.items():
                print(f"{name:13}{kind:7}{line_of(several)}  {several[-1].paints['what']}")
            assert max(one.bytes for one in loads["cold"]) < FIRST_KB_MAX * 1000, name
            assert max(one.requests for one in loads["cold"]) <= FIRST_REQUESTS_MAX, name
            for one in [*loads["cold"], *loads["warm"]]:
                assert one.paints["shift"] < SHIFT_MAX, (name, one.paints["moved"])
        browser.close()
