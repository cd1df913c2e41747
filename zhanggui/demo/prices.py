"""The example company's first price book, and its goods put on sale."""

from __future__ import annotations

import csv
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.actions import delist_product, list_product, set_price, set_prices
from zhanggui.books.prices.queries import price_at
from zhanggui.books.prices.rules import Asked
from zhanggui.ground.kernel.action import joining_transaction
from zhanggui.ground.kernel.fen import parse_fen
from zhanggui.ground.org.actor import PersonActor, actor_for
from zhanggui.ground.org.models import Person

FILE = Path(__file__).with_name("goods.csv")


NOT_PRICED = frozenset({"MSG", "YXU", "ZLA", "YZS"})
"""Products without a price yet: three that are not ready, and one that waits for it."""

NOT_LISTED = frozenset({"GAI", "LZH", "YFS"})
"""Products ready and priced, which the listing clerk finds in the queue."""


CHANGES = (
    ("TGY-500", "138.00", "中秋礼盒余下两打，清仓。", 0),
    ("GYG-500", "29.80", "", 0),
    ("PPG-300", "42.80", "", 60),
)
"""Prices changed since: SKU, yuan, why it may lie below the floor, hours until it begins."""

TAKEN_OFF = (("HQM", "新一批的检验报告还没到，先下架。"),)
"""Goods taken off sale, and why."""


def load_prices(*, at: datetime, file: Path = FILE, but: Collection[str] = NOT_PRICED) -> int:
    """Enter the first prices and costs of the goods in the file; return how many SKUs got them.

    `but` are the codes of products left out. SKUs the catalogue does not know are passed over.
    """
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = {row["sku"]: row for row in csv.DictReader(opened)}
    asked: dict[Product, list[Asked]] = {}
    skus = Sku.objects.filter(code__in=rows).exclude(product__code__in=but)
    for sku in skus.select_related("product").order_by("product__code", "position", "pk"):
        asked.setdefault(sku.product, []).append(_asked(sku, rows[sku.code]))
    by = _one("tong", at)
    with transaction.atomic(), joining_transaction():
        for product, lines in asked.items():
            set_prices(product, asked=lines, by=by, at=at)
    return sum(map(len, asked.values()))


def put_on_sale(*, at: datetime, but: Collection[str] = NOT_LISTED) -> int:
    """Put every product on sale that is ready and priced, but for these codes; return how many."""
    by, listed = _one("ye", at), 0
    ready = Product.objects.filter(state=ProductState.READY).exclude(code__in=but)
    with transaction.atomic(), joining_transaction():
        for product in ready.order_by("code"):
            if list_product.why_not(product, by=by, at=at) is None:
                list_product(product, by=by, at=at)
                listed += 1
    return listed


def change_prices(*, at: datetime) -> None:
    """Let the book go on from its first page: a clearance, a price to come, goods taken off."""
    tong, ye = _one("tong", at), _one("ye", at)
    with transaction.atomic(), joining_transaction():
        for code, yuan, reason, hours in CHANGES:
            sku = Sku.objects.get(code=code)
            begins = at + timedelta(hours=hours) if hours else None
            fen, now = parse_fen(yuan), price_at(sku, at=at)
            market = now.market_fen if now else None
            set_price(
                sku, price_fen=fen, market_fen=market, since=begins, reason=reason, by=tong, at=at
            )
        for code, reason in TAKEN_OFF:
            delist_product(Product.objects.get(code=code), reason=reason, by=ye, at=at)


def _asked(sku: Sku, row: dict[str, str]) -> Asked:
    return Asked(
        sku.pk,
        price_fen=_fen(row["price"]),
        market_fen=_fen(row["market_price"]),
        cost_fen=_fen(row["cost"]),
    )


def _fen(typed: str) -> int | None:
    return parse_fen(typed) if typed else None


def _one(user: str, at: datetime) -> PersonActor:
    return actor_for(Person.objects.get(user=user), at=at)
