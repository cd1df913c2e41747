"""Customer service: talks with customers about what is short."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from zhanggui.books.catalogue.models import Sku
from zhanggui.books.catalogue.rules.goods import ProductState
from zhanggui.books.stock.queries import sellable_in
from zhanggui.demo.trade.hands import SERVICE, within_hours
from zhanggui.demo.trade.living import Deed, Life
from zhanggui.demo.trade.plan import moment_of_day
from zhanggui.ground.org.actor import PersonActor
from zhanggui.trade.orders.actions.shortages import (
    cancel_short_order,
    send_rest,
    substitute_goods,
    wait_for_goods,
)
from zhanggui.trade.orders.models import Order, OrderLine, Shortage
from zhanggui.trade.orders.rules.states import ShortageState, Wish

BEGIN_H, END_H = 8.4, 21.6

SAID_ON_PHONE = {Wish.WAIT: 40, Wish.SUBSTITUTE: 20, Wish.SEND_REST: 30, Wish.CANCEL: 10}
"""What customers decide who want to be called."""


def waiting(life: Life) -> None:
    """Look at the shortages nobody has talked about."""
    for shortage in Shortage.objects.filter(state=ShortageState.OPEN).order_by("pk"):
        _plan(life, shortage)


def daily(life: Life, day: date) -> None:
    """Nobody is called but for what is short."""


def plan_shortages(life: Life, order: Order) -> None:
    """Put the talks about an order's shortages on the agenda."""
    for shortage in Shortage.objects.filter(line__order=order, state=ShortageState.OPEN):
        _plan(life, shortage)


def _plan(life: Life, shortage: Shortage) -> None:
    dice = life.dice("short", shortage.opened_at.isoformat(), shortage.pieces)
    at = shortage.opened_at + timedelta(minutes=dice.lognormvariate(1.6, 0.5))
    late = timedelta(minutes=dice.uniform(1, 20))
    life.plan(within_hours(at, BEGIN_H, END_H, late=late), "talk", shortage.pk)


def _talk(life: Life, pk: int, at: datetime) -> None:
    shortage = Shortage.objects.select_related("line__order", "line__sku__product").get(pk=pk)
    order = shortage.line.order
    dice = life.dice("talk", order.phone, shortage.opened_at.isoformat())
    agents = life.hands.holders(SERVICE, order.area_id, at=at)
    if shortage.state != ShortageState.OPEN or not agents:
        return
    by = life.hands.user(dice.choice(sorted(one.user for one in agents)), at=at)
    wish = Wish(order.wish)
    if wish is Wish.CALL:
        wish = dice.choices(list(SAID_ON_PHONE), list(SAID_ON_PHONE.values()))[0]
    if wish is Wish.SUBSTITUTE and not _substitute(shortage, by, at):
        wish = Wish.WAIT
    if wish is Wish.WAIT:
        expected = moment_of_day(localdate(at) + timedelta(days=1), 12)
        wait_for_goods(shortage, expected_at=expected, note="愿意等到明天中午", by=by, at=at)
    elif wish is Wish.SEND_REST and _has_rest(shortage):
        send_rest(shortage, note="其余的先送", by=by, at=at)
    elif wish is not Wish.SUBSTITUTE:
        cancel_short_order(shortage, note="那就不要了", by=by, at=at)


def _has_rest(shortage: Shortage) -> bool:
    lines = OrderLine.objects.filter(order=shortage.line.order_id)
    return sum(line.wanted for line in lines) > shortage.pieces


def _substitute(shortage: Shortage, by: PersonActor, at: datetime) -> bool:
    """Offer something of the same shelf that is there; tell whether there was anything."""
    line = shortage.line
    others = (
        Sku.objects.filter(
            product__category=line.sku.product.category_id, product__state=ProductState.LISTED
        )
        .exclude(pk=line.sku_id)
        .order_by("code")
    )
    free = sellable_in(line.order.depot_id, [sku.pk for sku in others])
    for sku in others:
        if free[sku.pk] >= shortage.pieces + 2:
            substitute_goods(shortage, sku=sku.pk, quantity=shortage.pieces, by=by, at=at)
            return True
    return False


DEEDS: Mapping[str, Deed] = {"talk": _talk}
