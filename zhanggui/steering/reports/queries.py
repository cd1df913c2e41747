"""Reading the day of the company: counted in SQL by area, rolled up in Python; and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.utils.timezone import get_default_timezone

from zhanggui.books.stock import queries as stock
from zhanggui.books.stock.models import Location
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.models import Fact
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.rules.structure import AreaNode, Structure
from zhanggui.steering.reports.rules import Clock, DayCounts, rolled_up
from zhanggui.trade.cash import queries as cash
from zhanggui.trade.cash.queries import Holder
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import StopState
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.rules.states import Fulfilment, Money, OrderState

COMPANY = "reports.company"
"""The duty of running the company, or one's department, on its figures."""

CLOCKS = ("orders.screening", "orders.shortages", "cash.hand_in", "cash.counting")
"""The duties whose promises the day is judged by, in the order of an order's life."""

VALID = (OrderState.CONFIRMED, OrderState.CLOSED)
SECURED = tuple(money for money in Money if money != Money.AWAITED)
"""A valid order is confirmed and not given up since, and what it hangs on is there: nothing of one
to be paid by transfer is sent before the money is, and unpaid it ends by itself."""

CAME = (Fulfilment.DELIVERED, Fulfilment.PARTLY)
NOT_TAKEN = (Fulfilment.REFUSED, Fulfilment.RETURNED)
"""Where the goods of a refused order are: still in the bag, or home again."""

Areas = frozenset[str]
Span = tuple[datetime, datetime]


def span_of(day: date) -> Span:
    """Return the first moment of a company day and that of the next."""
    zone = get_default_timezone()
    after = day + timedelta(days=1)
    return datetime.combine(day, time(), zone), datetime.combine(after, time(), zone)


def on_day(field: str, day: date) -> Q:
    """Return the condition that a moment lies in a company day."""
    begin, end = span_of(day)
    return Q(**{f"{field}__gte": begin, f"{field}__lt": end})


def _on_days(fields: Iterable[str], days: Sequence[date]) -> Q:
    found = Q(pk__in=[])
    for field in fields:
        for day in days:
            found |= on_day(field, day)
    return found


# --- the areas one answers for ------------------------------------------------------------------


def areas_of(by: DeskActor) -> list[tuple[AreaNode, int]]:
    """Return the areas in which somebody holds the duty, with their depth, in the tree's order."""
    scope, structure = by.scope(COMPANY), present(by.at).structure
    return [(area, depth) for area, depth in structure.areas_in_order() if area.code in scope]


def area_of(by: DeskActor, code: str) -> AreaNode:
    """Return an area of one's own by its code, the widest for ""; raise `not_yours` otherwise."""
    mine = areas_of(by)
    wanted = next((a for a, _depth in mine if a.code == code), None) if code else None
    if not code and mine:
        wanted = min(mine, key=lambda found: found[1])[0]
    if wanted is None:
        raise not_yours()
    return wanted


def areas_below(by: DeskActor, code: str) -> Areas:
    """Return the codes of an area and all below it, as far as one answers for them."""
    scope = by.scope(COMPANY)
    return frozenset(a for a in present(by.at).structure.areas_within(code) if a in scope)


# --- the counts of days -------------------------------------------------------------------------


Counted = Iterable[tuple[int, str, str, int]]
"""Parts of counts: the number of the day, the area, the field of `DayCounts`, how many."""

Part = Callable[[Areas, Sequence[date]], Counted]


def counts_of(
    areas: Areas, days: Sequence[date], *, parts: Sequence[Part] | None = None
) -> dict[date, dict[str, DayCounts]]:
    """Return what each day brought to each area by itself: one statement a part for all days.

    `parts` are `ORDERS`, `DOORS`, `RUNS`, `SHORTAGES`; without them all are counted.
    """
    found: list[dict[str, dict[str, int]]] = [{} for _day in days]
    for part in parts or (*ORDERS, *DOORS, *RUNS, *SHORTAGES):
        for number, area, field, count in part(areas, days):
            fields = found[number].setdefault(area, {})
            fields[field] = fields.get(field, 0) + count
    return {
        day: {area: DayCounts(**fields) for area, fields in by_area.items()}
        for day, by_area in zip(days, found, strict=True)
    }


