"""What a customer may still change of an order, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.rules.orders import tidy_text, why_not_text
from zhanggui.trade.orders.rules.progress import HasState
from zhanggui.trade.orders.rules.screening import Finding, sentence
from zhanggui.trade.orders.rules.states import IN_HOUSE, MOVES, Fulfilment, HoldCode

OF_THE_DOOR: Final = {
    HoldCode.INCOMPLETE: "recipient",
    HoldCode.PHONE_FORMAT: "phone",
    HoldCode.ADDR_UNCLEAR: "address",
}
"""What screening finds against name, phone and address, and the field it stands beside.

The other findings are about the customer's orders, and only a person settles them.
"""


def why_not_change(
    order: HasState,
    *,
    recipient: str | None = None,
    address: str | None = None,
    note: str = "",
) -> Refusal | None:
    """Return why an order cannot be changed like this; None before the values are known."""
    if refusal := MOVES.why_not("cancel_order", order.state):
        return refusal
    if Fulfilment(order.fulfilment) not in IN_HOUSE:
        return Refusal(
            "goods_left",
            _("The goods of this order are packed or on their way: it cannot be changed any more."),
            settles=_("Call the courier once he is named here."),
        )
    if recipient is None or address is None:
        return None
    return why_not_text(
        recipient=tidy_text(recipient), address=tidy_text(address), note=tidy_text(note)
    )


def why_not_confirmed(findings: Iterable[Finding], *, same_area: bool) -> Refusal | None:
    """Return why a confirmed order cannot go there: no door, or one in another area."""
    for finding in findings:
        if (field := OF_THE_DOOR.get(HoldCode(finding.code))) is not None:
            return Refusal(
                finding.code,
                sentence(finding.code, finding.evidence),
                settles=_("Put it right; until then the order goes where it was to go."),
                status=422,
                data={"field": field},
            )
    if same_area:
        return None
    return Refusal(
        "other_area",
        _("That address is served from elsewhere, and the goods are set aside here already."),
        settles=_("Call this order off and place it again to the new address."),
        data={"field": "address"},
    )
