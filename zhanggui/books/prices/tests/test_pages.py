"""The price book over HTTP: queues, forms, panels, and what each post may see of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.prices.actions import set_cost, set_price, set_prices
from zhanggui.books.prices.models import CostEntry, PriceEntry
from zhanggui.books.prices.rules import Asked

pytestmark = pytest.mark.django_db

SignIn = Callable[..., Client]
HOUR = timedelta(hours=1)


def url(record: Product | Sku, rest: str = "") -> str:
    kind = "product" if isinstance(record, Product) else "sku"
    return f"/desk/catalogue/{kind}/{record.pk}/{rest}{'/' if rest else ''}"


def words(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def sealed(browser: Client, where: str, **typed: str) -> dict[str, str]:
    """Return what a browser would send: the form's hidden values and what was typed."""
    html = browser.get(where).content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = value[1] if value else ""
    return {**found, "reason": "", **typed}


# --- queues -------------------------------------------------------------------------------------


def test_queue_of_prices_shows_skus_without_one(sign_in: SignIn, product: Product) -> None:
    page = sign_in("tong").get("/desk/queue/prices.book/")
    assert page.status_code == 200
    assert "125 g tin · TG-125" in words(page) and "250 g tin · TG-250" in words(page)
    assert sign_in("ye").get("/desk/queue/prices.book/").status_code == 404


def test_queue_of_listing_shows_prices_and_what_is_missing(
    sign_in: SignIn, product: Product, sku: Sku, tong: Any, at: datetime
) -> None:
    set_price(sku, price_fen=6_800, by=tong, at=at)
    page = sign_in("ye").get("/desk/queue/prices.listing/")
    assert "¥68.00" in words(page) and "1 of 2 priced" in words(page)
    assert sign_in("tong").get("/desk/queue/prices.listing/").status_code == 404


@pytest.mark.parametrize(("user", "queue"), [("tong", "prices.book"), ("ye", "prices.listing")])
def test_queue_costs_the_same_statements_for_many_rows(
    sign_in: SignIn,
    make: Callable[..., Product],
    user: str,
    queue: str,
) -> None:
    browser, counts = sign_in(user), []
    for codes in (["A"], [f"B{n}" for n in range(12)]):
        for code in codes:
            make(code, "125", "250")
        browser.get(f"/desk/queue/{queue}/")
        with CaptureQueriesContext(connection) as counted:
            browser.get(f"/desk/queue/{queue}/")
        counts.append(len(counted))
    assert counts[0] == counts[1]


# --- acts ---------------------------------------------------------------------------------------


def test_set_prices_page_enters_what_was_typed(sign_in: SignIn, product: Product) -> None:
    browser = sign_in("tong")
    small, large = product.skus.order_by("position")
    where = url(product, "set_prices")
    sent = sealed(
        browser,
        where,
        **{f"price_{small.pk}": "68", f"market_{small.pk}": "¥88.00", f"cost_{small.pk}": "34.00"},
    )
    assert browser.post(where, sent).status_code == 303
    entry = PriceEntry.objects.get()
    assert (entry.sku, entry.price_fen, entry.market_fen) == (small, 6_800, 8_800)
    assert CostEntry.objects.get().cost_fen == 3_400
    assert f'name="price_{small.pk}" value="68.00"' in browser.get(where).content.decode()
    assert large.prices.count() == 0


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"price": "abc"}, "“abc” is not an amount of money. Type yuan like 87.50."),
        ({"price": "1.005"}, "“1.005” has parts smaller than one fen."),
        ({"price": ""}, "A price once set can be changed, not taken away."),
        ({"cost": ""}, "A landed cost once recorded can be changed, not taken away."),
        ({"price": "-3"}, "A price or a cost lies between 0.01 and 100,000.00 yuan; TG-125"),
        ({"price": "20"}, "20.00 yuan for TG-125 is below its landed cost of 34.00 yuan."),
        ({"market": "1"}, "The market price of TG-125 is not above its price of 68.00 yuan."),
        ({"since": "2026-11-22T10:00"}, "A price or a cost cannot begin in the past."),
        ({}, "The book says so already."),
    ],
)
def test_set_prices_page_says_what_is_wrong_and_keeps_everything(
    sign_in: SignIn, product: Product, sku: Sku, tong: Any, at: datetime,
    typed: dict[str, str], sentence: str,
) -> None:  # fmt: skip
    set_prices(product, asked=[Asked(sku.pk, 6_800, 8_800, 3_400)], by=tong, at=at - HOUR)
    browser, where = sign_in("tong"), url(product, "set_prices")
    fields = {k if k == "since" else f"{k}_{sku.pk}": v for k, v in typed.items()}
    page = browser.post(where, sealed(browser, where, **fields))
    assert page.status_code in {409, 422}
    text = words(page).replace("&quot;", '"')
    assert sentence in text
    for value in typed.values():
        assert f'value="{value}"' in page.content.decode() or not value
    assert (PriceEntry.objects.count(), CostEntry.objects.count()) == (1, 1)


