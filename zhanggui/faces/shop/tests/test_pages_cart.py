"""The cart: it lives in the browser, is asked anew each time, and says plainly what changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from zhanggui.books.prices.actions import delist_product, set_price
from zhanggui.faces.shop.tests.conftest import LICHENG, beside, cart_of, put, words
from zhanggui.ground.kernel import clock
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.models import Fact
from zhanggui.trade.orders.models import Order

Visitor = Callable[..., Client]
TOAST = {"HX-Request": "true", "HX-Target": "toast"}
PART = {"HX-Request": "true", "HX-Target": "cart"}


def test_goods_go_into_the_cart_without_script(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser, facts = visitor(), Fact.objects.count()
    sent = browser.post("/shop/cart/add/", {"sku": "TG-250", "quantity": "2"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/shop/cart/?added=1")
    page = browser.get(sent.headers["Location"])
    assert "¥136.00" in words(page) and "¥68.00 each" in words(page)
    assert page.headers["Cache-Control"] == "private, no-store"
    put(browser, shop, tea=1, longan=1)
    assert cart_of(browser) == {"TG-250": 3, "LY-500": 1}
    assert Fact.objects.count() == facts and not Order.objects.exists()


def test_buying_at_once_leads_to_checkout(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    sent = browser.post("/shop/cart/add/", {"sku": "TG-250", "quantity": "1", "go": "checkout"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/shop/checkout/")
    again = browser.post(
        "/shop/cart/add/", {"sku": "TG-250", "quantity": "1", "go": "checkout"}, headers=TOAST
    )
    assert (again.status_code, again.headers["HX-Redirect"]) == (204, "/shop/checkout/")


def test_with_script_a_word_comes_back_and_the_counts(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    sent = browser.post("/shop/cart/add/", {"sku": "TG-250"}, headers=TOAST)
    assert sent.status_code == 200
    assert "In your cart Anxi Tieguanyin · 250 g tin To the cart" in words(sent)
    assert 'hx-swap-oob="innerHTML:.count"' in sent.content.decode()
    assert cart_of(browser) == {"TG-250": 1}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", "“-1” is not a number of pieces. Type a whole number from 1 to 999."),
        ("1000000000", "At most 999 pieces of one thing go into an order."),
        ("abc", "“abc” is not a number of pieces. Type a whole number from 1 to 999."),
        ("", "The number of pieces is missing. Type a whole number from 1 to 999."),
        ("0", "One piece is the least."),
    ],
)
def test_a_wrong_quantity_is_told_beside_it_and_the_cart_kept(
    typed: str, sentence: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    put(browser, shop, tea=1)
    page = browser.post("/shop/cart/add/", {"sku": "TG-250", "quantity": typed})
    assert page.status_code == 422
    assert sentence in beside(page, "quantity")
    assert f'name="quantity" value="{typed}"' in page.content.decode()
    part = browser.post("/shop/cart/add/", {"sku": "TG-250", "quantity": typed}, headers=TOAST)
    assert part.headers["HX-Retarget"] == "#offer"
    assert sentence in beside(part, "quantity")
    assert cart_of(browser) == {"TG-250": 1}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("-1", "“-1” is not a number of pieces. Type a whole number from 1 to 999."),
        ("1000000000", "At most 999 pieces of one thing go into an order."),
        ("two", "“two” is not a number of pieces. Type a whole number from 1 to 999."),
    ],
)
def test_a_wrong_change_is_told_beside_its_line_and_the_cart_kept(
    typed: str, sentence: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    put(browser, shop, tea=2, longan=1)
    sent = {"sku": str(shop.tea.pk), "quantity": typed}
    page = browser.post("/shop/cart/change/", sent)
    assert page.status_code == 422
    assert sentence in beside(page, f"q{shop.tea.pk}")
    assert f'value="{typed}"' in page.content.decode()
    assert cart_of(browser) == {"TG-250": 2, "LY-500": 1}


def test_quantities_change_by_typing_and_by_steps(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    put(browser, shop, tea=2, longan=1)
    sent = browser.post("/shop/cart/change/", {"sku": str(shop.tea.pk), "quantity": "5"})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/shop/cart/")
    assert cart_of(browser) == {"TG-250": 5, "LY-500": 1}
    browser.post("/shop/cart/change/", {"sku": str(shop.tea.pk), "quantity": "5", "set": "6"})
    assert cart_of(browser) == {"TG-250": 6, "LY-500": 1}
    browser.post("/shop/cart/change/", {"sku": str(shop.longan.pk), "quantity": "1", "set": "0"})
    assert cart_of(browser) == {"TG-250": 6}
    part = browser.post(
        "/shop/cart/change/", {"sku": str(shop.tea.pk), "quantity": "6", "remove": "1"},
        headers=PART,
    )  # fmt: skip
    assert part.content.decode().startswith('<div id="cart"')
    assert "Nothing in your cart yet" in words(part)
    assert cart_of(browser) == {}


@pytest.mark.parametrize("sku", ["", "x", "999999", "9" * 30])
def test_changing_what_is_not_in_the_cart_changes_nothing(
    sku: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    put(browser, shop, tea=2)
    assert browser.post("/shop/cart/change/", {"sku": sku, "quantity": "3"}).status_code == 303
    assert cart_of(browser) == {"TG-250": 2}


def test_adding_beyond_an_order_is_refused(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    put(browser, shop, tea=998)
    page = browser.post("/shop/cart/add/", {"sku": "TG-250", "quantity": "2"})
    assert page.status_code == 422
    assert "At most 999 pieces of one thing go into an order; 998 are in your cart." in beside(
        page, "quantity"
    )
    assert cart_of(browser) == {"TG-250": 998}


def test_what_is_off_sale_cannot_be_put_in(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    delist_product(shop.tea.product, reason="season over", by=CLOCKWORK, at=at)
    browser = visitor()
    page = browser.post("/shop/cart/add/", {"sku": "TG-250", "quantity": "1"})
    assert page.status_code == 409
    assert "“Anxi Tieguanyin · 250 g tin” is no longer on sale." in words(page)
    word = browser.post("/shop/cart/add/", {"sku": "TG-250"}, headers=TOAST)
    assert "“Anxi Tieguanyin · 250 g tin” is no longer on sale." in words(word)
    assert browser.post("/shop/cart/add/", {"sku": "nope"}).status_code == 404
    assert cart_of(browser) == {}


def test_goods_delisted_meanwhile_stay_and_are_not_counted(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    browser = visitor()
    put(browser, shop, tea=1, longan=2)
    delist_product(shop.tea.product, reason="season over", by=CLOCKWORK, at=at)
    page = browser.get("/shop/cart/")
    assert "No longer on sale: it stays here, but is not counted." in words(page)
    assert page.context["cart"].total_fen == 2 * 3_990
    assert cart_of(browser) == {"TG-250": 1, "LY-500": 2}


def test_goods_repriced_meanwhile_show_old_and_new(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    browser = visitor()
    put(browser, shop, tea=2)
    set_price(shop.tea, price_fen=7_500, since=at, reason="dearer", by=CLOCKWORK, at=at)
    page = browser.get("/shop/cart/")
    assert "A price has changed since you put it in." in words(page)
    assert "The price was ¥68.00, it is ¥75.00 now." in words(page)
    assert page.context["cart"].total_fen == 15_000
    assert "has changed" not in words(browser.get("/shop/cart/"))  # seen by now


def test_what_is_short_in_the_district_is_told(shop: SimpleNamespace, visitor: Visitor) -> None:
    browser = visitor()
    browser.cookies["shop_district"] = LICHENG
    put(browser, shop, longan=7, noodles=1)
    said = words(browser.get("/shop/cart/"))
    assert "Only 5 pieces are in stock; for the rest we call you." in said
    assert "None in stock now; we call you and agree on when." in said


def test_the_least_amount_is_told_in_the_cart(shop: SimpleNamespace, visitor: Visitor) -> None:
    from zhanggui.trade.orders.actions.promises import change_promise
    from zhanggui.trade.orders.tests.conftest import HOURS

    when = {"by": CLOCKWORK, "at": shop.promise.published_at}
    change_promise(shop.promise, least_fen=5_000, **HOURS, **when)
    browser = visitor()
    browser.cookies["shop_district"] = LICHENG
    put(browser, shop, longan=1)
    assert "We deliver there from ¥50.00." in words(browser.get("/shop/cart/"))


@pytest.mark.parametrize("cookie", ["", "x", "1.1.1:forged", "~~~", "1.1.1"])
def test_a_cart_that_is_not_ours_is_an_empty_one(
    cookie: str, shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    browser.cookies["shop_cart"] = cookie
    assert cart_of(browser) == {}


def test_a_browser_that_keeps_no_cookies_is_told(shop: SimpleNamespace, visitor: Visitor) -> None:
    said = words(visitor().get("/shop/cart/?added=1"))
    assert "Your browser did not keep the cart. Allow cookies for this site" in said


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor()
    put(browser, shop, tea=1)
    cookie = browser.cookies["shop_cart"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/shop/")


def test_an_expired_form_keeps_the_cart_and_says_so(
    shop: SimpleNamespace, visitor: Visitor
) -> None:
    browser = visitor(enforce_csrf_checks=True)
    browser.get("/shop/p/TG/")
    page = browser.post("/shop/cart/add/", {"sku": "TG-250", "quantity": "1"})
    assert page.status_code == 403
    assert "This page was open for too long; nothing was changed, and your cart is kept." in words(
        page
    )
    word = browser.post("/shop/cart/add/", {"sku": "TG-250"}, headers=TOAST)
    assert (word.status_code, word.headers["HX-Retarget"]) == (403, "#toast")


def test_a_cart_outlives_a_pretend_month(
    shop: SimpleNamespace, visitor: Visitor, at: datetime
) -> None:
    from datetime import timedelta

    browser = visitor()
    put(browser, shop, tea=1)
    with clock.stopped_at(at + timedelta(days=30)):
        assert cart_of(browser) == {"TG-250": 1}


def test_everything_about_a_cart_is_asked_by_post_only(visitor: Visitor) -> None:
    statuses: list[Any] = [
        visitor().get(f"/shop/cart/{do}/").status_code for do in ("add", "change")
    ]
    assert statuses == [405, 405]
