"""Screening: an order is let through, corrected, cancelled or declared void."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.trade.orders import queries
from zhanggui.trade.orders.actions.steps import (
    release_held,
    reserve_lines,
    settle_holds,
    take,
)
from zhanggui.trade.orders.models import Order, Shortage
from zhanggui.trade.orders.queries.screening import SCREENING
from zhanggui.trade.orders.rules import progress as rules
from zhanggui.trade.orders.rules.states import Outcome, Resolution, ShortageState


@action(
    duty=SCREENING,
    title=pgettext_lazy("of an order", "Confirm"),
    said=_("let the order through"),
    guard=queries.why_not_confirm,
    since="waits_since_at",
)
def confirm_order(order: Order, *, by: Actor, at: datetime) -> Order:
    """Let an order through, setting its goods aside; what is missing becomes a shortage."""
    settle_holds(order, Resolution.CONFIRMED, at=at)
    short = reserve_lines(order, queries.lines_of(order), by=by, at=at)
    order.confirmed_at = at
    take(order, "confirm_order", *([] if short else ["reserve"]), at=at)
    return order


@action(
    duty=SCREENING,
    title=pgettext_lazy("of an order", "Cancel"),
    said=_("cancelled the order"),
    guard=queries.why_not_cancel,
    since="waits_since_at",
)
def cancel_order(
    order: Order, *, reason_code: str, reason: str = "", by: Actor, at: datetime
) -> Order:
    """End an order whose goods nobody has touched yet; what was set aside for it is free again."""
    _end(order, reason_code, reason, at=at)
    settle_holds(order, Resolution.CANCELLED, at=at)
    Shortage.objects.filter(line__order=order).exclude(state=ShortageState.SETTLED).update(
        state=ShortageState.SETTLED, outcome=Outcome.CANCELLED, settled_at=at
    )
    release_held(order, by=by, at=at)
    take(order, "cancel_order", "release", "waive", at=at)
    return order


def _end(order: Order, reason_code: str, reason: str, *, at: datetime) -> None:
    order.reason_code = reason_code
    order.reason = reason[: rules.REASON_CHARS_MAX]
    order.due_fen = 0
    order.ended_at = at
    remember(number=order.number)
