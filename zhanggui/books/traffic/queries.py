"""Reading the traffic: the figures of a day, and which days still have their salt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet, Sum

from zhanggui.books.traffic.models import AddressDay, RobotDay, SiteDay, VisitorDay
from zhanggui.books.traffic.rules import SALT_KEPT, Tally, day_of


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The site's figures of one company day.

    `ip`: distinct addresses. `pv`: page views. `uv`: distinct visitor keys. `visits`: 30 minutes
    without a view end one. `bots`: views turned away as not a person's, counted in none of the
    others. Distinct numbers never add up over days or regions: a month's is the sum of its days,
    and says so.
    """

    day: date
    ip: int = 0
    pv: int = 0
    uv: int = 0
    visits: int = 0
    bots: int = 0


def figures_of(days: Iterable[date]) -> dict[date, DayFigures]:
    """Return the figures of each of these days, in three statements however many they are."""
    wanted = sorted(set(days))
    visitors = {
        row["day__day"]: row
        for row in VisitorDay.objects.filter(day__day__in=wanted)
        .values("day__day")
        .annotate(pv=Sum("views"), uv=Count("pk"), visits_sum=Sum("visits"))
    }
    ips: dict[date, int] = dict(
        AddressDay.objects.filter(day__day__in=wanted)
        .values_list("day__day")
        .annotate(number=Count("pk"))
    )
    robots: dict[date, int] = dict(
        RobotDay.objects.filter(day__day__in=wanted)
        .values_list("day__day")
        .annotate(number=Sum("views"))
    )
    found = {}
    for day in wanted:
        row = visitors.get(day, {"pv": 0, "uv": 0, "visits_sum": 0})
        found[day] = DayFigures(
            day=day,
            ip=ips.get(day, 0),
            pv=row["pv"],
            uv=row["uv"],
            visits=row["visits_sum"],
            bots=robots.get(day, 0),
        )
    return found


def day_figures(day: date) -> DayFigures:
    """Return the figures of one company day; zeros for a day without a visit."""
    return figures_of([day])[day]


def robots_of(day: date) -> dict[str, int]:
    """Return how many views of a day were turned away, by reason, the most frequent first."""
    rows = RobotDay.objects.filter(day__day=day).order_by("-views", "reason")
    return dict(rows.values_list("reason", "views"))


def site_day(day: date) -> SiteDay | None:
    """Return the row of a day; None before anybody came."""
    return SiteDay.objects.filter(day=day).first()


def tallies_of(day: SiteDay, visitors: Iterable[str]) -> dict[str, tuple[int, Tally]]:
    """Return what is known of these visitors (hashes) on a day: the row's id and the tally."""
    rows = VisitorDay.objects.filter(day=day, visitor__in=set(visitors))
    return {
        row.visitor: (row.pk, Tally(row.views, row.visits, row.first_at, row.last_at))
        for row in rows
    }


def days_to_forget(*, at: datetime) -> QuerySet[SiteDay]:
    """Return the days whose salt has been kept for as long as it may be."""
    return SiteDay.objects.exclude(salt="").filter(day__lte=day_of(at - SALT_KEPT))
