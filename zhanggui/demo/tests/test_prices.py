"""The example's price book covers its goods, keeps the floor, and lets them go on sale."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from zhanggui.books.catalogue.actions.categories import open_category
from zhanggui.books.catalogue.actions.pictures import attach_picture
from zhanggui.books.catalogue.actions.products import make_ready
from zhanggui.books.catalogue.actions.sheets import read_goods_sheet, take_in_goods
from zhanggui.books.catalogue.models import Category, Product, Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.sheet import read_table
from zhanggui.books.prices.models import PriceEntry
from zhanggui.books.prices.queries import costs_at, prices_at
from zhanggui.books.prices.rules import floor_fen
from zhanggui.demo import goods, prices
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.media.tests.drawing import sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelved(at: datetime) -> None:
    """Fill the shelves from the sheet, without the pictures, which take their time."""
    opened: dict[str, Category] = {}
    for code, above, zh, en in goods.SHELVES:
        names = {"code": code, "name_zh": zh, "name_en": en, "parent": opened.get(above)}
        opened[code] = open_category(None, **names, by=CLOCKWORK, at=at)
    table = read_table(prices.FILE.read_bytes())
    sheet = read_goods_sheet(None, name="goods.csv", table=table, by=CLOCKWORK, at=at)
    take_in_goods(sheet, by=CLOCKWORK, at=at)


@pytest.mark.usefixtures("shelved")
def test_load_prices_prices_all_goods_but_those_that_wait(at: datetime) -> None:
    with prices.FILE.open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["product"] not in prices.NOT_PRICED]
    assert prices.load_prices(at=at) == len(rows)
    skus = list(Sku.objects.filter(code__in=[row["sku"] for row in rows]))
    held, costs = prices_at(skus, at=at), costs_at(skus, at=at)
    said = {row["sku"]: (row["price"], row["market_price"], row["cost"]) for row in rows}
    for sku in skus:
        price, cost = held[sku.pk], costs[sku.pk]
        market = f"{price.market_fen / 100:.2f}" if price.market_fen else ""
        assert (str(price), market, str(cost)) == said[sku.code]
        assert price.price_fen >= floor_fen(cost.cost_fen)
    assert not PriceEntry.objects.filter(sku__product__code__in=prices.NOT_PRICED).exists()


@pytest.mark.usefixtures("shelved")
def test_put_on_sale_leaves_something_to_do(actor: Callable[..., Any], at: datetime) -> None:
    picture = sound(size=(320, 240))
    waits, lacks = sorted(prices.NOT_LISTED)[0], "YZS"
    for code in ("TGY", waits, lacks):
        product = Product.objects.get(code=code)
        attach_picture(product, sound=picture, alt_zh="一罐", by=actor("tong"), at=at)
        make_ready(product, by=actor("tong"), at=at)
    prices.load_prices(at=at)
    assert prices.put_on_sale(at=at) == 1
    states = dict(Product.objects.exclude(state="draft").values_list("code", "state"))
    ready = ProductState.READY
    assert states == {"TGY": ProductState.LISTED, waits: ready, lacks: ready}


@pytest.mark.usefixtures("shelved")
def test_change_prices_leaves_a_reason_a_price_to_come_and_goods_taken_off(
    actor: Callable[..., Any], at: datetime
) -> None:
    picture = sound(size=(320, 240))
    for code, _reason in prices.TAKEN_OFF:
        product = Product.objects.get(code=code)
        attach_picture(product, sound=picture, alt_zh="一袋", by=actor("tong"), at=at)
        make_ready(product, by=actor("tong"), at=at)
    prices.load_prices(at=at)
    prices.put_on_sale(at=at)
    later = at + timedelta(days=3)
    prices.change_prices(at=later)
    entries = PriceEntry.objects.filter(set_at=later).order_by("sku__code")
    said = [(e.sku.code, str(e), bool(e.reason), e.since_at - later) for e in entries]
    assert said == [
        ("GYG-500", "29.80", False, timedelta(0)),
        ("PPG-300", "42.80", False, timedelta(hours=60)),
        ("TGY-500", "138.00", True, timedelta(0)),
    ]
    gone = Product.objects.filter(state=ProductState.DELISTED).values_list("code", "reason")
    assert tuple(gone) == prices.TAKEN_OFF
