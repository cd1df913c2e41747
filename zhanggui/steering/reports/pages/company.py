"""The general manager's page: one day in figures, each with its definition and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from zhanggui.books.traffic.pages import write_views
from zhanggui.books.traffic.queries import figures_of
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import DUTIES, Badge
from zhanggui.ground.desk.figures import Figure
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.rules.structure import AreaNode
from zhanggui.steering.reports import queries, rules
from zhanggui.steering.reports.pages.figures import (
    Days,
    door_figures,
    each_said,
    goods_figures,
    money_figures,
    order_figures,
    outside_figures,
    site_figures,
)
from zhanggui.steering.reports.pages.links import (
    company_url,
    day_asked,
    orders_url,
    rows_url,
    valid_url,
)
from zhanggui.steering.reports.queries import Areas, Outside, Row
from zhanggui.steering.reports.rules import DayCounts, Ratio

CLOCK_TITLES = {"cash.hand_in": pgettext_lazy("figure", "Handing cash in")}
"""What a clock is called here where its duty speaks to its holder."""

SCOPE = "the areas in which the duty is held; the site's visits for the whole company"


@page(duty=queries.COMPANY, scope=SCOPE)
def company(request: HttpRequest) -> HttpResponse:
    """Show one day of an area: visits, orders, doors, money, shortages, clocks, cash, stock."""
    by = actor_of(request)
    day, area = day_asked(request), queries.area_of(by, request.GET.get("area", ""))
    areas = queries.areas_below(by, area.code)
    if day == localdate(by.at):
        write_views(at=by.at)
    compared = [day, day - timedelta(days=1), day - timedelta(days=7)]
    own = queries.counts_of(areas, compared)
    site = figures_of(compared)
    now, before, week = (rules.summed(own[one].values()) for one in compared)
    days = Days(day, area.code, now, before, week, *(site[one] for one in compared))
    outside = queries.cash_of(by, areas)
    path = _path(by, area, day)
    context = {
        "day": _day(day, area, by),
        "area": {"name": str(area.name), "path": path},
        "groups": _groups(
            ("orders", _("Orders"), order_figures(days)),
            ("doors", _("At the doors"), door_figures(days)),
            (
                "money",
                _("Money"),
                [*money_figures(days), *outside_figures(outside, widest=not path)],
            ),
            (
                "goods",
                _("Cost and goods"),
                goods_figures(days, queries.shortage_waits(areas, day), areas, by),
            ),
            ("site", _("Site"), site_figures(days)),
        ),
        "cohort": _cohort(days),
        "clocks": _clocks(queries.clocks_of(areas, day), day, area.code, by),
        "rows": [
            {
                "name": str(row.area.name),
                "depth": row.depth,
                "indent": "\u3000" * row.depth,
                "url": "" if row.area.code == area.code else company_url(day, row.area.code),
                "counts": row.counts,
                "cells": _cells(row.counts, day, row.area.code),
                "cash": _cash_cell(outside, row.areas),
            }
            for row in queries.table_of(by, own[day], under=area.code)
            if _worth_a_row(row, outside, area)
        ],
        "outside": _holders(outside, by),
        "sees_cash": outside is not None,
    }
    return render(request, "reports/company.html", context)


def _groups(*groups: tuple[str, str, Sequence[Figure]]) -> list[dict[str, Any]]:
    """Return the figures in their groups, each with a mark that is its own on the page."""
    return [
        {
            "id": name,
            "title": title,
            "figures": [(f"{name}-{n}", figure) for n, figure in enumerate(figures)],
        }
        for name, title, figures in groups
    ]


def _day(day: date, area: AreaNode, by: DeskActor) -> dict[str, Any]:
    today = localdate(by.at)
    one = timedelta(days=1)
    return {
        "date": day,
        "iso": day.isoformat(),
        "today": day == today,
        "latest": today.isoformat(),
        "area": area.code,
        "prev": company_url(day - one, area.code),
        "next": company_url(day + one, area.code) if day < today else "",
        "now": company_url(today, area.code) if day < today else "",
    }


def _path(by: DeskActor, area: AreaNode, day: date) -> list[dict[str, str]]:
    """Return the way from the widest area of one's own down to this one."""
    structure = present(by.at).structure
    mine = {found.code for found, _depth in queries.areas_of(by)}
    return [
        {"name": str(structure.areas[code].name), "url": company_url(day, code)}
        for code in structure.area_path(area.code)
        if code in mine and code != area.code
    ]


