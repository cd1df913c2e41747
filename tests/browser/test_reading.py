"""Reading in a real browser: nothing moves under the eyes when a picture comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import Sit
from tests.browser.look import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("width", [360, 1280])
def test_an_article_stands_still_while_its_picture_comes(looking: Sit, width: int) -> None:
    page = looking("", Look(width=width, language="en")).page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/pictures/**", hold)
    page.goto("/shop/a/keep-tea/", wait_until="domcontentloaded")
    page.locator(".prose").first.wait_for()
    before = page.locator(".prose").first.bounding_box()
    assert held, "the picture did not wait"
    page.unroute("**/pictures/**")  # which lets go of those that were held
    page.wait_for_load_state("load")
    assert page.locator(".figure img").first.evaluate("picture => picture.naturalWidth") > 0
    assert page.locator(".prose").first.bounding_box() == before
