"""What speaks against an answer to missing goods."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.rules.orders import PIECES_MAX

WAIT_MAX: Final = timedelta(days=60)
"""For how long a customer can be asked to wait: longer is a new order on another day."""


def why_not_expected(expected_at: datetime | None, *, at: datetime) -> Refusal | None:
    """Return why a customer cannot be told this moment; None before it is known."""
    if expected_at is None or at < expected_at <= at + WAIT_MAX:
        return None
    if expected_at <= at:
        return Refusal(
            "expected_past",
            _("Goods cannot be expected for a time that has passed."),
            settles=_("Give a later time."),
            status=422,
        )
    return Refusal(
        "expected_far",
        _("Nobody waits longer than %(days)s days.") % {"days": WAIT_MAX.days},
        settles=_("Agree on something else, or cancel the order."),
        status=422,
    )


def why_not_substitute(missing: int, *, sku: int, quantity: int) -> Refusal | None:
    """Return why these pieces cannot stand in for a missing SKU (its id)."""
    if sku == missing:
        return Refusal(
            "same_goods",
            _("These are the very goods that are missing."),
            settles=_("Choose other goods."),
            status=422,
        )
    if not 1 <= quantity <= PIECES_MAX:
        return Refusal(
            "bad_quantity",
            _("From 1 to %(most)s pieces can stand in.") % {"most": PIECES_MAX},
            settles=_("Check the number of digits."),
            status=422,
        )
    return None


def nothing_left() -> Refusal:
    """Return the answer to sending the rest of an order of which there is none."""
    return Refusal(
        "nothing_left",
        pgettext_lazy("of an order", "Nothing else is left in this order."),
        settles=_("Agree on something else, or cancel the order."),
    )


def not_there(*, left: int, wanted: int) -> Refusal:
    """Return the answer to serving a shortage while its goods are still missing."""
    return Refusal(
        "not_there",
        _("%(left)s of the missing %(wanted)s pieces are there.")
        % {"left": left, "wanted": wanted},
        settles=_("Wait until they arrive, or agree on something else with the customer."),
    )


def none_arrived() -> Refusal:
    """Return the answer to checking the stock when nothing has arrived."""
    return Refusal(
        "none_arrived",
        _("Nothing that this order lacks has arrived."),
        settles=_("It is looked at each minute; the customer is being told meanwhile."),
    )
