"""The rounds of orders: arrived goods go to those who wait, unpaid ones are free again."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.kernel.timetable import on_timetable
from zhanggui.trade.orders.actions.payments import cancel_unpaid
from zhanggui.trade.orders.actions.shortages import serve_shortage
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.queries import orders_unpaid, shortages_to_serve


@on_timetable(every_s=60, title=_("Set arrived goods aside for orders that wait for them"))
def serve_shortages(at: datetime) -> int:
    """Serve every shortage whose goods are there, the oldest first; return how many."""
    return sum(_serve(shortage, at) for shortage in shortages_to_serve())


def _serve(shortage: Shortage, at: datetime) -> bool:
    try:
        serve_shortage(shortage, by=CLOCKWORK, at=at)
    except Refusal:  # somebody was faster: the next round looks again
        return False
    return True


@on_timetable(every_s=60, title=_("Cancel orders whose transfer has not come in time"))
def cancel_unpaid_orders(at: datetime) -> int:
    """Cancel every order that was to be paid ahead by now and is not; return how many."""
    return sum(_cancel(order, at) for order in orders_unpaid(at=at))


def _cancel(order: Order, at: datetime) -> bool:
    try:
        cancel_unpaid(order, by=CLOCKWORK, at=at)
    except Refusal:  # its money came meanwhile
        return False
    return True
