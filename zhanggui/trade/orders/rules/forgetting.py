"""What stands in the way of forgetting whose orders they were, and what is left of a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.rules.states import LIVE, Money

KEPT: Final = frozenset(
    {"problem", "missing", "order", "number", "minutes", "orders", "by", "due_fen", "limit_fen"}
    | {"first", "refused"}
)
"""What of a finding's evidence names no place: codes, counts, sums and numbers of orders."""

NO_PLACE: Final = "…"
"""What stands for a place that was forgotten."""

OPEN_MONEY: Final = frozenset({Money.COLLECTED, Money.HANDED_IN})
"""Where money is still on its way into the books."""


class Standing(Protocol):
    """An order with its number, and where it stands."""

    state: str
    money: str

    @property
    def number(self) -> str:
        """The number people say."""

    @property
    def owed_fen(self) -> int:
        """What is to be paid back of it."""


def why_not_forget(order: Standing) -> Refusal | None:
    """Return why it must still be known whose order this is."""
    if order.state in LIVE:
        return Refusal(
            "order_open",
            _("Order %(number)s is still under way.") % {"number": order.number},
            settles=_("Call it off, or wait until it has been brought. Then erase your data."),
        )
    if order.money in OPEN_MONEY:
        return Refusal(
            "money_open",
            _("The money for order %(number)s is not in the books yet.") % {"number": order.number},
            settles=_("Finance counts it by the next working day. Then erase your data."),
        )
    if order.owed_fen:
        return Refusal(
            "money_owed",
            _("Money for order %(number)s is still to be paid back.") % {"number": order.number},
            settles=_("Finance pays it back to the account it came from. Then erase your data."),
        )
    return None


def forgotten(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return the evidence of a finding without the places it names."""
    return {
        name: value if name in KEPT or not isinstance(value, str) else NO_PLACE
        for name, value in evidence.items()
    }
