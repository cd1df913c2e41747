"""Reading the price book: what holds at a moment, what is coming, and what still lacks a price."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from zhanggui.books.catalogue import queries as catalogue
from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.sought import sought_text
from zhanggui.books.prices import rules
from zhanggui.books.prices.models import CostEntry, PriceEntry
from zhanggui.books.prices.rules import Asked, Present
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.editions import Memory, kept
from zhanggui.ground.kernel.prepared import among, prepared
from zhanggui.ground.kernel.refusal import Refusal, not_yours

BOOK = "prices.book"
"""The duty of setting prices and costs."""

LISTING = "prices.listing"
"""The duty of putting goods on sale and taking them off."""


# --- what holds at a moment ---------------------------------------------------------------------


def prices_in_force(*, at: datetime) -> QuerySet[PriceEntry]:
    """Return of each SKU the one price that holds at a moment, to be narrowed by the caller."""
    begun = PriceEntry.objects.filter(since_at__lte=at, withdrawn_at__isnull=True)
    later = begun.filter(sku=OuterRef("sku_id"), since_at__gt=OuterRef("since_at"))
    return begun.filter(~Exists(later))


def costs_in_force(*, at: datetime) -> QuerySet[CostEntry]:
    """Return of each SKU the one landed cost that holds at a moment."""
    begun = CostEntry.objects.filter(since_at__lte=at)
    later = begun.filter(sku=OuterRef("sku_id"), since_at__gt=OuterRef("since_at"))
    return begun.filter(~Exists(later))


def prices_at(skus: Iterable[Sku | int], *, at: datetime) -> dict[int, PriceEntry]:
    """Return the price of each SKU at a moment, by the SKU's id, in one statement at most.

    SKUs that had no price then are missing.
    """
    books = _BOOKS.of_each(_ids(skus), _books)
    found = {sku: next((e for e in book if e.since_at <= at), None) for sku, book in books.items()}
    return {sku: entry for sku, entry in found.items() if entry is not None}


_BOOKS: Memory[int, tuple[PriceEntry, ...]] = Memory(PriceEntry, most=20_000)
"""What the book says of a SKU: its prices, the latest first, without the withdrawn ones."""


def _books(skus: Sequence[int]) -> dict[int, tuple[PriceEntry, ...]]:
    own: dict[int, list[PriceEntry]] = {sku: [] for sku in skus}
    for entry in _entries_of(skus=skus):
        own[entry.sku_id].append(entry)
    return {sku: tuple(entries) for sku, entries in own.items()}


@prepared(skus=[BigIntegerField()])
def _entries_of(skus: list[int]) -> QuerySet[PriceEntry]:
    rows = PriceEntry.objects.filter(among("sku_id", skus), withdrawn_at__isnull=True)
    return rows.order_by("-since_at")


def book_since(at: datetime) -> datetime | None:
    """Return since when every price is what it is at a moment; None before the first.

    Between two such moments no price changes by itself: what was asked of the book at one of them
    holds until the next, unless the book is written.
    """
    turns = _turns()
    place = bisect_right(turns, at)
    return turns[place - 1] if place else None


@kept(PriceEntry)
def _turns() -> tuple[datetime, ...]:
    rows = PriceEntry.objects.filter(withdrawn_at__isnull=True).order_by("since_at")
    return tuple(rows.values_list("since_at", flat=True).distinct())


def price_at(sku: Sku | int, *, at: datetime) -> PriceEntry | None:
    """Return the price of one SKU at a moment; None when it had none."""
    return prices_at([sku], at=at).get(_ids([sku])[0])


def costs_at(skus: Iterable[Sku | int], *, at: datetime) -> dict[int, CostEntry]:
    """Return the landed cost of each SKU at a moment, by the SKU's id, in one statement."""
    ids = _ids(skus)
    return {entry.sku_id: entry for entry in costs_in_force(at=at).filter(sku__in=ids)}


def _ids(skus: Iterable[Sku | int]) -> list[int]:
    return [sku if isinstance(sku, int) else sku.pk for sku in skus]


# --- setting ------------------------------------------------------------------------------------


def presents(skus: Sequence[Sku], *, since: datetime) -> dict[int, Present]:
    """Return what the book says of these SKUs at the moment from which something is asked."""
    prices, costs = prices_at(skus, at=since), costs_at(skus, at=since)
    found = {}
    for sku in skus:
        price, cost = prices.get(sku.pk), costs.get(sku.pk)
        found[sku.pk] = Present(
            code=sku.code,
            price_fen=price.price_fen if price else None,
            market_fen=price.market_fen if price else None,
            cost_fen=cost.cost_fen if cost else None,
            price_taken=price is not None and price.since_at == since,
            cost_taken=cost is not None and cost.since_at == since,
        )
    return found


def why_not_set(
    skus: Sequence[Sku],
    *,
    asked: Sequence[Asked] | None,
    since: datetime | None,
    reason: str,
    at: datetime,
) -> Refusal | None:
    """Return why prices and costs of these SKUs cannot be set; None while nothing is asked yet."""
    if asked is None:
        return None
    if refusal := rules.why_not_begin(since=since, at=at):
        return refusal
    if {one.sku for one in asked} - {sku.pk for sku in skus}:
        return not_yours()
    return rules.why_not_set(asked, presents(skus, since=since or at), reason=reason)


def coming(sku: Sku, *, at: datetime) -> QuerySet[PriceEntry]:
    """Return the prices of a SKU that are still to come, the next one first."""
    rows = PriceEntry.objects.filter(sku=sku, since_at__gt=at, withdrawn_at__isnull=True)
    return rows.order_by("since_at")