def _cohort(days: Days) -> list[dict[str, Any]]:
    """Return what became of the orders placed on the day: each step of all that were placed."""
    counts, day, area = days.counts, days.day, days.area
    steps = [
        (pgettext("figure", "Placed"), counts.placed, "go", orders_url(day, area)),
        (
            pgettext("figure", "Valid"),
            counts.valid,
            "go",
            valid_url(day, area),
        ),
        (
            pgettext("figure", "Handed over"),
            counts.came,
            "done",
            orders_url(day, area, fulfilment=",".join(queries.CAME)),
        ),
        (_("Money settled"), counts.paid, "done", orders_url(day, area, money="settled")),
    ]
    return [
        {
            "title": title,
            "count": count,
            "tone": tone,
            "url": url,
            "percent": round(100 * count / counts.placed) if counts.placed else 0,
            "share": rules.percent_said(Ratio(count, counts.placed)),
        }
        for title, count, tone, url in steps
    ]


def _clocks(
    clocks: dict[str, rules.Clock], day: date, area: str, by: DeskActor
) -> list[dict[str, Any]]:
    return [
        {
            "title": CLOCK_TITLES.get(duty, DUTIES[duty].title),
            "promise_s": by.promise_s(duty),
            "handled": clock.handled,
            "on_time": clock.on_time,
            "badge": Badge(rules.clock_tone(clock), rules.percent_said(clock.share)),
            "url": rows_url(duty, day, area),
        }
        for duty, clock in clocks.items()
    ]


def _cells(counts: DayCounts, day: date, area: str) -> list[dict[str, str]]:
    """Return the numbers of an area's row, each with where its rows are."""
    came = ",".join(queries.CAME)
    cost = counts.cost_per_order.each
    cells = [
        (f"{counts.placed:,}", orders_url(day, area), counts.placed),
        (f"{counts.valid:,}", valid_url(day, area), counts.valid),
        (
            f"{counts.handed_over:,}",
            orders_url(day, area, by="door", fulfilment=came),
            counts.handed_over,
        ),
        (
            f"{counts.refused:,}",
            orders_url(
                day, area, by="door", state="closed", fulfilment=",".join(queries.NOT_TAKEN)
            ),
            counts.refused,
        ),
        (f"{counts.failed:,}", rows_url("failed", day, area), counts.failed),
        (
            yuan(counts.door_fen),
            orders_url(day, area, by="door", fulfilment=came),
            counts.handed_over,
        ),
        (yuan(counts.settled_fen), orders_url(day, area, by="settled"), counts.settled),
        (each_said(counts.average_order), "", counts.handed_over),
        (
            yuan(cost) if cost is not None else "–",
            rows_url("runs", day, area),
            counts.runs,
        ),
        (f"{counts.short_opened:,}", rows_url("opened", day, area), counts.short_opened),
    ]
    names = [
        pgettext("figure", "Placed"),
        pgettext("figure", "Valid"),
        pgettext("figure", "Handed over"),
        pgettext("figure", "Refused"),
        _("Not met"),
        pgettext("figure", "At the door"),
        pgettext("figure", "Settled"),
        _("Average order"),
        _("Cost per order"),
        pgettext("figure", "Shortages"),
    ]
    return [
        {"name": name, "value": value if there else "–", "url": url if there else ""}
        for name, (value, url, there) in zip(names, cells, strict=True)
    ]


def _worth_a_row(row: Row, outside: Outside | None, area: AreaNode) -> bool:
    """Tell whether an area stands in the table: a district only when something happened in it."""
    if row.area.kind != "district" or row.area.code == area.code or row.counts != DayCounts():
        return True
    return any(holder.purse.area_id in row.areas for holder in (outside.holders if outside else ()))


def _cash_cell(outside: Outside | None, areas: Areas) -> str:
    if outside is None:
        return ""
    held = Outside(tuple(h for h in outside.holders if h.purse.area_id in areas))
    if not held.holders:
        return "–"
    return yuan(held.fen) if held.fen is not None else "–"


def _holders(outside: Outside | None, by: DeskActor) -> list[dict[str, Any]]:
    ages = {
        "stop": _("of an earlier day"),
        "go": _("of today"),
        "rest": _("being counted"),
    }
    return [
        {
            "name": holder.purse.courier.name,
            "area": str(holder.purse.area),
            "url": url_of(holder.purse),
            "fen": None if holder.hidden else holder.carried.fen + holder.carried.under_way_fen,
            "since_at": holder.carried.since_at,
            "wait_s": int((by.at - holder.carried.since_at).total_seconds())
            if holder.carried.since_at
            else None,
            "age": Badge(holder.tone, ages.get(holder.tone, "")),
        }
        for holder in (outside.holders if outside else ())
    ]