def _grouped(
    rows: QuerySet[Any], days: Sequence[date], by: Sequence[str], *moments: str, **sums: str
) -> Iterable[dict[str, Any]]:
    """Return how many rows there are of each kind (`count`), and sums, in one statement.

    `by` are the columns that tell kinds apart; for each of the moments, whose names become
    `in_<moment>`, the number of the day it lies in, -1 for none of these days.
    """
    in_days = {
        f"in_{moment.rpartition('__')[2]}": Case(
            *(When(on_day(moment, day), then=Value(n)) for n, day in enumerate(days)),
            default=Value(-1),
        )
        for moment in moments
    }
    narrowed = rows.filter(_on_days(moments, days)).order_by()
    kinds = narrowed.values(*by, **in_days)
    counted: Iterable[dict[str, Any]] = kinds.annotate(
        count=Count("pk"), **{name: Sum(column) for name, column in sums.items()}
    )
    return counted


def _orders(areas: Areas, days: Sequence[date]) -> Counted:
    axes = ("area_id", "state", "fulfilment", "money")
    moments = ("placed_at", "door_at", "settled_at")
    sums = {"goods": "goods_fen", "taken": "taken_fen"}
    orders = Order.objects.filter(area__in=areas)
    for row in _grouped(orders, days, axes, *moments, **sums):
        for field, amount, moment in _told_of(row):
            if (number := row[f"in_{moment}"]) >= 0:
                yield number, row["area_id"], field, row[amount]


