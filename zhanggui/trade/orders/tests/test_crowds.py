"""A crowd before the last pieces: a hundred units and a thousand buyers, baskets in any order.

The suite lets a tenth of them in: `ORDERS_CROWD=1000 ORDERS_BASKETS=500 pytest ...` all.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Sum

from zhanggui.books.catalogue.actions.products import add_sku
from zhanggui.books.catalogue.models import Sku
from zhanggui.books.prices.actions import set_price
from zhanggui.books.stock.actions.depots import receive_goods
from zhanggui.books.stock.models import Level
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.kernel.tests.errands import at_once
from zhanggui.trade.orders.actions.placing import place_order
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules.orders import Item
from zhanggui.trade.orders.tests.conftest import CUSTOMER, DRAFT, PRICES, items_of, make_shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CROWD = int(os.environ.get("ORDERS_CROWD", "100"))
BASKETS = int(os.environ.get("ORDERS_BASKETS", "50"))
LANES = 16
"""Buyers at the very same moment: more than a company's workers serve at once."""

Call = Callable[[], Any]


def in_lanes(calls: Sequence[Call]) -> list[Any]:
    """Make many calls, so many at once as there are lanes; return answers and refusals."""

    def lane(own: Sequence[Call]) -> list[Any]:
        answers: list[Any] = []
        for call in own:
            try:
                answers.append(call())
            except Refusal as no:
                answers.append(no)
        return answers

    lanes = at_once([lambda own=calls[n::LANES]: lane(own) for n in range(LANES)])
    return [answer for answers in lanes for answer in answers]


def purchase(number: int, items: tuple[Item, ...], at: datetime, *, short_ok: bool) -> Call:
    """Return the order of a customer of his own."""
    phone = f"138{(number * 7_919 + 50_307_261) % 100_000_000:08d}"
    draft = replace(DRAFT, phone=phone, address=f"镇海街道胜利路{number + 1}号", items=items)
    return lambda: place_order("putian", draft=draft, short_ok=short_ok, by=CUSTOMER, at=at)


def test_a_hundred_units_and_a_thousand_buyers(at: datetime) -> None:
    shop = make_shop(at)
    units, chance = CROWD // 10, random.Random(7)
    receive_goods(shop.putian, lines=[Line(shop.noodles.pk, units)], by=CLOCKWORK, at=at)
    wanted = [chance.randint(1, 3) for _ in range(CROWD)]
    answers = in_lanes(
        [
            purchase(n, items_of(shop, noodles=count), at, short_ok=False)
            for n, count in enumerate(wanted)
        ]
    )
    sold = [answer for answer in answers if isinstance(answer, Order)]
    refused = Counter(answer.code for answer in answers if isinstance(answer, Refusal))
    assert len(sold) + refused["too_few"] == CROWD  # nothing else was said to anybody
    pieces = OrderLine.objects.aggregate(n=Sum("quantity"))["n"]
    level = Level.objects.get(location=shop.putian, sku=shop.noodles)
    assert (level.on_hand, level.reserved) == (units, pieces)
    assert units - 2 <= pieces <= units  # what is left is less than somebody wanted
    assert all(order.fulfilment == "reserved" for order in sold)


def five_goods(shop: SimpleNamespace, at: datetime) -> dict[int, int]:
    """Return the prices of five SKUs on sale, each in plenty."""
    act: dict[str, Any] = {"by": CLOCKWORK, "at": at - timedelta(days=1)}
    prices = {getattr(shop, name).pk: price for name, price in PRICES.items()}
    for grams in (100, 500):
        variant = {"variant_zh": f"{grams}g 罐装", "variant_en": f"{grams} g tin"}
        product = Sku.objects.get(pk=shop.tea.pk).product
        sku = add_sku(product, code=f"TG-{grams}-MORE", weight_g=grams, **variant, **act)
        set_price(sku, price_fen=grams * 30, since=act["at"], reason="first price", **act)
        prices[sku.pk] = grams * 30
    lines = [Line(sku, BASKETS * 2) for sku in prices]
    receive_goods(shop.putian, lines=lines, by=CLOCKWORK, at=at)
    return prices


def test_baskets_of_five_in_any_order_hang_nobody(at: datetime) -> None:
    shop, chance = make_shop(at), random.Random(11)
    prices = five_goods(shop, at)
    before = dict(Level.objects.filter(location=shop.putian).values_list("sku", "on_hand"))
    baskets = []
    for number in range(BASKETS):
        mixed = chance.sample(sorted(prices), k=5)
        items = tuple(Item(sku, chance.randint(1, 2), prices[sku]) for sku in mixed)
        baskets.append(purchase(number, items, at, short_ok=True))
    answers = in_lanes(baskets)
    assert [answer for answer in answers if not isinstance(answer, Order)] == []
    # What screening holds, for its high sum, sets nothing aside until somebody has looked at it.
    through = OrderLine.objects.filter(order__state="confirmed")
    wanted = through.values("sku").annotate(n=Sum("quantity")).values_list("sku", "n")
    assert Order.objects.filter(state="confirmed", fulfilment="reserved").count() > BASKETS // 2
    levels = Level.objects.filter(location=shop.putian)
    assert dict(levels.values_list("sku", "reserved")) == dict(wanted)
    assert dict(levels.values_list("sku", "on_hand")) == before
