"""The assortment as shelves show it: what stands on them, in which order, what sells best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.models import Category, Product, ProductPicture, Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.models import PriceEntry
from zhanggui.books.prices.queries import book_since, prices_in_force, with_prices
from zhanggui.faces.shop.queries.goods import on_sale
from zhanggui.ground.kernel.editions import kept
from zhanggui.ground.media.models import Picture
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules.states import OrderState

SOLD_WITHIN = timedelta(days=14)
"""How far back the best sellers look: two weeks follow the season and outlast a quiet day."""

COUNTED_EACH_S = 900
"""Seconds for which the best sellers stay what they are."""

SORTS: dict[str, tuple[str, ...]] = {
    "": ("category__position", "category_id", "code"),
    "new": ("-state_at", "-pk"),
    "low": ("low_fen", "pk"),
    "high": ("-low_fen", "pk"),
}
"""In which orders goods can be looked at: by shelf, newest, cheapest, dearest first."""


def listing(*, code: str = "") -> QuerySet[Product]:
    """Return the products on sale of a category and below."""
    return catalogue.products_on(on_sale(), code) if code else on_sale()


def by_price(sort: str) -> bool:
    """Tell whether an order of goods changes with their prices."""
    return sort in {"low", "high"}


def in_order(rows: QuerySet[Product], sort: str, *, at: datetime) -> QuerySet[Product]:
    """Return products in one of the orders, with their prices where it is one of prices."""
    rows = with_prices(rows, at=at) if by_price(sort) else rows
    return rows.order_by(*SORTS.get(sort, SORTS[""]))


def best_sellers(*, at: datetime, most: int) -> Sequence[int]:
    """Return the ids of what was ordered most in the last two weeks; none before any order.

    They are counted anew each quarter of an hour: what sells well does not turn faster.
    """
    return _best_sellers(at - timedelta(seconds=at.timestamp() % COUNTED_EACH_S), most)


@kept(Product, Sku)
def _best_sellers(at: datetime, most: int) -> Sequence[int]:
    # The orders first: joined, SQLite would rather walk through all that was ever sold.
    lately = Order.objects.filter(placed_at__gte=at - SOLD_WITHIN, placed_at__lte=at)
    lately = lately.exclude(state__in=[OrderState.CANCELLED, OrderState.VOID])
    rows: QuerySet[OrderLine, Any] = (
        OrderLine.objects.filter(order__in=lately.values("pk"))
        .filter(sku__product__state=ProductState.LISTED)
        .order_by()
        .values("sku__product")
        .annotate(sold=Sum("quantity"))
        .order_by("-sold", "sku__product")
        .values_list("sku__product", flat=True)
    )
    return tuple(rows[:most])


def best_savings(*, at: datetime, most: int) -> Sequence[int]:
    """Return the ids of what costs most below the market price, most first."""
    book = book_since(at)
    return _best_savings(book, most) if book else ()


@kept(PriceEntry, Product, Sku)
def _best_savings(at: datetime, most: int) -> Sequence[int]:
    cut = (F("market_fen") - F("price_fen")) * 10_000 / F("market_fen")
    rows: QuerySet[PriceEntry, Any] = (
        prices_in_force(at=at)
        .filter(market_fen__isnull=False, sku__product__state=ProductState.LISTED)
        .annotate(cut=cut)
        .order_by("-cut", "sku__product", "pk")
        .values_list("sku__product", flat=True)
    )
    return tuple(dict.fromkeys(rows[: most * 6]))[:most]


@kept(Product)
def newest(*, most: int) -> Sequence[int]:
    """Return the ids of what was put on sale last."""
    return tuple(on_sale().order_by(*SORTS["new"]).values_list("pk", flat=True)[:most])


@kept(Product, Category)
def tops_of(codes: frozenset[str], *, most: int) -> Mapping[str, Sequence[int]]:
    """Return the ids of the newest goods of each category and all below it, in one statement."""
    below: dict[str, list[int]] = {code: [] for code in codes}
    for shelf in catalogue.shelves():
        for code in shelf.path:
            if code in below:
                below[code].append(shelf.category.pk)
    wanted = {pk for ids in below.values() for pk in ids}
    if not wanted:
        return {}
    place = Window(RowNumber(), partition_by=[F("category_id")], order_by=["-state_at", "code"])
    rows = on_sale().filter(category_id__in=wanted).annotate(place=place).filter(place__lte=most)
    own: dict[int, list[tuple[int, datetime]]] = {}
    for pk, category, since in rows.order_by("-state_at", "code").values_list(
        "pk", "category_id", "state_at"
    ):
        own.setdefault(category, []).append((pk, since))
    found = {}
    for code, ids in below.items():
        together = [row for category in ids for row in own.get(category, ())]
        together.sort(key=lambda row: row[1], reverse=True)
        if together:
            found[code] = [pk for pk, _since in together[:most]]
    return found


@kept(Category, Product, ProductPicture, Picture)
def category_faces() -> Mapping[int, Picture]:
    """Return for each category a picture of something on sale in it or below, in two statements."""
    shelves = catalogue.shelves()
    first = (
        ProductPicture.objects.filter(
            product__category=OuterRef("pk"), product__state=ProductState.LISTED
        )
        .order_by("product__code", "position", "pk")
        .values("picture")
    )
    rows: Any = Category.objects.annotate(face=Subquery(first[:1])).values_list("pk", "face")
    own: dict[int, int] = {pk: face for pk, face in rows if face}
    pictures = Picture.objects.in_bulk(set(own.values()))
    found: dict[int, Picture] = {}
    by_code = {shelf.category.code: shelf.category.pk for shelf in shelves}
    for shelf in shelves:
        if (face := pictures.get(own.get(shelf.category.pk, 0))) is not None:
            for code in shelf.path:
                found.setdefault(by_code[code], face)
    return found
