"""Money through the bank: paid ahead by customers, and paid back to them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.refusal import Refusal

REFERENCE_CHARS_MAX = 40
"""Characters of a bank's own number of a transfer: the longest in use has 32."""


class BankKind(TextChoices):
    """Which way money went through the bank."""

    RECEIVED = "received", pgettext_lazy("of a transfer", "Received")
    PAID_BACK = "paid_back", pgettext_lazy("of a transfer", "Paid back")


def why_not_reference(reference: str, *, entered_for: str = "") -> Refusal | None:
    """Return why this cannot be the number of a new transfer; `entered_for` is an order's."""
    if not reference:
        return Refusal(
            "no_reference",
            _("Without the bank's number nobody finds this transfer again."),
            settles=_("Type it as the statement has it."),
            status=422,
        )
    if len(reference) > REFERENCE_CHARS_MAX:
        return Refusal(
            "long_reference",
            _("The bank's number has more than %(most)s characters.")
            % {"most": REFERENCE_CHARS_MAX},
            settles=_("Type the number alone."),
            status=422,
        )
    if entered_for:
        return Refusal(
            "entered_before",
            _("The transfer %(reference)s is in the books already, for order %(order)s.")
            % {"reference": reference, "order": entered_for},
            settles=_("Look at that order; each transfer is entered once."),
        )
    return None


def paid_ahead() -> Refusal:
    """Return the answer to taking money for goods that were paid ahead."""
    return Refusal(
        "paid_ahead",
        _("This order is paid ahead: no money is taken at the door."),
        settles=_("Give back what you took, and hand it over as paid."),
        status=422,
        data={"later": True},
    )


def not_paid_ahead() -> Refusal:
    """Return the answer to handing goods over as paid that are not."""
    return Refusal(
        "not_paid_ahead",
        _("This order is paid at the door."),
        settles=_("Take the money as you hand it over."),
        status=422,
        data={"later": True},
    )


def no_such_receipt() -> Refusal:
    """Return the answer to taking out a receipt that is not among those of the order."""
    return Refusal(
        "no_such_receipt",
        _("This receipt is not among those of the order any more."),
        settles=_("Look at the order again."),
    )