def _told_of(row: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    """Yield what orders of one kind add to: the field, what of them is added, by which moment."""
    state, goods, money = row["state"], row["fulfilment"], row["money"]
    yield "placed", "count", "placed_at"
    yield "placed_fen", "goods", "placed_at"
    if state in VALID:
        yield "valid" if money in SECURED else "awaited", "count", "placed_at"
    else:
        yield (
            {
                OrderState.SCREENING: "screening",
                OrderState.CANCELLED: "cancelled",
                OrderState.VOID: "void",
            }[OrderState(state)],
            "count",
            "placed_at",
        )
    if money == Money.SETTLED:
        yield "paid", "count", "placed_at"
    if goods in CAME:
        yield "came", "count", "placed_at"
        yield "delivered" if goods == Fulfilment.DELIVERED else "partly", "count", "door_at"
        yield "door_fen", "taken", "door_at"
    if state == OrderState.CLOSED and goods in NOT_TAKEN:
        yield "refused", "count", "door_at"
    yield "settled", "count", "settled_at"
    yield "settled_fen", "taken", "settled_at"


def _doors(areas: Areas, days: Sequence[date]) -> Counted:
    failed = Stop.objects.filter(order__area__in=areas, state=StopState.FAILED)
    for row in _grouped(failed, days, ["order__area_id"], "done_at"):
        yield row["in_done_at"], row["order__area_id"], "failed", row["count"]


def _runs(areas: Areas, days: Sequence[date]) -> Counted:
    left = Run.objects.filter(area__in=areas)
    for row in _grouped(left, days, ["area_id"], "left_at", cost="cost_fen"):
        yield row["in_left_at"], row["area_id"], "runs", row["count"]
        yield row["in_left_at"], row["area_id"], "run_cost_fen", row["cost"]


def _run_orders(areas: Areas, days: Sequence[date]) -> Counted:
    over = Stop.objects.filter(
        run__area__in=areas, state__in=[StopState.DELIVERED, StopState.PARTLY]
    )
    for row in _grouped(over, days, ["run__area_id"], "run__left_at"):
        yield row["in_left_at"], row["run__area_id"], "run_orders", row["count"]


def _shortages(areas: Areas, days: Sequence[date]) -> Counted:
    every = Shortage.objects.filter(area__in=areas)
    for row in _grouped(every, days, ["area_id"], "opened_at", "settled_at"):
        for moment, field in (("opened_at", "short_opened"), ("settled_at", "short_settled")):
            if (number := row[f"in_{moment}"]) >= 0:
                yield number, row["area_id"], field, row["count"]


ORDERS: tuple[Part, ...] = (_orders,)
DOORS: tuple[Part, ...] = (_doors,)
RUNS: tuple[Part, ...] = (_runs, _run_orders)
SHORTAGES: tuple[Part, ...] = (_shortages,)


@dataclass(frozen=True, slots=True)
class Row:
    """An area in the table: what it and all below it (`areas`) had."""

    area: AreaNode
    depth: int
    counts: DayCounts
    areas: Areas


def table_of(by: DeskActor, own: Mapping[str, DayCounts], *, under: str) -> list[Row]:
    """Return the areas from one down, each with its counts rolled up, in the tree's order."""
    structure: Structure = present(by.at).structure
    total = rolled_up(own, structure.area_path)
    scope = by.scope(COMPANY)
    below = {code for code in structure.areas_within(under) if code in scope}
    shown = [(a, depth) for a, depth in structure.areas_in_order() if a.code in below]
    top = min((depth for _area, depth in shown), default=0)
    return [
        Row(
            area,
            depth - top,
            total.get(area.code, DayCounts()),
            structure.areas_within(area.code) & below,
        )
        for area, depth in shown
    ]


# --- clocks, shortages, cash, goods -------------------------------------------------------------


def clock_facts(areas: Areas, day: date, *, duties: Sequence[str] = CLOCKS) -> QuerySet[Fact]:
    """Return what people did under these duties on a day, where it is known how long it waited.

    What the house lets through by itself waits for nobody, and what a deed causes besides is not
    a second one: neither says anything of a clock.
    """
    return Fact.objects.filter(
        on_day("at", day),
        duty__in=list(duties),
        area__in=areas,
        actor_kind="person",
        cause__isnull=True,
        wait_s__isnull=False,
    )


def clocks_of(areas: Areas, day: date) -> dict[str, Clock]:
    """Return how each duty with a clock was kept on a day, in one statement."""
    in_time = Q(promise_s__isnull=False, wait_s__lte=F("promise_s"))
    rows = (
        clock_facts(areas, day)
        .order_by()
        .values("duty")
        .annotate(
            handled=Count("pk"),
            judged=Count("pk", filter=Q(promise_s__isnull=False)),
            on_time=Count("pk", filter=in_time),
        )
    )
    found = {row["duty"]: Clock(row["handled"], row["judged"], row["on_time"]) for row in rows}
    return {duty: found.get(duty, Clock()) for duty in CLOCKS}


def shortage_waits(areas: Areas, day: date) -> list[int]:
    """Return how many seconds each shortage settled on a day had been open."""
    rows = Shortage.objects.filter(on_day("settled_at", day), area__in=areas)
    moments = rows.values_list("opened_at", "settled_at")
    return [int((end - begin).total_seconds()) for begin, end in moments if end is not None]


@dataclass(frozen=True, slots=True)
class Outside:
    """Cash outside now: who holds how much since when; `fen` None where a sum is hidden."""

    holders: tuple[Holder, ...]

    @property
    def fen(self) -> int | None:
        """What is carried and what is being counted, together."""
        if any(holder.hidden for holder in self.holders):
            return None
        return sum(h.carried.fen + h.carried.under_way_fen for h in self.holders)

    @property
    def overdue(self) -> int:
        """How many hold money of an earlier day."""
        return sum(holder.tone == "stop" for holder in self.holders)


def cash_of(by: DeskActor, areas: Areas) -> Outside | None:
    """Return the cash outside in some areas; None for whoever may not look at money."""
    if not any(by.scope(duty) for duty in (cash.BOARD, cash.COUNTING, *cash.WATCHING)):
        return None
    holders = [h for h in cash.cash_outside(by).holders if h.purse.area_id in areas]
    return Outside(tuple(sorted(holders, key=lambda h: (h.carried.since_at or by.at, h.purse.pk))))


@dataclass(frozen=True, slots=True)
class StockOut:
    """Goods of which nothing may be promised now, in one depot or in none at all."""

    count: int
    depot: Location | None


def stock_out(by: DeskActor, areas: Areas) -> StockOut:
    """Return how many SKUs are gone: from the one depot of the areas, else from all depots."""
    depots = [depot for depot in stock.depots_seen(by) if depot.area_id in areas]
    depot = depots[0] if len(depots) == 1 else None
    return StockOut(stock.skus_gone(stock.skus_seen(by), depot=depot).count(), depot)


# --- the rows of a figure -----------------------------------------------------------------------


def runs_left(areas: Areas, day: date) -> QuerySet[Run]:
    """Return the runs that left on a day, with `orders_n` brought and `over_n` handed over."""
    over = Q(stops__state__in=[StopState.DELIVERED, StopState.PARTLY])
    rows = Run.objects.filter(on_day("left_at", day), area__in=areas)
    return (
        rows.select_related("area", "courier")
        .annotate(
            orders_n=Count("stops", filter=~Q(stops__state=StopState.DROPPED)),
            over_n=Count("stops", filter=over),
        )
        .order_by("left_at", "pk")
    )


def doors_failed(areas: Areas, day: date) -> QuerySet[Stop]:
    """Return the stops at which nobody was met on a day, in the order of the day."""
    rows = Stop.objects.filter(on_day("done_at", day), order__area__in=areas)
    failed = rows.filter(state=StopState.FAILED)
    return failed.select_related("order__area", "run__courier").order_by("done_at", "pk")


def shortages_on(areas: Areas, day: date, *, field: str) -> QuerySet[Shortage]:
    """Return the shortages opened or settled (`opened_at`, `settled_at`) on a day."""
    rows = Shortage.objects.filter(on_day(field, day), area__in=areas)
    return rows.select_related("area", "line__order", "line__sku__product").order_by(field, "pk")