def why_not_withdraw(sku: Sku, *, entry: PriceEntry | None, at: datetime) -> Refusal | None:
    """Return why a price to come cannot be withdrawn; without `entry`, why none can."""
    ids = set(coming(sku, at=at).values_list("pk", flat=True))
    chosen = None if entry is None else entry.pk in ids
    return rules.why_not_withdraw(coming=bool(ids) or chosen is not None, chosen=chosen)


def skus_to_price(by: DeskActor) -> QuerySet[Sku]:
    """Return the SKUs of goods ready or on sale that have no price and none coming.

    `waits_since` is when the product became ready; unknown for a SKU added to one on sale.
    """
    ready = When(product__state=ProductState.READY, then=F("product__state_at"))
    rows = (
        Sku.objects.filter(product__state__in=[ProductState.READY, ProductState.LISTED])
        .filter(~Exists(PriceEntry.objects.filter(sku=OuterRef("pk"), withdrawn_at__isnull=True)))
        .select_related("product", "product__category")
        .annotate(waits_since=Case(ready, default=None, output_field=DateTimeField()))
        .order_by("product__code", "position", "pk")
    )
    return rows if by.scope(BOOK) else rows.none()


def skus_sought(rows: QuerySet[Sku], text: str) -> QuerySet[Sku]:
    """Keep to SKUs of products in which every word of a text is found."""
    for word in sought_text(text):
        rows = rows.filter(product__sought__contains=word)
    return rows


# --- putting on sale ----------------------------------------------------------------------------


def unpriced(product: Product, *, at: datetime) -> list[str]:
    """Return the codes of a product's SKUs that have no price at a moment, in their order."""
    held = prices_in_force(at=at).filter(sku=OuterRef("pk"))
    rows = Sku.objects.filter(product=product).filter(~Exists(held))
    return list(rows.order_by("position", "pk").values_list("code", flat=True))


def why_not_list(product: Product, *, at: datetime) -> Refusal | None:
    """Return why a product cannot go on sale now."""
    skus, pictures = catalogue.what_there_is(product)
    return rules.why_not_list(
        product,
        skus=skus,
        pictures=pictures,
        unpriced=unpriced(product, at=at),
        attributes=catalogue.missing_attributes(product),
    )


def with_prices(rows: QuerySet[Product], *, at: datetime) -> QuerySet[Product]:
    """Add to products how many SKUs have a price (`priced_n`) and the span (`low_fen`, `high_fen`).

    A product without any has 0 and None.
    """
    held = (
        prices_in_force(at=at)
        .filter(sku__product=OuterRef("pk"))
        .order_by()
        .values("sku__product")
        .annotate(n=Count("pk"), low=Min("price_fen"), high=Max("price_fen"))
    )
    return rows.annotate(
        priced_n=Coalesce(Subquery(held.values("n"), output_field=IntegerField()), Value(0)),
        low_fen=Subquery(held.values("low"), output_field=BigIntegerField()),
        high_fen=Subquery(held.values("high"), output_field=BigIntegerField()),
    )


def products_to_list(by: DeskActor) -> QuerySet[Product]:
    """Return the products ready for sale, with their prices, for whoever puts goods on sale."""
    rows = with_prices(catalogue.products_seen(by), at=by.at).filter(state=ProductState.READY)
    return rows if by.scope(LISTING) else rows.none()


def complete(rows: QuerySet[Product], value: str) -> QuerySet[Product]:
    """Keep to products of which every SKU has a price ("yes"), or to the others ("no")."""
    whole = Q(skus_n__gt=0, priced_n=F("skus_n"))
    return rows.filter(whole) if value == "yes" else rows.exclude(whole)


# --- the book of one product --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One SKU in the book: what holds, what comes next; cost and floor for those who set prices."""

    sku: Sku
    price: PriceEntry | None
    next: PriceEntry | None
    cost_fen: int | None
    floor_fen: int | None
    margin_bp: int | None


def knows_costs(by: DeskActor) -> bool:
    """Tell whether somebody may see what goods cost us: only whoever sets prices."""
    return bool(by.scope(BOOK))


def book_of(product: Product, *, by: DeskActor) -> list[Line]:
    """Return the book of a product's SKUs at the moment of `by`, in four statements at most."""
    skus = catalogue.skus_of(product)
    prices = prices_at(skus, at=by.at)
    nexts: dict[int, PriceEntry] = {}
    for entry in PriceEntry.objects.filter(
        sku__in=skus, since_at__gt=by.at, withdrawn_at__isnull=True
    ).order_by("since_at"):
        nexts.setdefault(entry.sku_id, entry)
    costs = costs_at(skus, at=by.at) if knows_costs(by) else {}
    return [_line(sku, prices.get(sku.pk), nexts.get(sku.pk), costs.get(sku.pk)) for sku in skus]


def _line(
    sku: Sku, price: PriceEntry | None, following: PriceEntry | None, cost: CostEntry | None
) -> Line:
    return Line(
        sku=sku,
        price=price,
        next=following,
        cost_fen=cost.cost_fen if cost else None,
        floor_fen=rules.floor_fen(cost.cost_fen) if cost else None,
        margin_bp=rules.margin_bp(price.price_fen, cost.cost_fen) if price and cost else None,
    )


def price_history(sku: Sku) -> QuerySet[PriceEntry]:
    """Return every price a SKU has, had or was to have, the latest moment first."""
    return PriceEntry.objects.filter(sku=sku).select_related("set_by").order_by("-since_at", "-pk")


def cost_history(sku: Sku, *, by: DeskActor) -> QuerySet[CostEntry]:
    """Return every landed cost of a SKU, the latest first, for whoever sets prices."""
    rows = CostEntry.objects.filter(sku=sku).select_related("set_by").order_by("-since_at")
    return rows if knows_costs(by) else rows.none()
