"""Money taken at doors: what was due, what is still carried, what came late and can be cleared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.fen import split_fen
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.trade.cash import rules
from zhanggui.trade.cash.models import Collection
from zhanggui.trade.cash.queries.duties import DOOR, LATE, looks_where
from zhanggui.trade.cash.rules import LateEnd, RemittanceState
from zhanggui.trade.delivery.models import Run, Stop
from zhanggui.trade.delivery.rules import (
    RunState,
    StopState,
    why_not_at_door,
    why_not_delivered,
)
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules.states import Money

_LEFT_HIM = [LateEnd.CUSTOMER, LateEnd.MISTAKE]


def carried_collections(
    courier_id: int, *, all_time: bool = False, given_back: bool = False
) -> QuerySet[Collection]:
    """Return the collections whose money a courier still has, the oldest first.

    `all_time`: those he ever took; `given_back`: those that left him by another way than a hand-in.
    """
    mine = Collection.objects.filter(courier=courier_id).order_by("taken_at", "pk")
    if all_time:
        return mine
    if given_back:
        return mine.filter(remittance__isnull=True, cleared_as__in=_LEFT_HIM)
    return mine.filter(remittance__isnull=True).exclude(cleared_as__in=_LEFT_HIM)


def collections_seen(by: DeskActor) -> QuerySet[Collection]:
    """Return the money taken in the areas that are one's business, and by oneself."""
    mine = Q(courier=by.person_id) if by.scope(DOOR) else Q(pk__in=[])
    seen = Collection.objects.filter(looks_where(by) | mine)
    return seen.select_related("order", "courier", "area", "stop__run", "remittance")


def collection_of(by: DeskActor, pk: int) -> Collection:
    """Return money one may look at; raise `not_yours` otherwise."""
    collection = collections_seen(by).filter(pk=pk).first()
    if collection is None:
        raise not_yours()
    return collection


def collections_of_order(order: Order) -> list[Collection]:
    """Return the money taken for an order, the oldest first."""
    taken = Collection.objects.filter(order=order).select_related("courier", "remittance", "order")
    return list(taken.order_by("taken_at", "pk"))


def collections_of_run(run: Run) -> list[Collection]:
    """Return the money taken on a run, the oldest first."""
    taken = Collection.objects.filter(stop__run=run).select_related("order", "remittance")
    return list(taken.order_by("taken_at", "pk"))


def late_to_clear(by: DeskActor) -> QuerySet[Collection]:
    """Return the late money of one's areas that nobody has cleared up yet."""
    late = Collection.objects.filter(by.scope(LATE).where(), late=True, cleared_at__isnull=True)
    return late.select_related("order", "courier", "area", "stop__run", "remittance")


def doors_to_pay(by: DeskActor) -> QuerySet[Stop]:
    """Return the doors still to come on one's own runs that are on the road."""
    mine = Stop.objects.filter(
        state=StopState.WAITING, run__courier=by.person_id, run__state=RunState.OUT
    )
    shown = mine if by.scope(DOOR) else mine.none()
    return (
        shown.annotate(promised_at=F("order__promised_at"), left_at=F("run__left_at"))
        .select_related("run", "order")
        .order_by("run_id", "position")
    )


# --- at the door -------------------------------------------------------------------------------


def due_for(order: Order, delivered: Mapping[int, int] | None) -> int:
    """Return what is due for these pieces of an order's lines (ids); all of them for None.

    What an order costs less than its goods is spread over them in proportion.
    """
    if delivered is None or not order.due_fen:
        return order.due_fen
    prices = dict(OrderLine.objects.filter(order=order).values_list("pk", "price_fen"))
    part = sum(prices.get(int(line), 0) * count for line, count in delivered.items())
    if order.due_fen == order.goods_fen or not 0 < part < order.goods_fen:
        return min(part, order.due_fen)
    return split_fen(order.due_fen, [part, order.goods_fen - part])[0]


def line_dues(order: Order) -> list[OrderLine]:
    """Return the lines of an order of which something is wanted."""
    lines = OrderLine.objects.filter(order=order).select_related("sku__product").order_by("pk")
    return [line for line in lines if line.wanted]


def why_not_take(
    stop: Stop,
    *,
    delivered: Mapping[int, int] | None = None,
    tendered_fen: int | None = None,
    change_fen: int = 0,
) -> Refusal | None:
    """Return why this money cannot have been taken at a stop; None before the money is known.

    A stop that is no longer waiting keeps nobody from saying what he really took.
    """
    waiting = stop.state == StopState.WAITING
    if waiting and (refusal := why_not_at_door(stop.run)):
        return refusal
    if waiting and stop.order.money == Money.PREPAID:
        return rules.paid_ahead()
    if tendered_fen is None:
        return None
    if not waiting:
        return rules.why_not_late(tendered_fen=tendered_fen, change_fen=change_fen) or _told_before(
            stop, taken_fen=tendered_fen - change_fen
        )
    if delivered is not None:
        wanted = {line.pk: line.wanted for line in line_dues(stop.order)}
        if refusal := why_not_delivered(delivered, wanted=wanted):
            return refusal
    due = due_for(stop.order, delivered)
    if due < 1:
        return rules.nothing_handed_over()
    return rules.why_not_take(due, tendered_fen=tendered_fen, change_fen=change_fen)


def _told_before(stop: Stop, *, taken_fen: int) -> Refusal | None:
    """Return that the very same money of a stop is in the books: one door, two phones."""
    for taken in Collection.objects.filter(stop=stop).exclude(cleared_as=LateEnd.MISTAKE):
        if taken.taken_fen == taken_fen:
            return rules.already_taken(taken_fen)
    return None


# --- clearing up -------------------------------------------------------------------------------


def waiting_stop_for(collection: Collection) -> Stop | None:
    """Return the door at which late money can still pay its order: the same courier's, and due."""
    stop = Stop.objects.filter(
        order=collection.order_id,
        state=StopState.WAITING,
        run__state=RunState.OUT,
        run__courier=collection.courier_id,
        order__money=Money.DUE,
        order__due_fen=collection.taken_fen,
    )
    return stop.select_related("run__depot", "order").first()


def why_not_clear(
    collection: Collection,
    *,
    how: str | None = None,
    by: Any = None,
    at: datetime | None = None,
) -> Refusal | None:
    """Return why late money cannot be cleared up in a way; None before the way is known."""
    ways: dict[str, Refusal | None] = {}
    if how == LateEnd.ORDER and waiting_stop_for(collection) is None:
        ways[LateEnd.ORDER] = rules.cannot_pay_order()
    remittance = collection.remittance
    if remittance is not None:
        if remittance.state == RemittanceState.DECLARED:
            ways[LateEnd.CUSTOMER] = ways[LateEnd.ORDER] = rules.being_counted()
        ways[LateEnd.MISTAKE] = rules.was_counted()
    return rules.why_not_clear(
        late=collection.late,
        cleared=collection.cleared_at is not None,
        own=by is not None and by.person_id == collection.courier_id,
        how=how,
        why_not=ways,
    )


def why_not_follow(collection: Collection) -> Refusal | None:
    """Return why an order cannot follow late money: it is cleared up, or still with the courier."""
    if collection.late and collection.cleared_at is None and collection.remittance_id:
        return None
    return rules.nothing_to_clear()
