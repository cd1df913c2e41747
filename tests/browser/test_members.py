"""A member's account in a real browser: joined by a code, walked through, and erased."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sit
from tests.browser.look import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = [
    "/shop/account/",
    "/shop/account/addresses/",
    "/shop/account/addresses/new/",
    "/shop/account/requests/",
    "/shop/account/reminders/",
    "/shop/account/security/",
    "/shop/account/data/",
    "/shop/ask/",
    "/shop/orders/",
]

LOOKS = [Look(360), Look(360, "en", dark=True), Look(1280, "en"), Look(1280, dark=True)]
PHONES = ["13859400731", "13859400732", "13859400733", "13859400734"]


def join(page: Page, phone: str) -> None:
    """Sign in by the code that the example company shows on the page."""
    page.locator("#phone").fill(phone)
    page.locator('button[value="ask"]').click()
    code = re.search(r"\d{6}", page.locator(".note.tone-go").inner_text())
    assert code is not None
    page.locator("#code").fill(code[0])
    page.locator('button[value="answer"]').click()


def save(page: Page, line: str) -> None:
    """Save an address pasted in one line."""
    page.goto("/shop/account/addresses/new/")
    page.locator("#paste").fill(line)
    page.locator('button[value="paste"]').click()
    expect(page.locator("#address")).not_to_have_value("")
    page.locator('button[value="save"]').last.click()
    expect(page).to_have_url(re.compile(r"/addresses/\?saved=1$"))


@pytest.mark.parametrize(("look", "phone"), list(zip(LOOKS, PHONES, strict=True)), ids=str)
def test_every_page_of_the_account(at_desk: Sit, look: Look, phone: str) -> None:
    watched = at_desk("", look)
    page = watched.page
    page.goto("/shop/account/")
    join(page, phone)
    expect(page).to_have_url(re.compile("/shop/account/$"))
    for path in PAGES:  # with nothing in them
        watched.settle(path)
        assert watched.faults() == [], path
    save(page, f"陈小娟 {phone} 福建省莆田市荔城区镇海街道胜利路58号3栋502室")
    save(page, f"陈大明 {phone} 福建省莆田市荔城区文献路9号")
    assert watched.faults() == []
    page.locator(".place__act a").first.click()
    assert watched.faults() == []
    page.goto("/shop/ask/")
    page.locator("#what").fill("杨梅干")
    page.locator("#details").fill("不要太甜")
    page.locator("form.panel button").last.click()
    expect(page).to_have_url(re.compile(r"/requests/\?asked=1$"))
    for path in PAGES:  # with something in them
        watched.settle(path)
        assert watched.faults() == [], path


@pytest.mark.parametrize("script", [True, False])
def test_a_member_orders_with_one_tap(at_desk: Sit, script: bool) -> None:
    watched = at_desk("", Look(360, script=script))
    page = watched.page
    page.goto("/shop/account/sign-in/")
    join(page, "13859400735" if script else "13859400736")
    save(page, "陈小娟 13859400735 福建省莆田市荔城区镇海街道胜利路58号3栋502室")
    save(page, "陈大明 13859400735 福建省莆田市荔城区文献路9号")
    page.goto("/shop/p/TGY/?sku=TGY-250")
    page.locator('.buybar button[name="go"]').click()
    expect(page.locator("#address")).to_be_hidden()
    page.locator(".pick .radio", has_text="文献路9号").click()
    expect(page.locator("#checkout")).to_contain_text("福建省莆田市荔城区")
    if script:
        expect(page.locator(".pick .radio", has_text="文献路9号").locator("input")).to_be_checked()
        assert watched.faults() == []
        page.locator(".pick .radio").last.click()
        expect(page.locator("#address")).to_be_visible()
        assert watched.faults() == []
        page.locator(".pick .radio", has_text="文献路9号").click()
        expect(page.locator("#address")).to_be_hidden()
    page.locator('button[value="place"]').last.click()
    expect(page).to_have_url(re.compile(r"/shop/order/.*\?placed=1$"))
    expect(page.locator("main")).to_contain_text("文献路9号")


def test_a_member_is_erased(at_desk: Sit) -> None:
    watched = at_desk("", Look(360, "en"))
    page = watched.page
    page.goto("/shop/account/data/")
    join(page, "13859400737")
    with page.expect_download() as file:
        page.get_by_role("button", name="Download all of it").click()
    assert file.value.suggested_filename.endswith(".zip")
    page.goto("/shop/account/data/")
    page.get_by_text("I am sure.").click()
    page.get_by_role("button", name="Erase my data").click()
    expect(page.locator("main")).to_contain_text("Your data has been erased.")
    assert watched.faults() == []
    page.goto("/shop/account/")
    expect(page).to_have_url(re.compile("/sign-in/"))
