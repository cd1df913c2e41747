"""What customers say of an order afterwards: stars and a few words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.trade.orders.rules.states import Fulfilment

STARS: Final = (
    (5, _("Very good")),
    (4, _("Good")),
    (3, _("Fair")),
    (2, _("Poor")),
    (1, _("Bad")),
)
"""The stars of a rating with what they mean, the best first."""

WORDS_CHARS_MAX: Final = 200
"""Characters of a rating: a few words, four lines on a phone."""

CHANGE_WITHIN: Final = timedelta(days=7)
"""How long a rating can be changed: the time in which a complaint is settled."""


class Handed(Protocol):
    """Where the goods of an order are."""

    fulfilment: str


def may_rate(order: Handed) -> bool:
    """Tell whether something was handed over that can be rated."""
    return Fulfilment(order.fulfilment) in {Fulfilment.DELIVERED, Fulfilment.PARTLY}


def may_change(rated_at: datetime, *, at: datetime) -> bool:
    """Tell whether a rating of that moment can still be changed."""
    return at < rated_at + CHANGE_WITHIN


def why_not_rate(order: Handed, *, stars: int | None = None, words: str = "") -> Refusal | None:
    """Return why an order cannot be rated like this; None for the stars before they are known."""
    if not may_rate(order):
        return Refusal(
            "not_delivered",
            _("Nothing of this order was handed over yet, so there is nothing to rate."),
            settles=_("Rate it when you have the goods."),
        )
    if stars is not None and stars not in dict(STARS):
        return Refusal(
            "no_stars",
            _("The stars are not chosen yet."),
            settles=_("Choose one to five stars."),
            status=422,
            data={"field": "stars"},
        )
    if len(words) > WORDS_CHARS_MAX:
        return Refusal(
            "too_long",
            _("Your words have more than %(most)s characters.") % {"most": WORDS_CHARS_MAX},
            settles=_("Write it shorter."),
            status=422,
            data={"field": "words"},
        )
    return None


def rated_long_ago() -> Refusal:
    """Return the answer to changing a rating after its time."""
    return Refusal(
        "rated_long_ago",
        _("This rating was given more than %(days)s days ago and stands.")
        % {"days": CHANGE_WITHIN.days},
        settles=_("What you said stays with the order."),
    )
