"""The network director's page: a period of the site in figures, and what explains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.books.traffic.models import SiteDay
from zhanggui.books.traffic.pages import write_views
from zhanggui.books.traffic.rules.sources import Device, Step
from zhanggui.books.traffic.rules.views import RobotReason
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of
from zhanggui.ground.desk.figures import Figure
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.steering.site import queries, rules
from zhanggui.steering.site.pages.chart import Point, drawn
from zhanggui.steering.site.pages.figures import Three, order_figures, visit_figures
from zhanggui.steering.site.pages.links import choices, hidden, period_of, period_said, url
from zhanggui.steering.site.pages.sources import source_rows
from zhanggui.steering.site.rules import STAGES, Cohort, Period, Seen, Turnover, percent

SCOPE = "the site's visits for the whole company; orders in the areas in which the duty is held"

TOP = 8
"""Rows of a list on the page; all of them stand one step further."""

METRICS = ("visitors", "addresses", "views", "visits")


@page(duty=queries.STATISTICS, scope=SCOPE)
def statistics(request: HttpRequest) -> HttpResponse:
    """Show a period of the site: figures, course, funnel, change of turnover, sources, pages."""
    by, period = actor_of(request), period_of(request)
    today = localdate(by.at)
    if period.last == today:
        write_views(at=by.at)
    metric = request.GET.get("metric", "")
    metric = metric if metric in METRICS else METRICS[0]
    stage = request.GET.get("stage", "")
    stage = stage if stage in STAGES else STAGES[0]
    periods = period, rules.before(period), rules.same_weekdays(period)
    days = [queries.days_of(one) for one in periods]
    seen = [queries.seen_of(one.values()) for one in days]
    cohorts = [queries.cohort_of(by, one) for one in periods]
    three = Three(period, (seen[0], seen[1], seen[2]), (cohorts[0], cohorts[1], cohorts[2]))
    counted = list(days[0].values())
    context = {
        "said": period_said(period),
        "before_said": period_said(periods[1]),
        "choose": choices(period, today=today, metric=metric),
        "kept": hidden({"metric": metric if metric != METRICS[0] else ""}),
        "today": period.last == today,
        "areas": queries.areas_said(by),
        "gaps": period.days - seen[0].counted,
        "logged": seen[0].logged,
        "log": _log_beside(period, seen[0]),
        "groups": [
            _group("visits", pgettext("group of figures", "Visits"), visit_figures(three)),
            _group("orders", _("Orders of these days"), order_figures(three)),
        ],
        "chart": _chart(periods, days, metric=metric, at=by.at),
        "metrics": _metrics(period, metric),
        "funnel": _funnel(period, seen[0], cohorts[0]),
        "change": _change(period, periods[1], three, stage=stage, metric=metric),
        "sources": source_rows(queries.sources_of(by, period, counted), period, by=by)[:TOP],
        "sources_url": url("rows", period, of="sources"),
        "landings": _landings(counted)[:TOP],
        "landings_url": url("rows", period, of="landings"),
        "devices": _devices(counted),
        "robots": robot_rows(counted),
        "exports": [
            (kind, title, url("export", period, of="days", kind=kind))
            for kind, title in (("csv", "CSV"), ("xlsx", "Excel (XLSX)"))
        ],
    }
    return render(request, "site/statistics.html", context)


def _group(name: str, title: str, figures: Sequence[Figure]) -> dict[str, Any]:
    """Return figures under a title, each with a mark that is its own on the page."""
    marked = [(f"{name}-{n}", figure) for n, figure in enumerate(figures)]
    return {"id": name, "title": title, "figures": marked}


# --- the course --------------------------------------------------------------------------------


def _metrics(period: Period, metric: str) -> list[dict[str, Any]]:
    titles = {"visitors": _("UV"), "addresses": _("IP"), "views": _("PV"), "visits": _("Visits")}
    return [
        {
            "title": titles[name],
            "url": url("statistics", period, metric=name) + "#course",
            "current": name == metric,
        }
        for name in METRICS
    ]


def _chart(
    periods: tuple[Period, ...], days: list[dict[date, SiteDay]], *, metric: str, at: datetime
) -> dict[str, Any]:
    period, former = periods[0], periods[1]
    if period.days == 1:
        now, then = (
            queries.hours_of(one.values(), field=metric) if one else None for one in days[:2]
        )
        over = localtime(at).hour if localdate(at) == period.begin else 23
        points = [
            Point(
                f"{hour:02d}:00",
                None if now is None or hour > over else now.get(hour, 0),
                None if then is None else then.get(hour, 0),
            )
            for hour in range(24)
        ]
        return drawn(points)
    pairs = zip(period.each_day(), former.each_day() + [None] * period.days, strict=False)
    return drawn(
        [
            Point(
                f"{day.month}-{day.day:02d}",
                _figure(days[0], day, metric),
                _figure(days[1], then_day, metric),
                url("statistics", Period("day", day, day + rules.ONE)),
            )
            for day, then_day in pairs
        ]
    )


def _figure(days: Mapping[date, SiteDay], day: date | None, metric: str) -> int | None:
    row = days.get(day) if day else None
    return getattr(row, metric) if row else None


def _log_beside(period: Period, seen: Seen) -> list[dict[str, str]]:
    """Return the pages' own count and that of server logs side by side, where there are both."""
    log = queries.log_beside(period)
    if not log.counted or log.counted == seen.logged:
        return []
    return [
        {"title": title, "server": f"{getattr(seen, name):,}", "log": f"{getattr(log, name):,}"}
        for name, title in (
            ("visitors", _("Visitors (UV)")),
            ("addresses", _("Addresses (IP)")),
            ("views", _("Page views (PV)")),
            ("visits", _("Visits")),
            ("bots", _("Robots turned away")),
        )
    ]


