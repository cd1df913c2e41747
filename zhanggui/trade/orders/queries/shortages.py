"""What is short: cases for customer service, orders not wholly reserved, what can be served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import (
    BigIntegerField,
    Exists,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.prices.queries import prices_at
from zhanggui.books.stock.models import Arrival, Level
from zhanggui.books.stock.queries import sellable_in
from zhanggui.books.stock.rules import ArrivalState, PlaceKind
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.prepared import prepared
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.trade.orders.models import Order, OrderLine, Shortage
from zhanggui.trade.orders.queries.orders import UNSETTLED, may_look
from zhanggui.trade.orders.rules.shortages import (
    none_arrived,
    not_there,
    nothing_left,
    why_not_expected,
)
from zhanggui.trade.orders.rules.states import (
    IN_HOUSE,
    MOVES,
    SHORTAGE_MOVES,
    OrderState,
    ShortageState,
)

SHORTAGES = "orders.shortages"
"""The duty of talking with customers about what is short."""

STOCK_CHECK = "orders.stock_check"
"""The duty of checking that confirmed orders are in stock."""

SERVED_AT_ONCE_MAX = 200
"""Shortages looked at in one round: a lorry's worth; the next round comes a minute later."""


def _outlook() -> tuple[Prefetch[Any], Prefetch[Any]]:
    """Return what is fetched beside shortages: levels of the goods everywhere, and arrivals."""
    levels = Level.objects.filter(location__kind=PlaceKind.DEPOT).select_related("location")
    coming = Arrival.objects.filter(state=ArrivalState.EXPECTED).order_by("due_at", "pk")
    return (
        Prefetch("line__sku__levels", levels, "levels_now"),
        Prefetch("line__sku__levels_now__arrivals", coming, "coming"),
    )


def with_outlook(shortage: Shortage) -> Shortage:
    """Fetch what is coming and what other depots have, as the queue shows it."""
    prefetch_related_objects([shortage], *_outlook())
    return shortage


def shortages_to_settle(by: DeskActor) -> QuerySet[Shortage]:
    """Return the shortages of one's areas of which the customer is to be told.

    A customer who waits comes back when the date he was told has passed; `told_at` is since when.
    """
    mine = Shortage.objects.filter(by.scope(SHORTAGES).where())
    told = Q(state=ShortageState.OPEN) | Q(state=ShortageState.WAITING, expected_at__lte=by.at)
    return (
        mine.filter(told)
        .annotate(told_at=Coalesce("expected_at", "opened_at"))
        .select_related("area", "line__order__depot", "line__sku__product")
        .prefetch_related(*_outlook())
    )


def shortage_of(by: DeskActor, pk: int) -> Shortage:
    """Return a shortage of an order somebody may look at; raise `not_yours` otherwise."""
    rows = Shortage.objects.filter(may_look(by), pk=pk)
    found = rows.select_related("area", "line__order__depot", "line__sku__product").first()
    if found is None:
        raise not_yours()
    return found


def cases_of(order: Order) -> list[Shortage]:
    """Return all shortages of an order, in the order they were opened."""
    return _cases_of(order=order.pk)


@prepared(order=BigIntegerField())
def _cases_of(order: int) -> QuerySet[Shortage]:
    return Shortage.objects.filter(line__order=order).select_related("line").order_by("pk")


def unsettled_of(order: Order) -> list[Shortage]:
    """Return the shortages of an order that are not settled yet."""
    rows = Shortage.objects.filter(line__order=order, state__in=UNSETTLED)
    return list(rows.select_related("line").order_by("pk"))


def orders_to_check(by: DeskActor) -> QuerySet[Order]:
    """Return the confirmed orders of one's areas that are not wholly set aside."""
    short = Shortage.objects.filter(line__order=OuterRef("pk"), state__in=UNSETTLED)
    rows = Order.objects.filter(
        by.scope(STOCK_CHECK).where(), Exists(short), state=OrderState.CONFIRMED
    )
    unsettled = Shortage.objects.filter(state__in=UNSETTLED).order_by("pk")
    lines = OrderLine.objects.prefetch_related(Prefetch("shortages", unsettled, "unsettled"))
    return rows.select_related("area", "depot").prefetch_related(Prefetch("lines", lines))


def order_held(shortage: Shortage) -> Order:
    """Return the order of a shortage; asked within a deed, nobody else may change it meanwhile.

    Whoever cancels an order locks the order and then its shortages; whoever settles a shortage
    has locked that first. So the latter does not wait here: he is refused, and tries again.
    """
    rows = Order.objects.filter(lines__shortages=shortage.pk)
    if not guard.is_open() or not connection.features.has_select_for_update:
        return rows.get()
    pk = rows.values_list("pk", flat=True).get()
    try:
        with transaction.atomic():
            return Order.objects.select_for_update(nowait=True, no_key=True).get(pk=pk)
    except OperationalError as busy:
        raise Refusal(
            "busy",
            _("Somebody is changing this order at this moment."),
            settles=_("Look at it again, and repeat this if it still applies."),
        ) from busy


