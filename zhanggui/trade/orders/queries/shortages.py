"""What is short: cases for customer service, orders not wholly reserved, what can be served."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Prefetch, QuerySet, Value
from django.db.models.fields import DateTimeField
from django.utils.translation import gettext_lazy as _

from zhanggui.books.stock.queries import sellable_in
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel import guard
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.trade.orders.models import Order, OrderLine, Shortage
from zhanggui.trade.orders.queries.orders import UNSETTLED, may_look
from zhanggui.trade.orders.rules.states import IN_HOUSE, OrderState

SHORTAGES = "orders.shortages"
"""The duty of talking with customers about what is short."""

STOCK_CHECK = "orders.stock_check"
"""The duty of checking that confirmed orders are in stock."""

SERVED_AT_ONCE_MAX = 200
"""Shortages looked at in one round: a lorry's worth; the next round comes a minute later."""


def shortages_to_settle(by: DeskActor) -> QuerySet[Shortage]:
    """Return the shortages of one's areas of which the customer has not been told yet.

    A customer who waits comes back (`due_at`) when the date he was told has passed.
    """
    mine = Shortage.objects.filter(by.scope(SHORTAGES).where())
    told = mine.filter(state="waiting", expected_at__lte=by.at)
    return (mine.filter(state="open") | told).select_related(
        "area", "line__order__depot", "line__sku__product"
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
    rows = Shortage.objects.filter(line__order=order).select_related("line")
    return list(rows.order_by("pk"))


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


EXPECTED_WITHIN = timedelta(minutes=10)
"""Within what time a customer is told what is short, where the charter names none."""


def with_due(rows: QuerySet[Shortage]) -> QuerySet[Shortage]:
    """Add to shortages until when the customer should have been told (`due_at`)."""
    due = ExpressionWrapper(F("opened_at") + Value(EXPECTED_WITHIN), output_field=DateTimeField())
    return rows.annotate(due_at=due)
