"""What must never be so in the traffic: a day that does not add up."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from zhanggui.books.traffic.models import SiteDay
from zhanggui.ground.kernel.audit import audit

Found = tuple[str, str, int]


@audit("traffic.views")
def audit_views() -> Iterator[Found]:
    """Yield each day whose visitors' views are not the views it was told of."""
    added_up = SiteDay.objects.annotate(told=Coalesce(Sum("visitors__views"), 0))
    for day in added_up.exclude(told=F("views")).order_by("day"):
        yield (
            f"{day} had {day.views} page views, its visitors {day.told}.",
            SiteDay._meta.label,
            day.pk,
        )
