"""What is known of how an order can be paid: the company's account, a phone's doors, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import CharField, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhanggui.books.catalogue.models import Product
from zhanggui.ground.kernel.prepared import prepared
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules import payments as rules
from zhanggui.trade.orders.rules.payments import Account, Doors, Terms
from zhanggui.trade.orders.rules.states import (
    IN_HOUSE,
    LIVE,
    Fulfilment,
    Money,
    OrderState,
    Payment,
)

DOORS_MAX = 50
"""Doors of a phone looked at: by then its cash limit has long been the highest."""

TAKEN = (Fulfilment.DELIVERED, Fulfilment.PARTLY)


def account_to_pay() -> Account | None:
    """Return the company's account that customers transfer to; None where none is set."""
    return rules.account_in(settings.TRANSFER_ACCOUNT)


def known_of(phone_key: str) -> Doors:
    """Return what became of a phone's orders at the door, in one statement; none for no phone."""
    if not phone_key:
        return Doors()
    return rules.known_of(fulfilment in TAKEN for fulfilment in _doors_of(phone_key=phone_key))


@prepared(phone_key=CharField())
def _doors_of(phone_key: str) -> QuerySet[Order, str]:
    """Return how the latest doors of a phone ended."""
    refused = Q(fulfilment=Fulfilment.REFUSED) | Q(
        fulfilment=Fulfilment.RETURNED, state=OrderState.CLOSED
    )
    doors = Order.objects.filter(Q(fulfilment__in=TAKEN) | refused, phone_key=phone_key)
    return doors.order_by("-placed_at", "-pk").values_list("fulfilment", flat=True)[:DOORS_MAX]


def offers(
    terms: Terms, *, goods_fen: int, products: Iterable[Product], known: Doors | None = None
) -> Mapping[Payment, Refusal | None]:
    """Return for each method None where it is offered for these goods there, or why it is not."""
    return rules.offers(
        terms,
        goods_fen=goods_fen,
        ahead_only=[product.name for product in products if product.paid_ahead],
        account=account_to_pay() is not None,
        known=known,
    )


def orders_unpaid(*, at: datetime) -> QuerySet[Order]:
    """Return the orders whose time to pay is over, the longest over first."""
    rows = Order.objects.filter(
        state=OrderState.CONFIRMED, money=Money.AWAITED, pay_until_at__lte=at
    )
    return rows.order_by("pay_until_at", "pk")


# --- what speaks against it ---------------------------------------------------------------------


def why_not_expire(order: Order, *, at: datetime | None = None) -> Refusal | None:
    """Return why an order cannot be cancelled for want of its transfer; None before the moment."""
    if at is None:
        return None
    until = order.pay_until_at
    return rules.why_not_expire(
        awaited=order.state == OrderState.CONFIRMED and order.money == Money.AWAITED,
        over=until is not None and until <= at,
    )


def why_not_receive(order: Order, *, amount_fen: int | None = None) -> Refusal | None:
    """Return why no transfer can be put to an order, or not one of this amount.

    It may have ended meanwhile: what came in is put to it all the same, to be paid back.
    """
    return rules.why_not_received(payment=order.payment, amount_fen=amount_fen)


def why_not_pay_back(order: Order, *, amount_fen: int | None = None) -> Refusal | None:
    """Return why nothing, or not so much, can be paid back of an order."""
    return rules.why_not_paid_back(owed_fen=order.owed_fen, amount_fen=amount_fen)


def why_not_take_out(order: Order, *, amount_fen: int | None = None) -> Refusal | None:
    """Return why no receipt, or not one of this amount, can be taken out of an order again.

    Goods that left the depot for the money, and money that was paid back of it, stay covered.
    """
    if order.payment != Payment.TRANSFER or not order.paid_ahead_fen:
        return Refusal(
            "nothing_received",
            _("No transfer was recorded for this order."),
            settles=_("Look at the order's number in the statement once more."),
            data={"later": True},
        )
    if amount_fen is None:
        return None
    left = order.held_fen - amount_fen
    if order.state in LIVE:
        claim = 0 if Fulfilment(order.fulfilment) in IN_HOUSE else order.goods_fen
    else:
        claim = order.taken_fen
    return rules.left_uncovered() if left < claim else None
