"""Goods as customers see them: on sale, with price, picture and what is left of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import BigIntegerField, QuerySet
from django.urls import reverse

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.models import (
    AttributeValue,
    Brand,
    Category,
    Product,
    ProductPicture,
    Sku,
)
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.queries import prices_at
from zhanggui.books.stock import rules as stock_rules
from zhanggui.books.stock.models import Arrival, Level
from zhanggui.books.stock.rules import ArrivalState, PlaceKind
from zhanggui.ground.kernel.editions import Memory, kept
from zhanggui.ground.kernel.prepared import among, prepared
from zhanggui.ground.media.models import Picture


@lru_cache(maxsize=20_000)
def product_url(code: str) -> str:
    """Return where the page of a product is."""
    return reverse("shop:product", args=[code])


@dataclass(frozen=True, slots=True)
class Variant:
    """One SKU for customers: its price, what others ask, and how many may be promised."""

    sku: Sku
    price_fen: int
    market_fen: int | None
    left: int

    @property
    def saved_bp(self) -> int:
        """How much less than elsewhere, in basis points; 0 where nobody asks more."""
        if not self.market_fen:
            return 0
        return (self.market_fen - self.price_fen) * 10_000 // self.market_fen

    @property
    def saved_percent(self) -> int:
        """The same in whole percent, rounded down."""
        return self.saved_bp // 100


@dataclass(frozen=True, slots=True)
class Card:
    """A product on a shelf: its face, its cheapest variant, and whether there are others."""

    product: Product
    picture: Picture | None
    variant: Variant
    several: bool
    left: int

    @property
    def url(self) -> str:
        """Where its page is."""
        return product_url(self.product.code)

    @property
    def one_price(self) -> bool:
        """Whether the price shown is that of all its variants."""
        return not self.several


def on_sale() -> QuerySet[Product]:
    """Return the products on sale."""
    return Product.objects.filter(state=ProductState.LISTED)


@dataclass(frozen=True, slots=True)
class Ware:
    """A product with its brand, its pictures and its SKUs in their order; not to be changed."""

    product: Product
    pictures: tuple[Picture, ...]
    skus: tuple[Sku, ...]

    @property
    def face(self) -> Picture | None:
        """The first of its pictures."""
        return next(iter(self.pictures), None)


_WARES: Memory[int, Ware] = Memory(Product, Brand, Sku, ProductPicture, Picture, most=4_000)


def wares(products: Iterable[int]) -> dict[int, Ware]:
    """Return products by their ids, in their order, in three statements at most."""
    return _WARES.of_each(products, _wares)


def _wares(ids: Sequence[int]) -> dict[int, Ware]:
    pictures: dict[int, list[Picture]] = {}
    for row in _pictures_of(products=ids):
        pictures.setdefault(row.product_id, []).append(row.picture)
    products = {row.pk: row for row in _products(products=ids)}
    skus: dict[int, list[Sku]] = {}
    for sku in _skus_of(products=ids):
        sku.product = products[sku.product_id]
        skus.setdefault(sku.product_id, []).append(sku)
    return {
        pk: Ware(product, tuple(pictures.get(pk, ())), tuple(skus.get(pk, ())))
        for pk, product in products.items()
    }


@prepared(products=[BigIntegerField()])
def _pictures_of(products: list[int]) -> QuerySet[ProductPicture]:
    rows = ProductPicture.objects.filter(among("product_id", products))
    return rows.select_related("picture").order_by("position", "pk")


@prepared(products=[BigIntegerField()])
def _products(products: list[int]) -> QuerySet[Product]:
    return Product.objects.filter(among("pk", products)).select_related("brand")


@prepared(products=[BigIntegerField()])
def _skus_of(products: list[int]) -> QuerySet[Sku]:
    return Sku.objects.filter(among("product_id", products)).order_by("position", "pk")


def cards(products: Iterable[int], *, at: datetime, depot: int | None = None) -> list[Card]:
    """Return the products of these ids as they stand on a shelf, in their order.

    However many there are it takes five statements, and one where the goods are remembered. Without
    a depot what is left is counted over all of them. A product without a price is left out.
    """
    shown = wares(products).values()
    return _cards(shown, priced([s for ware in shown for s in ware.skus], at=at, depot=depot))


def _cards(shown: Iterable[Ware], all_variants: Iterable[Variant]) -> list[Card]:
    variants: dict[int, list[Variant]] = {}
    for variant in all_variants:
        variants.setdefault(variant.sku.product_id, []).append(variant)
    return [
        Card(
            product=ware.product,
            picture=ware.face,
            variant=min(own, key=lambda v: v.price_fen),
            several=len(own) > 1,
            left=sum(v.left for v in own),
        )
        for ware in shown
        if (own := variants.get(ware.product.pk))
    ]


def priced(skus: Sequence[Sku], *, at: datetime, depot: int | None = None) -> list[Variant]:
    """Return those of the SKUs that have a price, with it and what is left."""
    prices = prices_at(skus, at=at)
    left = what_is_left([sku.pk for sku in skus], depot=depot)
    return [
        Variant(sku, entry.price_fen, entry.market_fen, left.get(sku.pk, 0))
        for sku in skus
        if (entry := prices.get(sku.pk))
    ]


def what_is_left(skus: Iterable[int], *, depot: int | None = None) -> dict[int, int]:
    """Return how many pieces of each SKU may be promised by a depot, or by all of them together."""
    wanted = list(skus)
    if not wanted:
        return {}
    levels = _in_depots(skus=wanted) if depot is None else _in_depot(skus=wanted, depot=depot)
    left: dict[int, int] = {}
    for level in levels:
        left[level.sku_id] = left.get(level.sku_id, 0) + max(stock_rules.sellable(level), 0)
    return left


def _levels_of(skus: list[int]) -> QuerySet[Level, Any]:
    rows = Level.objects.filter(among("sku_id", skus))
    return rows.values_list("on_hand", "reserved", "safety", "sku_id", named=True)


@prepared(skus=[BigIntegerField()])
def _in_depots(skus: list[int]) -> QuerySet[Level, Any]:
    return _levels_of(skus).filter(location__kind=PlaceKind.DEPOT)


@prepared(skus=[BigIntegerField()], depot=BigIntegerField())
def _in_depot(skus: list[int], depot: int) -> QuerySet[Level, Any]:
    return _levels_of(skus).filter(location=depot)


# --- one product -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A product's page: pictures, variants, categories above, what is said, goods beside it."""

    product: Product
    pictures: tuple[Picture, ...]
    variants: tuple[Variant, ...]
    path: tuple[Category, ...]
    said: tuple[AttributeValue, ...] = ()
    beside: tuple[Card, ...] = ()

    def variant(self, code: str) -> Variant | None:
        """Return the variant of a code; without one the first that can be had, else the first."""
        if code:
            return next((v for v in self.variants if v.sku.code == code), None)
        return next((v for v in self.variants if v.left), next(iter(self.variants), None))


