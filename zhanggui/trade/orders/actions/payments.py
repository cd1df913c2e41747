"""Money that comes before the goods: how an order follows it, and what happens when it does not.

The room of cash calls these from its own actions, in the deed that enters the money in the books.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.actions.progress import PROGRESS
from zhanggui.trade.orders.actions.screening import cancel_order
from zhanggui.trade.orders.actions.steps import await_until, reckon, take
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.states import LIVE, CancelReason, Fulfilment, Money, OrderState


def _follow(order: Order, *, at: datetime) -> None:
    """Let an order follow the money that is here for it: it goes on, waits again, or is owed."""
    verbs = reckon(order) if order.state in LIVE else _ended(order)
    if order.state == OrderState.CONFIRMED and "prepay" in verbs:
        _promise_anew(order, at=at)
    if order.state == OrderState.CONFIRMED and "await_rest" in verbs:
        await_until(order, at=at)
    take(order, *verbs, at=at)


def _ended(order: Order) -> list[str]:
    if order.owed_fen and order.money in {Money.NOTHING, Money.REFUNDED}:
        return ["owe"]
    if not order.owed_fen and order.money == Money.OWED:
        return ["pay_back" if order.refunded_fen else "owe_nothing"]
    return []


def _promise_anew(order: Order, *, at: datetime) -> None:
    """Promise an order for the delivery after its money came, not after the last it could come."""
    if service := queries.service_of(order.division, at=at):
        promised_at = service.promised_at(at)
        whole = order.fulfilment == Fulfilment.RESERVED
        order.promised_at = promised_at if whole else max(order.promised_at, promised_at)


@action(
    duty=PROGRESS,
    title=_("Receive a transfer"),
    said=_("its transfer came in"),
    guard=queries.why_not_receive,
)
def receive_ahead(order: Order, *, amount_fen: int, by: Actor, at: datetime) -> Order:
    """Note that so much came in for an order; it goes on once its goods are paid."""
    order.paid_ahead_fen += amount_fen
    _follow(order, at=at)
    return order


@action(
    duty=PROGRESS,
    title=_("Take a receipt out"),
    said=_("a receipt was taken out again"),
    guard=queries.why_not_take_out,
)
def take_out_ahead(order: Order, *, amount_fen: int, by: Actor, at: datetime) -> Order:
    """Note that so much had not come in for an order after all; where it can, it waits again."""
    order.paid_ahead_fen -= amount_fen
    _follow(order, at=at)
    return order


@action(
    duty=PROGRESS,
    title=_("Pay back"),
    said=_("money of it was paid back"),
    guard=queries.why_not_pay_back,
)
def pay_back_ahead(order: Order, *, amount_fen: int, by: Actor, at: datetime) -> Order:
    """Note that so much was paid back of what had come in for an order."""
    order.refunded_fen += amount_fen
    _follow(order, at=at)
    return order


@action(
    duty=PROGRESS,
    title=_("Cancel, not paid in time"),
    said=_("was not paid in time"),
    guard=queries.why_not_expire,
)
def cancel_unpaid(order: Order, *, by: Actor, at: datetime) -> Order:
    """Cancel an order whose transfer has not come in time; its goods are free again."""
    return cancel_order(order, reason_code=CancelReason.UNPAID.value, by=by, at=at)
