"""Screening: whoever screens looks at what was found, calls where it matters, and decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random

from zhanggui.demo.trade.clientele import Customer, clientele
from zhanggui.demo.trade.hands import SCREENING, within_hours
from zhanggui.demo.trade.living import Deed, Life
from zhanggui.demo.trade.shortages import plan_shortages
from zhanggui.ground.org.actor import PersonActor
from zhanggui.trade.orders.actions.screening import (
    cancel_order,
    confirm_order,
    correct_order,
    void_order,
)
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries import open_holds
from zhanggui.trade.orders.rules.states import (
    CancelReason,
    HoldCode,
    OrderState,
    Severity,
    VoidReason,
)

BEGIN_H, END_H = 8.0, 22.2

LET_THROUGH = {HoldCode.DUPLICATE: 0.3, HoldCode.VELOCITY: 0.6, HoldCode.COD_LIMIT: 0.85}
"""How often an order with such a finding turns out to be meant."""

REACHED = 0.8
"""How often a customer with a doubtful phone or address is reached another way."""


def waiting(life: Life) -> None:
    """Look at the orders in screening."""
    for order in Order.objects.filter(state=OrderState.SCREENING).order_by("pk"):
        plan_order(life, order)


def daily(life: Life, day: date) -> None:
    """Nobody screens but what waits."""


def plan_order(life: Life, order: Order) -> None:
    """Put on the agenda what an order waits for: its screening, or a talk about what is short."""
    if order.state == OrderState.SCREENING:
        dice = dice_of(life, order, "screen")
        late = timedelta(minutes=dice.uniform(2, 40))
        at = order.waits_since_at + timedelta(minutes=dice.lognormvariate(1.9, 0.6))
        life.plan(within_hours(at, BEGIN_H, END_H, late=late), "screen", order.pk)
    elif order.state == OrderState.CONFIRMED:
        plan_shortages(life, order)


def dice_of(life: Life, order: Order, *words: object) -> Random:
    """Return the dice of an order: the same in every database, whatever its number is there."""
    return life.dice(order.phone, order.placed_at.isoformat(), *words)


def _screen(life: Life, pk: int, at: datetime) -> None:
    order = Order.objects.get(pk=pk)
    by = life.hands.nearest(SCREENING, order.area_id, at=at)
    if order.state != OrderState.SCREENING or by is None:
        return
    dice = dice_of(life, order, "decide")
    holds = open_holds(order)
    blocked = [hold for hold in holds if hold.severity == Severity.BLOCK]
    if blocked:
        order = _correct(life, order, dice, by, at)
    else:
        order = _decide(order, {HoldCode(hold.code) for hold in holds}, dice, by, at)
    plan_order(life, order)


def _decide(
    order: Order, found: set[HoldCode], dice: Random, by: PersonActor, at: datetime
) -> Order:
    doubtful = [code for code in found if dice.random() > LET_THROUGH.get(code, 0.9)]
    if HoldCode.DUPLICATE in doubtful:
        twice = VoidReason.DUPLICATE.value
        return void_order(order, reason_code=twice, reason="客户说点了两次", by=by, at=at)
    if HoldCode.VELOCITY in doubtful:
        malicious = VoidReason.MALICIOUS.value
        return void_order(order, reason_code=malicious, reason="连下几单，电话不接", by=by, at=at)
    if HoldCode.COD_LIMIT in doubtful:
        asked = CancelReason.CUSTOMER.value
        return cancel_order(order, reason_code=asked, reason="电话里说先不要了", by=by, at=at)
    if HoldCode.PHONE_FORMAT in doubtful:
        void = VoidReason.MALICIOUS.value
        return void_order(order, reason_code=void, reason="号码是编的", by=by, at=at)
    return confirm_order(order, by=by, at=at)


def _correct(life: Life, order: Order, dice: Random, by: PersonActor, at: datetime) -> Order:
    """Ask the customer another way and correct the order, or give it up."""
    customer = customer_of(life, order)
    if customer is None or dice.random() > REACHED:
        code, said = CancelReason.UNREACHABLE.value, "电话打不通，地址也找不到人"
        return cancel_order(order, reason_code=code, reason=said, by=by, at=at)
    order = correct_order(
        order,
        recipient=customer.name,
        phone=customer.phone,
        division=customer.division,
        address=customer.address,
        by=by,
        at=at,
    )
    if order.state == OrderState.SCREENING and not any(
        hold.severity == Severity.BLOCK for hold in open_holds(order)
    ):
        order = confirm_order(order, by=by, at=at + timedelta(seconds=25))
    return order


def customer_of(life: Life, order: Order) -> Customer | None:
    """Return the customer who placed an order; None for a visitor of flesh and blood."""
    devices = {one.device: one for one in clientele(life.seed)}
    return devices.get(order.device)


DEEDS: Mapping[str, Deed] = {"screen": _screen}
