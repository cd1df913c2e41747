"""Goods on sale, orders and districts as the JSON doors tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.rows import CODE
from zhanggui.books.prices.models import PriceEntry
from zhanggui.books.prices.queries import prices_at, prices_in_force
from zhanggui.books.stock import queries as stock
from zhanggui.books.stock.queries import Availability
from zhanggui.faces.api import rules
from zhanggui.ground.kernel.limits import PAGE_ROWS, SEARCH_CHARS_MAX
from zhanggui.ground.media.models import Picture
from zhanggui.ground.places.rules.addresses import read_address
from zhanggui.trade.orders import queries as orders

COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Variant:
    """A SKU with the price that holds and how many may be promised."""

    sku: Sku
    price: PriceEntry
    stock: Availability


@dataclass(frozen=True, slots=True)
class Goods:
    """A product on sale with its priced variants and its face."""

    product: Product
    variants: tuple[Variant, ...]
    face: Picture | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of goods: its number, how many there are, and of how many products."""

    number: int
    pages: int
    total: int
    goods: tuple[Goods, ...]


def goods_on_sale(*, text: str = "", category: str = "", at: datetime) -> QuerySet[Product]:
    """Return the products on sale that have a price, by category and code."""
    priced = prices_in_force(at=at).filter(sku__product=OuterRef("pk"))
    rows = Product.objects.filter(Exists(priced), state=ProductState.LISTED)
    if category:
        rows = catalogue.products_on(rows, category)
    if text:
        rows = catalogue.sought(rows, text.replace("\x00", "")[:SEARCH_CHARS_MAX])
    return rows.order_by("category__position", "category_id", "code")


def goods_page(number: int, *, text: str = "", category: str = "", at: datetime) -> Page:
    """Return one page of the goods on sale, in the same few statements however long it is."""
    rows = goods_on_sale(text=text, category=category, at=at)
    total = rows.count()
    begin = (number - 1) * PAGE_ROWS
    return Page(
        number=number,
        pages=max(1, -(-total // PAGE_ROWS)),
        total=total,
        goods=tuple(_told(rows[begin : begin + PAGE_ROWS], at=at)),
    )


def goods_of(code: str, *, at: datetime) -> Goods:
    """Return a product on sale by its code; raise `no_such_goods` otherwise."""
    found = goods_on_sale(at=at).filter(code=code) if CODE.match(code) else Product.objects.none()
    goods = _told(found, at=at)
    if not goods:
        raise rules.no_such_goods(code)
    return goods[0]


def _told(rows: QuerySet[Product], *, at: datetime) -> list[Goods]:
    products = list(catalogue.with_faces(rows.select_related("category", "brand")))
    skus = list(
        Sku.objects.filter(product__in=[product.pk for product in products])
        .select_related("product")
        .order_by("position", "pk")
    )
    prices = prices_at(skus, at=at)
    variants: dict[int, list[Variant]] = {}
    for found in stock.availability([sku for sku in skus if sku.pk in prices], at=at):
        variant = Variant(found.sku, prices[found.sku.pk], found)
        variants.setdefault(found.sku.product_id, []).append(variant)
    return [
        Goods(product, tuple(variants[product.pk]), catalogue.face_of(product))
        for product in products
        if product.pk in variants
    ]


def skus_called(codes: Iterable[str]) -> dict[str, int]:
    """Return the ids of the SKUs with these codes; raise `unknown_goods` when one has none."""
    wanted: Sequence[str] = list(dict.fromkeys(codes))
    found = catalogue.sku_ids(wanted)
    if missing := [code for code in wanted if code not in found]:
        raise rules.unknown_codes(missing)
    return found


def division_of(address: str, *, at: datetime) -> tuple[str, str]:
    """Return the code of the county or street an address names, and what comes below it.

    A name that could be several places is taken for the one we serve. Raises `no_district` for an
    address that does not say where it is.
    """
    served = orders.served_codes(at=at)
    reading = read_address(address, within=served or None)
    if len(reading.code) < COUNTY_DIGITS:
        raise rules.no_district()
    return reading.code, reading.rest
