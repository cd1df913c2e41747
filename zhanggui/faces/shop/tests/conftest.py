"""What the shop's tests share: goods on sale in Putian, and visitors with an empty browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.scenes import laid_out
from zhanggui.trade.orders.tests.conftest import PRICES, make_shop

LICHENG = "350304"

DOOR = {
    "name": "陈小娟",
    "phone": "13850307261",
    "d1": "35",
    "d2": "3503",
    "d3": LICHENG,
    "d4": "",
    "address": "胜利路58号3栋502室",
    "note": "",
    "wish": "call",
}
"""A form against which nothing speaks."""


@pytest.fixture
def shop(db: None, at: datetime) -> SimpleNamespace:
    """Return a shop that delivers in Putian from 10 yuan: 20 tea, 5 longan, no noodles, on sale."""
    return laid_out(make_shop, at)


@pytest.fixture
def visitor(db: None) -> Callable[..., Client]:
    """Return browsers that nobody has used: `visitor()`, `visitor(language="zh-hans")`."""

    def make(language: str = "en", **how: Any) -> Client:
        browser = Client(**how)
        browser.cookies["language"] = language
        return browser

    return make


def words(response: Any) -> str:
    """Return what a person reads on a page, on one line."""
    text = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", response.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def hidden(response: Any, name: str) -> str:
    """Return the value of a hidden field of the page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"the page has no field {name}"
    return unescape(found[1])


def value(response: Any, name: str) -> str:
    """Return what stands in a field of the page: an input or a textarea."""
    page = response.content.decode()
    if found := re.search(rf'<textarea[^>]* name="{name}"[^>]*>([^<]*)</textarea>', page):
        return unescape(found[1])
    found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page)
    assert found, f"the page has no field {name}"
    return unescape(found[1])


def beside(response: Any, name: str) -> str:
    """Return the sentence that stands beside a field, "" for none."""
    found = re.search(rf'id="{name}_wrong">(.*?)</p>', response.content.decode(), re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""


def put(browser: Client, shop: SimpleNamespace, **wanted: int) -> None:
    """Put goods into the cart of a browser: `put(browser, shop, tea=2)`."""
    for name, count in wanted.items():
        sent = {"sku": getattr(shop, name).code, "quantity": str(count)}
        assert browser.post("/shop/cart/add/", sent).status_code == 303


def cart_of(browser: Client) -> dict[str, int]:
    """Return what the cart's page shows: pieces by code of the SKU."""
    now = browser.get("/shop/cart/").context["cart"]
    return {line.sku.code: line.quantity for line in now.lines}


def begun(browser: Client) -> dict[str, str]:
    """Return the hidden fields of a checkout form just opened."""
    page = browser.get("/shop/checkout/")
    return {"key": hidden(page, "key"), "seen": hidden(page, "seen")}


def send(browser: Client, **fields: str) -> Any:
    """Send a checkout form: a good one, opened just now, but for these fields."""
    return browser.post("/shop/checkout/", {**DOOR, **begun(browser), "step": "place", **fields})


def price_of(name: str) -> int:
    """Return the price of one of the shop's goods."""
    return PRICES[name]
