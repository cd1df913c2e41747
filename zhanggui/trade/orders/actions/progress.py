"""How the rooms above move an order on: only they call this, on their own authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.actions.steps import ending_money, reserve_lines, take, take_all
from zhanggui.trade.orders.models import Order, OrderLine
from zhanggui.trade.orders.rules import progress as rules
from zhanggui.trade.orders.rules.states import CancelReason, Fulfilment, Money

PROGRESS = "orders.progress"
"""No post holds this duty: delivery and cash move orders on from their own actions."""


@action(duty=PROGRESS, title=_("Move on"), said=_("moved orders on: %(step)s"))
def advance_orders(
    area: str | None, *, orders: Sequence[int], step: str, by: Actor, at: datetime
) -> int:
    """Move the goods of orders (ids) one step on: pick, load, unpack or take_back; all or none.

    After `unpack` the goods are free again: `reserve_again` belongs into the same deed.
    """
    if refusal := rules.why_not_batch(step, orders):
        raise refusal
    take_all(orders, step, at=at)
    return len(set(orders))


@action(
    duty=PROGRESS,
    title=pgettext_lazy("of an order", "Finish at the door"),
    said=_("the door has spoken"),
    guard=rules.why_not_finish,
    since="waits_since_at",
)
def finish_at_door(
    order: Order,
    *,
    step: str,
    delivered: Mapping[int, int],
    taken_fen: int,
    by: Actor,
    at: datetime,
) -> Order:
    """Keep what happened at the door: which pieces of which lines were kept, what was paid.

    `delivered` is pieces by id of the line. Whatever was kept is paid, there or ahead; what was not
    is to come back. Everything but `fail` closes the order, and settles it where its money came
    ahead: it was in the bank's books before.
    """
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    ahead = order.money == Money.PREPAID
    if refusal := rules.why_not_door(
        lines, step=step, delivered=delivered, taken_fen=taken_fen, paid_ahead=ahead
    ):
        raise refusal
    for line in lines:
        if pieces := delivered.get(line.pk, 0):
            line.delivered = pieces
            line.save()
    order.door_at = at
    if step == "fail":
        take(order, step, at=at)
        return order
    kept_fen = rules.due_for(lines, delivered)
    order.due_fen = order.taken_fen = kept_fen
    order.ended_at = at
    if not kept_fen:
        money = ending_money(order)
    elif ahead:
        money, order.settled_at = "earn", at
    else:
        money = "collect"
    take(order, step, money, "close_order", at=at)
    return order


@action(
    duty=PROGRESS,
    title=pgettext_lazy("of an order", "Set aside again"),
    said=_("set its goods aside again"),
    guard=queries.why_not_reserve_again,
)
def reserve_again(order: Order, *, by: Actor, at: datetime) -> Order:
    """Set the goods of an order aside that lost them: it came back undelivered, or was unpacked.

    What is no longer there becomes a shortage. An order that came back gets a new promise.
    """
    back = order.fulfilment == Fulfilment.RETURNED
    short = reserve_lines(order, queries.lines_of(order), by=by, at=at)
    if back:
        service = queries.service_of(order.division, at=at)
        order.promised_at = service.promised_at(at) if service else at + timedelta(days=1)
        order.door_at = None
    if short:
        take(order, *(["release"] if back else []), at=at)
    else:
        take(order, "reserve", at=at)
    return order


@action(
    duty=PROGRESS,
    title=pgettext_lazy("of an order", "Give up"),
    said=_("gave the order up"),
    guard=rules.why_not_give_up,
)
def give_up_order(order: Order, *, reason: str, by: Actor, at: datetime) -> Order:
    """Cancel an order whose goods came back undelivered."""
    order.reason_code = CancelReason.UNDELIVERED.value
    order.reason = reason[: rules.REASON_CHARS_MAX]
    order.due_fen = 0
    order.ended_at = at
    take(order, "cancel_order", ending_money(order), at=at)
    return order


@action(duty=PROGRESS, title=_("Hand the money in"), said=_("handed the money of orders in"))
def hand_in_orders(area: str | None, *, orders: Sequence[int], by: Actor, at: datetime) -> int:
    """Note that the money of orders (ids) was handed in and waits to be counted."""
    take_all(orders, "hand_in", at=at)
    return len(set(orders))


@action(duty=PROGRESS, title=_("Settle"), said=_("settled the money of orders"))
def settle_orders(area: str | None, *, orders: Sequence[int], by: Actor, at: datetime) -> int:
    """Note that the money of orders (ids) was counted and is in the books."""
    take_all(orders, "settle", at=at, settled_at=at)
    remember(settled=len(set(orders)))
    return len(set(orders))
