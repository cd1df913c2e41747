"""Orders that came back undelivered: tried again, or given up."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.delivery import queries, rules
from zhanggui.trade.orders.actions.progress import give_up_order, reserve_again
from zhanggui.trade.orders.models import Order


def _why_not(order: Order) -> Refusal | None:
    return rules.why_not_retry(order)


@action(
    duty=queries.UNDELIVERED,
    title=_("Deliver once more"),
    said=_("has it delivered once more"),
    guard=_why_not,
    since="waits_since_at",
    private=["note"],
)
def retry_order(order: Order, *, note: str = "", by: Actor, at: datetime) -> Order:
    """Have an order delivered once more: its goods are reserved again, what is short is told."""
    reserve_again(order, by=by, at=at)
    order.refresh_from_db()
    return order


@action(
    duty=queries.UNDELIVERED,
    title=_("Give up"),
    said=_("gave it up: %(reason)s"),
    guard=_why_not,
    since="waits_since_at",
)
def give_up(order: Order, *, reason: str, by: Actor, at: datetime) -> Order:
    """Give an order up that nobody took, and say why; it is cancelled."""
    remember(attempts=len(queries.attempts_of([order.pk]).get(order.pk, [])))
    give_up_order(order, reason=reason, by=by, at=at)
    order.refresh_from_db()
    return order
