"""Reading the traffic: the figures of days, their sources and robots, links, and old salts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from zhanggui.books.traffic.models import (
    Link,
    LogLine,
    Origin,
    OriginDay,
    RobotDay,
    SiteDay,
    VisitorDay,
)
from zhanggui.books.traffic.rules.links import LinkState
from zhanggui.books.traffic.rules.sources import Source
from zhanggui.books.traffic.rules.views import SALT_KEPT, Counter, Tally
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.kernel.prepared import among, prepared
from zhanggui.ground.kernel.refusal import not_yours

LINKS = "traffic.links"
"""The duty of making links and following what they bring."""


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
    """Return the figures of each of these days, in one statement however many they are.

    A day that the pages did not count is told from the server's log where there is one.
    """
    wanted = sorted(set(days))
    found = {day: DayFigures(day) for day in wanted}
    for row in SiteDay.objects.filter(day__in=wanted).order_by("counter"):  # log before server
        found[row.day] = DayFigures(
            day=row.day,
            ip=row.addresses,
            pv=row.views,
            uv=row.visitors,
            visits=row.visits,
            bots=row.bots,
        )
    return found


def day_figures(day: date) -> DayFigures:
    """Return the figures of one company day; zeros for a day without a visit."""
    return figures_of([day])[day]


def counted_days(begin: date, end: date) -> list[SiteDay]:
    """Return the days from `begin` up to `end`, each by the counter that stands for it."""
    rows = SiteDay.objects.filter(day__gte=begin, day__lt=end).order_by("day", "counter")
    return list({row.day: row for row in rows}.values())


def robots_of(day: date) -> dict[str, int]:
    """Return how many views of a day were turned away, by reason, the most frequent first."""
    rows = RobotDay.objects.filter(day__in=counted_days(day, _next(day)))
    rows = rows.order_by("-views", "reason")
    return dict(rows.values_list("reason", "views"))


def visitors_on(day: date) -> QuerySet[VisitorDay]:
    """Return the visitors of a day, known by the hashes of that day only, the busiest first."""
    rows = VisitorDay.objects.filter(day__in=counted_days(day, _next(day)))
    return rows.select_related("origin__link").order_by("-views", "first_at", "pk")


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def site_day(day: date, *, counter: str = Counter.SERVER.value) -> SiteDay | None:
    """Return the row of a day; None before anybody came."""
    return SiteDay.objects.filter(day=day, counter=counter).first()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a visitor on a day: his tally, and how his day began."""

    tally: Tally
    origin_id: int | None
    device: str


def tallies_of(day: SiteDay, visitors: Iterable[str]) -> dict[str, Known]:
    """Return what is known of these visitors (hashes) on a day."""
    rows = VisitorDay.objects.filter(day=day, visitor__in=set(visitors))
    return {
        row.visitor: Known(
            Tally(row.views, row.visits, row.first_at, row.last_at, row.hours, row.steps),
            row.origin_id,
            row.device,
        )
        for row in rows
    }


def days_to_forget(*, at: datetime) -> QuerySet[SiteDay]:
    """Return the days whose salt has been kept for as long as it may be."""
    return SiteDay.objects.exclude(salt="").filter(salted_at__lte=at - SALT_KEPT)


def marks_known(day: SiteDay, marks: Iterable[str]) -> set[str]:
    """Return those of these marks whose lines were counted already."""
    rows = LogLine.objects.filter(day=day, mark__in=set(marks))
    return set(rows.values_list("mark", flat=True))


# --- sources and links -------------------------------------------------------------------------


def origins_of(sources: Iterable[Source]) -> dict[Source, Origin]:
    """Return the rows of these sources, as far as they have been met."""
    wanted = set(sources)
    rows = _origins_called(names=sorted({source.name for source in wanted})) if wanted else ()
    return {row.as_source: row for row in rows if row.as_source in wanted}


@prepared(names=[CharField()])
def _origins_called(names: list[str]) -> QuerySet[Origin]:
    return Origin.objects.filter(among("name", names))


def origins_new_on(day: date) -> int:
    """Return how many sources were met for the first time on a day."""
    return Origin.objects.filter(first_on=day, kind__in=["campaign", "site"]).count()


def links_of(codes: Iterable[str]) -> dict[str, Link]:
    """Return the links with these codes."""
    return {link.code: link for link in Link.objects.filter(code__in=set(codes))}


def link_at(code: str) -> Link | None:
    """Return the link at a short address."""
    return Link.objects.filter(code=code).first()


def links_seen(by: DeskActor) -> QuerySet[Link]:
    """Return the links in one's areas with what came through them, the latest made first."""
    days = OriginDay.objects.filter(origin__link=OuterRef("pk")).order_by().values("origin__link")
    sums = {
        name: Coalesce(Subquery(days.annotate(n=Sum(name)).values("n")), 0)
        for name in ("opened", "visits")
    }
    rows = Link.objects.filter(by.scope(LINKS).where()).select_related("area")
    return rows.annotate(**sums).order_by("state", "-made_at", "-pk")


def links_with(rows: QuerySet[Link], text: str) -> QuerySet[Link]:
    """Return those links whose name, code, source or campaign has a text in it."""
    sought = Q()
    for field in ("name", "code", "source", "campaign"):
        sought |= Q(**{f"{field}__icontains": text})
    return rows.filter(sought)


def links_open() -> int:
    """Return how many links are counted."""
    return Link.objects.filter(state=LinkState.OPEN).count()


def link_of(by: DeskActor, pk: int) -> Link:
    """Return a link of one's areas; else `not_yours`."""
    found = links_seen(by).filter(pk=pk).first()
    if found is None:
        raise not_yours()
    return found


def area_to_make_in(by: DeskActor) -> str | None:
    """Return the area of the first post that may make links."""
    scope = by.scope(LINKS)
    return next((holding.area for holding in by.holdings if holding.area in scope), None)
