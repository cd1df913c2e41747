"""The rows of the figures: days, visitors, orders, sources, landing pages and robots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.books.traffic.queries import visitors_on
from zhanggui.books.traffic.rules.sources import BITS, Device, Step
from zhanggui.books.traffic.rules.views import Counter
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import DeskActor, actor_of
from zhanggui.ground.desk.dossier import DOSSIERS, url_of
from zhanggui.ground.desk.duty import Badge
from zhanggui.ground.desk.templatetags.desk import moment, yuan
from zhanggui.ground.kernel.refusal import not_yours
from zhanggui.steering.reports.pages.rows import Cell, Column, Listed, listing
from zhanggui.steering.site import queries
from zhanggui.steering.site.pages.links import period_of, period_said, url
from zhanggui.steering.site.pages.sources import source_note, source_rows, source_title
from zhanggui.steering.site.pages.statistics import SCOPE, robot_rows
from zhanggui.steering.site.rules import STAGES, Cohort, Period
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.rules.states import Fulfilment, Money, OrderState

Asked = dict[str, str]


@page(duty=queries.STATISTICS, scope=SCOPE)
def rows(request: HttpRequest) -> HttpResponse:
    """List the rows of a figure (`of`, the days without it) of a period."""
    by, period = actor_of(request), period_of(request)
    of = request.GET.get("of", "days")
    make = LISTS.get(of)
    if make is None:
        raise not_yours()
    listed = make(by, period, request.GET.dict())
    context = listing(request, listed) | {
        "said": period_said(period),
        "back": url("statistics", period),
        "exports": [
            (title, url("export", period, of=of, kind=kind))
            for kind, title in (("csv", "CSV"), ("xlsx", "Excel (XLSX)"))
        ]
        if of in {"days", "sources", "landings"}
        else [],
    }
    return render(request, "site/rows.html", context)


def _days(by: DeskActor, period: Period, _asked: Asked) -> Listed:
    days, cohorts = queries.days_of(period), queries.cohorts_by_day(by, period)
    every = period.each_day()[::-1]

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        found = []
        for day in every[part]:
            row, cohort = days.get(day), cohorts.get(day, Cohort())
            figures = (
                [row.addresses, row.views, row.visitors, row.visits, row.confirmed, row.bots]
                if row
                else [None] * 6
            )
            one = Period("day", day, period.begin.fromordinal(day.toordinal() + 1))
            found.append(
                (
                    Cell(
                        day.isoformat(),
                        url=url("statistics", one),
                        sub=Counter(row.counter).label
                        if row and row.counter != Counter.SERVER
                        else "",
                    ),
                    *(Cell("–" if n is None else f"{n:,}") for n in figures),
                    Cell(
                        f"{cohort.placed:,}",
                        url=url("rows", one, of="orders") if cohort.placed else "",
                    ),
                    Cell(yuan(cohort.placed_fen)),
                )
            )
        return found

    return Listed(
        _("The site day by day"),
        _("Distinct numbers (IP, UV) are each day's own; a period's is their sum."),
        (
            Column(_("Day")),
            *(
                Column(title, numeric=True)
                for title in (
                    "IP",
                    "PV",
                    "UV",
                    _("Visits"),
                    _("Confirmed by script"),
                    _("Robots"),
                    _("Orders placed"),
                    _("Turnover ordered"),
                )
            ),
        ),
        len(every),
        cells,
        "",
    )


def _visitors(by: DeskActor, period: Period, _asked: Asked) -> Listed:
    found = visitors_on(period.last)
    devices = {device.value: device.label for device in Device}

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        return [
            (
                Cell(row.visitor[:8]),
                Cell(
                    source_title(row.origin) if row.origin else "–",
                    sub=devices.get(row.device, ""),
                ),
                Cell(f"{row.views:,}"),
                Cell(f"{row.visits:,}"),
                Cell(_furthest(row.steps)),
                Cell(moment(row.first_at), sub=moment(row.last_at)),
            )
            for row in found[part]
        ]

    return Listed(
        _("Visitors"),
        _("Known by a mark of this day only: the same browser has another mark tomorrow."),
        (
            Column(_("Mark of the day")),
            Column(_("Source of the first visit"), wide=True),
            Column(_("Views"), numeric=True),
            Column(_("Visits"), numeric=True),
            Column(_("Came as far as")),
            Column(_("First and last seen")),
        ),
        found.count(),
        cells,
        _("Visitors appear here with the first page of the shop somebody opens."),
    )


def _furthest(steps: int) -> str:
    reached = [step.label for step in Step if steps & BITS[step]]
    return str(reached[-1]) if reached else "–"


def _orders(by: DeskActor, period: Period, asked: Asked) -> Listed:
    stage = asked.get("stage", "placed")
    if stage not in STAGES:
        raise not_yours()
    source = asked.get("source", "")
    origin = int(source) if source.isascii() and source.isdecimal() and len(source) < 19 else None
    found = queries.order_rows(by, period, stage=stage, origin=origin, unseen=source == "none")
    opens = DOSSIERS[Order].opens_to(by)
    tones = {OrderState.CONFIRMED: "go", OrderState.CLOSED: "done", OrderState.SCREENING: "wait"}

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        return [
            (
                Cell(order.number, url=url_of(order) if opens else "", sub=str(order.area)),
                Cell(source_title(order.origin), sub=source_note(order.origin)),
                Cell(
                    Fulfilment(order.fulfilment).label,
                    badge=Badge(
                        tones.get(OrderState(order.state), "rest"), OrderState(order.state).label
                    ),
                ),
                Cell(Money(order.money).label),
                Cell(yuan(order.goods_fen)),
                Cell(moment(order.placed_at)),
            )
            for order in found[part]
        ]

    titles = {
        "placed": _("Orders placed"),
        "valid": _("Valid orders"),
        "paid": pgettext("funnel", "Delivered and paid"),
    }
    return Listed(
        titles[stage],
        _("Orders by the day they were placed, with the source the customer came from last."),
        (
            Column(_("Order")),
            Column(_("Source"), wide=True),
            Column(_("State")),
            Column(_("Money")),
            Column(_("Turnover ordered"), numeric=True),
            Column(pgettext("of an order", "Placed")),
        ),
        found.count(),
        cells,
        _("Orders appear here as they are placed in these days."),
    )


def _sources(by: DeskActor, period: Period, _asked: Asked) -> Listed:
    days = queries.days_of(period).values()
    found = source_rows(queries.sources_of(by, period, days), period, by=by)

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        return [
            (
                Cell(row["title"], url=row["url"], sub=row["note"]),
                Cell(f"{row['opened']:,}" if row["opened"] else "–"),
                Cell(f"{row['visits']:,}", sub=row["share"]),
                Cell(f"{row['visitors']:,}"),
                *(
                    Cell(f"{row[stage]:,}", url=row["urls"][stage] if row[stage] else "")
                    for stage in STAGES
                ),
                Cell(row["turnover"]),
                Cell(row["conversion"]),
            )
            for row in found[part]
        ]

    return Listed(
        _("Sources"),
        _(
            "A visit belongs to where its first page was reached from, a visitor to his first "
            "visit of the day, an order to the last source within 30 days that was not direct."
        ),
        (
            Column(_("Source"), wide=True),
            Column(pgettext("of a link", "Opened"), numeric=True),
            Column(_("Visits"), numeric=True),
            Column(_("Visitors"), numeric=True),
            Column(pgettext("stage", "placed"), numeric=True),
            Column(pgettext("stage", "valid"), numeric=True),
            Column(pgettext("stage", "paid"), numeric=True),
            Column(_("Turnover ordered"), numeric=True),
            Column(_("Conversion"), numeric=True),
        ),
        len(found),
        cells,
        _("Sources appear here with the first visit."),
    )


def _landings(by: DeskActor, period: Period, _asked: Asked) -> Listed:
    found = list(queries.landings_of(queries.days_of(period).values(), by="landing").items())

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        return [
            (Cell(name or "–", url=name), Cell(f"{n:,}"), Cell(f"{who:,}"))
            for name, (n, who) in found[part]
        ]

    return Listed(
        _("Landing pages"),
        _("The page on which each visit began; visitors by their first visit of the day."),
        (
            Column(_("Page"), wide=True),
            Column(_("Visits"), numeric=True),
            Column(_("Visitors"), numeric=True),
        ),
        len(found),
        cells,
        _("Landing pages appear here with the first visit."),
    )


def _robots(by: DeskActor, period: Period, _asked: Asked) -> Listed:
    found: list[dict[str, Any]] = robot_rows(list(queries.days_of(period).values()))

    def cells(part: slice) -> list[tuple[Cell, ...]]:
        return [
            (Cell(row["title"]), Cell(f"{row['count']:,}"), Cell(row["share"]))
            for row in found[part]
        ]

    return Listed(
        _("Robots turned away"),
        _("Views that were no person's; they are in no other figure."),
        (
            Column(_("Reason"), wide=True),
            Column(_("Views"), numeric=True),
            Column(_("Share"), numeric=True),
        ),
        len(found),
        cells,
        _("Programs that read the shop appear here with the reason they were turned away."),
    )


LISTS: dict[str, Callable[[DeskActor, Period, Asked], Listed]] = {
    "days": _days,
    "visitors": _visitors,
    "orders": _orders,
    "sources": _sources,
    "landings": _landings,
    "robots": _robots,
}
"""The lists, by the word in the address."""
