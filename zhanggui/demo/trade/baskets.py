"""Baskets: what a customer takes from the shelves, the popular more often than the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.queries import prices_at

LINES = (34, 34, 20, 12)
"""Weights of one, two, three and four different goods in a basket."""

FEN_MAX = 45_000
"""What a basket is worth at most, but for those that go beyond on purpose: a week's shopping."""


@dataclass(frozen=True, slots=True)
class Good:
    """A SKU on sale: its code, its price and how much it is asked for."""

    sku: int
    code: str
    price_fen: int
    asked: float


Basket = dict[int, tuple[int, int]]
"""Pieces and price in fen by SKU."""


def goods_on_sale(*, at: datetime) -> list[Good]:
    """Return what is on sale at a moment, by code."""
    skus = dict(
        Sku.objects.filter(product__state=ProductState.LISTED)
        .order_by("code")
        .values_list("pk", "code")
    )
    prices = prices_at(skus, at=at)
    return [
        Good(sku, code, prices[sku].price_fen, _asked(code, prices[sku].price_fen))
        for sku, code in skus.items()
        if sku in prices
    ]


def _asked(code: str, price_fen: int) -> float:
    return Random(f"asked for {code}").paretovariate(1.3) * min(1.0, 6_000 / price_fen)


def fill_basket(
    goods: list[Good],
    dice: Random,
    *,
    taste: int,
    free: Mapping[int, int],
    least_fen: int = 0,
    big: bool = False,
) -> Basket:
    """Return a basket worth at least `least_fen`; `free` tells how many of each SKU there are.

    What has run out is wanted all the same now and then: it is still on the shelf of the shop.
    """
    liking = Random(taste)
    weights = [
        good.asked * (0.3 + liking.random()) * (1.0 if free.get(good.sku, 0) >= 3 else 0.4)
        for good in goods
    ]
    basket: Basket = {}
    lines = dice.choices((1, 2, 3, 4), LINES)[0] + (3 if big else 0)
    worth = 0
    for _ in range(24):
        good = dice.choices(goods, weights)[0]
        pieces = dice.choices((1, 2, 3, 6), (70, 20, 7, 3))[0] * (3 if big else 1)
        if good.sku in basket or (not big and worth + pieces * good.price_fen > FEN_MAX):
            continue
        basket[good.sku] = (pieces, good.price_fen)
        worth += pieces * good.price_fen
        if len(basket) >= lines and worth >= least_fen:
            break
    return basket
