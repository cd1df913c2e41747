"""Reading the site's statistics: days, hours, sources, landing pages, and cohorts of orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from zhanggui.books.traffic import queries as traffic
from zhanggui.books.traffic.models import (
    Link,
    Origin,
    OriginDay,
    RobotDay,
    SiteDay,
    SiteHour,
    VisitDay,
)
from zhanggui.books.traffic.rules.views import Counter
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.org.queries import present
from zhanggui.steering.reports.queries import CAME, NOT_TAKEN, SECURED, VALID, span_of
from zhanggui.steering.site.rules import Cohort, Period, Seen
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.states import Money, OrderState

STATISTICS = "site.statistics"
"""The duty of the site's statistics: the network director's, and whoever decides on figures."""

VALID_ORDERS = Q(state__in=VALID, money__in=SECURED)
PAID_ORDERS = Q(fulfilment__in=CAME, money=Money.SETTLED)
MATURED_ORDERS = (
    Q(state__in=[OrderState.CANCELLED, OrderState.VOID])
    | Q(state=OrderState.CLOSED, money__in=[Money.SETTLED, Money.NOTHING])
    | Q(state=OrderState.CLOSED, fulfilment__in=NOT_TAKEN)
)
"""Orders of which nothing can change any more: what they brought is known."""

STAGE: dict[str, Q] = {"placed": Q(), "valid": VALID_ORDERS, "paid": PAID_ORDERS}


# --- days --------------------------------------------------------------------------------------


def days_of(period: Period) -> dict[date, SiteDay]:
    """Return the counted days of a period, each by the counter that stands for it."""
    return {row.day: row for row in traffic.counted_days(period.begin, period.end)}


def seen_of(days: Iterable[SiteDay]) -> Seen:
    """Return what some days saw, added up."""
    found = Seen()
    for day in days:
        found += Seen(
            counted=1,
            logged=day.counter == Counter.LOG,
            views=day.views,
            visits=day.visits,
            visitors=day.visitors,
            addresses=day.addresses,
            bots=day.bots,
            confirmed=day.confirmed,
            goods=day.goods,
            cart=day.cart,
            checkout=day.checkout,
            placed=day.placed,
        )
    return found


def log_beside(period: Period) -> Seen:
    """Return what server logs say of those days that the pages counted too."""
    logged = SiteDay.objects.filter(counter=Counter.LOG, day__gte=period.begin, day__lt=period.end)
    return seen_of(logged)


def hours_of(days: Iterable[SiteDay], *, field: str) -> dict[int, int]:
    """Return one figure by hour of the day, for a single day."""
    rows = SiteHour.objects.filter(day__in=[day.pk for day in days])
    return dict(rows.values_list("hour").annotate(n=Sum(field)))


def robots_of(days: Iterable[SiteDay]) -> dict[str, int]:
    """Return the robots turned away by reason, the most frequent first."""
    rows = RobotDay.objects.filter(day__in=[day.pk for day in days])
    found = rows.order_by().values_list("reason").annotate(n=Sum("views"))
    return dict(sorted(found, key=lambda row: (-row[1], row[0])))


def landings_of(days: Iterable[SiteDay], *, by: str) -> dict[str, tuple[int, int]]:
    """Return visits and visitors by landing page or device, the most visits first."""
    rows = VisitDay.objects.filter(day__in=[day.pk for day in days]).order_by().values_list(by)
    found = rows.annotate(visits_n=Sum("visits"), visitors_n=Sum("visitors"))
    return {name: (n, who) for name, n, who in sorted(found, key=lambda row: (-row[1], row[0]))}


# --- orders ------------------------------------------------------------------------------------


def orders_of(by: DeskActor, period: Period) -> QuerySet[Order]:
    """Return the orders placed in a period in the areas of the duty."""
    begin, _next = span_of(period.begin)
    _last, end = span_of(period.last)
    scope = by.scope(STATISTICS).where()
    return Order.objects.filter(scope, placed_at__gte=begin, placed_at__lt=end)


SUMS = {
    "placed": Count("pk"),
    "placed_fen": Sum("goods_fen", default=0),
    "valid": Count("pk", filter=VALID_ORDERS),
    "valid_fen": Sum("goods_fen", filter=VALID_ORDERS, default=0),
    "paid": Count("pk", filter=PAID_ORDERS),
    "paid_fen": Sum("taken_fen", filter=PAID_ORDERS, default=0),
    "matured": Count("pk", filter=MATURED_ORDERS),
}


def cohort_of(by: DeskActor, period: Period) -> Cohort:
    """Return what became of the orders placed in a period, in one statement."""
    return Cohort(**orders_of(by, period).aggregate(**SUMS))


def cohorts_by_day(by: DeskActor, period: Period) -> dict[date, Cohort]:
    """Return the cohort of each day of a period that had orders."""
    rows = orders_of(by, period).annotate(on=TruncDate("placed_at")).order_by().values("on")
    return _by("on", rows.annotate(**SUMS))


def cohorts_by_origin(by: DeskActor, period: Period) -> dict[int | None, Cohort]:
    """Return the cohort of each source that brought orders; None for orders without one."""
    rows = orders_of(by, period).order_by().values("origin_id")
    return _by("origin_id", rows.annotate(**SUMS))


def _by(key: str, rows: Iterable[Mapping[str, Any]]) -> dict[Any, Cohort]:
    return {row[key]: Cohort(**{name: row[name] for name in SUMS}) for row in rows}


def areas_said(by: DeskActor) -> str:
    """Return the areas whose orders are counted, "" for the whole company."""
    scope, structure = by.scope(STATISTICS), present(by.at).structure
    mine = [area for area, _depth in structure.areas_in_order() if area.code in scope]
    if not mine or len(mine) == len(structure.areas):
        return ""
    return str(mine[0].name)


# --- sources -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Brought:
    """What one source brought; `origin` None for orders whose source nobody saw."""

    origin: Origin | None
    opened: int
    visits: int
    visitors: int
    cohort: Cohort


def sources_of(by: DeskActor, period: Period, days: Iterable[SiteDay]) -> list[Brought]:
    """Return what each source brought in a period, those with most visits first."""
    rows = OriginDay.objects.filter(day__in=[day.pk for day in days]).order_by()
    fields = ("opened", "visits", "visitors")
    told: Iterable[Mapping[str, Any]] = rows.values("origin_id").annotate(
        **{f"{name}_n": Sum(name) for name in fields}
    )
    sums = {row["origin_id"]: {name: row[f"{name}_n"] for name in fields} for row in told}
    cohorts = cohorts_by_origin(by, period)
    named = Origin.objects.select_related("link").in_bulk(
        [pk for pk in {*sums, *cohorts} if pk is not None]
    )
    nothing = dict.fromkeys(fields, 0)
    found = [
        Brought(named.get(pk), **sums.get(pk, nothing), cohort=cohorts.get(pk, Cohort()))
        for pk in {*sums, *cohorts}
    ]
    return sorted(
        found, key=lambda b: (-b.visits, -b.cohort.placed, b.origin.pk if b.origin else 0)
    )


def brought_by_link(by: DeskActor, link: Link) -> Brought:
    """Return what a link has brought since it was made."""
    origin = Origin.objects.filter(link=link).first()
    if origin is None:
        return Brought(None, 0, 0, 0, Cohort())
    days = OriginDay.objects.filter(origin=origin)
    sums = days.aggregate(
        opened=Sum("opened", default=0),
        visits=Sum("visits", default=0),
        visitors=Sum("visitors", default=0),
    )
    orders = Order.objects.filter(by.scope(traffic.LINKS).where(), origin=origin)
    return Brought(origin, **sums, cohort=Cohort(**orders.aggregate(**SUMS)))


def order_rows(
    by: DeskActor, period: Period, *, stage: str, origin: int | None = None, unseen: bool = False
) -> QuerySet[Order]:
    """Return the orders of a stage of a cohort, of one source or none (`unseen`)."""
    rows = orders_of(by, period).filter(STAGE[stage])
    if origin is not None or unseen:
        rows = rows.filter(origin=origin)
    return rows.select_related("area", "origin__link").order_by("-placed_at", "-pk")
