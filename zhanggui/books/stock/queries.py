"""Reading the stock: levels, what may still be promised, what is short, what moved and is held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from zhanggui.books.catalogue.models import Product, Sku
from zhanggui.books.catalogue.queries import LOOKING
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.catalogue.rules.sought import sought_text
from zhanggui.books.stock import rules
from zhanggui.books.stock.models import Arrival, Level, Location, Movement
from zhanggui.books.stock.rules import ArrivalState, Held, Line, Moved, PlaceKind
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.prepared import among, prepared
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.ground.org.models import Area
from zhanggui.ground.org.queries import present

KEEPING = "stock.levels"
"""The duty of giving stock figures in time."""

MOVEMENTS_SHOWN = 30
"""Movements on the page of a level: two screens; the export of facts has the rest."""

_EXPECTED = Arrival.objects.filter(state=ArrivalState.EXPECTED)


# --- places ------------------------------------------------------------------------------------


def depots_kept(by: DeskActor) -> QuerySet[Location]:
    """Return the depots somebody answers for, by code."""
    depots = Location.objects.filter(by.scope(KEEPING).where(), kind=PlaceKind.DEPOT)
    return depots.select_related("area").order_by("code")


def depots_seen(by: DeskActor) -> list[Location]:
    """Return all depots for somebody with a post, by code: figures are for the whole company."""
    if not by.scope(LOOKING):
        return []
    return list(Location.objects.filter(kind=PlaceKind.DEPOT).order_by("code"))


def depot_of(by: DeskActor, pk: int) -> Location:
    """Return a depot somebody answers for; raise `not_yours` otherwise."""
    depot = depots_kept(by).filter(pk=pk).first()
    if depot is None:
        raise not_yours()
    return depot


def depot_for(area: str, *, at: datetime) -> Location | None:
    """Return the depot that serves an area: its own, or that of the nearest area above it."""
    structure = present(at).structure
    above = [a.code for a, _depth in structure.areas_in_order()]
    serving = [code for code in above if area in structure.areas_within(code)]
    depots = Location.objects.filter(kind=PlaceKind.DEPOT, area_id__in=serving)
    by_area = {depot.area_id: depot for depot in depots.order_by("-code")}
    return next((by_area[code] for code in reversed(serving) if code in by_area), None)


def bag_of(holder_id: int) -> Location | None:
    """Return the bag a person carries, None before it was opened."""
    return Location.objects.filter(kind=PlaceKind.BAG, holder_id=holder_id).first()


def outside(kind: PlaceKind) -> Location:
    """Return the one place of a kind outside: suppliers, customers, losses, differences."""
    return Location.objects.get(code=kind.value)


def areas_to_open_in(by: DeskActor) -> QuerySet[Area]:
    """Return the areas in which somebody may open a depot."""
    return Area.objects.filter(by.scope(KEEPING).where("code")).order_by("position", "code")


def area_to_keep(by: DeskActor) -> str | None:
    """Return the area of the keeper's own standing, in which new things are begun."""
    standings = by.standings(KEEPING, None)
    return standings[0].area if standings else None


# --- levels ------------------------------------------------------------------------------------


def levels_kept(by: DeskActor) -> QuerySet[Level]:
    """Return the levels of the depots somebody answers for."""
    levels = Level.objects.filter(
        by.scope(KEEPING).where("location__area_id"), location__kind=PlaceKind.DEPOT
    )
    return levels.select_related("location", "sku__product")


def level_of(by: DeskActor, pk: int) -> Level:
    """Return a level somebody answers for; raise `not_yours` otherwise."""
    level = levels_kept(by).filter(pk=pk).first()
    if level is None:
        raise not_yours()
    return level


def levels_to_settle(by: DeskActor) -> QuerySet[Level]:
    """Return what customer service has no true answer for: short and nothing announced, or late.

    `since_at` is since when, `due_at` until when it should be settled. Goods that were taken off
    sale do not wait for anything.
    """
    mine = _EXPECTED.filter(level=OuterRef("pk"))
    late = mine.filter(due_at__lt=by.at)
    first_late = late.order_by().values("level").annotate(n=Min("due_at")).values("n")
    since = Case(
        When(Exists(late), then=Subquery(first_late)),
        default=F("short_at"),
        output_field=DateTimeField(),
    )
    due = ExpressionWrapper(
        F("since_at") + Value(rules.ANSWER_WITHIN), output_field=DateTimeField()
    )
    return (
        levels_kept(by)
        .exclude(sku__product__state=ProductState.DELISTED)
        .filter((Q(short_at__isnull=False) & ~Exists(mine)) | Exists(late))
        .annotate(since_at=since, is_late=Exists(late))
        .annotate(due_at=due)
    )


