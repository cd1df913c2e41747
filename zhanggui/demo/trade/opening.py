"""The beginning of the trade: what each city promises its customers."""

from __future__ import annotations

from datetime import datetime

from zhanggui.demo.stock import DEPOTS
from zhanggui.demo.trade.hands import PROMISES, Hands
from zhanggui.ground.org.models import Area
from zhanggui.trade.orders.actions.promises import publish_promise

HOUR_S = 3600

CUTOFF_S, SAME_DAY_S, NEXT_DAY_S = 15 * HOUR_S, 20 * HOUR_S, 18 * HOUR_S
"""Ordered by three it is there by eight in the evening; later, by six the next day."""

LEAST_FEN = 3_900
"""The smallest order delivered: below it three yuan of delivery are more than the margin."""


def publish_promises(*, at: datetime) -> None:
    """Let the manager of every city with a depot publish its promise."""
    hands = Hands()
    for _code, city, _zh, _en, _share in DEPOTS:
        by = hands.nearest(PROMISES, city, at=at)
        if by is None:
            continue
        publish_promise(
            city,
            area=Area.objects.get(pk=city),
            cutoff_s=CUTOFF_S,
            same_day_s=SAME_DAY_S,
            next_day_s=NEXT_DAY_S,
            least_fen=LEAST_FEN,
            by=by,
            at=at,
        )