def offer_of(code: str, *, at: datetime, depot: int | None = None, beside: int = 0) -> Offer | None:
    """Return a product on sale or taken off sale by its code; None for one never shown.

    What was taken off sale has no variants: its page says so, for links live on. `beside` so many
    others of its category stand with it. What is left of all of them takes one statement.
    """
    found = _shown(code)
    if found is None:
        return None
    others = _beside(*found, beside) if beside else ()
    all_of_them = wares([found[0], *others])
    ware = all_of_them.pop(found[0])
    product = ware.product
    own = ware.skus if product.state == ProductState.LISTED else ()
    skus = [*own, *(sku for other in all_of_them.values() for sku in other.skus)]
    variants = priced(skus, at=at, depot=depot)
    path = catalogue.category_path(product.category_id)
    return Offer(
        product=product,
        pictures=ware.pictures,
        variants=tuple(v for v in variants if v.sku.product_id == product.pk),
        path=tuple(path),
        said=catalogue.said_of(product.pk, tuple(category.pk for category in path)),
        beside=tuple(_cards(all_of_them.values(), variants)),
    )


@kept(Product, most=20_000)
def _shown(code: str) -> tuple[int, int] | None:
    """Return the ids of a product that is or was on sale and of its category."""
    shown = Product.objects.filter(state__in=[ProductState.LISTED, ProductState.DELISTED])
    return shown.filter(code=code).values_list("pk", "category_id").first()


@kept(Product, most=4_000)
def _beside(product: int, category: int, most: int) -> Sequence[int]:
    """Return the ids of other goods of the same category, the latest first."""
    rows = on_sale().filter(category=category).exclude(pk=product)
    return tuple(rows.order_by("-state_at", "code").values_list("pk", flat=True)[:most])


def sku_on_sale(code: str) -> Sku | None:
    """Return the SKU with a code, of goods on sale; None for any other."""
    rows = Sku.objects.filter(code=code, product__state=ProductState.LISTED)
    return rows.select_related("product").first()


def expected(sku: int, *, at: datetime, depot: int | None = None) -> datetime | None:
    """Return by when the next pieces of a SKU arrive, in a depot or, None, in any; None if unknown.

    What is overdue is not promised to anybody.
    """
    rows = Arrival.objects.filter(level__sku=sku, state=ArrivalState.EXPECTED, due_at__gte=at)
    if depot is not None:
        rows = rows.filter(level__location=depot)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()


# --- the cart ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Had:
    """A SKU as it stands now, whoever kept it: None for price where it cannot be bought."""

    sku: Sku
    picture: Picture | None
    price_fen: int | None
    market_fen: int | None
    left: int


_PRODUCT_OF: Memory[int, int] = Memory(Sku, most=20_000)


def _product_of(skus: Sequence[int]) -> dict[int, int]:
    return dict(Sku.objects.filter(pk__in=skus).values_list("pk", "product_id"))


def goods_kept(skus: Iterable[int], *, at: datetime, depot: int | None = None) -> dict[int, Had]:
    """Return how kept SKUs stand now, by id, as cards do; unknown ones are missing."""
    product_of = _PRODUCT_OF.of_each(skus, _product_of)
    shown = wares(product_of.values())
    rows = [(ware, sku) for ware in shown.values() for sku in ware.skus if sku.pk in product_of]
    prices = prices_at([sku for _ware, sku in rows], at=at)
    left = what_is_left([sku.pk for _ware, sku in rows], depot=depot)
    found = {}
    for ware, sku in rows:
        entry = prices.get(sku.pk) if ware.product.state == ProductState.LISTED else None
        found[sku.pk] = Had(
            sku=sku,
            picture=ware.face,
            price_fen=entry.price_fen if entry else None,
            market_fen=entry.market_fen if entry else None,
            left=left.get(sku.pk, 0),
        )
    return found
