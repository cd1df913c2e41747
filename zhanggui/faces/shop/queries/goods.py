"""Goods as customers see them: on sale, with price, picture and what is left of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Window,
)
from django.db.models.functions import RowNumber
from django.urls import reverse

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.models import AttributeValue, Category, Product, ProductPicture, Sku
from zhanggui.books.catalogue.queries import Shelf
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.models import PriceEntry
from zhanggui.books.prices.queries import prices_at, prices_in_force, with_prices
from zhanggui.books.stock import rules as stock_rules
from zhanggui.books.stock.models import Arrival, Level
from zhanggui.books.stock.rules import ArrivalState, PlaceKind
from zhanggui.ground.media.models import Picture
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules.states import OrderState

SOLD_WITHIN = timedelta(days=14)
"""How far back the best sellers look: two weeks follow the season and outlast a quiet day."""

SORTS: dict[str, tuple[str, ...]] = {
    "": ("category__position", "category_id", "code"),
    "new": ("-state_at", "-pk"),
    "low": ("low_fen", "pk"),
    "high": ("-low_fen", "pk"),
}
"""In which orders goods can be looked at: by shelf, newest, cheapest, dearest first."""


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
        return reverse("shop:product", args=[self.product.code])

    @property
    def one_price(self) -> bool:
        """Whether the price shown is that of all its variants."""
        return not self.several


def on_sale() -> QuerySet[Product]:
    """Return the products on sale."""
    return Product.objects.filter(state=ProductState.LISTED)


def cards(products: Sequence[Product], *, at: datetime, depot: int | None = None) -> list[Card]:
    """Return products as they stand on a shelf, in four statements however many there are.

    Without a depot what is left is counted over all of them. A product without a price is left out.
    """
    ids = [product.pk for product in products]
    faces: dict[int, Picture] = {}
    rows = ProductPicture.objects.filter(product__in=ids).select_related("picture")
    for row in rows.order_by("position", "pk"):
        faces.setdefault(row.product_id, row.picture)
    variants: dict[int, list[Variant]] = {}
    skus = list(Sku.objects.filter(product__in=ids).order_by("position", "pk"))
    for variant in priced(skus, at=at, depot=depot):
        variants.setdefault(variant.sku.product_id, []).append(variant)
    return [
        Card(
            product=product,
            picture=faces.get(product.pk),
            variant=min(own, key=lambda v: v.price_fen),
            several=len(own) > 1,
            left=sum(v.left for v in own),
        )
        for product in products
        if (own := variants.get(product.pk))
    ]


def priced(skus: Sequence[Sku], *, at: datetime, depot: int | None = None) -> list[Variant]:
    """Return those of the SKUs that have a price, with it and what is left, in two statements."""
    prices = prices_at(skus, at=at)
    left = what_is_left([sku.pk for sku in skus], depot=depot)
    return [
        Variant(sku, entry.price_fen, entry.market_fen, left.get(sku.pk, 0))
        for sku in skus
        if (entry := prices.get(sku.pk))
    ]


def what_is_left(skus: Iterable[int], *, depot: int | None = None) -> dict[int, int]:
    """Return how many pieces of each SKU may be promised by a depot, or by all of them together."""
    levels = Level.objects.filter(sku__in=list(skus), location__kind=PlaceKind.DEPOT)
    if depot is not None:
        levels = levels.filter(location=depot)
    left: dict[int, int] = {}
    for level in levels:
        left[level.sku_id] = left.get(level.sku_id, 0) + max(stock_rules.sellable(level), 0)
    return left


# --- shelves -----------------------------------------------------------------------------------


def listing(*, code: str = "", sort: str = "", at: datetime) -> QuerySet[Product]:
    """Return the products on sale of a category and below, in an order."""
    rows = on_sale()
    if code:
        rows = catalogue.products_on(rows, code)
    if sort in {"low", "high"}:
        rows = with_prices(rows, at=at)
    return rows.order_by(*SORTS.get(sort, SORTS[""]))


def best_sellers(*, at: datetime, most: int) -> list[int]:
    """Return the ids of what was ordered most in the last two weeks; none before any order."""
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
    return list(rows[:most])


def best_savings(*, at: datetime, most: int) -> list[int]:
    """Return the ids of what costs most below the market price, most first."""
    cut = (F("market_fen") - F("price_fen")) * 10_000 / F("market_fen")
    rows: QuerySet[PriceEntry, Any] = (
        prices_in_force(at=at)
        .filter(market_fen__isnull=False, sku__product__state=ProductState.LISTED)
        .annotate(cut=cut)
        .order_by("-cut", "sku__product", "pk")
        .values_list("sku__product", flat=True)
    )
    return list(dict.fromkeys(rows[: most * 6]))[:most]


def newest(*, most: int) -> list[int]:
    """Return the ids of what was put on sale last."""
    return list(on_sale().order_by(*SORTS["new"]).values_list("pk", flat=True)[:most])


def in_row(ids: Sequence[int]) -> list[Product]:
    """Return the products of these ids, in their order."""
    found = Product.objects.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def tops_of(shelves: Sequence[Shelf], codes: Iterable[str], *, most: int) -> dict[str, list[int]]:
    """Return the ids of the newest goods of each category and all below it, in one statement."""
    below: dict[str, list[int]] = {code: [] for code in codes}
    for shelf in shelves:
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


def category_faces(shelves: Sequence[Shelf]) -> dict[int, Picture]:
    """Return for each category a picture of something on sale in it or below, in two statements."""
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


# --- one product -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A product's page: pictures, variants with prices, categories above, what is said."""

    product: Product
    pictures: tuple[Picture, ...]
    variants: tuple[Variant, ...]
    path: tuple[Category, ...]
    said: tuple[AttributeValue, ...] = ()

    def variant(self, code: str) -> Variant | None:
        """Return the variant of a code; without one the first that can be had, else the first."""
        if code:
            return next((v for v in self.variants if v.sku.code == code), None)
        return next((v for v in self.variants if v.left), next(iter(self.variants), None))


