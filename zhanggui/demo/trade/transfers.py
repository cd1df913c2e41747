"""Transfers: some customers pay ahead, a few too much or never; finance enters it and pays back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from zhanggui.demo.trade.hands import CASHIER, within_hours
from zhanggui.demo.trade.living import Deed, Life
from zhanggui.demo.trade.plan import Quirk, Wanting, moment_of_day
from zhanggui.trade.cash.actions.transfers import record_receipt, record_repayment
from zhanggui.trade.cash.models import BankEntry
from zhanggui.trade.cash.queries import refunds_owed
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries import account_to_pay
from zhanggui.trade.orders.rounds import cancel_unpaid_orders
from zhanggui.trade.orders.rules.states import LIVE, Money, Payment

AHEAD, AHEAD_BIG = 0.04, 0.6
"""How many pay ahead: few, but most of those who buy more than a stranger may pay in cash."""

NEVER, TOO_LITTLE = 0.12, 0.08
"""How many never transfer, or leave out the last few yuan and send them later."""

REPAID_H = 16.5
"""When the cashier pays back what she found owed the day before."""


def payment_of(life: Life, wanting: Wanting) -> str:
    """Return how a customer pays."""
    if account_to_pay() is None:
        return Payment.CASH.value
    share = AHEAD_BIG if wanting.quirk is Quirk.BIG else AHEAD
    ahead = life.dice("pays", wanting.seed).random() < share
    return (Payment.TRANSFER if ahead else Payment.CASH).value


def waiting(life: Life) -> None:
    """Look at the orders whose transfer has not come."""
    awaited = Order.objects.filter(state__in=LIVE, money=Money.AWAITED)
    for order in awaited.order_by("pk"):
        plan_transfer(life, order)


def daily(life: Life, day: date) -> None:
    """Put the hours at which time to pay ends, and the cashier's rounds, on the agenda."""
    for hour in range(8, 22):
        if life.since < (at := moment_of_day(day, hour)) <= life.until:
            life.plan(at, "expire", None)
    if life.since < (at := moment_of_day(day, REPAID_H)) <= life.until:
        life.plan(at, "repay", None)


def plan_transfer(life: Life, order: Order) -> None:
    """Put on the agenda when the cashier finds a transfer in the statement, if it ever comes."""
    dice = life.dice("transfer", order.placed_at.isoformat(), order.phone_key)
    if order.payment != Payment.TRANSFER or dice.random() < NEVER:
        return
    at = order.placed_at + timedelta(hours=dice.uniform(0.5, 16))
    if order.paid_ahead_fen:
        at += timedelta(hours=6)
    late = timedelta(minutes=dice.uniform(5, 90))
    life.plan(within_hours(at, 8.5, 17.5, late=late), "receive", order.pk)


def _receive(life: Life, pk: int, at: datetime) -> None:
    order = Order.objects.get(pk=pk)
    by = life.hands.nearest(CASHIER, order.area_id, at=at)
    if order.money != Money.AWAITED or by is None:
        return
    dice = life.dice("amount", order.placed_at.isoformat(), order.phone_key, order.paid_ahead_fen)
    due, midnight = order.due_fen, moment_of_day(localdate(at), 0)
    if not BankEntry.objects.filter(entered_at__gte=midnight).exists():
        amount = -(-due // 1_000) * 1_000  # the first of each day has rounded up
    elif dice.random() < TOO_LITTLE and not order.paid_ahead_fen and due > 5_000:
        amount = due // 1_000 * 1_000
    else:
        amount = due
    number = f"{at:%Y%m%d}{dice.randrange(10**8):08d}"
    record_receipt(order, amount_fen=amount, reference=number, by=by, at=at)
    order.refresh_from_db()
    if order.money == Money.AWAITED:
        plan_transfer(life, order)


def _repay(life: Life, _about: None, at: datetime) -> None:
    by = life.hands.nearest(CASHIER, "putian", at=at)
    if by is None:
        return
    day_before = at - timedelta(hours=20)
    owed = refunds_owed(by).filter(owed_since_at__lte=day_before).order_by("owed_since_at", "pk")
    for order in owed:
        dice = life.dice("repaid", order.placed_at.isoformat(), at.isoformat())
        number = f"R{at:%Y%m%d}{dice.randrange(10**7):07d}"
        record_repayment(order, amount_fen=order.owed_fen, reference=number, by=by, at=at)


def _expire(_life: Life, _about: None, at: datetime) -> None:
    cancel_unpaid_orders(at)


DEEDS: Mapping[str, Deed] = {"receive": _receive, "repay": _repay, "expire": _expire}
