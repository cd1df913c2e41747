"""Forgetting whose orders they were, for a customer who had himself erased."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.books.customers.personal import Subject
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.places.gazetteer import COUNTY_DIGITS
from zhanggui.trade.orders.actions.placing import CUSTOMER
from zhanggui.trade.orders.models import Hold, Order, Rating, Shortage
from zhanggui.trade.orders.queries import personal
from zhanggui.trade.orders.rules import forgetting

BLANK = (
    "recipient", "phone", "phone_key", "address", "note", "device", "invoice_title",
    "invoice_tax_no", "reason",
)  # fmt: skip
"""Fields of an order by which somebody could be known."""


@action(
    duty=CUSTOMER,
    title=_("Forget whose orders they were"),
    said=_("forgot whose orders they were: %(count)s"),
    private=["subject"],
)
def forget_orders(area: None, *, subject: Subject, by: Actor, at: datetime) -> int:
    """Take name, phone, address and free words out of a phone's orders; return how many orders.

    Goods, sums, moments and the district stay for the books. The tracking link leads nowhere.
    """
    orders = list(personal.orders_of_phone(subject.phone_key).select_for_update())
    for order in orders:
        if refusal := forgetting.why_not_forget(order):
            raise refusal
        for name in BLANK:
            setattr(order, name, "")
        order.division = order.division[:COUNTY_DIGITS]
        order.token, order.erased_at = secrets.token_urlsafe(32), at
    Order.objects.bulk_update(orders, [*BLANK, "division", "token", "erased_at"], batch_size=200)
    ids = [order.pk for order in orders]
    Rating.objects.filter(order__in=ids).update(words="")
    Shortage.objects.filter(line__order__in=ids).update(note="")
    holds = list(Hold.objects.filter(order__in=ids))
    for hold in holds:
        hold.evidence = forgetting.forgotten(hold.evidence)
    Hold.objects.bulk_update(holds, ["evidence"], batch_size=200)
    remember(count=len(orders))
    return len(orders)