def settle_since(level: Level, at: datetime) -> datetime | None:
    """Return since when a level has waited to be settled, None where it does not."""
    mine = _EXPECTED.filter(level=level)
    if late := mine.filter(due_at__lt=at).aggregate(first=Min("due_at"))["first"]:
        return late if isinstance(late, datetime) else None
    return None if mine.exists() else level.short_at


def sought(rows: QuerySet[Level], text: str) -> QuerySet[Level]:
    """Keep to the levels of goods in which every word is found: name, pinyin, brand, code."""
    for word in sought_text(text):
        rows = rows.filter(sku__product__sought__contains=word)
    return rows


def shortages(depot: Location, lines: Sequence[Line]) -> dict[int, int]:
    """Return by SKU how many pieces these lines want beyond what may be promised.

    Empty when all may be reserved. Asked within a deed it locks the levels, so that the answer
    still holds when the goods are reserved.
    """
    wanted: dict[int, int] = {}
    for line in lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    if not wanted:
        return {}
    ask = _levels_held if guard.is_open() else _levels_at
    levels = ask(depot=depot.pk, skus=sorted(wanted))
    free = {level.sku_id: rules.sellable(level) for level in levels}
    missing = {sku: count - max(free.get(sku, 0), 0) for sku, count in sorted(wanted.items())}
    return {sku: count for sku, count in missing.items() if count > 0}


def _levels(depot: int, skus: list[int]) -> QuerySet[Level, Any]:
    rows = Level.objects.filter(among("sku_id", skus), location=depot).order_by("sku_id")
    return rows.values_list("sku_id", "on_hand", "reserved", "safety", named=True)


_levels_at = prepared(depot=BigIntegerField(), skus=[BigIntegerField()])(_levels)


@prepared(depot=BigIntegerField(), skus=[BigIntegerField()])
def _levels_held(depot: int, skus: list[int]) -> QuerySet[Level, Any]:
    return _levels(depot, skus).select_for_update(no_key=True)


def why_not_reserve(
    _area: object = None, *, depot: Location | None = None, lines: Sequence[Line] | None = None
) -> Refusal | None:
    """Return why these lines cannot be reserved as the levels stand now; None before known."""
    if depot is None or lines is None:
        return None
    if refusal := rules.why_not_lines(lines=lines):
        return refusal
    for sku, missing in shortages(depot, lines).items():
        wanted = sum(line.quantity for line in lines if line.sku == sku)
        return too_few(sku, depot, left=wanted - missing, wanted=wanted, kind="reserved")
    return None


def too_few(sku: int, place: Location, *, left: int, wanted: int, kind: str) -> Refusal:
    """Return the refusal that names the goods which are too few."""
    return rules.too_few(
        goods=str(_named(sku)), place=place.name, left=left, wanted=wanted, kind=kind
    )


def not_set_aside(key: Held, *, there: int, wanted: int) -> Refusal:
    """Return the refusal that names the goods which are not there under a reference."""
    return rules.not_set_aside(
        goods=str(_named(key.sku)), reference=key.reference, there=there, wanted=wanted
    )


def _named(sku: int) -> Sku:
    return Sku.objects.select_related("product").get(pk=sku)


# --- availability ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coming:
    """Goods on their way: how many, until when, and whether they are late."""

    quantity: int
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Availability:
    """A SKU as customers are answered: how many may be promised in each depot, what is coming."""

    sku: Sku
    levels: Mapping[int, Level] = field(default_factory=dict)
    coming: tuple[Coming, ...] = ()

    @property
    def sellable(self) -> int:
        """How many pieces may be promised in all depots together."""
        return sum(max(rules.sellable(level), 0) for level in self.levels.values())


def skus_seen(by: DeskActor) -> QuerySet[Sku]:
    """Return the SKUs that are or will be on sale, for somebody with a post, by product."""
    skus = Sku.objects.exclude(product__state=ProductState.DELISTED).select_related("product")
    ordered = skus.order_by("product__category__position", "product__code", "position", "pk")
    return ordered if by.scope(LOOKING) else ordered.none()


def skus_sought(rows: QuerySet[Sku], text: str) -> QuerySet[Sku]:
    """Keep to the SKUs of goods in which every word is found: name, pinyin, brand, code."""
    for word in sought_text(text):
        rows = rows.filter(product__sought__contains=word)
    return rows


def skus_gone(rows: QuerySet[Sku], *, depot: Location | None = None) -> QuerySet[Sku]:
    """Keep to the SKUs of which no depot, or not this one, has a piece to promise."""
    free = Level.objects.filter(
        sku=OuterRef("pk"),
        location__kind=PlaceKind.DEPOT,
        on_hand__gt=F("reserved") + F("safety"),
    )
    return rows.filter(~Exists(free.filter(location=depot) if depot else free))