def offer_of(code: str, *, at: datetime, depot: int | None = None) -> Offer | None:
    """Return a product on sale or taken off sale by its code; None for one never shown.

    What was taken off sale has no variants: its page says so, for links live on.
    """
    shown = Product.objects.filter(state__in=[ProductState.LISTED, ProductState.DELISTED])
    product = shown.select_related("brand").filter(code=code).first()
    if product is None:
        return None
    variants: list[Variant] = []
    if product.state == ProductState.LISTED:
        variants = priced(catalogue.skus_of(product), at=at, depot=depot)
    path = catalogue.category_path(product.category_id)
    return Offer(
        product=product,
        pictures=tuple(row.picture for row in catalogue.pictures_of(product)),
        variants=tuple(variants),
        path=tuple(path),
        said=tuple(catalogue.said_of(product, [category.pk for category in path])),
    )


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


def beside(product: Product, *, most: int) -> list[Product]:
    """Return other goods of the same category."""
    rows = on_sale().filter(category=product.category).exclude(pk=product.pk)
    return list(rows.order_by("-state_at", "code")[:most])


# --- the cart ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Had:
    """A SKU as it stands now, whoever kept it: None for price where it cannot be bought."""

    sku: Sku
    picture: Picture | None
    price_fen: int | None
    market_fen: int | None
    left: int


def goods_kept(skus: Iterable[int], *, at: datetime, depot: int | None = None) -> dict[int, Had]:
    """Return how kept SKUs stand now, by id, in four statements; unknown ones are missing."""
    rows = list(Sku.objects.filter(pk__in=list(skus)).select_related("product"))
    prices = prices_at(rows, at=at)
    left = what_is_left([sku.pk for sku in rows], depot=depot)
    faces: dict[int, Picture] = {}
    pictures = ProductPicture.objects.filter(product__in={sku.product_id for sku in rows})
    for row in pictures.select_related("picture").order_by("position", "pk"):
        faces.setdefault(row.product_id, row.picture)
    found = {}
    for sku in rows:
        entry = prices.get(sku.pk) if sku.product.state == ProductState.LISTED else None
        found[sku.pk] = Had(
            sku=sku,
            picture=faces.get(sku.product_id),
            price_fen=entry.price_fen if entry else None,
            market_fen=entry.market_fen if entry else None,
            left=left.get(sku.pk, 0),
        )
    return found
