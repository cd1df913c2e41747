"""The general manager's page: one day in figures, each with its definition and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from zhanggui.books.traffic.pages import write_views
from zhanggui.books.traffic.queries import DayFigures, figures_of
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.duty import DUTIES, Badge
from zhanggui.ground.desk.figures import Figure
from zhanggui.ground.desk.templatetags.desk import yuan
from zhanggui.ground.org.queries import present
from zhanggui.ground.org.rules.structure import AreaNode
from zhanggui.steering.reports import queries, rules
from zhanggui.steering.reports.pages.links import company_url, day_asked, orders_url, rows_url
from zhanggui.steering.reports.queries import Areas, Outside, Row
from zhanggui.steering.reports.rules import DayCounts, Ratio
from zhanggui.trade.delivery.rules import COST_GOAL_FEN, cost_tone

CLOCK_TITLES = {"cash.hand_in": pgettext_lazy("figure", "Handing cash in")}
"""What a clock is called here where its duty speaks to its holder."""

SCOPE = "the areas in which the duty is held; the site's visits for the whole company"


@dataclass(frozen=True, slots=True)
class Days:
    """A day beside those it is compared with: the day before, and the same weekday a week ago."""

    day: date
    area: str
    counts: DayCounts
    before: DayCounts
    week: DayCounts
    site: DayFigures
    site_before: DayFigures
    site_week: DayFigures

    def versus(self, before: object, week: object) -> str:
        """Return what a figure was on the days it is compared with."""
        return _("day before %(before)s · a week before %(week)s") % {
            "before": f"{before:,}" if isinstance(before, int) else before,
            "week": f"{week:,}" if isinstance(week, int) else week,
        }

    def count(self, name: str) -> str:
        """Return the same for one of the counts."""
        return self.versus(getattr(self.before, name), getattr(self.week, name))

    def fen(self, name: str) -> str:
        """Return the same for one of the sums."""
        return self.versus(yuan(getattr(self.before, name)), yuan(getattr(self.week, name)))


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
            ("orders", _("Orders"), _orders(days)),
            ("doors", _("At the doors"), _doors(days)),
            ("money", _("Money"), [*_money(days), *_outside_figure(outside, widest=not path)]),
            (
                "goods",
                _("Cost and goods"),
                _short(days, queries.shortage_waits(areas, day), areas, by),
            ),
            ("site", _("Site"), _site(days)),
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


def _site(days: Days) -> list[Figure]:
    site, before, week = days.site, days.site_before, days.site_week
    rows = rows_url("visitors", days.day, days.area)
    conversion = Ratio(days.counts.placed, site.uv)
    was = [Ratio(days.before.placed, before.uv), Ratio(days.week.placed, week.uv)]
    whole = [
        Figure(
            title=_("Visitors (UV)"),
            value=f"{site.uv:,}",
            definition=_(
                "Distinct browsers of the day, known by a key in a cookie. Whoever deletes his "
                "cookies counts anew. The whole company's: visitors never add up over areas."
            ),
            note=days.versus(before.uv, week.uv),
            url=rows,
        ),
        Figure(
            title=_("Page views (PV)"),
            value=f"{site.pv:,}",
            definition=_(
                "Pages of the shop that were found and shown to people, from midnight to midnight "
                "company time. Robots are counted apart."
            ),
            note=days.versus(before.pv, week.pv),
            url=rows,
        ),
        Figure(
            title=pgettext("figure", "Visits"),
            value=f"{site.visits:,}",
            definition=_(
                "A visit ends with 30 minutes without a view; one over midnight counts on both "
                "days."
            ),
            note=days.versus(before.visits, week.visits),
            url=rows,
        ),
        Figure(
            title=_("Addresses (IP)"),
            value=f"{site.ip:,}",
            definition=_(
                "Distinct addresses of the day. A month's is the sum of its days, not the number "
                "of distinct addresses of the month."
            ),
            note=days.versus(before.ip, week.ip),
        ),
        Figure(
            title=_("Robots turned away"),
            value=f"{site.bots:,}",
            definition=_("Views by programs, counted in none of the others, with the reason."),
            note=days.versus(before.bots, week.bots),
            url=rows_url("robots", days.day, days.area),
        ),
    ]
    conversion_figure = Figure(
        title=_("Conversion placed"),
        value=rules.percent_said(conversion),
        definition=_(
            "Orders placed in the areas shown, for each visitor of the whole company's site."
        ),
        note=days.versus(*(rules.percent_said(one) for one in was)),
        url=orders_url(days.day, days.area),
    )
    return [*whole, conversion_figure]


def _orders(days: Days) -> list[Figure]:
    counts, day, area = days.counts, days.day, days.area
    return [
        Figure(
            title=_("Orders placed"),
            value=f"{counts.placed:,}",
            definition=_("All orders placed on this day, whatever became of them."),
            note=days.count("placed"),
            url=orders_url(day, area),
        ),
        Figure(
            title=_("Orders valid"),
            value=f"{counts.valid:,}",
            definition=_(
                "Of the orders placed on this day, those that were confirmed and not cancelled "
                "since; those still in screening are not among them."
            ),
            note=days.count("valid"),
            url=orders_url(day, area, state=",".join(queries.VALID)),
        ),
        Figure(
            title=_("In screening"),
            value=f"{counts.screening:,}",
            tone="wait" if counts.screening else "rest",
            definition=_("Of the orders placed on this day, those nobody has decided about yet."),
            note=days.count("screening"),
            url=orders_url(day, area, state="screening"),
        ),
        Figure(
            title=pgettext("figure", "Cancelled or void"),
            value=f"{counts.cancelled + counts.void:,}",
            definition=_("Of the orders placed on this day, those that were given up since."),
            note=days.versus(
                days.before.cancelled + days.before.void, days.week.cancelled + days.week.void
            ),
            url=orders_url(day, area, state="cancelled,void"),
        ),
    ]


def _doors(days: Days) -> list[Figure]:
    counts, day, area = days.counts, days.day, days.area
    return [
        Figure(
            title=pgettext("figure", "Delivered"),
            value=f"{counts.delivered:,}",
            definition=_("Orders handed over whole on this day, whenever they were placed."),
            note=days.count("delivered"),
            url=orders_url(day, area, by="door", fulfilment="delivered"),
        ),
        Figure(
            title=pgettext("figure", "Partly delivered"),
            value=f"{counts.partly:,}",
            definition=_("Orders of which the customer kept a part on this day."),
            note=days.count("partly"),
            url=orders_url(day, area, by="door", fulfilment="partly"),
        ),
        Figure(
            title=pgettext("figure", "Refused"),
            value=f"{counts.refused:,}",
            tone="wait" if counts.refused else "rest",
            definition=_("Orders of which the customer took nothing at the door on this day."),
            note=days.count("refused"),
            url=orders_url(
                day, area, by="door", state="closed", fulfilment=",".join(queries.NOT_TAKEN)
            ),
        ),
        Figure(
            title=pgettext("figure", "Not delivered"),
            value=f"{counts.failed:,}",
            tone="wait" if counts.failed else "rest",
            definition=_(
                "Doors at which nobody was met on this day; an order tried twice counts twice."
            ),
            note=days.count("failed"),
            url=rows_url("failed", day, area),
        ),
    ]


def _each(ratio: Ratio) -> str:
    return yuan(ratio.each) if ratio.each is not None else "–"


def _money(days: Days) -> list[Figure]:
    counts, day, area = days.counts, days.day, days.area
    return [
        Figure(
            title=_("Turnover at the door"),
            value=yuan(counts.door_fen),
            definition=_(
                "What customers paid for orders handed over on this day, by the books of the "
                "doors; nobody has counted it yet."
            ),
            note=days.fen("door_fen"),
            url=orders_url(day, area, by="door", fulfilment=",".join(queries.CAME)),
        ),
        Figure(
            title=_("Turnover settled"),
            value=yuan(counts.settled_fen),
            definition=_(
                "What was paid for the orders whose money finance counted and settled on this day."
            ),
            note=days.fen("settled_fen"),
            url=orders_url(day, area, by="settled"),
        ),
        Figure(
            title=_("Average order"),
            value=_each(counts.average_order),
            definition=_(
                "Turnover at the door, for each order handed over. Areas roll up by turnover and "
                "orders, never by their averages."
            ),
            note=days.versus(*(_each(one.average_order) for one in (days.before, days.week))),
            url=orders_url(day, area, by="door", fulfilment=",".join(queries.CAME)),
        ),
    ]


def _outside_figure(outside: Outside | None, *, widest: bool) -> list[Figure]:
    if outside is None:
        return []
    people = len(outside.holders)
    late = _("%(count)d of an earlier day") % {"count": outside.overdue} if outside.overdue else ""
    held = ngettext("%(count)d holder", "%(count)d holders", people) % {"count": people}
    return [
        Figure(
            title=_("Cash outside now"),
            value=yuan(outside.fen) if outside.fen is not None else "–",
            tone="stop" if outside.overdue else "go" if people else "done",
            definition=_(
                "Cash of the company that is not in the safe at this moment, whatever day is "
                "shown: what couriers carry, change included, and what is being counted."
            ),
            note=" · ".join(filter(None, [held, late])),
            url=reverse("cash:board") if widest else "#cash",
        )
    ]


def _short(days: Days, waits_s: Sequence[int], areas: Areas, by: DeskActor) -> list[Figure]:
    counts, day, area = days.counts, days.day, days.area
    minutes, cost = rules.median_min(waits_s), counts.cost_per_order
    gone = queries.stock_out(by, areas)
    return [
        Figure(
            title=_("Cost per order"),
            value=yuan(cost.each) if cost.each is not None else "–",
            tone=cost_tone(cost.each),
            definition=_(
                "Estimated way and work of the runs that left on this day, for each order they "
                "handed over, wholly or in part. The goal is %(goal)s."
            )
            % {"goal": yuan(COST_GOAL_FEN)},
            note=days.versus(*(_each(one.cost_per_order) for one in (days.before, days.week))),
            url=rows_url("runs", day, area),
        ),
        Figure(
            title=_("Shortages opened"),
            value=f"{counts.short_opened:,}",
            tone="wait" if counts.short_opened else "rest",
            definition=_("Lines of confirmed orders that could not be set aside on this day."),
            note=days.count("short_opened"),
            url=rows_url("opened", day, area),
        ),
        Figure(
            title=_("Shortages settled"),
            value=f"{counts.short_settled:,}",
            definition=_(
                "Shortages that ended on this day, by agreement or by goods that came; the median "
                "is the time from opening to end."
            ),
            note=_("median %(minutes)s min") % {"minutes": minutes}
            if minutes is not None
            else days.count("short_settled"),
            url=rows_url("settled", day, area),
        ),
        Figure(
            title=_("Goods out of stock now"),
            value=f"{gone.count:,}",
            tone="wait" if gone.count else "done",
            definition=_(
                "SKUs of goods not taken off sale of which this depot has no piece to promise; as "
                "it is now, whatever day is shown."
            )
            if gone.depot
            else _(
                "SKUs of goods not taken off sale of which no depot has a piece to promise; as it "
                "is now, whatever day is shown."
            ),
            note=gone.depot.name if gone.depot else _("in all depots"),
            url=f"{reverse('stock:availability')}?gone={gone.depot.code if gone.depot else '-'}",
        ),
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
            orders_url(day, area, state=",".join(queries.VALID)),
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
        (f"{counts.valid:,}", orders_url(day, area, state=",".join(queries.VALID)), counts.valid),
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
        (_each(counts.average_order), "", counts.handed_over),
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