# --- the funnel, and the change ----------------------------------------------------------------


def _funnel(period: Period, seen: Seen, cohort: Cohort) -> list[dict[str, Any]]:
    """Return the steps from a visitor to a paid order, each with its share of the one before."""
    visitors = [
        (pgettext("funnel", "Came to the shop"), seen.visitors),
        *((step.label, getattr(seen, step.value)) for step in Step),
    ]
    orders = [
        (pgettext("funnel", "Orders placed"), cohort.placed, "placed"),
        (pgettext("funnel", "Valid orders"), cohort.valid, "valid"),
        (pgettext("funnel", "Delivered and paid"), cohort.paid, "paid"),
    ]
    steps: list[dict[str, Any]] = []
    former = 0
    for title, count in visitors:
        steps.append(_step(title, count, former, seen.visitors, url("rows", period, of="days")))
        former = count
    former = 0
    for title, count, stage in orders:
        rows = url("rows", period, of="orders", stage=stage)
        steps.append(_step(title, count, former, cohort.placed, rows) | {"orders": True})
        former = count
    return steps


def _step(title: Any, count: int, former: int, whole: int, rows: str) -> dict[str, Any]:
    return {
        "title": title,
        "count": count,
        "said": f"{count:,}",
        "percent": min(100, round(100 * count / whole)) if whole else 0,
        "share": percent(count, former) if former else "",
        "url": rows,
        "tone": "go",
    }


def _change(
    period: Period, former: Period, three: Three, *, stage: str, metric: str
) -> dict[str, Any]:
    """Return what visitors, conversion and average order did to the turnover of a stage."""
    then, now = (
        Turnover(seen.visitors, getattr(cohort, stage), getattr(cohort, f"{stage}_fen"))
        for seen, cohort in ((three.seen[1], three.cohorts[1]), (three.seen[0], three.cohorts[0]))
    )
    parts = rules.explained(then, now)
    titles = {
        "placed": pgettext("stage", "placed"),
        "valid": pgettext("stage", "valid"),
        "paid": pgettext("stage", "paid"),
    }
    most = max([1, *(abs(n) for n in _parts(parts))])
    rows = [
        {
            "title": title,
            "then": said_then,
            "now": said_now,
            "fen": fen,
            "sum": _signed(fen),
            "percent": round(100 * abs(fen) / most),
            "tone": "done" if fen > 0 else "stop" if fen < 0 else "rest",
        }
        for title, said_then, said_now, fen in zip(
            (_("Visitors"), _("Conversion"), _("Average order")),
            *(
                (
                    f"{one.visitors:,}",
                    percent(one.orders, one.visitors),
                    yuan(one.fen // one.orders) if one.orders else "–",
                )
                for one in (then, now)
            ),
            _parts(parts),
            strict=True,
        )
    ]
    return {
        "known": parts is not None,
        "rows": rows,
        "then": yuan(then.fen),
        "now": yuan(now.fen),
        "sum": _signed(now.fen - then.fen),
        "tone": "done" if now.fen > then.fen else "stop" if now.fen < then.fen else "rest",
        "stages": [
            {
                "title": titles[name],
                "url": url("statistics", period, metric=metric, stage=name) + "#change",
                "current": name == stage,
            }
            for name in STAGES
        ],
        "former": period_said(former),
    }


def _parts(parts: rules.Parts | None) -> tuple[int, int, int]:
    if parts is None:
        return 0, 0, 0
    return parts.visitors_fen, parts.conversion_fen, parts.average_fen


def _signed(fen: int) -> str:
    return f"+{yuan(fen)}" if fen > 0 else f"−{yuan(-fen)}" if fen < 0 else yuan(0)


# --- pages, devices, robots --------------------------------------------------------------------


def _landings(days: list[SiteDay]) -> list[dict[str, Any]]:
    found = queries.landings_of(days, by="landing")
    return _shared([(name or "–", name, n) for name, (n, _who) in found.items()])


def _devices(days: list[SiteDay]) -> list[dict[str, Any]]:
    labels = {device.value: device.label for device in Device}
    found = queries.landings_of(days, by="device")
    return _shared([(labels.get(name, "–"), "", n) for name, (n, _who) in found.items()])


def robot_rows(days: list[SiteDay]) -> list[dict[str, Any]]:
    """Return the robots turned away by reason, with their share of all robots."""
    found = queries.robots_of(days)
    return _shared([(RobotReason(reason).label, "", n) for reason, n in found.items()])


def _shared(rows: list[tuple[Any, str, int]]) -> list[dict[str, Any]]:
    whole = sum(n for _title, _url, n in rows)
    return [
        {
            "title": title,
            "url": link,
            "count": n,
            "said": f"{n:,}",
            "share": percent(n, whole),
            "percent": round(100 * n / whole) if whole else 0,
        }
        for title, link, n in rows
    ]
