"""Publishing until when to order in an area, by when it is there, and from how much."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.ground.org.models import Area
from zhanggui.trade.orders.models import DeliveryPromise
from zhanggui.trade.orders.queries.service import PROMISING
from zhanggui.trade.orders.rules.orders import why_not_hours
from zhanggui.trade.orders.rules.payments import Terms


@action(
    duty=PROMISING,
    title=_("Publish a delivery promise"),
    said=_("published what is promised in %(place)s"),
    guard=why_not_hours,
    creates=True,
)
def publish_promise(
    keeper_area: str | None,
    *,
    area: Area,
    cutoff_s: int,
    same_day_s: int,
    next_day_s: int,
    least_fen: int = 0,
    open: bool = True,  # noqa: A002 - the field's own name
    terms: Terms = Terms(),  # noqa: B008 - frozen, so it is the same for all
    by: Actor,
    at: datetime,
) -> DeliveryPromise:
    """Publish what an area promises its customers, in place of what it promised before.

    `terms` are by which methods and up to how much they may pay there.
    """
    if not by.standings(PROMISING, area.pk):
        raise not_yours()
    remember(place=str(area))
    promise, _new = DeliveryPromise.objects.update_or_create(
        area=area,
        defaults={
            "cutoff_s": cutoff_s,
            "same_day_s": same_day_s,
            "next_day_s": next_day_s,
            "least_fen": least_fen,
            "open": open,
            "published_at": at,
            **asdict(terms),
        },
    )
    return promise


@action(
    duty=PROMISING,
    title=pgettext_lazy("of a promise", "Change"),
    said=_("changed what is promised"),
    guard=why_not_hours,
)
def change_promise(
    promise: DeliveryPromise,
    *,
    cutoff_s: int,
    same_day_s: int,
    next_day_s: int,
    least_fen: int = 0,
    open: bool = True,  # noqa: A002 - the field's own name
    terms: Terms | None = None,
    by: Actor,
    at: datetime,
) -> DeliveryPromise:
    """Change what an area promises from now on; orders placed before keep their hours.

    Without `terms` customers may pay as before.
    """
    promise.cutoff_s = cutoff_s
    promise.same_day_s = same_day_s
    promise.next_day_s = next_day_s
    promise.least_fen = least_fen
    promise.open = open
    promise.published_at = at
    for name, value in asdict(terms or promise.terms).items():
        setattr(promise, name, value)
    promise.save()
    return promise