def test_set_prices_page_wants_the_price_beside_a_market_price(
    sign_in: SignIn, product: Product, sku: Sku
) -> None:
    browser, where = sign_in("tong"), url(product, "set_prices")
    page = browser.post(where, sealed(browser, where, **{f"market_{sku.pk}": "88"}))
    assert page.status_code == 422
    assert "Give the price that customers pay, too." in words(page)


def test_set_price_page_shows_what_somebody_else_set_meanwhile(
    sign_in: SignIn, sku: Sku, tong: Any, at: datetime
) -> None:
    set_price(sku, price_fen=6_800, by=tong, at=at - 2 * HOUR)
    browser, where = sign_in("tong"), url(sku, "set_price")
    sent = sealed(browser, where, price_fen="70")
    set_price(sku, price_fen=7_500, by=tong, at=at - HOUR)
    page = browser.post(where, sent)
    assert page.status_code == 409
    assert "75.00" in words(page) and "70" in words(page)
    assert PriceEntry.objects.count() == 2


def test_set_price_page_takes_the_present_minute_as_at_once(
    sign_in: SignIn, sku: Sku, at: datetime
) -> None:
    browser, where = sign_in("tong"), url(sku, "set_price")
    sent = sealed(browser, where, price_fen="70", since="2026-11-23T12:00")
    assert browser.post(where, sent).status_code == 303
    assert PriceEntry.objects.get().since_at == at


def test_withdraw_page_offers_what_is_to_come(
    sign_in: SignIn, sku: Sku, tong: Any, at: datetime
) -> None:
    set_price(sku, price_fen=6_800, by=tong, at=at - HOUR)
    entry = set_price(sku, price_fen=7_200, since=at + 5 * HOUR, by=tong, at=at - HOUR)
    browser, where = sign_in("tong"), url(sku, "withdraw_price")
    assert "¥72.00 from 17:00" in words(browser.get(where))
    sent = sealed(browser, where, entry=str(entry.pk), reason="Wrong day")
    assert browser.post(where, sent).status_code == 303
    entry.refresh_from_db()
    assert entry.withdrawn_at == at


def test_list_product_page_and_the_ticked_rows(
    sign_in: SignIn, make: Callable[..., Product], tong: Any, at: datetime
) -> None:
    first, second, third = make("A"), make("B"), make("C")
    for product in (first, second):
        set_prices(product, asked=[Asked(s.pk, 6_800) for s in product.skus.all()], by=tong, at=at)
    browser = sign_in("ye")
    assert browser.post(url(first, "list_product")).status_code == 303
    browser.post("/desk/bulk/prices/list_product/", {"pk": [str(second.pk), str(third.pk)]})
    states = dict(Product.objects.values_list("code", "state"))
    assert states["A"] == "listed" and states["C"] == "ready"


# --- panels -------------------------------------------------------------------------------------


def test_panel_of_a_product_keeps_costs_to_whoever_sets_prices(
    sign_in: SignIn, product: Product, sku: Sku, tong: Any, at: datetime
) -> None:
    set_cost(sku, cost_fen=3_400, by=tong, at=at)
    set_price(sku, price_fen=6_800, market_fen=8_800, by=tong, at=at)
    where = url(product, "panel/product_prices")
    inside, outside = (words(sign_in(user).get(where)) for user in ("tong", "cai"))
    assert "cost ¥34.00 · floor ¥38.36 · margin 50.0%" in inside
    assert "¥68.00" in outside and "market ¥88.00" in outside and "no price yet" in outside
    assert "¥34.00" not in outside and "floor" not in outside


def test_panel_of_a_sku_tells_what_held_when(
    sign_in: SignIn, sku: Sku, tong: Any, at: datetime
) -> None:
    set_cost(sku, cost_fen=3_400, by=tong, at=at - HOUR)
    set_price(sku, price_fen=3_000, reason="Dented tins", by=tong, at=at - HOUR)
    set_price(sku, price_fen=6_800, since=at + 2 * HOUR, by=tong, at=at - HOUR)
    where = url(sku, "panel/sku_prices")
    inside, outside = (words(sign_in(user).get(where)) for user in ("tong", "cai"))
    assert "to come from 14:00" in inside and "in force from 11:00" in inside
    assert "Dented tins" in inside and "Landed cost" in inside
    assert "¥34.00" not in outside and "Landed cost" not in outside


def test_page_of_a_sku_keeps_costs_out_of_what_happened(
    sign_in: SignIn, sku: Sku, tong: Any, at: datetime
) -> None:
    set_cost(sku, cost_fen=3_417, by=tong, at=at)
    page = words(sign_in("cai").get(url(sku)))
    assert "recorded the landed cost from 2026-11-23 12:00" in page
    assert "34.17" not in page and "3417" not in page


def test_pages_speak_chinese(sign_in: SignIn, product: Product) -> None:
    browser = sign_in("tong", language="zh-hans")
    page = words(browser.get(url(product, "set_prices")))
    assert "定价" in page and "125g 罐装：售价" in page
