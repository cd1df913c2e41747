"""What is short: the customer waits, takes other goods, goes without, or cancels."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.books.stock.actions.goods import reserve_goods
from zhanggui.books.stock.queries import shortages, too_few
from zhanggui.books.stock.rules import Line
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.actions.placing import on_sale, sold_as
from zhanggui.trade.orders.actions.screening import cancel_order, why_not_reveal
from zhanggui.trade.orders.actions.steps import note_owed, reckon, take
from zhanggui.trade.orders.models import Order, OrderLine, Shortage
from zhanggui.trade.orders.queries.shortages import SHORTAGES, STOCK_CHECK
from zhanggui.trade.orders.rules import shortages as rules
from zhanggui.trade.orders.rules.orders import not_for_sale
from zhanggui.trade.orders.rules.payments import dearer_than_paid
from zhanggui.trade.orders.rules.states import (
    CancelReason,
    Money,
    Outcome,
    ShortageState,
)


def told_since(shortage: Shortage, _by: Actor, _at: datetime) -> datetime:
    """Return since when a customer has waited to be told: anew once a date has passed."""
    return shortage.expected_at or shortage.opened_at


def _settle(shortage: Shortage, outcome: Outcome, note: str, *, at: datetime) -> None:
    shortage.state = ShortageState.SETTLED
    shortage.outcome = outcome
    shortage.note = note or shortage.note
    shortage.settled_at = at
    shortage.save()


def _go_on(order: Order, *, at: datetime) -> None:
    """Let an order go on whose last shortage was settled, and follow what it costs by now."""
    verbs = reckon(order)
    if not queries.unsettled_of(order):
        verbs.append("reserve")
    if verbs:
        take(order, *verbs, at=at)
    else:
        note_owed(order, at=at)
        order.save()


@action(
    duty=SHORTAGES,
    title=_("Customer waits"),
    said=_("agreed with the customer to wait"),
    guard=queries.why_not_wait,
    since=told_since,
    private=["note"],
)
def wait_for_goods(
    shortage: Shortage, *, expected_at: datetime, note: str = "", by: Actor, at: datetime
) -> Shortage:
    """Note that the customer waits for the goods, and until when he was told it takes.

    The order is promised for the next delivery after that.
    """
    order = queries.order_held(shortage)
    shortage.state = ShortageState.WAITING
    shortage.expected_at = expected_at
    shortage.note = note
    shortage.save()
    if service := queries.service_of(order.division, at=at):
        order.promised_at = max(order.promised_at, service.promised_at(expected_at))
        order.save()
    remember(order=order.pk)
    return shortage


@action(
    duty=SHORTAGES,
    title=pgettext_lazy("of a shortage", "Replace"),
    said=_("agreed with the customer on %(pieces)s pieces of %(goods)s instead"),
    guard=queries.why_not_settle,
    since=told_since,
)
def substitute_goods(
    shortage: Shortage, *, sku: int, quantity: int, by: Actor, at: datetime
) -> Shortage:
    """Put other goods (a SKU's id) that are there in place of those missing, at today's price."""
    order = queries.order_held(shortage)
    line = shortage.line
    if refusal := rules.why_not_substitute(line.sku_id, sku=sku, quantity=quantity):
        raise refusal
    other, price = on_sale(sku, at=at)
    if other is None or price is None:
        raise not_for_sale({sku: str(other or sku)})
    wanted = [Line(sku, quantity, order.reference)]
    if missing := shortages(order.depot, wanted):
        left = quantity - missing[sku]
        raise too_few(sku, order.depot, left=left, wanted=quantity, kind="reserved")
    reserve_goods(order.area_id, depot=order.depot, lines=wanted, by=by, at=at)
    line.dropped += shortage.pieces
    line.save()
    OrderLine.objects.create(
        order=order,
        sku=other,
        quantity=quantity,
        price_fen=price,
        instead_of=line,
        **sold_as(other),
    )
    _settle(shortage, Outcome.SUBSTITUTED, "", at=at)
    _reckon(order, quantity * price - shortage.pieces * line.price_fen)
    remember(pieces=quantity, goods=str(other))
    _go_on(order, at=at)
    return shortage


@action(
    duty=SHORTAGES,
    title=_("Send the rest"),
    said=_("agreed with the customer to send the rest"),
    guard=queries.why_not_send_rest,
    since=told_since,
    private=["note"],
)
def send_rest(shortage: Shortage, *, note: str = "", by: Actor, at: datetime) -> Shortage:
    """Leave the missing pieces out of the order; the customer pays for the rest only."""
    order = queries.order_held(shortage)
    line = shortage.line
    line.dropped += shortage.pieces
    line.save()
    _settle(shortage, Outcome.DROPPED, note, at=at)
    _reckon(order, -shortage.pieces * line.price_fen)
    _go_on(order, at=at)
    return shortage


def _reckon(order: Order, more_fen: int) -> None:
    """Change what the goods of an order cost; what was paid ahead is never less than that."""
    order.goods_fen += more_fen
    if order.money == Money.PREPAID and order.goods_fen > order.held_fen:
        raise dearer_than_paid(paid_fen=order.held_fen, sum_fen=order.goods_fen)


@action(
    duty=SHORTAGES,
    title=_("Cancel the order"),
    said=_("cancelled the order as the customer wished"),
    guard=queries.why_not_settle,
    since=told_since,
    private=["note"],
)
def cancel_short_order(shortage: Shortage, *, note: str = "", by: Actor, at: datetime) -> Shortage:
    """Cancel the whole order of missing goods; what was set aside for it is free again."""
    order = queries.order_held(shortage)
    if note:
        shortage.note = note
        shortage.save()
    cancel_order(order, reason_code=CancelReason.SHORT.value, reason=note, by=by, at=at)
    shortage.refresh_from_db()
    return shortage


@action(
    duty=SHORTAGES,
    title=_("Goods arrived"),
    said=_("set the goods aside that have arrived"),
    guard=queries.why_not_serve,
)
def serve_shortage(shortage: Shortage, *, by: Actor, at: datetime) -> Shortage:
    """Set the missing pieces aside, all of them, now that they are there."""
    order = queries.order_held(shortage)
    lines = [Line(shortage.line.sku_id, shortage.pieces, order.reference)]
    reserve_goods(order.area_id, depot=order.depot, lines=lines, by=by, at=at)
    _settle(shortage, Outcome.SERVED, "", at=at)
    if service := queries.service_of(order.division, at=at):
        order.promised_at = max(order.promised_at, service.promised_at(at))
    _go_on(order, at=at)
    return shortage


@action(
    duty=STOCK_CHECK,
    title=_("Check the stock again"),
    said=_("checked the stock: %(served)s of %(short)s shortages served"),
    guard=queries.why_not_recheck,
    since="confirmed_at",
)
def recheck_stock(order: Order, *, by: Actor, at: datetime) -> Order:
    """Set aside what has arrived meanwhile for an order, without waiting for the next round."""
    waiting = queries.unsettled_of(order)
    served = [
        serve_shortage(shortage, by=by, at=at)
        for shortage in waiting
        if queries.why_not_serve(shortage) is None
    ]
    remember(served=len(served), short=len(waiting))
    order.refresh_from_db()
    return order


def why_not_reveal_short(shortage: Shortage) -> Refusal | None:
    """Return why there is no number to show."""
    return why_not_reveal(shortage.line.order)


@action(
    duty=SHORTAGES,
    title=pgettext_lazy("of a shortage", "Show the phone number"),
    said=_("looked at the phone number"),
    guard=why_not_reveal_short,
)
def reveal_short_phone(shortage: Shortage, *, by: Actor, at: datetime) -> Shortage:
    """Put on record that someone looked at the phone number of a customer to be told."""
    return shortage
