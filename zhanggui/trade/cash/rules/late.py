"""Money that came in for a stop closed otherwise meanwhile: how it can be cleared up."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal


class LateEnd(TextChoices):
    """How money that came in late was cleared up."""

    ORDER = "order", _("It pays the order")
    CUSTOMER = "customer", _("Given back to the customer")
    MISTAKE = "mistake", _("It was never taken")


def why_not_clear(
    *, late: bool, cleared: bool, own: bool, how: str | None, why_not: Mapping[str, Refusal | None]
) -> Refusal | None:
    """Return why late money cannot be cleared up, or not like this; `why_not` says it by way."""
    if not late or cleared:
        return nothing_to_clear()
    if own:
        return Refusal(
            "own_money",
            _("Nobody clears up money he took himself."),
            settles=_("Somebody else who holds this duty decides."),
        )
    return why_not.get(how) if how is not None else None


def nothing_to_clear() -> Refusal:
    """Return the answer to clearing up what is in order, or was cleared up before."""
    return Refusal(
        "nothing_to_clear",
        _("There is nothing to be cleared up about this money."),
        settles=_("Look at what happened: somebody may have done it meanwhile."),
    )


def cannot_pay_order() -> Refusal:
    """Return the answer to putting late money to an order that waits for none."""
    return Refusal(
        "order_waits_for_none",
        _("The order does not wait for exactly this money."),
        settles=_("Give it back to the customer, or plan the order once more first."),
    )


def being_counted() -> Refusal:
    """Return the answer to giving back money that lies with finance uncounted."""
    return Refusal(
        "being_counted",
        _("This money was handed in and is not counted yet."),
        settles=_("Wait until finance has counted it."),
    )


def was_counted() -> Refusal:
    """Return the answer to striking money out that was handed in."""
    return Refusal(
        "was_handed_in",
        _("This money was handed in, so it cannot have been a mistake."),
        settles=_("What finance counts too little is decided as a difference."),
    )
