"""The shop in a real browser: a customer on a phone, with script and without, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit, calm
from tests.browser.look import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = [
    "/shop/",
    "/shop/goods/",
    "/shop/c/TEA-OOLONG/",
    "/shop/search/?q=guiyuan",
    "/shop/search/?q=nothing-like-that",
    "/shop/p/TGY/",
    "/shop/district/",
    "/shop/cart/",
    "/shop/checkout/",
    "/shop/orders/",
    "/shop/account/sign-in/",
    "/shop/ask/?q=lychee",
]

PLACE = {
    "zh-hans": "福建省莆田市荔城区镇海街道",
    "en": "Zhenhai Subdistrict, Licheng District, Putian City, Fujian Province",
}
"""A street, as it is called in each language."""

CSS_KB_MAX = 45
"""Of the 50 kB that the house allows a page."""


@pytest.mark.parametrize(
    "look",
    [Look(360), Look(360, "en", dark=True), Look(1280, "en"), Look(1280, dark=True)],
    ids=str,
)
def test_every_page_of_the_shop(looking: Sit, look: Look) -> None:
    watched = looking("", look)
    for path in PAGES:
        watched.settle(path)
        assert watched.faults() == [], path
        about = watched.page.locator(".foot__about .logo")
        if about.count() and (box := about.bounding_box()):
            assert box["height"] < 60, f"{path}: the name in the footer is crushed"
    weight = watched.page.evaluate(
        """() => performance.getEntriesByType("resource")
          .filter((entry) => new URL(entry.name).pathname.endsWith(".css"))
          .reduce((total, entry) => total + entry.decodedBodySize, 0)"""
    )
    assert weight <= CSS_KB_MAX * 1000


def test_a_customer_orders_on_a_phone(at_desk: Sit) -> None:
    watched = at_desk("", Look(360, "en"))
    page = watched.page
    page.goto("/shop/p/TGY/")
    page.get_by_role("link", name="250 g tin").click()
    expect(page.locator("#offer")).to_contain_text("¥128.00")
    expect(page).to_have_url(re.compile(r"\?sku=TGY-250$"))
    page.get_by_role("button", name="One more").click()
    page.get_by_role("button", name="Into the cart", exact=True).click()
    expect(page.locator("#toast")).to_contain_text("In your cart")
    assert watched.faults() == []

    page.get_by_role("link", name="To the cart").click()
    page.get_by_role("button", name=re.compile("^One less")).click()
    expect(page.locator(".price").first).to_have_text("¥128.00")
    calm(page)
    assert watched.faults() == []
    page.get_by_role("link", name="To checkout").click()

    page.locator("#paste").fill("李小梅 13959412206 福建省莆田市荔城区镇海街道文献路88号3栋502室")
    page.get_by_role("button", name="Fill in the fields").click()
    expect(page.locator("#name")).to_have_value("李小梅")
    expect(page.locator("#d4")).to_have_value("350304001")
    expect(page.locator("#checkout")).to_contain_text(f"We deliver to {PLACE['en']}")
    expect(page.locator(".paste__read")).to_contain_text(f"District: {PLACE['en']}")
    assert watched.faults() == []
    page.locator("#phone").fill("1395941220")
    watched.expected.add(422)
    page.get_by_role("button", name="Place the order").last.click()
    expect(page.locator("#phone_wrong")).to_contain_text("This number is too short")
    expect(page.locator("#name")).to_have_value("李小梅")
    assert watched.faults() == []

    page.locator("#phone").fill("13959412206")
    page.get_by_role("button", name="Place the order").last.dblclick()
    expect(page).to_have_url(re.compile("/shop/order/"))
    expect(page.locator("main")).to_contain_text("Thank you, your order is placed.")
    expect(page.locator(".due__sum")).to_have_text("¥128.00")
    assert watched.faults() == []
    page.goto("/shop/orders/")
    expect(page.locator(".mine li")).to_have_count(1)

    page.locator(".mine a").click()
    page.locator("summary", has_text="Change name, phone, address or note").click()
    page.locator("#where").fill("莆田市荔城区文献路")
    page.get_by_role("button", name="Change the order").click()
    expect(page.locator("#where_wrong")).to_contain_text("there is no number or building")
    assert watched.faults() == []
    page.locator("#where").fill("莆田市荔城区文献路90号3栋502室")
    page.get_by_role("button", name="Change the order").click()
    expect(page.locator("main")).to_contain_text("Your order is changed.")
    expect(page.locator("main")).to_contain_text("文献路90号3栋502室")
    page.locator("summary", has_text="Call the order off").click()
    page.get_by_role("button", name="Call it off").click()
    expect(page.locator("h1")).to_have_text("The order is cancelled")
    assert watched.faults() == []


def test_a_customer_orders_without_script(at_desk: Sit) -> None:
    page = at_desk("", Look(360, script=False)).page
    page.goto("/shop/c/TEA-OOLONG/")
    page.locator(".card__name a").first.click()
    page.locator('.buybar button[name="go"]').click()
    for level, choice in (("d1", "福建省"), ("d2", "莆田市"), ("d3", "荔城区")):
        page.locator(f"#{level}").select_option(label=choice)
        page.locator('button[value="look"]').click()
    expect(page.locator("#checkout")).to_contain_text("福建省莆田市荔城区可以送")
    page.locator("#name").fill("黄志强")
    page.locator("#phone").fill("13859400731")
    page.locator("#address").fill("胜利路58号3栋502室")
    page.locator("#name").press("Enter")
    expect(page).to_have_url(re.compile(r"/shop/order/.*\?placed=1$"))
    expect(page.locator("main")).to_contain_text("下单成功")


def test_what_the_script_does_is_offered_where_it_does_not_come(looking: Sit) -> None:
    page = looking("", Look(360, "en")).page
    again = page.get_by_role("button", name="Show the next level")
    page.goto("/shop/checkout/")
    expect(again).to_be_hidden()
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/shop/checkout/", wait_until="domcontentloaded")
    expect(again).to_be_hidden()
    expect(again).to_be_visible(timeout=10_000)


@pytest.mark.parametrize("look", [Look(360), Look(1280, "en")], ids=str)
def test_a_customer_asks_whether_his_address_is_served(at_desk: Sit, look: Look) -> None:
    watched = at_desk("", look)
    page = watched.page
    page.goto("/shop/district/")
    page.locator("#text").fill("莆田市荔城区镇海街道文献路88号")
    page.locator('button[value="ask"]').click()
    expect(page.locator("#ask .said")).to_contain_text(PLACE[look.language])
    assert watched.faults() == []
    watched.expected.add(422)
    page.locator("#text").fill("朝阳区光华路15号")
    page.locator('button[value="ask"]').click()
    expect(page.locator("#ask .chip").first).to_be_visible()
    assert watched.faults() == []
    page.locator("#text").fill("莆田市荔城区文献路88号")
    page.locator('button[value="ask"]').click()
    page.locator('#ask button[name="district"]').click()
    expect(page).to_have_url(re.compile("/shop/$"))


def test_a_name_of_several_places_is_chosen_on_a_phone(at_desk: Sit) -> None:
    watched = at_desk("", Look(360))
    page = watched.page
    page.goto("/shop/p/TGY/")
    page.locator('.buybar button[name="go"]').click()
    page.locator("#paste").fill("张三 13800138000 朝阳区光华路15号 请放门口")
    page.locator('button[value="paste"]').click()
    expect(page.locator("#note")).to_have_value("请放门口")
    page.locator(".paste .chip").first.wait_for()
    assert watched.faults() == []
    watched.expected.add(422)
    page.locator(".paste .chip").first.click()
    expect(page.locator("#d3, #d2").first).not_to_have_value("")
    expect(page.locator("#name")).to_have_value("张三")
    assert watched.faults() == []