def availability(skus: Iterable[Sku], *, at: datetime) -> list[Availability]:
    """Return how each SKU is available, in two statements however many there are."""
    skus = list(skus)
    ids = [sku.pk for sku in skus]
    levels: dict[int, dict[int, Level]] = {}
    for level in Level.objects.filter(sku__in=ids, location__kind=PlaceKind.DEPOT):
        levels.setdefault(level.sku_id, {})[level.location_id] = level
    coming: dict[int, list[Coming]] = {}
    rows = _EXPECTED.filter(level__sku__in=ids).order_by("due_at", "pk")
    for sku, quantity, due_at in rows.values_list("level__sku", "quantity", "due_at"):
        coming.setdefault(sku, []).append(Coming(quantity, due_at, due_at < at))
    return [
        Availability(sku, levels.get(sku.pk, {}), tuple(coming.get(sku.pk, ()))) for sku in skus
    ]


def sellable_in(depot: Location | int, skus: Iterable[int]) -> dict[int, int]:
    """Return how many pieces of each SKU (ids) a depot may promise; 0 for what it never had."""
    wanted = list(skus)
    free = dict.fromkeys(wanted, 0)
    for level in Level.objects.filter(location=depot, sku__in=wanted):
        free[level.sku_id] = max(rules.sellable(level), 0)
    return free


def availability_of(product: Product, *, at: datetime) -> list[Availability]:
    """Return how each SKU of a product is available."""
    skus = Sku.objects.filter(product=product).select_related("product")
    return availability(skus.order_by("position", "pk"), at=at)


# --- movements ---------------------------------------------------------------------------------


def movements_of(level: Level) -> QuerySet[Movement]:
    """Return what moved at a level, the latest first."""
    touching = Movement.objects.filter(
        Q(source=level.location_id) | Q(target=level.location_id), sku=level.sku_id
    )
    return touching.select_related("source", "target").order_by("-pk")


def moved_under(references: Iterable[str]) -> list[Moved]:
    """Return what moved under these references, added up, in one statement."""
    rows: QuerySet[Movement, Any] = (
        Movement.objects.filter(reference__in=set(references))
        .exclude(reference="")
        .order_by()
        .values_list("kind", "reference", "sku", "source", "target")
        .annotate(pieces=Sum("quantity"))
    )
    return [Moved(*row) for row in rows]


def held_under(reference: str) -> dict[Held, int]:
    """Return where the goods of a reference stand, and how many pieces; places left are left out.

    `Held.promised` are still on the depot's shelf, the others packed, in a bag, or delivered.
    """
    return {key: count for key, count in rules.held(moved_under([reference])).items() if count}


# --- arrivals ----------------------------------------------------------------------------------


def arrivals_of(level: Level) -> list[Arrival]:
    """Return what is expected at a level, the earliest first."""
    return list(_EXPECTED.filter(level=level).order_by("due_at", "pk"))


def arrival_of(by: DeskActor, pk: int) -> Arrival:
    """Return an arrival somebody answers for; raise `not_yours` otherwise."""
    mine = by.scope(KEEPING).where("level__location__area_id")
    found = Arrival.objects.filter(mine, pk=pk)
    arrival = found.select_related("level__location", "level__sku__product").first()
    if arrival is None:
        raise not_yours()
    return arrival


# --- goods by their codes ----------------------------------------------------------------------


def skus_by_code(codes: Iterable[str]) -> dict[str, Sku]:
    """Return the SKUs with these codes or barcodes, by what they were called."""
    wanted = set(codes)
    skus = Sku.objects.filter(Q(code__in=wanted) | Q(barcode__in=wanted)).select_related("product")
    found: dict[str, Sku] = {}
    for sku in skus:
        found |= {word: sku for word in (sku.barcode, sku.code) if word in wanted and word}
    return found


# --- depots ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DepotFigures:
    """What a depot holds: SKUs ever kept, pieces, and what is short or expected."""

    skus: int
    on_hand: int
    reserved: int
    packed: int
    short: int
    expected: int


def depot_figures(depot: Location) -> DepotFigures:
    """Return what a depot holds, in three statements."""
    levels = Level.objects.filter(location=depot)
    sums = levels.aggregate(
        skus=Count("pk"),
        on_hand=Sum("on_hand", default=0),
        reserved=Sum("reserved", default=0),
        short=Count("pk", filter=Q(short_at__isnull=False)),
    )
    packed = Level.objects.filter(location__depot=depot).aggregate(n=Sum("on_hand", default=0))
    expected = _EXPECTED.filter(level__location=depot).count()
    return DepotFigures(packed=packed["n"], expected=expected, **sums)
