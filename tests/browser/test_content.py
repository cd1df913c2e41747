"""The site's pages in a real browser: an editor changes the home page and takes it back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit, calm
from tests.browser.look import Look
from tests.browser.watch import Watched
from zhanggui.ground.media.tests.drawing import drawn

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "Tea tasting on Saturday"


def _opened(watched: Watched, title: str, queue: str = "content.pages") -> Page:
    """Open a page's editor from the desk queue."""
    page = watched.page
    page.goto(f"/desk/queue/{queue}/")
    page.get_by_role("link", name=title, exact=True).click()
    page.locator("#dossier").get_by_role("link", name="Edit the page").click()
    expect(page.locator("#editor")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return page


def test_the_home_page_edited_previewed_published_and_led_back(at_desk: Sit) -> None:
    watched = at_desk("jiang")
    page = _opened(watched, "Home")
    shown = page.frame_locator("iframe[name=preview]")
    expect(shown.get_by_text("This year's white tea and dried longan")).to_be_visible()

    page.locator("button[value='add:notice']").click()
    calm(page)
    card = page.locator(".ed__card").last
    expect(card).to_have_attribute("open", "")
    card.get_by_label("Text, Chinese").fill("周六品茶")
    card.get_by_label("Text, English").fill(WORDS)
    expect(shown.get_by_text(WORDS)).to_be_visible()  # beside the form, before anything is saved
    expect(page.locator("[data-state]")).to_have_text("Not saved yet")
    page.locator(".ed__side [value=zh-hans]").check(force=True)
    expect(shown.get_by_text("周六品茶")).to_be_visible()
    page.locator(".ed__side [value=screen]").check(force=True)
    assert watched.faults(weigh=False) == []

    customer = at_desk().page
    customer.goto("/shop/")
    expect(customer.get_by_text(WORDS)).to_have_count(0)
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#toasts")).to_contain_text("is what everybody sees from now on")
    customer.reload()
    expect(customer.get_by_text(WORDS)).to_be_visible()

    page.get_by_role("link", name="State, versions and what happened").click()
    page.get_by_role("button", name="Back to this (version 2)").click()
    expect(page.locator("#dossier")).to_contain_text("as version 2 was")
    expect(page.locator("#dossier")).to_contain_text("led it back to version 2")
    customer.reload()
    expect(customer.get_by_text(WORDS)).to_have_count(0)
    assert watched.faults(weigh=False) == []


def test_an_article_written_with_a_picture_on_a_phone(at_desk: Sit, tmp_path: Path) -> None:
    watched = at_desk("jiang", Look(width=360, language="en"))
    page = watched.page
    page.goto("/desk/new/content/start_page/")
    page.get_by_label("Title, Chinese").fill("怎么泡花茶")
    page.get_by_label("Title, English").fill("How to brew scented tea")
    page.get_by_label("Word in the address").fill("brew-scented-tea")
    page.locator("#act [type=submit]").click()
    expect(page.locator("#editor")).to_be_visible()
    page.wait_for_load_state("networkidle")

    page.locator("details.pic__more > summary").first.click()
    photo = tmp_path / "cup.jpg"
    photo.write_bytes(drawn())
    page.locator("#id_new-cover-file").set_input_files(photo)
    page.locator("#id_new-cover-alt_zh").fill("一杯茶")
    page.locator("#id_new-cover-alt_en").fill("A cup of tea")
    page.locator("button[value='picture:cover']").click()
    # Looked at, stored and drawn: on a busy machine it takes its time.
    expect(page.locator(".pic__now").first).to_contain_text("tea", timeout=20_000)
    calm(page)

    page.locator("button[value='add:prose']").click()
    calm(page)
    english = page.locator(".prose-box").nth(1)
    english.click()
    page.keyboard.type("Ninety degrees")
    page.keyboard.press("Enter")
    page.keyboard.type("and three minutes")
    english.locator("xpath=preceding-sibling::div[1]").get_by_role(
        "button", name="List", exact=True
    ).click()
    page.locator(".prose-box").nth(0).click()
    page.keyboard.type("九十度，三分钟")
    assert watched.faults(weigh=False) == []
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#toasts")).to_contain_text("Version 2")

    reader = at_desk("", Look(width=360, language="en"))
    reader.page.goto("/shop/a/brew-scented-tea/")
    expect(reader.page.locator(".prose")).to_contain_text("Ninety degrees")
    expect(reader.page.locator(".prose li")).to_have_count(1)
    assert reader.faults() == []


def test_two_editors_at_once_are_told_of_each_other(at_desk: Sit) -> None:
    jiang, li = at_desk("jiang"), at_desk("li")
    first = _opened(jiang, "Cold days, and a cup of rock tea")
    second = li.page
    second.goto(first.url, wait_until="networkidle")
    expect(second.locator("#written")).to_contain_text("Jiang Yifan has this page open too.")

    first.get_by_label("Summary, English").fill("Boiling water, and little of it")
    first.get_by_role("button", name="Save the draft").click()
    expect(first.locator("#toasts")).to_contain_text("is saved as a draft")
    li.expected = {409}
    second.locator("button[value='add:notice']").click()
    calm(second)
    second.locator(".ed__card").last.get_by_label("Text, Chinese").fill("茶会")
    second.get_by_role("button", name="Save the draft").click()
    told = second.locator("#written [role=alert]")
    expect(told).to_contain_text("Jiang Yifan saved version 3 while you were writing.")
    expect(second.locator(".ed__card").last.get_by_label("Text, Chinese")).to_have_value("茶会")
    second.get_by_role("button", name="Save the draft").click()
    expect(second.locator("#toasts")).to_contain_text("Version 4 is saved as a draft")
    assert jiang.faults(weigh=False) == []
    assert li.faults(weigh=False) == []
