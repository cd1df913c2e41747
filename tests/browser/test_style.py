"""The shop's style in a real browser: tried while choosing, published, rolled back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.look import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GREEN, GREEN_RGB = "#1f6f43", (31, 111, 67)

_SHOWN = """() => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = getComputedStyle(document.querySelector(".btn--buy")).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


def _is_green(seen: list[int]) -> bool:
    return all(abs(one - other) <= 2 for one, other in zip(seen, GREEN_RGB, strict=True))


def _in_shop(page: Page) -> list[int]:
    page.goto("/shop/")
    seen: list[int] = page.evaluate(_SHOWN)
    return seen


def test_an_accent_is_tried_published_and_rolled_back(at_desk: Sit) -> None:
    watched = at_desk("li")
    page = watched.page
    assert not _is_green(_in_shop(page))
    page.goto("/desk/new/style/start_style/")
    page.locator("#act [name=name]").fill("Green week")
    page.locator("#act [type=submit]").click()
    expect(page.locator("#dossier-title")).to_contain_text("Green week")
    assert watched.faults(weigh=False) == []

    frame = page.wait_for_selector("iframe[name=style-screen]").content_frame()
    assert frame is not None
    frame.wait_for_selector(".btn--buy", state="attached")
    assert not _is_green(frame.evaluate(_SHOWN))
    page.locator("#id_accent_hover").fill("#175a35")
    page.locator("#id_accent").fill("#ff9900")
    expect(page.locator("[data-pairs]")).to_contain_text("Nearest that passes")
    page.locator("#id_accent").fill(GREEN)
    expect(page.locator("[data-pairs]")).not_to_contain_text("Nearest that passes")
    frame.wait_for_function(f"() => ({_SHOWN})().join() !== '255,153,0'")
    assert _is_green(frame.evaluate(_SHOWN))
    page.locator("[data-lit=dark]").click()
    assert frame.evaluate("document.documentElement.dataset.theme") == "dark"
    page.locator("[data-lit=light]").click()

    # A preview is for looking: a link keeps the style, nothing goes into a cart.
    frame.locator(".top .logo").click()
    frame.wait_for_url("**/shop/?style=*")
    frame.locator("button.card__add").first.dispatch_event("click")
    assert not any(cookie.get("name") == "shop_cart" for cookie in page.context.cookies())
    assert watched.heard == []

    page.locator(".dress__form [type=submit]").click()
    expect(page.locator("#id_accent")).to_have_value(GREEN)
    here = page.url
    assert not _is_green(_in_shop(page))
    page.goto(here)
    page.locator('#dossier [data-act="publish_style"]').click()
    expect(page.locator("#dossier .badge").first).to_have_text("Published")
    assert _is_green(_in_shop(page))
    assert watched.faults(weigh=False) == []
    page.goto("/desk/style/")
    page.get_by_role("button", name="Roll back to").click()
    page.wait_for_url("**/desk/style/style/*/")
    assert not _is_green(_in_shop(page))
    assert watched.heard == []


def test_a_draft_on_a_phone_has_no_faults(at_desk: Sit) -> None:
    watched = at_desk("li", Look(360, language="en"))
    watched.page.goto("/desk/style/style/2/")
    watched.page.frame_locator("iframe[name=style-phone]").locator(".dock").wait_for()
    assert watched.faults(weigh=False) == []
