"""What must never be so in the traffic: days that do not add up, salts that outlived their term."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce

from zhanggui.books.traffic.models import (
    AddressDay,
    OriginDay,
    RobotDay,
    SiteDay,
    SiteHour,
    VisitDay,
    VisitorDay,
)
from zhanggui.books.traffic.rules.sources import BITS
from zhanggui.books.traffic.rules.views import SALT_KEPT
from zhanggui.ground.kernel.audit import audit

Found = tuple[str, str, int]

ROUND = timedelta(hours=2)
"""What a salt may outlive its term by: the round comes every hour, and may be under way."""


@audit("traffic.views")
def audit_views() -> Iterator[Found]:
    """Yield each day whose visitors' views are not the views it was told of."""
    added_up = SiteDay.objects.annotate(told=Coalesce(Sum("visitor_rows__views"), 0))
    for day in added_up.exclude(told=F("views")).order_by("day"):
        yield (
            f"{day} had {day.views} page views, its visitors {day.told}.",
            SiteDay._meta.label,
            day.pk,
        )


PARTS: tuple[tuple[str, Any, dict[str, Any]], ...] = (
    (
        "visitors",
        VisitorDay,
        {
            "visitors": Count("pk"),
            "visits": Sum("visits"),
            **{
                step.value: Count("pk", filter=Q(steps__in=[n for n in range(16) if n & bit]))
                for step, bit in BITS.items()
            },
        },
    ),
    ("addresses", AddressDay, {"addresses": Count("pk")}),
    ("sources", OriginDay, {"visitors": Sum("visitors"), "visits": Sum("visits")}),
    ("landing pages", VisitDay, {"visitors": Sum("visitors"), "visits": Sum("visits")}),
    (
        "hours",
        SiteHour,
        {"views": Sum("views"), "visits": Sum("visits"), "confirmed": Sum("confirmed")},
    ),
    ("robots", RobotDay, {"bots": Sum("views")}),
)
"""What the figures of a day are added up from: the rows, and the figures they give."""


@audit("traffic.days")
def audit_days() -> Iterator[Found]:
    """Yield each figure of a day that its rows do not give."""
    days = list(SiteDay.objects.order_by("day", "counter"))
    for name, model, sums in PARTS:
        named = {f"{field}_told": told for field, told in sums.items()}
        rows = {row.pop("day_id"): row for row in model.objects.values("day_id").annotate(**named)}
        for day in days:
            for field in sums:
                told = rows.get(day.pk, {}).get(f"{field}_told", 0)
                if told != getattr(day, field):
                    yield (
                        f"{day} says {field} {getattr(day, field)}, its {name} say {told}.",
                        SiteDay._meta.label,
                        day.pk,
                    )


@audit("traffic.salts")
def audit_salts() -> Iterator[Found]:
    """Yield each day whose salt is still there although younger ones are older than its term."""
    newest = SiteDay.objects.aggregate(at=Max("salted_at"))["at"]
    if newest is None:
        return
    late = SiteDay.objects.exclude(salt="").filter(salted_at__lt=newest - SALT_KEPT - ROUND)
    for day in late.order_by("day"):
        yield (f"{day} still has its salt, made {day.salted_at}.", SiteDay._meta.label, day.pk)