def shortages_to_serve() -> list[Shortage]:
    """Return the shortages for which the depot has all missing pieces, the oldest first.

    What an earlier one will take is no longer there for a later one.
    """
    rows = (
        Shortage.objects.filter(
            state__in=UNSETTLED,
            line__order__state=OrderState.CONFIRMED,
            line__order__fulfilment__in=IN_HOUSE,
        )
        .select_related("line__order")
        .order_by("opened_at", "pk")[:SERVED_AT_ONCE_MAX]
    )
    waiting = list(rows)
    return list(_served(waiting, _free(waiting)))


def _free(waiting: Iterable[Shortage]) -> dict[tuple[int, int], int]:
    wanted: dict[int, set[int]] = {}
    for shortage in waiting:
        wanted.setdefault(shortage.line.order.depot_id, set()).add(shortage.line.sku_id)
    return {
        (depot, sku): count
        for depot, skus in wanted.items()
        for sku, count in sellable_in(depot, sorted(skus)).items()
    }


def _served(waiting: Iterable[Shortage], free: dict[tuple[int, int], int]) -> Iterable[Shortage]:
    for shortage in waiting:
        key = (shortage.line.order.depot_id, shortage.line.sku_id)
        if free[key] >= shortage.pieces:
            free[key] -= shortage.pieces
            yield shortage


# --- what speaks against it ---------------------------------------------------------------------


def _why_not(shortage: Shortage, verb: str) -> Refusal | None:
    if refusal := SHORTAGE_MOVES.why_not(verb, shortage.state):
        return refusal
    order = order_held(shortage)
    return MOVES.why_not("close_order", order.state)


def why_not_settle(shortage: Shortage) -> Refusal | None:
    """Return why a shortage is not to be talked about any more."""
    return _why_not(shortage, "substitute_goods")


def why_not_wait(
    shortage: Shortage, *, expected_at: datetime | None = None, at: datetime
) -> Refusal | None:
    """Return why the customer cannot wait until then; None for the moment before it is known."""
    return _why_not(shortage, "wait_for_goods") or why_not_expected(expected_at, at=at)


def why_not_send_rest(shortage: Shortage) -> Refusal | None:
    """Return why the rest cannot be sent: there is none, or the shortage is settled."""
    if refusal := _why_not(shortage, "send_rest"):
        return refusal
    lines = OrderLine.objects.filter(order=shortage.line.order_id)
    left = sum(line.wanted for line in lines) - shortage.pieces
    return None if left > 0 else nothing_left()


def why_not_serve(shortage: Shortage) -> Refusal | None:
    """Return why the missing goods cannot be set aside: not all of them are there."""
    if refusal := _why_not(shortage, "serve_shortage"):
        return refusal
    depot = shortage.line.order.depot_id
    left = sellable_in(depot, [shortage.line.sku_id])[shortage.line.sku_id]
    return None if left >= shortage.pieces else not_there(left=left, wanted=shortage.pieces)


def why_not_recheck(order: Order) -> Refusal | None:
    """Return why looking at the stock again would change nothing for an order."""
    if refusal := MOVES.why_not("close_order", order.state):
        return refusal
    waiting = unsettled_of(order)
    free = sellable_in(order.depot_id, [shortage.line.sku_id for shortage in waiting])
    if any(free[shortage.line.sku_id] >= shortage.pieces for shortage in waiting):
        return None
    return none_arrived()


# --- what to offer the customer -------------------------------------------------------------------

SUBSTITUTES_MAX = 100
"""Goods offered instead: what a person on the phone can scroll through."""


@dataclass(frozen=True, slots=True)
class Substitute:
    """Goods that could stand in for missing ones: their price now, how many are there."""

    sku: Sku
    price_fen: int
    left: int


def substitutes(shortage: Shortage, *, at: datetime) -> list[Substitute]:
    """Return what the depot of the order has and may sell, the same category first, cheapest first.

    Three statements.
    """
    missing = shortage.line.sku
    levels = Level.objects.filter(
        location=shortage.line.order.depot_id,
        on_hand__gt=F("reserved") + F("safety"),
        sku__product__state=ProductState.LISTED,
    ).exclude(sku=missing.pk)
    rows = list(levels.select_related("sku__product"))
    prices = prices_at([level.sku_id for level in rows], at=at)
    found = [
        Substitute(level.sku, prices[level.sku_id].price_fen, level.sellable)
        for level in rows
        if level.sku_id in prices
    ]
    category = missing.product.category_id
    found.sort(key=lambda s: (s.sku.product.category_id != category, s.price_fen, s.sku.code))
    return found[:SUBSTITUTES_MAX]


def first_arrival(depot: int, sku: int) -> datetime | None:
    """Return when the next announced pieces of a SKU come to a depot (ids), None for none."""
    coming = Arrival.objects.filter(
        level__location=depot, level__sku=sku, state=ArrivalState.EXPECTED
    )
    first: datetime | None = coming.aggregate(first=Min("due_at"))["first"]
    return first
