"""The figures of the day on the general manager's first page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from zhanggui.books.traffic.queries import figures_of
from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.figures import Figure, figure
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.steering.reports import queries, rules
from zhanggui.steering.reports.pages.links import orders_url
from zhanggui.steering.reports.rules import DayCounts
from zhanggui.trade.delivery.rules import COST_GOAL_FEN, cost_tone

GENERAL_MANAGER = "M-GM-1"


def _today(
    by: DeskActor, at: datetime, parts: tuple[queries.Part, ...]
) -> tuple[DayCounts, DayCounts, str]:
    """Return what today has brought, what the same weekday brought, and the widest area's code."""
    area = queries.area_of(by, "")
    areas = queries.areas_below(by, area.code)
    today = localdate(at)
    days = [today, today - timedelta(days=7)]
    own = queries.counts_of(areas, days, parts=parts)
    now, week = (rules.summed(own[day].values()) for day in days)
    return now, week, area.code


def _holds(by: DeskActor) -> bool:
    return bool(by.scope(queries.COMPANY))


@figure(duty=GENERAL_MANAGER)
def orders_today(by: DeskActor, at: datetime) -> Figure | None:
    """Return how many orders were placed today."""
    if not _holds(by):
        return None
    now, week, area = _today(by, at, queries.ORDERS)
    return Figure(
        title=_("Orders placed today"),
        value=f"{now.placed:,}",
        definition=_("All orders placed on this day, whatever became of them."),
        tone="go",
        note=_("a week before %(week)s in all") % {"week": f"{week.placed:,}"},
        url=orders_url(localdate(at), area),
    )


@figure(duty=GENERAL_MANAGER)
def turnover_today(by: DeskActor, at: datetime) -> Figure | None:
    """Return what customers paid at the doors today."""
    if not _holds(by):
        return None
    now, week, area = _today(by, at, queries.ORDERS)
    return Figure(
        title=_("Turnover at the door today"),
        value=yuan(now.door_fen),
        definition=_(
            "What was paid for orders handed over on this day, by the books of the doors: cash "
            "that nobody has counted yet, and what had come by transfer."
        ),
        tone="go",
        note=_("a week before %(week)s in all") % {"week": yuan(week.door_fen)},
        url=orders_url(localdate(at), area, by="door", fulfilment=",".join(queries.CAME)),
    )


@figure(duty=GENERAL_MANAGER)
def cost_today(by: DeskActor, at: datetime) -> Figure | None:
    """Return what an order delivered by today's runs is estimated to cost; none before any is."""
    if not _holds(by):
        return None
    now, _week, _area = _today(by, at, queries.RUNS)
    each = now.cost_per_order.each
    if each is None:
        return None
    return Figure(
        title=_("Cost per order"),
        value=yuan(each),
        definition=_(
            "Estimated way and work of the runs that left on this day, for each order they "
            "handed over, wholly or in part. The goal is %(goal)s."
        )
        % {"goal": yuan(COST_GOAL_FEN)},
        tone=cost_tone(each),
        note=_("goal %(goal)s") % {"goal": yuan(COST_GOAL_FEN)},
        url=reverse("reports:company"),
    )


@figure(duty=GENERAL_MANAGER)
def visitors_today(by: DeskActor, at: datetime) -> Figure | None:
    """Return how many visitors the site has had today."""
    if not _holds(by):
        return None
    today = localdate(at)
    week = today - timedelta(days=7)
    site = figures_of([today, week])
    return Figure(
        title=_("Visitors today"),
        value=f"{site[today].uv:,}",
        definition=_(
            "Distinct browsers of the day, known by a key in a cookie. Whoever deletes his cookies "
            "counts anew. The whole company's: visitors never add up over areas."
        ),
        tone="go",
        note=_("%(pv)s page views · a week before %(week)s visitors in all")
        % {"pv": f"{site[today].pv:,}", "week": f"{site[week].uv:,}"},
        url=reverse("reports:company"),
    )
